"""The command line: `biblios COMMAND`. Each command is a module in `backend/commands`."""

import typer

from backend.commands.account import login
from backend.commands.ask import ask
from backend.commands.demo import demo
from backend.commands.doctor import doctor
from backend.commands.evaluate import evaluate
from backend.commands.export import export
from backend.commands.handshake import handshake
from backend.commands.ingest import ingest
from backend.commands.restored import restored
from backend.commands.search import search
from backend.commands.serve import serve, worker

app = typer.Typer(
    name="biblios",
    help="Answers from your own documents, with word-exact citations.",
    no_args_is_help=True,
    add_completion=False,
)
for command in (serve, worker, login, ingest, search, ask, demo, doctor, export, handshake, restored):
    app.command()(command)
app.command(name="eval")(evaluate)


def main() -> None:
    """The entry point of the installed script."""
    app()


if __name__ == "__main__":
    main()

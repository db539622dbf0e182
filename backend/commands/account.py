"""`biblios login`: keeps a session with a running server for the other commands."""

from typing import Annotated

import typer

from backend.commands.console import note, run
from backend.commands.session import ServerOption, sign_in


def login(
    server: ServerOption = None,
    email: Annotated[str, typer.Option(prompt="Mail address")] = "",
    password: Annotated[str, typer.Option(prompt="Password", hide_input=True)] = "",
    register: Annotated[bool, typer.Option("--register", help="create the account first")] = False,
) -> None:
    """Sign in at the running server; the session is kept for the other commands."""
    url = run(sign_in(server, email, password, register=register))
    note.print(f"Signed in at {url}.")

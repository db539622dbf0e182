"""`biblios eval`: quality of search on a labelled folder, or of answers on the demo's questions."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.commands.console import note, out, run
from backend.documents.demo import DEMO_DIR
from backend.evaluation.datasets import load_collection, load_demo_questions
from backend.evaluation.runner import add_collection, measure_answers, measure_retrieval
from backend.settings import Settings, get_settings


def evaluate(
    folder: Annotated[
        Path | None, typer.Argument(help="with corpus.jsonl, queries.jsonl, qrels.tsv; left out: the demo")
    ] = None,
) -> None:
    """Measure quality. Runs in a library of its own in a temporary folder; yours is not touched."""
    if folder is not None and not folder.is_dir():
        note.print(f"{folder} is no folder.")
        raise typer.Exit(2)
    run(_evaluate(folder))


async def _evaluate(folder: Path | None) -> None:
    from backend.commands.session import own_server

    with tempfile.TemporaryDirectory(prefix="biblios-eval-") as temporary:
        settings = throwaway_settings(get_settings(), Path(temporary))
        async with own_server(settings, None, create_account=True) as client:
            note.print("Indexing…")
            if folder is None:
                await client.post("/demo")
                await client.wait_until_indexed()
                result = asdict(await measure_answers(client, load_demo_questions(DEMO_DIR)))
            else:
                collection = load_collection(folder)
                await add_collection(client, collection, prefix="")
                result = asdict(await measure_retrieval(client, collection, prefix=""))
    table = Table(title=str(folder or "demo"), title_justify="left")
    table.add_column("measure")
    table.add_column("value", justify="right")
    for name, value in result.items():
        table.add_row(
            name,
            f"{value:.4f}"
            if isinstance(value, float)
            else ", ".join(value)
            if isinstance(value, tuple)
            else str(value),
        )
    out.print(table)


def throwaway_settings(settings: Settings, folder: Path) -> Settings:
    """The same settings over an empty embedded library, with the models shared so that they are not built again."""
    from backend.settings import DatabaseSettings, RedisSettings

    models = settings.data_dir / "models"
    if models.is_dir():
        (folder / "models").symlink_to(models.resolve(), target_is_directory=True)
    return settings.model_copy(update={"data_dir": folder, "database": DatabaseSettings(), "redis": RedisSettings()})

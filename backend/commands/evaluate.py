"""`biblios eval`: quality of search on a labelled folder, of answers to the demo's questions, those of sets, or own."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.commands.console import note, out, run
from backend.commands.evaluate_own import evaluate_own
from backend.commands.session import ServerOption, UserOption
from backend.documents.demo import DEMO_DIR
from backend.evaluation.asked import load_sets
from backend.evaluation.asking import Judged, add_library, ask_all
from backend.evaluation.datasets import load_collection, load_demo_questions
from backend.evaluation.runner import add_collection, measure_answers, measure_retrieval
from backend.settings import Settings, get_settings


def evaluate(
    folder: Annotated[
        Path | None, typer.Argument(help="with corpus.jsonl, queries.jsonl, qrels.tsv; left out: the demo")
    ] = None,
    *,
    asked: Annotated[
        bool, typer.Option("--asked", help="the questions in questions/ as people ask them, by kind")
    ] = False,
    held: Annotated[bool, typer.Option("--held", help="with --asked: only the third that nothing is tuned on")] = False,
    only: Annotated[str, typer.Option("--only", help="with --asked: one set or one kind")] = "",
    feedback: Annotated[
        bool, typer.Option("--feedback", help="your own disliked and unanswered questions, asked anew in your library")
    ] = False,
    save: Annotated[
        Path | None, typer.Option("--save", help="with --feedback: a new file for them, as cases to be filled in")
    ] = None,
    server: ServerOption = None,
    user: UserOption = None,
) -> None:
    """Measure quality. Runs in a library of its own in a temporary folder; yours is only asked with --feedback."""
    if folder is not None and not folder.is_dir():
        note.print(f"{folder} is no folder.")
        raise typer.Exit(2)
    if feedback:
        evaluate_own(save, server, user)
        return
    run(_ask(held=held, only=only) if asked else _evaluate(folder))


async def _ask(*, held: bool, only: str) -> None:
    from backend.commands.session import own_server

    judged: list[Judged] = []
    for of in load_sets():
        questions = [one for one in (of.held if held else of.work) if only in {"", of.name, one.kind}]
        if not questions:
            continue
        with tempfile.TemporaryDirectory(prefix="biblios-eval-") as temporary:
            settings = throwaway_settings(get_settings(), Path(temporary))
            async with own_server(settings, None, create_account=True) as client:
                note.print(f"{of.name}: {len(questions)} questions…")
                await add_library(client, of)
                judged += await ask_all(client, questions)
    if not judged:
        note.print(f"There is no set and no kind called {only}.")
        raise typer.Exit(2)
    if not held:  # of the others only the figures are looked at
        for one in judged:
            if not one.right:
                out.print(f"{one.asked.id}: {one.asked.question}", style="bold", markup=False)
                out.print(f"  {'; '.join(one.faults)}\n  > {one.answer}", markup=False)
    out.print(table_by_kind(judged))


def table_by_kind(judged: Sequence[Judged]) -> Table:
    """In percent: how many are right of each kind, and wrongly refused."""
    table = Table(title="asked", title_justify="left")
    table.add_column("kind")
    for name in ("asked", "right %", "wrongly refused %"):
        table.add_column(name, justify="right")
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_kind[one.asked.kind].append(one)
    for kind, of in [*sorted(by_kind.items()), ("all", list(judged))]:
        shares = (sum(one.right for one in of), sum(one.refused for one in of))
        table.add_row(kind, str(len(of)), *(f"{100 * share / len(of):.0f}" for share in shares))
    return table


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

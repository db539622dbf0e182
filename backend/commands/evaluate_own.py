"""`biblios eval --feedback`: what one's own disliked and unanswered questions find today."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.table import Table

from backend.commands.console import note, out, run
from backend.commands.session import connect
from backend.evaluation.own_questions import AskedAnew, OwnQuestion, as_lines, ask_anew, own_questions


def evaluate_own(save: Path | None, server: str | None, user: str | None) -> None:
    """Prints each question with what is found now; `save` is a file that does not exist yet."""
    if save is not None and save.exists():
        note.print(f"{save} exists already; name another file.", markup=False)
        raise typer.Exit(2)
    run(_evaluate(save, server, user))


async def _evaluate(save: Path | None, server: str | None, user: str | None) -> None:
    async with connect(server, user) as client:
        questions = await own_questions(client)
        if not questions:
            note.print("You have disliked no answer, and none of your questions is unanswered.")
            return
        if save is not None:  # first, so that a failure below loses nothing
            _write(save, questions)
        note.print(f"Asking {len(questions)} questions anew…")
        anew = []
        for own in questions:
            anew.append(await ask_anew(client, own))
            show(anew[-1])
    out.print(table_of_changes(anew))
    if save is not None:
        note.print(f"{save}: fill in kind, outcome, and what a right answer holds and cites.", markup=False)


def show(one: AskedAnew) -> None:
    out.print(one.own.question, style="bold", markup=False)
    out.print(f"  {_why(one.own)}; {one.verdict}, {100 * one.same:.0f}% of the words are the same", markup=False)
    out.print(f"  found now: {'; '.join(one.found) or 'nothing'}\n  > {' '.join(one.answer.split())}", markup=False)


def _write(file: Path, questions: Sequence[OwnQuestion]) -> None:
    file.write_text(as_lines(questions), encoding="utf-8")


def _why(own: OwnQuestion) -> str:
    said = "disliked" if own.disliked else "not answered" if own.outcome == "abstain" else "answered in part"
    return f"{said} ({', '.join(own.why)})" if own.why else said


def table_of_changes(anew: Sequence[AskedAnew]) -> Table:
    """How many questions, and percent of all, for each verdict, the most frequent one first."""
    table = Table(title="asked anew", title_justify="left")
    table.add_column("since then")
    for name in ("questions", "%"):
        table.add_column(name, justify="right")
    for verdict, count in Counter(one.verdict for one in anew).most_common():
        table.add_row(verdict, str(count), f"{100 * count / len(anew):.0f}")
    return table

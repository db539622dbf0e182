"""Measures, prints one table, writes `bench-results/bench.json` (`make bench`)."""

import argparse
import json
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.bench import (
    measure_access,
    measure_accounts,
    measure_actions,
    measure_asked,
    measure_claims,
    measure_connections,
    measure_conversations,
    measure_edge,
    measure_events,
    measure_extraction,
    measure_foreign,
    measure_ingest,
    measure_jobs,
    measure_library,
    measure_ocr,
    measure_pages,
    measure_providers,
    measure_quality,
    measure_streams,
    measure_vectors,
    measure_word_forms,
    measure_workers,
)
from scripts.bench.figures import Figure
from scripts.bench.machine import describe

RESULTS = Path("bench-results")

type Measure = Callable[[Path], list[Figure]]

#: In the order of the table. `--quick` leaves out those that fill large libraries.
MEASURES: dict[str, Measure] = {
    "ingest": measure_ingest.ingest,
    "extraction-speed": measure_extraction.speed,
    "fuzzing": measure_extraction.fuzzing,
    "ocr": measure_ocr.recognition,
    "fairness": measure_jobs.fairness,
    "timers": measure_jobs.timers,
    "library-1k": lambda workdir: measure_library.at_size(workdir, 1),
    "library-10k": measure_library.small,
    "library-50k": lambda workdir: measure_library.at_size(workdir, 50),
    "library-100k": lambda workdir: measure_library.at_size(workdir, 100),
    "sharing": measure_access.sharing,
    "access-lists": measure_access.searching,
    "principals": measure_access.listing,
    "connections": measure_connections.first_synchronisation,
    "connections-50k": measure_connections.memory,
    "connections-beside": measure_connections.beside,
    "connections-three": measure_connections.three_connections,
    "connections-workers": measure_workers.workers,
    "providers": measure_providers.costs,
    "providers-10k": lambda workdir: measure_providers.costs(workdir, 10_000),
    "providers-changes": measure_providers.changes,
    "providers-changes-10k": lambda workdir: measure_providers.changes(workdir, 10_000),
    "vectors": measure_vectors.recall,
    "conversations": measure_conversations.conversations,
    "events": measure_events.wake_ups,
    "streams": measure_streams.many_streams,
    "stream-ends": measure_streams.ends,
    "retrieval": measure_quality.retrieval,
    "xquad": measure_quality.xquad,
    "languages": measure_quality.languages,
    "claims": measure_claims.claims,
    "foreign": measure_foreign.beside,
    "foreign-100k": lambda workdir: measure_foreign.beside(workdir, foreign=95_000),
    "word-forms": measure_word_forms.word_forms,
    "demo": measure_quality.demo_answers,
    "asked": measure_asked.asked,
    "clapnq": measure_asked.near_misses,
    "multihop": measure_asked.multihop,
    "actions": measure_actions.actions,
    "actions-approvals": measure_actions.approvals,
    "actions-lateness": measure_actions.lateness,
    "actions-cards": measure_actions.cards,
    "actions-drained": measure_actions.drained,
    "accounts": measure_accounts.accounts,
    "edge": measure_edge.bodies,
    "pages": measure_pages.pages,
    "chroma-10k": lambda workdir: measure_library.chroma(workdir, 10),
    "chroma-50k": lambda workdir: measure_library.chroma(workdir, 50),
    "chroma-100k": lambda workdir: measure_library.chroma(workdir, 100),
}
_SLOW = {
    "fuzzing",
    "access-lists",
    "principals",
    "connections-50k",
    "providers-10k",
    "providers-changes-10k",
    "foreign-100k",
    "library-50k",
    "library-100k",
    "chroma-10k",
    "chroma-50k",
    "chroma-100k",
    "actions",
}
#: Of `actions`, each to be measured alone.
_PARTS = {"actions-approvals", "actions-lateness", "actions-cards", "actions-drained"}


def main() -> int:
    """Returns 1 when a promised figure was missed or could not be measured, so that scripts can tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), help="measure only these")
    parser.add_argument("--quick", action="store_true", help="leave out the large libraries")
    options = parser.parse_args()
    names = options.only or [name for name in MEASURES if name not in _PARTS and not (options.quick and name in _SLOW)]
    console = Console(width=150)
    machine = describe()
    console.print(f"{machine.cpu}, {machine.cores} cores, {machine.memory_gib} GiB, load {machine.load_average}")
    figures: list[Figure] = []
    for name in names:
        figures += _measure(name, console)
        _write(figures, machine=asdict(machine))  # after each, so that a run which is broken off leaves what it has
    console.print(_table(figures))
    missed = [figure for figure in figures if figure.holds is False]
    promised = sum(figure.holds is not None for figure in figures)
    console.print(f"{promised - len(missed)} of {promised} promised figures hold; load now {describe().load_average}")
    return 1 if missed else 0


def _measure(name: str, console: Console) -> list[Figure]:
    started = time.perf_counter()
    workdir = Path(tempfile.mkdtemp(prefix=f"biblios-bench-{name}-"))
    try:
        figures = MEASURES[name](workdir)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - one measure that breaks must not cost the others: a missed row
        traceback.print_exc()
        figures = [Figure(f"{name}: broke off", None, "", 0, note=f"{type(error).__name__}: {error}")]
    finally:
        shutil.rmtree(workdir, ignore_errors=True)
    console.print(f"{name}: {time.perf_counter() - started:.0f} s")
    for figure in figures:
        console.print(f"  {figure.name}: {figure.measured}  {figure.note}", highlight=False)
    return figures


def _table(figures: list[Figure]) -> Table:
    table = Table(title="Figures", title_justify="left")
    for column, justify in (
        ("what", "left"),
        ("measured", "right"),
        ("target", "right"),
        ("", "left"),
        ("note", "left"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for figure in figures:
        mark = {True: "[green]holds[/green]", False: "[red]MISSED[/red]", None: ""}[figure.holds]
        table.add_row(figure.name, figure.measured, figure.promise, mark, figure.note)
    return table


def _write(figures: list[Figure], **more: object) -> None:
    RESULTS.mkdir(exist_ok=True)
    report = {
        "at": datetime.now(UTC).isoformat(),
        **more,
        "figures": [{**asdict(figure), "holds": figure.holds} for figure in figures],
    }
    (RESULTS / "bench.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

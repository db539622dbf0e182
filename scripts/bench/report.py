"""Writes a run's figures into `docs/developer/performance.md`: ``python -m scripts.bench.report``.

Reads `bench-results/bench.json`. What stands between the page's markers is replaced: the machine, the table of figures,
the table of growth; the rest of the page is written by people.
"""

import json
import re
from pathlib import Path
from typing import Any

from scripts.bench import growth
from scripts.bench.figures import Figure

RESULTS = Path("bench-results/bench.json")
PAGE = Path("docs/developer/performance.md")


def main() -> None:
    """Errors: `ValueError` when the page lacks a marker."""
    run = json.loads(RESULTS.read_text(encoding="utf-8"))
    figures = [Figure(**{key: value for key, value in row.items() if key != "holds"}) for row in run["figures"]]
    page = PAGE.read_text(encoding="utf-8")
    page = _replaced(page, "machine", _machine(run))
    page = _replaced(page, "figures", _table(figures))
    page = _replaced(page, "growth", growth.draw(figures))
    PAGE.write_text(page, encoding="utf-8")


def _replaced(page: str, name: str, text: str) -> str:
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not found.search(page):
        raise ValueError(f"{PAGE} has no marker {begin}")
    return found.sub(lambda _: f"{begin}\n{text}\n{end}", page)


def _machine(run: dict[str, Any]) -> str:
    machine = run["machine"]
    load = ", ".join(f"{value:.2f}" for value in machine["load_average"])
    return (
        f"One run on {run['at'][:10]}: {machine['cores']} cores ({machine['cpu']}, virtual), "
        f"{machine['memory_gib']} GiB, no GPU; load average at its start {load}; the load generator on the same cores."
    )


def _table(figures: list[Figure]) -> str:
    rows = ["| what | measured | target | | remarks |", "|---|---:|---:|---|---|"]
    for figure in figures:
        mark = {True: "holds", False: "**missed**", None: ""}[figure.holds]
        cells = (figure.name, figure.measured, figure.promise, mark, figure.note)
        rows.append("| " + " | ".join(cell.strip().replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()

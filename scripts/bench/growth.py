"""How cost grows with the library, from a run's figures: a picture and a table."""

import re
from collections import defaultdict
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

from scripts.bench.figures import Figure

_PICTURE = Path("docs/developer/performance-growth.png")
_LATENCY = re.compile(r"GET /search p95, faiss, (\d+)k chunks, may see (.+)")
_MEMORY = re.compile(r"resident memory, (\d+)k chunks")
_START = re.compile(r"start to /readyz, (\d+)k chunks")


def draw(figures: list[Figure]) -> str:
    """Writes the picture and returns the table; needs a run that measured at least two sizes."""
    latency: dict[str, dict[int, float]] = defaultdict(dict)
    memory: dict[int, float] = {}
    start: dict[int, float] = {}
    for figure in figures:
        if figure.value is None:
            continue
        if match := _LATENCY.fullmatch(figure.name):
            latency[match[2]][int(match[1])] = figure.value
        elif match := _MEMORY.fullmatch(figure.name):
            memory[int(match[1])] = figure.value
        elif match := _START.fullmatch(figure.name):
            start[int(match[1])] = figure.value
    panels = (
        ("GET /search, p95 (ms)", {f"may see {who}": values for who, values in latency.items()}),
        ("resident memory (MB)", {"all processes": memory}),
        ("start to /readyz (s)", {"with the library": start}),
    )
    picture, axes = plt.subplots(1, len(panels), figsize=(12, 3.6), layout="constrained")
    for axis, (title, lines) in zip(axes, panels, strict=True):
        for label, values in lines.items():
            sizes = sorted(values)
            axis.plot([size * 1000 for size in sizes], [values[size] for size in sizes], marker="o", label=label)
        axis.set(title=title, xscale="log", xlabel="chunks")
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
    picture.savefig(_PICTURE, dpi=110)
    rows = ["| chunks | " + " | ".join(f"p95 ms, {who}" for who in latency) + " | memory MB | start s |"]
    rows.append("|---:|" + "---:|" * (len(latency) + 2))
    for size in sorted(memory):
        cells = [f"{values[size]:.1f}" if size in values else "–" for values in latency.values()]
        rows.append(f"| {size},000 | {' | '.join(cells)} | {memory[size]:.0f} | {start.get(size, float('nan')):.2f} |")
    return "\n".join(rows)

"""Reading files: how fast 200 mixed ones are read, and whether mutated ones of every kind leave the server alone."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from structlog.testing import capture_logs

from backend.errors import ExtractionFailed
from backend.extraction.extraction import ExtractionPool
from backend.extraction.failures import MESSAGES
from backend.settings import ProcessingSettings
from scripts.bench.corpus import ROOT
from scripts.bench.figures import Figure
from tests.support.mutated_files import mutated, sound_files

FILES = 200
_ROUNDS = 3
_FUZZED_SECONDS = 60
_AT_ONCE = 200
#: Far above what a file of 400 kB takes; a reader that needs longer hangs.
_MOST_SECONDS = 30


def mixed_files() -> list[tuple[str, bytes]]:
    """The files of the demo, filled up with small ones of every kind."""
    demo = [(path.name, path.read_bytes()) for path in sorted((ROOT / "demo" / "library").rglob("*")) if path.is_file()]
    small = [(name, data) for name, data in sorted(sound_files().items()) if not name.endswith(".rtf")]
    return [*demo[:FILES], *islice(cycle(small), max(0, FILES - len(demo)))]


def speed(_: Path) -> list[Figure]:
    """Files a second of processor time, in a process of its own; the best of three rounds: others only slow it."""
    rates = []
    for _round in range(_ROUNDS):
        command = [sys.executable, "-m", "scripts.bench.read_files"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rates.append(float(json.loads(done.stdout)["files_per_second"]))
    note = f"{FILES} files of the demo and of every kind; rounds {', '.join(f'{rate:.0f}' for rate in rates)}"
    return [Figure("files read, OCR off, a second of processor time", max(rates), "/s", note=note)]


def fuzzing(_: Path) -> list[Figure]:
    """Mutated files of each kind for a minute, in the child process: none may hang, kill it or break it otherwise."""
    return asyncio.run(_fuzzed())


async def _fuzzed() -> list[Figure]:
    limits = ProcessingSettings.model_validate({"workers": 1, "timeout_seconds": _MOST_SECONDS})
    figures = []
    async with _Reader(limits) as reader:
        for name in sorted(sound_files()):
            reader.outcomes.clear()
            await asyncio.to_thread(reader.fuzz, name)
            bad = {code: count for code, count in reader.outcomes.items() if code.startswith("!")}
            note = f"{sum(reader.outcomes.values()):,} files; " + (
                ", ".join(f"{count} {code[1:]}" for code, count in bad.items()) or f"{reader.outcomes['read']:,} read"
            )
            figures.append(
                Figure(f"mutated {name}: crashes, hangs, unknown errors", sum(bad.values()), "", 0, "at_most", note)
            )
    return figures


class _Reader:
    """Reads through the pool from a thread, since hypothesis knows no event loop."""

    def __init__(self, limits: ProcessingSettings) -> None:
        self._pool = ExtractionPool(limits, max_text_chars=2_000_000)
        self.outcomes: Counter[str] = Counter()

    async def __aenter__(self) -> "_Reader":
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    def fuzz(self, name: str) -> None:
        until = time.monotonic() + _FUZZED_SECONDS
        number = 0
        while time.monotonic() < until:
            number += 1

            @seed(number)
            @settings(
                deadline=None,
                database=None,
                max_examples=_AT_ONCE,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(mutated(name))
            def run(data: bytes) -> None:
                if time.monotonic() < until:
                    outcome = asyncio.run_coroutine_threadsafe(self._read(name, data), self._loop).result()
                    self.outcomes[outcome] += 1

            run()

    async def _read(self, name: str, data: bytes) -> str:
        """What became of it; with a mark in front when that should not be."""
        with capture_logs() as logs:
            try:
                await self._pool.extract(data, filename=name)
            except ExtractionFailed as failed:
                unexpected = [entry["exception"] for entry in logs if "exception" in entry]
                if failed.code in {"crashed", "timed_out", "out_of_memory"} or failed.code not in MESSAGES:
                    return f"!{failed.code}"
                return f"!{unexpected[0]}" if unexpected else failed.code
        return "read"

"""Ingest through the HTTP API against the raw encoder on the same chunks, and ingest of the same documents again."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from scripts.bench import session
from scripts.bench.corpus import make_documents
from scripts.bench.figures import Figure
from scripts.bench.server import serve

_ROUNDS = 4
_DOCUMENTS_EACH = 500


def ingest(workdir: Path) -> list[Figure]:
    """2,000 documents in four rounds; after each the bare encoder works on the same chunks, with the server at rest.

    The median of the rounds' ratios is the figure, so that a drift of the machine's speed cancels out.
    """
    ratios, firsts = [], 0.0
    chunks = 0
    with serve(workdir / "ingest") as server:
        token, _ = session.register(server.url, "ingest")
        session.add_documents(server.url, token, make_documents(8, seed=1000))  # loads the encoder
        before = session.count_chunks(server.url, token)
        raw_rates, rates = [], []
        for number in range(_ROUNDS):
            sent = make_documents(_DOCUMENTS_EACH, seed=number + 1)
            started = time.perf_counter()
            session.add_documents(server.url, token, sent)
            seconds = time.perf_counter() - started
            total = session.count_chunks(server.url, token)
            rate = (total - before) / seconds
            raw = _raw_rate(workdir / "ingest", seed=number + 1)
            chunks, before, firsts = chunks + total - before, total, firsts + seconds
            ratios.append(rate / raw)
            rates.append(rate)
            raw_rates.append(raw)
        started = time.perf_counter()
        for number in range(_ROUNDS):
            session.add_documents(server.url, token, make_documents(_DOCUMENTS_EACH, seed=number + 1))
        again = time.perf_counter() - started
    note = (
        f"{chunks} chunks at {statistics.median(rates):.1f}/s, encoder alone {statistics.median(raw_rates):.1f}/s; "
        f"rounds {', '.join(f'{ratio:.2f}' for ratio in ratios)}"
    )
    return [
        Figure("ingest of 2,000 text documents ÷ raw encoder", statistics.median(ratios), "×", 0.85, note=note),
        Figure(
            "ingest of the same documents again, times faster",
            firsts / again,
            "×",
            50,
            note=f"{firsts:.1f} s, then {again:.2f} s",
        ),
    ]


def _raw_rate(data_dir: Path, *, seed: int) -> float:
    """Texts per second of the bare encoder, in a process of its own, on the chunks of one round's documents."""
    command = [sys.executable, "-m", "scripts.bench.raw_encoder", str(data_dir), str(_DOCUMENTS_EACH), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    return float(result["texts"]) / float(result["seconds"])

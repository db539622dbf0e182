"""Ingest through the HTTP API against the raw encoder on the same chunks, and ingest of the same documents again."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.bench import session
from scripts.bench.corpus import make_documents
from scripts.bench.figures import Figure
from scripts.bench.server import serve

_DOCUMENTS = 2000


@dataclass(frozen=True, slots=True)
class RawSpeed:
    texts: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.texts / self.seconds


def ingest(workdir: Path, *, documents: int = _DOCUMENTS) -> list[Figure]:
    """Sends the documents, waits until all are searchable; then sends them again; then measures the bare encoder."""
    data_dir = workdir / "ingest"
    sent = make_documents(documents)
    with serve(data_dir) as server:
        token, _ = session.register(server.url, "ingest")
        started = time.perf_counter()
        session.add_documents(server.url, token, sent)
        first = time.perf_counter() - started
        chunks = session.count_chunks(server.url, token)
        started = time.perf_counter()
        session.add_documents(server.url, token, sent)
        again = time.perf_counter() - started
    raw = raw_speed(data_dir)
    rate = chunks / first
    note = f"{chunks} chunks at {rate:.1f}/s, encoder alone {raw.per_second:.1f}/s"
    return [
        Figure("ingest of 2,000 text documents ÷ raw encoder", rate / raw.per_second, "×", 0.85, note=note),
        Figure(
            "ingest of the same documents again, times faster",
            first / again,
            "×",
            50,
            note=f"{first:.1f} s, then {again:.2f} s",
        ),
    ]


def raw_speed(data_dir: Path) -> RawSpeed:
    """Encodes every chunk of a stopped server's library in a process of its own, nothing else running."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.raw_encoder", str(data_dir)], capture_output=True, text=True, check=True
    )
    return RawSpeed(**json.loads(done.stdout))

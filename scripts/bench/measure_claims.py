"""What the product says of claims that an abstract supports, contradicts, or says nothing of.

The claim stands as the only sentence of an answer, the abstract as its only passage (SciFact's claims).
"""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.search.models import Hit
from backend.evaluation.datasets import read_lines
from backend.rag.support import attribute
from scripts.bench.corpus import shared_data
from scripts.bench.figures import Figure
from scripts.bench.quality_answers import KeptVectors

_MATCHED = "claims: matched, of the {}"
_CONTRADICTED = "claims: contradicted, of the {}"
_NAMES = {"SUPPORT": "supported", "CONTRADICT": "contradicted", "NOT_ENOUGH_INFO": "unrelated"}
_SENTENCES = 10
_RUNS = 5


class _Counted:
    """An embedder, and the seconds that are spent in it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.model_id = embedder.model_id
        self.dimension = embedder.dimension
        self.batch_texts = embedder.batch_texts
        self.seconds = 0.0

    async def start(self) -> None:
        await self._embedder.start()

    async def embed_documents(self, texts: Any) -> Vectors:
        return await self._embedder.embed_documents(texts)

    async def embed_query(self, text: str) -> Vectors:
        return await self._embedder.embed_query(text)

    async def embed_sentences(self, texts: Any) -> Vectors:
        started = time.perf_counter()
        try:
            return await self._embedder.embed_sentences(texts)
        finally:
            self.seconds += time.perf_counter() - started

    async def close(self) -> None:
        await self._embedder.close()


def claims(workdir: Path) -> list[Figure]:
    """Shares of "matched" and "contradicted" by what is true, and what the check of one answer costs."""
    data = shared_data()
    targets = {"SUPPORT": (0.60, "at_least"), "CONTRADICT": (0.12, "at_most"), "NOT_ENOUGH_INFO": (0.05, "at_most")}
    if data is None:
        return [
            Figure(_MATCHED.format(_NAMES[label]), None, "", target, note="not measured: BIBLIOS_SHARED_DATA")
            for label, (target, _) in targets.items()
        ]
    rows = list(read_lines(data / "claims" / "rows.jsonl"))
    told, milliseconds = asyncio.run(_measured(rows, workdir))
    counts = Counter(label for label, _ in told)
    verdicts = Counter(told)
    figures = []
    for label, (target, sense) in targets.items():
        share = verdicts[label, "matched"] / counts[label]
        note = f"{counts[label]} claims"
        figures.append(Figure(_MATCHED.format(_NAMES[label]), share, "", target, sense, note))  # type: ignore[arg-type]  # one of two words
    for label, name in _NAMES.items():
        share = verdicts[label, "contradicted"] / counts[label]
        figures.append(Figure(_CONTRADICTED.format(name), share, "", note=f"{counts[label]} claims"))
    note = "ten sentences, ten passages, best of five, without embedding"
    return [*figures, Figure("claims: the check of an answer", milliseconds, "ms", 30, "at_most", note)]


async def _measured(rows: list[dict[str, Any]], folder: Path) -> tuple[list[tuple[str, str]], float]:
    embedder = KeptVectors(LocalEmbedder(folder), folder / "vectors.npz")
    await embedder.start()
    try:
        told = [(str(row["label"]), await verdict(row, embedder)) for row in rows]
        answer = " ".join(str(row["claim"]) for row in rows[:_SENTENCES])
        passages = [passage(row) for row in rows[:_SENTENCES]]
        taken = []
        for _ in range(_RUNS):
            counted = _Counted(embedder)
            started = time.perf_counter()
            await attribute(answer, passages, counted)
            taken.append(time.perf_counter() - started - counted.seconds / 2)  # two calls at a time
        return told, min(taken) * 1000
    finally:
        await embedder.close()


async def verdict(row: dict[str, Any], embedder: Embedder) -> str:
    """ "matched", "weak", "contradicted", or "none"."""
    found = await attribute(str(row["claim"]), [passage(row)], embedder)
    return found[0].support if found else "none"


def passage(row: dict[str, Any]) -> Hit:
    """The abstract of a row."""
    text, name = " ".join(map(str.strip, row["sentences"])), str(row["doc"])
    return Hit(
        document_id=name,
        external_id=name,
        title=str(row["title"]),
        url=None,
        source="upload",
        kind="text",
        version=1,
        start=0,
        end=len(text),
        text=text,
        score=1.0,
        modified_at=datetime.now(UTC),
    )

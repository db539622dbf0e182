"""What a caller's own words are found like beside the documents of others: how fast, and whether alike.

Embedded word index alone, since it is what counts words; ADR 0211 has the figures of the whole search.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import Filters, IndexEntry, IndexHit
from scripts.bench.corpus import make_documents, make_queries
from scripts.bench.figures import Figure

_OWN = 5_000
_QUESTIONS = 400
_WARMED_UP = 50
_CANDIDATES = 100
_AT_ONCE = 1_000
_MINE, _OTHERS = frozenset({"user:me"}), frozenset({"user:other"})


def beside(workdir: Path, *, foreign: int = 5_000) -> list[Figure]:
    """400 questions over 5,000 chunks alone, and again beside so many of somebody else."""
    alone, beside_others, alike = asyncio.run(_measure(workdir / f"foreign-{foreign}", foreign))
    where = f"{_OWN // 1000}k own chunks beside {foreign // 1000}k of others"
    return [
        Figure(f"same hits by words, {where}", alike, "", 1.0, note=f"{_QUESTIONS} questions, order and scores too"),
        Figure(f"search by words p95, {where}", beside_others, "ms", note=f"alone {alone:.1f} ms"),
    ]


async def _measure(folder: Path, foreign: int) -> tuple[float, float, float]:
    """The p95 in ms alone and beside others, and the share of questions with the same hits."""
    index = TantivyIndex(folder)
    await _add(index, _OWN, _MINE, seed=1)
    alone, first = await _ask(index)
    await _add(index, foreign, _OTHERS, seed=2)
    beside_others, second = await _ask(index)
    await index.close()
    alike = sum(one == other for one, other in zip(first, second, strict=True)) / _QUESTIONS
    return alone, beside_others, alike


async def _add(index: TantivyIndex, count: int, access: frozenset[str], *, seed: int) -> None:
    vector = np.zeros(1, np.float32)
    documents = make_documents(count, seed=seed, sentences_each=6)
    for start in range(0, count, _AT_ONCE):
        await index.upsert(
            [
                IndexEntry(
                    f"{seed}.{one.external_id}", f"{seed}.{one.external_id}", one.title, one.text, vector, access,
                    "upload", "text", 0.0, language="en",
                )
                for one in documents[start : start + _AT_ONCE]
            ]
        )  # fmt: skip


async def _ask(index: TantivyIndex) -> tuple[float, list[Sequence[IndexHit]]]:
    taken: list[float] = []
    found: list[Sequence[IndexHit]] = []
    for number, query in enumerate([*make_queries(_WARMED_UP, seed=5), *make_queries(_QUESTIONS, seed=6)]):
        started = time.perf_counter()
        hits = await index.search(query, limit=_CANDIDATES, principals=_MINE, filters=Filters())
        if number >= _WARMED_UP:
            taken.append(time.perf_counter() - started)
            found.append(hits)
    return float(np.percentile(taken, 95)) * 1000, found

"""Retrieval quality on a collection of corpus, queries and qrels, through the product's own parts, without a server.

Documents are chunked, embedded and indexed as the product does it, and searched by `SearchService`. For finding out
what a change of ranking gives: vectors are kept under `cache_dir` by model and text, so that a second run is quick.

    python -m scripts.bench.quality_retrieval ../shared/data/scifact --cache /tmp/vectors
"""

import argparse
import asyncio
import hashlib
import json
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from backend.access import WORKSPACE, Caller
from backend.embedding.indexing.embedded_text import embedded_text
from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.registry import create_embedder
from backend.embedding.search.hydration import ChunkRow, DocumentHead
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import Filters, IndexEntry
from backend.embedding.search.service import SearchService
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.extraction.chunkers import chunk
from backend.settings import Settings

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_BATCH = 512
_ACCESS = frozenset({WORKSPACE})


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents as {_id, title?, text}, questions by id, and which documents answer each (grade above 0)."""

    documents: Sequence[Mapping[str, str]]
    questions: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]


class HeldChunks:
    """A `ChunkSource` in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, ChunkRow] = {}
        self._heads: dict[str, DocumentHead] = {}
        self._texts: dict[str, str] = {}

    def add(self, document_id: str, title: str, text: str) -> list[ChunkRow]:
        self._texts[document_id] = text
        self._heads[document_id] = DocumentHead(
            document_id, document_id, title, None, "files", "text", 1, _ACCESS, _EPOCH, language="en"
        )
        rows = [
            ChunkRow(
                f"{document_id}.1.{number}", document_id, 1, number, span.start, span.end, text[span.start : span.end]
            )
            for number, span in enumerate(chunk(text))
        ]
        self.rows.update({row.chunk_id: row for row in rows})
        return rows

    def title(self, document_id: str) -> str:
        return self._heads[document_id].title

    async def load(
        self, chunk_ids: Sequence[str], document_ids: Sequence[str]
    ) -> tuple[Mapping[str, ChunkRow], Mapping[str, DocumentHead]]:
        return {name: self.rows[name] for name in chunk_ids if name in self.rows}, await self.heads(document_ids)

    async def heads(self, document_ids: Sequence[str]) -> Mapping[str, DocumentHead]:
        return {name: self._heads[name] for name in document_ids}

    async def copies(self, heads: Sequence[DocumentHead], *, caller: Caller) -> Sequence[DocumentHead]:
        return ()

    async def passage(self, document_id: str, version: int, start: int, end: int) -> str | None:
        return self._texts[document_id][start:end]


def read_collection(folder: Path) -> Collection:
    """Reads `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` as BEIR lays them out."""
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(question, set()).add(document)
    questions = {item["_id"]: item["text"] for item in _lines(folder / "queries.jsonl")}
    return Collection(
        list(_lines(folder / "corpus.jsonl")),
        {name: text for name, text in questions.items() if name in relevant},
        {name: frozenset(documents) for name, documents in relevant.items()},
    )


def ndcg(ranked: Sequence[str], relevant: frozenset[str], *, at: int = 10) -> float:
    """Normalised discounted cumulative gain with binary grades (Järvelin and Kekäläinen 2002)."""
    gained = sum(1 / math.log2(place + 2) for place, name in enumerate(ranked[:at]) if name in relevant)
    best = sum(1 / math.log2(place + 2) for place in range(min(at, len(relevant))))
    return gained / best if best else 0.0


async def measure_async(dataset_dir: Path, *, embedder: Embedder, cache_dir: Path | None = None) -> dict[str, Any]:
    """See `measure`."""
    collection = read_collection(dataset_dir)
    chunks = HeldChunks()
    rows = [
        row for item in collection.documents for row in chunks.add(item["_id"], item.get("title", ""), item["text"])
    ]
    texts = [embedded_text(chunks.title(row.document_id), row.text) for row in rows]
    vectors = await _embedded(texts, embedder, cache_dir)
    with tempfile.TemporaryDirectory() as folder:
        store = FaissVectorStore(
            Path(folder), model_id=embedder.model_id, dimension=embedder.dimension, ivf_from=300_000
        )
        lexical = TantivyIndex(Path(folder) / "lexical")
        entries = [
            IndexEntry(
                row.chunk_id,
                row.document_id,
                chunks.title(row.document_id),
                row.text,
                vector,
                _ACCESS,
                "files",
                "text",
                _EPOCH.timestamp(),
                language="en",
            )
            for row, vector in zip(rows, vectors, strict=True)
        ]
        for start in range(0, len(entries), _BATCH):
            await asyncio.gather(
                store.upsert(entries[start : start + _BATCH]), lexical.upsert(entries[start : start + _BATCH])
            )
        service = SearchService(
            embedder=embedder, vector_store=store, lexical=lexical, chunks=chunks, settings=Settings().search
        )
        caller = Caller.of("reader")
        scores: dict[str, list[float]] = {"hybrid": [], "semantic": [], "lexical": []}
        recall: list[float] = []
        for name, question in collection.questions.items():
            relevant = collection.relevant[name]
            found = await service.search(caller, question, limit=10)
            scores["hybrid"].append(ndcg([hit.document_id for hit in found.hits], relevant))
            vector = await embedder.embed_query(question)
            near = await store.search(vector, limit=100, principals=_ACCESS, filters=Filters())
            words = await lexical.search(question, limit=100, principals=_ACCESS, filters=Filters())
            scores["semantic"].append(ndcg(list(dict.fromkeys(hit.document_id for hit in near)), relevant))
            scores["lexical"].append(ndcg(list(dict.fromkeys(hit.document_id for hit in words)), relevant))
            exact = {rows[place].chunk_id for place in np.argsort(-(vectors @ vector), kind="stable")[:10]}
            recall.append(len(exact & {hit.chunk_id for hit in near[:10]}) / len(exact))
        await asyncio.gather(store.close(), lexical.close())
    return {
        "collection": dataset_dir.name,
        "documents": len(collection.documents),
        "chunks": len(rows),
        "questions": len(collection.questions),
        "ndcg_at_10": float(np.mean(scores["hybrid"])),
        "ndcg_at_10_semantic": float(np.mean(scores["semantic"])),
        "ndcg_at_10_lexical": float(np.mean(scores["lexical"])),
        "vector_recall_at_10": float(np.mean(recall)),
    }


def measure(
    dataset_dir: Path,
    *,
    create: Callable[[], Embedder] = lambda: create_embedder(Settings()),
    cache_dir: Path | None = None,
) -> dict[str, Any]:
    """nDCG@10 of the hybrid search and of each leg, and recall@10 of the vector leg against exact float search.

    Takes a minute for each 4,000 chunks at first; vectors are read from `cache_dir` afterwards.
    """

    async def run() -> dict[str, Any]:
        embedder = create()
        await embedder.start()
        try:
            return await measure_async(dataset_dir, embedder=embedder, cache_dir=cache_dir)
        finally:
            await embedder.close()

    return asyncio.run(run())


async def _embedded(texts: Sequence[str], embedder: Embedder, cache_dir: Path | None) -> Vectors:
    digest = hashlib.sha256("\x1e".join([embedder.model_id, *texts]).encode("utf-8", "replace")).hexdigest()[:24]
    path = cache_dir / f"{digest}.npy" if cache_dir else None
    if path and path.exists():
        kept: Vectors = np.load(path)
        return kept
    parts = [await embedder.embed_documents(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
    vectors = np.concatenate(parts)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors)
    return vectors


def _lines(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, help="where vectors are kept between runs")
    arguments = parser.parse_args()
    for folder in arguments.folders:
        print(json.dumps(measure(folder, cache_dir=arguments.cache)))


if __name__ == "__main__":
    main()

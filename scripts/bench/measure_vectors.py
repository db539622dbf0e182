"""Recall of the vector leg against an exact search over the float vectors."""

import asyncio
from pathlib import Path

import numpy as np

from backend.embedding.models.local import LocalEmbedder
from backend.embedding.search.models import Filters, IndexEntry
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.settings import VectorSettings
from scripts.bench.corpus import make_queries
from scripts.bench.figures import Figure
from scripts.bench.large_library import sentence_pool

_QUERIES = 300
_TOP = 10
_EVERYBODY = frozenset({"workspace"})


def recall(workdir: Path) -> list[Figure]:
    """Over real sentence vectors: how many of the exact ten nearest the store finds."""
    value, count = asyncio.run(_recall(workdir))
    note = f"{count} vectors, {_QUERIES} queries"
    return [Figure("recall@10 of the vector leg against exact float search", value, "", 0.99, note=note)]


async def _recall(workdir: Path) -> tuple[float, int]:
    embedder = LocalEmbedder(workdir)
    await embedder.start()
    vectors = await embedder.embed_documents(sentence_pool())
    queries = await embedder.embed_sentences(make_queries(_QUERIES, seed=55))
    await embedder.close()
    store = FaissVectorStore(
        workdir / "vectors",
        model_id=embedder.model_id,
        dimension=embedder.dimension,
        ivf_from=VectorSettings().ivf_from,
    )
    await store.upsert([_entry(number, vector) for number, vector in enumerate(vectors)])
    found = 0
    for query in queries:
        exact = set(np.argsort(-(vectors @ query))[:_TOP].tolist())
        hits = await store.search(query, limit=_TOP, principals=_EVERYBODY, filters=Filters())
        found += len(exact.intersection(int(hit.chunk_id) for hit in hits))
    await store.close()
    return found / (_TOP * len(queries)), len(vectors)


def _entry(number: int, vector: np.ndarray) -> IndexEntry:
    return IndexEntry(
        chunk_id=str(number),
        document_id=str(number),
        title="",
        text="",
        vector=vector,
        access=_EVERYBODY,
        source="bench",
        kind="text",
        modified_at=0.0,
    )

"""Libraries of 10k to 100k chunks in minutes instead of half an hour: the vectors are composed, not encoded.

A chunk is made of known sentences, so its vector is taken as the mean of theirs plus a little noise, and put into the
embedding cache under the chunk's own hash. Everything else is real: the documents go in through the HTTP API and are
chunked, stored and indexed as always; they only find their vectors in the cache. Search then works on vectors that lie
like real ones.
"""

import asyncio
import re
from pathlib import Path

import numpy as np

from backend.db.sqlite import SqliteDatabase
from backend.documents.models import Kind
from backend.embedding.cache import EmbeddingCache
from backend.embedding.indexing.embedded_text import chunk_hash
from backend.embedding.models.base import Vectors
from backend.embedding.models.local import LocalEmbedder
from backend.extraction.chunkers import chunk
from scripts.bench.corpus import TextDocument, sentences

POOL_SENTENCES = 3000
_NOISE = 0.25
_SLICE = 5000
_WORDS = re.compile(r"[^.]{20,}\.")


def sentence_pool() -> list[str]:
    """The sentences that large libraries are made of."""
    return sentences()[:POOL_SENTENCES]


def prefill_vectors(data_dir: Path, documents: list[TextDocument]) -> int:
    """Puts a vector for every chunk of these documents into a stopped server's cache; returns how many."""
    data_dir.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_prefill(data_dir, documents))


async def _prefill(data_dir: Path, documents: list[TextDocument]) -> int:
    embedder = LocalEmbedder(data_dir)
    await embedder.start()
    pool = sentence_pool()
    known = await embedder.embed_documents(pool)
    await embedder.close()
    by_start = {_key(sentence): vector for sentence, vector in zip(pool, known, strict=True)}
    rng = np.random.default_rng(7)
    database = await SqliteDatabase.open(data_dir)
    cache = EmbeddingCache(database)
    await cache.prepare()
    count = 0
    vectors: dict[str, Vectors] = {}
    for document in documents:
        for span in chunk(document.text, (), kind=Kind.text, strategy="auto", max_chars=800, overlap_chars=160):
            text = document.text[span.start : span.end]
            vectors[chunk_hash(document.title, text)] = _compose(text, by_start, rng)
        if len(vectors) >= _SLICE:
            await cache.put(embedder.model_id, vectors)
            count += len(vectors)
            vectors = {}
    await cache.put(embedder.model_id, vectors)
    await database.close()
    return count + len(vectors)


def _key(sentence: str) -> str:
    return sentence[:40]


def _compose(text: str, by_start: dict[str, Vectors], rng: np.random.Generator) -> Vectors:
    flat = text.replace("\n\n", " ")
    parts = [by_start[key] for match in _WORDS.finditer(flat) if (key := _key(match.group().strip())) in by_start]
    dimension = next(iter(by_start.values())).shape[0]
    noise = rng.standard_normal((dimension,), dtype=np.float32)
    noise /= np.linalg.norm(noise)
    vector: Vectors = np.asarray(noise * _NOISE, dtype=np.float32)
    if parts:
        vector += np.stack(parts).mean(axis=0)
    vector /= np.linalg.norm(vector)
    return vector

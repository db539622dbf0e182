"""Random histories of writes: the faiss store shows everyone exactly what the plain in-memory store shows them."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.embedding.search.models import Filters
from backend.embedding.vector_store.base import VectorStore
from backend.embedding.vector_store.faiss import FaissVectorStore
from tests.support.indexes import MemoryVectorStore
from tests.support.search import DIMENSION, entry, unit_vectors

VECTORS = unit_vectors(8)
DOCUMENTS = ["d0", "d1", "d2", "d3"]
PRINCIPALS = ["user:ann", "user:ben", "group:x"]
ACCESS = st.frozensets(st.sampled_from(PRINCIPALS))
TAGS = st.frozensets(st.sampled_from(["t", "u"]))

UPSERT = st.tuples(
    st.just("upsert"),
    st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.integers(0, 3), st.integers(0, 7)), min_size=1, max_size=6),
    ACCESS,
    TAGS,
)
DELETE_DOCUMENT = st.tuples(st.just("delete_document"), st.sampled_from(DOCUMENTS))
DELETE_CHUNK = st.tuples(st.just("delete_chunk"), st.sampled_from(DOCUMENTS), st.integers(0, 3))
SET_ACCESS = st.tuples(st.just("set_access"), st.sampled_from(DOCUMENTS), ACCESS)
REOPEN = st.tuples(st.just("reopen"))
HISTORY = st.lists(st.one_of(UPSERT, UPSERT, DELETE_DOCUMENT, DELETE_CHUNK, SET_ACCESS, REOPEN), max_size=20)


def open_store(folder: str) -> FaissVectorStore:
    return FaissVectorStore(Path(folder), model_id="m", dimension=DIMENSION, ivf_from=300_000)


async def apply(store: VectorStore, operation: tuple[Any, ...]) -> None:
    match operation:
        case ("upsert", chunks, access, tags):
            # A document's fields are one: all its chunks carry the same access and tags.
            for document in {document for document, _, _ in chunks}:
                await store.set_access_many({document: access})
            await store.upsert(
                [
                    entry(f"{document}.1.{number}", vector=VECTORS[place], access=access, tags=tags)
                    for document, number, place in chunks
                ]
            )
        case ("delete_document", document):
            await store.delete_documents([document])
        case ("delete_chunk", document, number):
            await store.delete_chunks([f"{document}.1.{number}"])
        case ("set_access", document, access):
            await store.set_access_many({document: access})


async def shown(store: VectorStore) -> dict[tuple[str, ...], list[tuple[str, float]]]:
    """What each set of principals sees, in a settled order."""
    answers = {}
    for held in (("user:ann",), ("user:ben", "group:x"), tuple(PRINCIPALS), ("user:eve",)):
        hits = await store.search(VECTORS[0], limit=50, principals=frozenset(held), filters=Filters())
        answers[held] = sorted((hit.chunk_id, hit.score) for hit in hits)
    return answers


@given(HISTORY)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_of_writes_shows_everyone_the_same(history: list[tuple[Any, ...]]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            plain, store = MemoryVectorStore(), open_store(folder)
            for seq, operation in enumerate(history, 1):
                if operation == ("reopen",):
                    await store.save(seq)
                    await store.close()
                    store = open_store(folder)
                    assert store.last_seq == seq
                await apply(plain, operation)
                await apply(store, operation)
            expected, actual = await shown(plain), await shown(store)
            assert expected.keys() == actual.keys()
            for held, hits in expected.items():
                assert [name for name, _ in actual[held]] == [name for name, _ in hits]
                assert [score for _, score in actual[held]] == pytest.approx([score for _, score in hits], abs=2e-3)
            assert await store.count() == await plain.count()
            await store.close()

    asyncio.run(run())

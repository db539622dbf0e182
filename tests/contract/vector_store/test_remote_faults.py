"""Stores on a server: refusals, silence and wrong answers at the wire."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from backend.embedding.search.models import Filters
from backend.embedding.search.refusal import DocumentRefused
from backend.embedding.vector_store.chroma import ChromaVectorStore
from backend.embedding.vector_store.pinecone import PineconeVectorStore
from backend.errors import InvalidInput, Unavailable
from tests.support.pinecone_server import KEY, PineconeIndex, pinecone_server
from tests.support.search import ANN, BEN, DIMENSION, axis, entry

NONE = Filters()


@pytest.fixture
async def index() -> AsyncIterator[PineconeIndex]:
    async with pinecone_server(DIMENSION) as served:
        yield served


def open_store(index: PineconeIndex, *, key: str = KEY, dimension: int = DIMENSION) -> PineconeVectorStore:
    return PineconeVectorStore(index.url, api_key=key, model_id="m", dimension=dimension, timeout_seconds=5)


@pytest.mark.parametrize("fault", [(503, {"message": "busy"}), (429, {"message": "slow down"}), (0, {})])
async def test_what_may_pass_is_tried_again(index: PineconeIndex, fault: tuple[int, dict[str, str]]) -> None:
    store = open_store(index)
    index.faults = [fault, fault]
    await store.upsert([entry("d1.1.0")])
    assert [hit.chunk_id for hit in await store.search(axis(0), limit=5, principals=ANN, filters=NONE)] == ["d1.1.0"]
    await store.close()


async def test_a_server_that_stays_down_is_named_after_three_tries(index: PineconeIndex) -> None:
    store = open_store(index)
    index.faults = [(503, {})] * 3
    with pytest.raises(Unavailable, match="does not answer") as caught:
        await store.ping()
    assert caught.value.dependency == "vector_store"
    assert index.faults == []
    await store.close()


async def test_a_wrong_key_says_which_setting_and_is_not_tried_again(index: PineconeIndex) -> None:
    store = open_store(index, key="wrong")
    with pytest.raises(Unavailable, match="BIBLIOS_VECTOR_API_KEY"):
        await store.ping()
    assert len(index.requests) == 1
    await store.close()


async def test_an_index_of_another_dimension_says_so(index: PineconeIndex) -> None:
    store = open_store(index, dimension=48)
    with pytest.raises(Unavailable, match="dimension"):
        await store.upsert([entry("d1.1.0", vector=axis(0, dimension=48))])
    await store.close()


MANY = frozenset(f"email:person-{n:04}@a-rather-long-name.example.com" for n in range(1_000))


async def test_a_list_longer_than_the_index_holds_is_the_documents_matter(index: PineconeIndex) -> None:
    store = open_store(index)
    await store.upsert([entry("d1.1.0"), entry("d2.1.0")])
    with pytest.raises(DocumentRefused) as caught:
        await store.upsert([entry(f"d{n}.2.0", access=MANY if n == 5 else ANN) for n in range(9)])
    assert "BIBLIOS_" not in caught.value.message
    with pytest.raises(DocumentRefused):
        await store.set_access_many({"d1": BEN, "d2": MANY})
    await store.set_access_many({"d1": BEN})
    await store.close()


async def test_a_request_that_is_too_large_goes_in_parts(index: PineconeIndex) -> None:
    store = open_store(index)
    index.faults = [(400, {"message": "message length too large: found 3145728 bytes, the limit is 2097152 bytes"})]
    await store.upsert([entry(f"d{n}.1.0") for n in range(9)])
    assert await store.count() == 9
    await store.close()


async def test_a_refused_question_is_not_a_documents_matter(index: PineconeIndex) -> None:
    store = open_store(index)
    index.faults = [(400, {"message": "no such operator"})]
    with pytest.raises(Unavailable):
        await store.search(axis(0), limit=5, principals=ANN, filters=NONE)
    await store.close()


async def test_what_chroma_refuses_to_hold_is_the_documents_matter() -> None:
    errors = pytest.importorskip("chromadb.errors", reason="the extra `chroma` is not installed")

    class Refuses:
        async def call(self, method: str, **arguments: object) -> object:
            raise errors.InvalidArgumentError("too large")

        async def recreate(self) -> None: ...
        async def heartbeat(self) -> None: ...
        async def close(self) -> None: ...

    async def connect() -> Refuses:
        return Refuses()

    store = ChromaVectorStore(connect, dimension=DIMENSION, timeout_seconds=2)
    with pytest.raises(DocumentRefused):
        await store.upsert([entry("d1.1.0")])
    with pytest.raises(Unavailable):
        await store.count()


async def test_a_store_that_ignores_the_filter_leads_to_no_unchecked_hit(index: PineconeIndex) -> None:
    store = open_store(index)
    await store.upsert([entry("ann.1.0", access=ANN), entry("ben.1.0", access=BEN, kind="pdf")])
    index.ignores_filters = True
    for filters in (NONE, Filters(kinds=frozenset({"text"}))):
        hits = await store.search(axis(0), limit=1, principals=ANN, filters=filters)
        assert {hit.chunk_id for hit in hits} <= {"ann.1.0"}
    assert await store.search(axis(0), limit=5, principals=ANN, filters=Filters(kinds=frozenset({"pdf"}))) == []
    await store.close()


async def test_a_hit_without_access_beside_it_is_nobodys(index: PineconeIndex) -> None:
    store = open_store(index)
    await store.upsert([entry("d1.1.0")])
    for namespace in index.namespaces.values():
        del namespace["d1.1.0"]["metadata"]["access"]
    assert await store.search(axis(0), limit=5, principals=ANN, filters=NONE) == []
    await store.close()


async def test_a_document_id_that_begins_another_one_is_told_apart(index: PineconeIndex) -> None:
    store = open_store(index)
    await store.upsert([entry("d.1.0", document_id="d"), entry("d.x.1.0", document_id="d.x")])
    await store.set_access_many({"d": BEN})
    await store.delete_documents(["d"])
    hits = await store.search(axis(0), limit=5, principals=ANN | BEN, filters=NONE)
    assert [hit.document_id for hit in hits] == ["d.x"]
    await store.close()


async def test_a_document_of_many_chunks_changes_access_and_goes_as_a_whole(index: PineconeIndex) -> None:
    store = open_store(index)
    await store.upsert([entry(f"d.1.{n}", vector=np.ones(DIMENSION, np.float32)) for n in range(250)])
    await store.set_access_many({"d": BEN})
    assert await store.search(axis(0), limit=300, principals=ANN, filters=NONE) == []
    assert len(await store.search(axis(0), limit=300, principals=BEN, filters=NONE)) == 250
    await store.delete_documents(["d"])
    assert await store.count() == 0
    await store.close()


async def test_a_silent_server_costs_the_time_limit_and_no_more() -> None:
    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    store = PineconeVectorStore(
        f"http://127.0.0.1:{port}", api_key=KEY, model_id="m", dimension=DIMENSION, timeout_seconds=0.2
    )
    async with asyncio.timeout(60):  # the server would wait for ever
        with pytest.raises(Unavailable, match="does not answer"):
            await store.search(axis(0), limit=5, principals=ANN, filters=NONE)
    await store.close()
    server.close()


async def test_a_chroma_server_that_is_not_there_is_named() -> None:
    pytest.importorskip("chromadb", reason="the extra `chroma` is not installed")
    store = ChromaVectorStore.on_server(
        "http://127.0.0.1:9", token="", collection="c", model_id="m", dimension=DIMENSION, timeout_seconds=2
    )
    with pytest.raises(Unavailable, match="Chroma"):
        await store.search(axis(0), limit=5, principals=ANN, filters=NONE)
    with pytest.raises(Unavailable, match="Chroma"):
        await store.ping()
    await store.close()


def test_settings_that_cannot_work_are_refused_with_the_variable_to_set() -> None:
    with pytest.raises(InvalidInput, match="BIBLIOS_VECTOR_API_KEY"):
        PineconeVectorStore("https://host", api_key="", model_id="m", dimension=3, timeout_seconds=1)
    with pytest.raises(InvalidInput, match="BIBLIOS_VECTOR_URL"):
        PineconeVectorStore("", api_key="k", model_id="m", dimension=3, timeout_seconds=1)
    with pytest.raises(InvalidInput, match="BIBLIOS_VECTOR_URL"):
        ChromaVectorStore.on_server("", token="", collection="c", model_id="m", dimension=3, timeout_seconds=1)

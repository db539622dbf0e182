"""The vector stores under test: how each is opened, and opened again over the same data."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from backend.embedding.vector_store.base import VectorStore
from backend.embedding.vector_store.chroma import ChromaVectorStore
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.embedding.vector_store.pinecone import PineconeVectorStore
from tests.support.chroma_server import chroma_server
from tests.support.indexes import MemoryVectorStore
from tests.support.pinecone_server import KEY, PineconeIndex, pinecone_server
from tests.support.search import DIMENSION


class Opener(Protocol):
    """Opens the store; twice: over the same data."""

    async def __call__(self, *, model_id: str = "model-a", dimension: int = DIMENSION) -> VectorStore: ...


@dataclass(frozen=True)
class Backend:
    """`durable`: what was written is there when the store is opened again, without `save`.

    `recall` is the least for directions without any structure, the hardest case for an approximate search.
    """

    name: str
    environment: Callable[[Path], AbstractAsyncContextManager[Opener]]
    durable: bool = False
    recall: float = 0.99


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Opener]:
    async def open_store(*, model_id: str = "model-a", dimension: int = DIMENSION) -> VectorStore:
        return MemoryVectorStore()

    yield open_store


def _faiss(ivf_from: int) -> Callable[[Path], AbstractAsyncContextManager[Opener]]:
    @asynccontextmanager
    async def environment(folder: Path) -> AsyncIterator[Opener]:
        async def open_store(*, model_id: str = "model-a", dimension: int = DIMENSION) -> VectorStore:
            return FaissVectorStore(folder, model_id=model_id, dimension=dimension, ivf_from=ivf_from)

        yield open_store

    return environment


@asynccontextmanager
async def _chroma(folder: Path) -> AsyncIterator[Opener]:
    pytest.importorskip("chromadb", reason="the extra `chroma` is not installed")

    async def open_store(*, model_id: str = "model-a", dimension: int = DIMENSION) -> VectorStore:
        return ChromaVectorStore.in_process(
            folder, collection="test", model_id=model_id, dimension=dimension, timeout_seconds=20
        )

    yield open_store


@asynccontextmanager
async def _chroma_server(folder: Path) -> AsyncIterator[Opener]:
    pytest.importorskip("chromadb", reason="the extra `chroma` is not installed")
    url = chroma_server()
    collection = f"test-{uuid.uuid4().hex[:12]}"

    async def open_store(*, model_id: str = "model-a", dimension: int = DIMENSION) -> VectorStore:
        return ChromaVectorStore.on_server(
            url, token="", collection=collection, model_id=model_id, dimension=dimension, timeout_seconds=20
        )

    yield open_store


@asynccontextmanager
async def _pinecone(folder: Path) -> AsyncIterator[Opener]:
    async with AsyncExitStack() as stack:
        indexes: dict[int, PineconeIndex] = {}

        async def open_store(*, model_id: str = "model-a", dimension: int = DIMENSION) -> VectorStore:
            if dimension not in indexes:
                indexes[dimension] = await stack.enter_async_context(pinecone_server(dimension))
            return PineconeVectorStore(
                indexes[dimension].url, api_key=KEY, model_id=model_id, dimension=dimension, timeout_seconds=20
            )

        yield open_store


class _Settled(PineconeVectorStore):
    """Waits after each write, since the service shows it some seconds later."""

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await super()._post(path, body)
        if path in {"/vectors/upsert", "/vectors/delete"}:
            await asyncio.sleep(_SETTLE_SECONDS)
        return answer


@asynccontextmanager
async def _pinecone_service(folder: Path) -> AsyncIterator[Opener]:
    key, host = os.environ["BIBLIOS_TEST_PINECONE_API_KEY"], os.environ["BIBLIOS_TEST_PINECONE_HOST"]
    run = uuid.uuid4().hex[:8]

    async def open_store(*, model_id: str = "model-a", dimension: int = DIMENSION) -> VectorStore:
        if dimension != DIMENSION:
            pytest.skip(f"the index at Pinecone has the dimension {DIMENSION}")
        return _Settled(host, api_key=key, model_id=f"{run}-{model_id}", dimension=dimension, timeout_seconds=20)

    yield open_store


_SETTLE_SECONDS = 8

BACKENDS = [
    Backend("memory", _memory),
    Backend("faiss", _faiss(ivf_from=300_000)),
    Backend("faiss-cells", _faiss(ivf_from=100), recall=0.85),
    Backend("chroma", _chroma, durable=True, recall=0.95),
    Backend("chroma-server", _chroma_server, durable=True, recall=0.95),
    Backend("pinecone", _pinecone, durable=True),
    # The service itself, where an index is named (metric cosine, dimension 32).
    *(
        [Backend("pinecone-service", _pinecone_service, durable=True)]
        if os.environ.get("BIBLIOS_TEST_PINECONE_API_KEY")
        else []
    ),
]

"""Chroma as vector store, in this process or on a server. Needs the extra `chroma`; the only file that imports it.

Each embedding model has a Chroma collection of its own. Absent values are written as empty strings, since an upsert in
Chroma keeps the metadata that it does not name, and since Chroma refuses empty lists.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import numpy as np

from backend.documents.paths import folder_term
from backend.embedding.models.base import Vectors
from backend.embedding.search.document_table import DocumentFields
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit
from backend.embedding.search.refusal import DocumentRefused
from backend.embedding.vector_store import remote
from backend.embedding.vector_store.calls import Transient, call
from backend.embedding.vector_store.config import CHROMA
from backend.errors import InvalidInput, Unavailable

_NAME = "Chroma"
_IN_PROCESS_THREADS = 2
_WRITES = {"upsert", "update"}


class _ArgumentRefused(Unavailable):
    """What was handed over is refused, and would be again."""


class _Collection(Protocol):
    """Chroma's collection, with every call awaited."""

    async def call(self, method: str, **arguments: Any) -> Any: ...
    async def recreate(self) -> None:
        """Drops everything in it."""
        ...

    async def heartbeat(self) -> None: ...
    async def close(self) -> None: ...


class ChromaVectorStore:
    """A `VectorStore`; opened at the first call."""

    def __init__(
        self, connect: Callable[[], Awaitable[_Collection]], *, dimension: int, timeout_seconds: float
    ) -> None:
        self._connect = connect
        self._dimension = dimension
        self._timeout_seconds = timeout_seconds
        self._connecting = asyncio.Lock()
        self._connected: _Collection | None = None
        self._ef_search = CHROMA.ef_search

    @classmethod
    def in_process(
        cls, folder: Path, *, collection: str, model_id: str, dimension: int, timeout_seconds: float
    ) -> "ChromaVectorStore":
        """Chroma's files in `folder`; exactly this process may open them."""
        chromadb = _chromadb()
        name = remote.index_name(collection, model_id=model_id, dimension=dimension)
        return cls(
            lambda: _InProcess.open(chromadb, folder, name), dimension=dimension, timeout_seconds=timeout_seconds
        )

    @classmethod
    def on_server(
        cls, url: str, *, token: str, collection: str, model_id: str, dimension: int, timeout_seconds: float
    ) -> "ChromaVectorStore":
        """A Chroma server, e.g. ``http://localhost:8000``; `token` goes as a bearer token if it is set."""
        chromadb = _chromadb()
        if urlsplit(url).hostname is None:
            raise InvalidInput(
                "The Chroma server's address is not set, or is none.",
                hint="BIBLIOS_VECTOR_URL must be the Chroma server's address, e.g. http://localhost:8000",
            )
        name = remote.index_name(collection, model_id=model_id, dimension=dimension)
        return cls(
            lambda: _OnServer.open(chromadb, url, token, name), dimension=dimension, timeout_seconds=timeout_seconds
        )

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        latest = remote.last_of_each(entries)
        for start in range(0, len(latest), CHROMA.batch):
            batch = latest[start : start + CHROMA.batch]
            await self._call(
                "upsert",
                ids=[entry.chunk_id for entry in batch],
                embeddings=np.asarray([entry.vector for entry in batch], np.float32),
                metadatas=[_written(DocumentFields.of(entry)) for entry in batch],
            )

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        for start in range(0, len(document_ids), CHROMA.batch):
            await self._call("delete", where={"document_id": {"$in": list(document_ids[start : start + CHROMA.batch])}})

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        for start in range(0, len(chunk_ids), CHROMA.batch):
            await self._call("delete", ids=list(chunk_ids[start : start + CHROMA.batch]))

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        written = {document_id: {"access": sorted(access) or [""]} for document_id, access in changes.items()}
        for document_id in written.keys() & paths.keys():
            written[document_id] |= _place(paths[document_id])
        document_ids = list(written)
        for start in range(0, len(document_ids), CHROMA.batch):
            where = {"document_id": {"$in": document_ids[start : start + CHROMA.batch]}}
            found = await self._call("get", where=where, include=["metadatas"])
            metadatas = [written[metadata["document_id"]] for metadata in found["metadatas"]]
            for first in range(0, len(metadatas), CHROMA.batch):
                part = slice(first, first + CHROMA.batch)
                await self._call("update", ids=found["ids"][part], metadatas=metadatas[part])

    async def search(
        self, vector: Vectors, *, limit: int, principals: frozenset[str], filters: Filters
    ) -> list[IndexHit]:
        where = _restriction(principals - {""}, filters)

        async def ask(count: int, *, restricted: bool) -> list[remote.Candidate]:
            return await self._enough(vector, count, where if restricted else None)

        return await remote.search_checked(
            ask, limit=limit, overfetch=CHROMA.overfetch, principals=principals - {""}, filters=filters
        )

    async def count(self) -> int:
        return int(await self._call("count"))

    async def clear(self) -> None:
        collection = await self._collection()
        await self._guarded(collection.recreate)

    async def ping(self) -> None:
        """Errors: `Unavailable`."""
        collection = await self._collection()
        await self._guarded(collection.heartbeat)

    async def close(self) -> None:
        if self._connected is not None:
            await self._connected.close()
            self._connected = None

    async def _nearest(self, vector: Vectors, count: int, where: dict[str, Any] | None) -> list[remote.Candidate]:
        answer = await self._call(
            "query", query_embeddings=[vector], n_results=count, where=where, include=["metadatas", "distances"]
        )
        return [
            remote.Candidate(chunk_id, 1 - float(distance), _read(metadata))
            for chunk_id, distance, metadata in zip(
                answer["ids"][0], answer["distances"][0], answer["metadatas"][0], strict=True
            )
        ]

    async def _enough(self, vector: Vectors, count: int, where: dict[str, Any] | None) -> list[remote.Candidate]:
        """The query walks the graph past what may not be seen; it is given more room until enough came back.

        Also without a restriction: among chunks that are alike the graph does not lead to all of them.
        """
        found = await self._nearest(vector, count, where)
        if len(found) >= count:
            return found
        there = len((await self._call("get", where=where, limit=count, include=[]))["ids"])
        while len(found) < there and self._ef_search < CHROMA.most_ef_search:
            self._ef_search *= 2
            await self._call("modify", configuration={"hnsw": {"ef_search": self._ef_search}})
            found = await self._nearest(vector, count, where)
        return found if len(found) >= there else await self._scan(vector, count, where, found)

    async def _scan(
        self, vector: Vectors, count: int, where: dict[str, Any] | None, found: list[remote.Candidate]
    ) -> list[remote.Candidate]:
        """The best `count` of what the graph found and of what the restriction lets pass, read page by page.

        For when the graph does not lead there. It holds one page at a time, and ends after `most_scanned` chunks: then
        the restriction is so wide that the graph has found the nearest.
        """
        best = {candidate.chunk_id: candidate for candidate in found}
        for start in range(0, CHROMA.most_scanned, CHROMA.batch):
            page = await self._call(
                "get", where=where, limit=CHROMA.batch, offset=start, include=["metadatas", "embeddings"]
            )
            if page["ids"]:
                scores = np.asarray(page["embeddings"], np.float32).reshape(-1, self._dimension) @ vector
                for place in np.argsort(-scores)[:count].tolist():
                    chunk_id, metadata = page["ids"][place], page["metadatas"][place]
                    best[chunk_id] = remote.Candidate(chunk_id, float(scores[place]), _read(metadata))
                nearest = heapq.nlargest(count, best.values(), key=lambda candidate: candidate.score)
                best = {candidate.chunk_id: candidate for candidate in nearest}
            if len(page["ids"]) < CHROMA.batch:
                break
        return list(best.values())

    async def _call(self, method: str, **arguments: Any) -> Any:
        collection = await self._collection()
        try:
            return await self._guarded(lambda: collection.call(method, **arguments))
        except _ArgumentRefused as error:
            if method in _WRITES:
                raise DocumentRefused(hint=error.message) from error
            raise

    async def _collection(self) -> _Collection:
        async with self._connecting:
            if self._connected is None:
                self._connected = await self._guarded(self._connect)
            return self._connected

    async def _guarded[T](self, operation: Callable[[], Awaitable[T]]) -> T:
        return await call(lambda: _classified(operation), store=_NAME, timeout_seconds=self._timeout_seconds)


class _InProcess:
    """Chroma's client in this process; its calls block, so they run in threads."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self._threads = ThreadPoolExecutor(_IN_PROCESS_THREADS, "chroma")

    @classmethod
    async def open(cls, chromadb: ModuleType, folder: Path, name: str) -> "_InProcess":
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        client = await asyncio.to_thread(
            chromadb.PersistentClient, folder, settings=chromadb.Settings(anonymized_telemetry=False)
        )
        opened = cls(client, name)
        await opened._run(opened._create)
        return opened

    async def call(self, method: str, **arguments: Any) -> Any:
        return await self._run(lambda: getattr(self._collection, method)(**arguments))

    async def recreate(self) -> None:
        await self._run(lambda: self._client.delete_collection(self._name))
        await self._run(self._create)

    async def heartbeat(self) -> None:
        await self._run(self._client.heartbeat)

    async def close(self) -> None:
        await self._run(self._client.close)
        self._threads.shutdown(wait=True)

    def _create(self) -> None:
        self._collection = self._client.get_or_create_collection(self._name, **_CREATION)

    async def _run[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class _OnServer:
    """Chroma's asynchronous HTTP client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    @classmethod
    async def open(cls, chromadb: ModuleType, url: str, token: str, name: str) -> "_OnServer":
        address = urlsplit(url)
        secure = address.scheme == "https"
        client = await chromadb.AsyncHttpClient(
            host=address.hostname,
            port=address.port or (443 if secure else 8000),
            ssl=secure,
            headers={"Authorization": f"Bearer {token}"} if token else None,
            settings=chromadb.Settings(anonymized_telemetry=False),
        )
        opened = cls(client, name)
        await opened._create()
        return opened

    async def call(self, method: str, **arguments: Any) -> Any:
        return await getattr(self._collection, method)(**arguments)

    async def recreate(self) -> None:
        await self._client.delete_collection(self._name)
        await self._create()

    async def heartbeat(self) -> None:
        await self._client.heartbeat()

    async def close(self) -> None:
        # The client opens one HTTP session per event loop and offers no other way to end them.
        await self._client._server.__aexit__(None, None, None)

    async def _create(self) -> None:
        self._collection = await self._client.get_or_create_collection(self._name, **_CREATION)


_CREATION: dict[str, Any] = {
    "embedding_function": None,
    "configuration": {
        "hnsw": {
            "space": "cosine",
            "ef_construction": CHROMA.ef_construction,
            "max_neighbors": CHROMA.max_neighbors,
            "ef_search": CHROMA.ef_search,
        }
    },
}


def _chromadb() -> ModuleType:
    try:
        import chromadb
    except ImportError as error:
        raise Unavailable(
            "The vector store Chroma is not installed. Tell your operator.",
            hint="Install BibliosAI with the extra `chroma`.",
            dependency="chroma",
        ) from error
    module: ModuleType = chromadb
    return module


async def _classified[T](operation: Callable[[], Awaitable[T]]) -> T:
    from chromadb.errors import (
        AuthorizationError,
        ChromaAuthError,
        ChromaError,
        InternalError,
        InvalidArgumentError,
        RateLimitError,
    )

    try:
        return await operation()
    except (httpx.TransportError, InternalError, RateLimitError) as error:
        raise Transient(type(error).__name__) from error
    except (AuthorizationError, ChromaAuthError) as error:
        raise Unavailable(
            "The vector store refuses this server's key. Tell your operator.",
            hint="Chroma refuses the key; check BIBLIOS_VECTOR_API_KEY",
            dependency="vector_store",
        ) from error
    except (ChromaError, httpx.HTTPStatusError) as error:
        refused = _ArgumentRefused if isinstance(error, InvalidArgumentError) else Unavailable
        raise refused(f"Chroma refused the request ({type(error).__name__})", dependency="vector_store") from error
    except ValueError as error:
        # The client wraps a refused connection in a ValueError that carries the cause.
        if isinstance(error.__cause__ or error.__context__, httpx.TransportError | httpx.HTTPStatusError | OSError):
            raise Transient("not reached") from error
        raise


def _written(fields: DocumentFields) -> dict[str, Any]:
    metadata = {"connection_id": "", "author": "", "language": ""} | remote.to_metadata(fields)
    return metadata | {"access": metadata["access"] or [""], "tags": metadata["tags"] or [""], **_place(fields.path)}


def _place(path: str | None) -> dict[str, Any]:
    found = remote.place(path)
    return found | {"folders": found["folders"] or [""]}


def _read(metadata: remote.Metadata | None) -> DocumentFields:
    plain = {name: value for name, value in (metadata or {}).items() if value != ""}
    for name in ("access", "tags"):
        plain[name] = [value for value in plain.get(name) or () if value != ""]
    return remote.from_metadata(plain)


def _restriction(principals: frozenset[str], filters: Filters) -> dict[str, Any]:
    clauses: list[dict[str, Any]] = [_any("access", principals)]
    clauses.extend(
        {field: {"$in": sorted(values)}}
        for field, values in (
            ("source", filters.sources),
            ("kind", filters.kinds),
            ("connection_id", filters.connections),
            ("author", filters.authors),
            ("language", filters.languages),
            ("document_id", filters.document_ids),
        )
        if values
    )
    if filters.tags:
        clauses.append(_any("tags", filters.tags))
    if filters.paths:
        clauses.append(_any("folders", frozenset(map(folder_term, filters.paths))))
    if filters.after is not None:
        clauses.append({"modified_at": {"$gte": filters.after.timestamp()}})
    if filters.before is not None:
        clauses.append({"modified_at": {"$lt": filters.before.timestamp()}})
    return clauses[0] if len(clauses) == 1 else {"$and": clauses}


def _any(field: str, values: frozenset[str]) -> dict[str, Any]:
    """One of the values is in the list. Chroma's $or wants two clauses at least."""
    clauses = [{field: {"$contains": value}} for value in sorted(values)]
    return clauses[0] if len(clauses) == 1 else {"$or": clauses}

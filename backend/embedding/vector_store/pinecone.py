"""Pinecone as vector store, over its data-plane REST API (https://docs.pinecone.io/reference/api, 2025-04).

Plain HTTP rather than the SDK: seven small requests, and every one of them is tested at the wire. The index must
exist, with the metric `cosine` and the embedding model's dimension; each model has a namespace of its own in it.
Pinecone shows a write some seconds later: until then, the check against the stored documents keeps hits honest.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from backend.documents.paths import folder_term
from backend.embedding.models.base import Vectors
from backend.embedding.search.document_table import DocumentFields
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit
from backend.embedding.search.refusal import DocumentRefused
from backend.embedding.vector_store import remote
from backend.embedding.vector_store.calls import Transient, call
from backend.embedding.vector_store.config import PINECONE
from backend.errors import InvalidInput, Unavailable

log = structlog.get_logger(__name__)

_NAME = "Pinecone"
_VERSION_AND_ORDINAL = re.compile(r"\d+\.\d+")
_PARALLEL = 8
_UNAUTHORISED = {401, 403}
_WAIT = {408, 409, 429, 500, 502, 503, 504}
_NOT_FOUND = 404
_REFUSED = {400, 413}


class PineconeVectorStore:
    """A `VectorStore` in one namespace of an index. Chunk ids must be ``{document_id}.{version}.{ordinal}``."""

    def __init__(self, host: str, *, api_key: str, model_id: str, dimension: int, timeout_seconds: float) -> None:
        if not api_key:
            raise InvalidInput("Pinecone needs a key.", hint="Set BIBLIOS_VECTOR_API_KEY.")
        address = host if "://" in host else f"https://{host}"
        if urlsplit(address).hostname is None:
            raise InvalidInput(
                "The Pinecone index's address is not set, or is none.",
                hint="BIBLIOS_VECTOR_URL must be the Pinecone index's host, as its console shows it",
            )
        self._namespace = remote.index_name("biblios", model_id=model_id, dimension=dimension)
        self._dimension = dimension
        self._timeout_seconds = timeout_seconds
        self._http = httpx.AsyncClient(
            base_url=address,
            headers={"Api-Key": api_key, "X-Pinecone-API-Version": PINECONE.api_version},
            timeout=timeout_seconds,
        )

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        latest = remote.last_of_each(entries)
        await self._upsert(
            [
                {
                    "id": entry.chunk_id,
                    "values": entry.vector.tolist(),
                    "metadata": remote.to_metadata(DocumentFields.of(entry)),
                }
                for entry in latest
            ]
        )

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        await self.delete_chunks(await self._chunks_of(document_ids))

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        for start in range(0, len(chunk_ids), PINECONE.delete_batch):
            ids = list(chunk_ids[start : start + PINECONE.delete_batch])
            await self._delete({"ids": ids})

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        """Reads the vectors back and writes them with their new lists and places, 100 to a request."""
        chunk_ids = await self._chunks_of(list(changes))
        for start in range(0, len(chunk_ids), PINECONE.fetch_batch):
            part = chunk_ids[start : start + PINECONE.fetch_batch]
            answer = await self._get("/vectors/fetch", [("ids", chunk_id) for chunk_id in part])
            changed = []
            for vector in answer.get("vectors", {}).values():
                metadata = vector["metadata"]
                document_id = metadata["document_id"]
                metadata["access"] = sorted(changes[document_id])
                if document_id in paths:
                    metadata |= remote.place(paths[document_id])
                changed.append({"id": vector["id"], "values": vector["values"], "metadata": metadata})
            await self._upsert(changed)

    async def search(
        self, vector: Vectors, *, limit: int, principals: frozenset[str], filters: Filters
    ) -> list[IndexHit]:
        async def ask(count: int, *, restricted: bool) -> list[remote.Candidate]:
            body: dict[str, Any] = {
                "vector": vector.tolist(),
                "topK": min(count, PINECONE.most_results),
                "includeMetadata": True,
                "namespace": self._namespace,
            }
            if restricted:
                body["filter"] = _restriction(principals, filters)
            answer = await self._post("/query", body)
            return [
                remote.Candidate(match["id"], float(match["score"]), remote.from_metadata(match.get("metadata")))
                for match in answer.get("matches", ())
            ]

        # A question about more than one answer can hold goes straight to the restricted query.
        overfetch = min(PINECONE.overfetch, PINECONE.most_results // max(limit, 1)) or 1
        return await remote.search_checked(
            ask, limit=limit, overfetch=overfetch, principals=principals, filters=filters
        )

    async def count(self) -> int:
        stats = await self._post("/describe_index_stats", {})
        return int(stats.get("namespaces", {}).get(self._namespace, {}).get("vectorCount", 0))

    async def clear(self) -> None:
        await self._delete({"deleteAll": True})

    async def ping(self) -> None:
        """Errors: `Unavailable`."""
        await self._post("/describe_index_stats", {})

    async def close(self) -> None:
        await self._http.aclose()

    async def _delete(self, what: dict[str, Any]) -> None:
        try:
            await self._post("/vectors/delete", what | {"namespace": self._namespace})
        except _NamespaceMissing:
            # A host that does not exist at all answers alike; then `ping` fails as well.
            log.info("pinecone_namespace_empty", namespace=self._namespace)

    async def _upsert(self, vectors: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(vectors), PINECONE.upsert_batch):
            await self._upsert_batch(list(vectors[start : start + PINECONE.upsert_batch]))

    async def _upsert_batch(self, vectors: list[dict[str, Any]]) -> None:
        """Errors: `DocumentRefused` for a vector that is refused alone, too."""
        try:
            await self._post("/vectors/upsert", {"vectors": vectors, "namespace": self._namespace})
        except _RequestRefused as error:
            if len(vectors) > 1:  # too much for one request, or one of them is at fault
                middle = len(vectors) // 2
                await self._upsert_batch(vectors[:middle])
                await self._upsert_batch(vectors[middle:])
                return
            stats = await self._post("/describe_index_stats", {})
            if stats.get("dimension", self._dimension) != self._dimension:  # the index is at fault
                raise
            raise DocumentRefused(
                hint="Pinecone refuses it. It holds 40 KB beside each passage, the list of who may see it included."
            ) from error

    async def _chunks_of(self, document_ids: Sequence[str]) -> list[str]:
        """The ids of the chunks of these documents."""
        limit = asyncio.Semaphore(_PARALLEL)

        async def chunks(document_id: str) -> list[str]:
            async with limit:
                return [chunk_id async for page in self._ids(document_id) for chunk_id in page]

        found = await asyncio.gather(*map(chunks, document_ids))
        return [chunk_id for chunk_ids in found for chunk_id in chunk_ids]

    async def _ids(self, document_id: str) -> AsyncIterator[list[str]]:
        """The ids of the document's chunks: those that begin with its id, less other documents' that do so as well."""
        prefix = f"{document_id}."
        token: str | None = None
        while True:
            query = [("prefix", prefix), ("limit", str(PINECONE.list_page))]
            if token:
                query.append(("paginationToken", token))
            answer = await self._get("/vectors/list", query)
            ids = [str(vector["id"]) for vector in answer.get("vectors", ())]
            yield [chunk_id for chunk_id in ids if _VERSION_AND_ORDINAL.fullmatch(chunk_id, len(prefix))]
            token = answer.get("pagination", {}).get("next")
            if not token:
                return

    async def _get(self, path: str, query: list[tuple[str, str]]) -> dict[str, Any]:
        parameters = httpx.QueryParams([*query, ("namespace", self._namespace)])
        return await self._send(self._http.build_request("GET", path, params=parameters))

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self._send(self._http.build_request("POST", path, json=body))

    async def _send(self, request: httpx.Request) -> dict[str, Any]:
        async def once() -> dict[str, Any]:
            try:
                response = await self._http.send(request)
            except httpx.TransportError as error:
                raise Transient(type(error).__name__) from error
            return _answer(response)

        return await call(once, store=_NAME, timeout_seconds=self._timeout_seconds)


class _RequestRefused(Unavailable):
    """What was asked is refused, and would be again."""


class _NamespaceMissing(Unavailable):
    """Nothing was ever written to the namespace; Pinecone answers a deletion there with 404."""


def _answer(response: httpx.Response) -> dict[str, Any]:
    if response.status_code in _WAIT:
        raise Transient(f"status {response.status_code}")
    if response.status_code in _UNAUTHORISED:
        raise Unavailable(
            "The vector store refuses this server's key. Tell your operator.",
            hint="Pinecone refuses the key; check BIBLIOS_VECTOR_API_KEY",
            dependency="vector_store",
        )
    if response.status_code == _NOT_FOUND:
        raise _NamespaceMissing(
            "The vector store does not know this server's index. Tell your operator.",
            hint="Pinecone does not know this index or namespace; check BIBLIOS_VECTOR_URL",
            dependency="vector_store",
        )
    if response.is_error:
        kind = _RequestRefused if response.status_code in _REFUSED else Unavailable
        raise kind(
            "Pinecone refused the request; check that the index has the embedding model's dimension "
            f"and the metric cosine (status {response.status_code})",
            dependency="vector_store",
        )
    try:
        answer: dict[str, Any] = response.json()
    except ValueError as error:
        raise Transient("an answer that is no JSON") from error
    return answer


def _restriction(principals: frozenset[str], filters: Filters) -> dict[str, Any]:
    clauses: list[dict[str, Any]] = [
        {field: {"$in": sorted(values)}}
        for field, values in (
            ("access", principals),
            ("source", filters.sources),
            ("kind", filters.kinds),
            ("connection_id", filters.connections),
            ("author", filters.authors),
            ("language", filters.languages),
            ("document_id", filters.document_ids),
            ("tags", filters.tags),
            ("folders", frozenset(map(folder_term, filters.paths))),
        )
        if values
    ]
    if filters.after is not None:
        clauses.append({"modified_at": {"$gte": filters.after.timestamp()}})
    if filters.before is not None:
        clauses.append({"modified_at": {"$lt": filters.before.timestamp()}})
    return {"$and": clauses}

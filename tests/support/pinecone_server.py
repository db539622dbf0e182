"""Pinecone's data plane at the wire: the requests, answers, limits and refusals of its REST API, kept in memory.

After the API reference of 2025-04 (https://docs.pinecone.io/reference/api): upsert, query, fetch, list, delete and
describe_index_stats over namespaces; metadata filters; errors with their status and body. What differs from the
service: writes show at once. `faults` injects answers for the next requests, the oldest first.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

KEY = "pinecone-test-key"
_MOST_UPSERT, _MOST_DELETE, _MOST_FETCH, _MOST_LIST = 1_000, 1_000, 1_000, 100
_MOST_RESULTS, _MOST_RESULTS_WITH_METADATA = 10_000, 1_000
_MOST_METADATA_BYTES = 40 * 1024
_MOST_ID_CHARS = 512
_MOST_FILTER_VALUES = 10_000

type Answer = tuple[int, dict[str, Any]]


class Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer: Answer = (status, {"code": 3 if status == 400 else 5, "message": message, "details": []})


@dataclass
class PineconeIndex:
    """One index of the metric cosine."""

    dimension: int
    namespaces: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Answer | None] = field(default_factory=list)
    ignores_filters: bool = False
    url: str = ""

    def handle(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        address = urlsplit(target)
        self.requests.append((method, address.path))
        if headers.get("api-key") != KEY:
            return 401, {"code": 16, "message": "Invalid API Key", "details": []}
        if not headers.get("x-pinecone-api-version"):
            return 400, {"code": 3, "message": "X-Pinecone-API-Version is required", "details": []}
        handlers: dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any]]] = {
            ("POST", "/vectors/upsert"): self._upsert,
            ("POST", "/query"): self._query,
            ("GET", "/vectors/fetch"): self._fetch,
            ("GET", "/vectors/list"): self._list,
            ("POST", "/vectors/delete"): self._delete,
            ("POST", "/describe_index_stats"): self._stats,
        }
        handler = handlers.get((method, address.path))
        if handler is None:
            return 404, {"code": 5, "message": "Not Found", "details": []}
        try:
            return 200, handler(parse_qs(address.query) if method == "GET" else json.loads(body or b"{}"))
        except Refused as refused:
            return refused.answer

    def _upsert(self, body: dict[str, Any]) -> dict[str, Any]:
        vectors = body["vectors"]
        if not 0 < len(vectors) <= _MOST_UPSERT:
            raise Refused(400, f"Cannot upsert {len(vectors)} vectors")
        names = [vector["id"] for vector in vectors]
        if len(set(names)) != len(names):
            raise Refused(400, "Duplicate IDs found in upsert request")
        for vector in vectors:
            if not vector["id"].isascii() or not 0 < len(vector["id"]) <= _MOST_ID_CHARS:
                raise Refused(400, "Vector ID must be ASCII")
            if len(vector["values"]) != self.dimension:
                raise Refused(
                    400,
                    f"Vector dimension {len(vector['values'])} does not match the dimension of the index "
                    f"{self.dimension}",
                )
            if not any(vector["values"]):
                raise Refused(400, "Dense vectors must contain at least one non-zero value.")
            _check_metadata(vector.get("metadata", {}))
        namespace = self.namespaces.setdefault(body.get("namespace", ""), {})
        namespace.update({vector["id"]: vector for vector in vectors})
        return {"upsertedCount": len(vectors)}

    def _query(self, body: dict[str, Any]) -> dict[str, Any]:
        with_metadata = body.get("includeMetadata", False)
        most = _MOST_RESULTS_WITH_METADATA if with_metadata else _MOST_RESULTS
        if not 0 < body["topK"] <= most:
            raise Refused(400, f"topK must be between 1 and {most}")
        if len(body["vector"]) != self.dimension:
            raise Refused(400, "Query vector dimension does not match the dimension of the index")
        namespace = self.namespaces.get(body.get("namespace", ""), {})
        query = np.asarray(body["vector"])
        matches = []
        for vector in namespace.values():
            condition = {} if self.ignores_filters else body.get("filter", {})
            if not _passes(vector.get("metadata", {}), condition):
                continue
            values = np.asarray(vector["values"])
            score = float(values @ query / (np.linalg.norm(values) * np.linalg.norm(query)))
            match = {"id": vector["id"], "score": score, "values": []}
            matches.append(match | ({"metadata": vector.get("metadata", {})} if with_metadata else {}))
        matches.sort(key=lambda match: -match["score"])
        return {
            "matches": matches[: body["topK"]],
            "namespace": body.get("namespace", ""),
            "usage": {"readUnits": 1},
        }

    def _fetch(self, query: dict[str, Any]) -> dict[str, Any]:
        if not 0 < len(query.get("ids", [])) <= _MOST_FETCH:
            raise Refused(400, "ids are required")
        namespace = self.namespaces.get(_one(query, "namespace", ""), {})
        found = {name: namespace[name] for name in query["ids"] if name in namespace}
        return {"vectors": found, "namespace": _one(query, "namespace", ""), "usage": {"readUnits": 1}}

    def _list(self, query: dict[str, Any]) -> dict[str, Any]:
        limit = int(_one(query, "limit", "100"))
        if not 0 < limit <= _MOST_LIST:
            raise Refused(400, "limit must be between 1 and 100")
        namespace = self.namespaces.get(_one(query, "namespace", ""), {})
        prefix, after = _one(query, "prefix", ""), _one(query, "paginationToken", "")
        names = sorted(name for name in namespace if name.startswith(prefix) and name > after)
        page = {"vectors": [{"id": name} for name in names[:limit]], "namespace": _one(query, "namespace", "")}
        return page | ({"pagination": {"next": names[limit - 1]}} if len(names) > limit else {})

    def _delete(self, body: dict[str, Any]) -> dict[str, Any]:
        name = body.get("namespace", "")
        if name not in self.namespaces:
            raise Refused(404, "Namespace not found")
        if body.get("deleteAll"):
            del self.namespaces[name]
            return {}
        if not 0 < len(body.get("ids", [])) <= _MOST_DELETE:
            raise Refused(400, "ids must hold between 1 and 1000 ids")
        for chunk_id in body["ids"]:
            self.namespaces[name].pop(chunk_id, None)
        return {}

    def _stats(self, body: dict[str, Any]) -> dict[str, Any]:
        counts = {name: {"vectorCount": len(vectors)} for name, vectors in self.namespaces.items()}
        total = sum(count["vectorCount"] for count in counts.values())
        return {"namespaces": counts, "dimension": self.dimension, "indexFullness": 0, "totalVectorCount": total}


@asynccontextmanager
async def pinecone_server(dimension: int) -> AsyncIterator[PineconeIndex]:
    """Serves an empty index; its `url` is the host to give to the store."""
    index = PineconeIndex(dimension)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head(reader):
                method, target, headers = head
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                if index.faults and (fault := index.faults.pop(0)) is not None:
                    status, answer = fault
                    if status == 0:  # the connection is lost
                        break
                else:
                    status, answer = index.handle(method, target, headers, body)
                data = json.dumps(answer).encode()
                lines = (f"HTTP/1.1 {status} X", "content-type: application/json", f"content-length: {len(data)}")
                writer.write("\r\n".join([*lines, "", ""]).encode() + data)
                await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=64 * 1024)
    port = server.sockets[0].getsockname()[1]
    index.url = f"http://127.0.0.1:{port}"
    try:
        yield index
    finally:
        server.close()
        server.close_clients()
        await server.wait_closed()


async def _head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
    try:
        first = await reader.readline()
        if not first.strip():
            return None
        method, target, _ = first.decode().split()
        headers = {}
        while (line := (await reader.readline()).decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
    except (ConnectionError, asyncio.IncompleteReadError):
        return None
    return method, target, headers


def _one(query: dict[str, Any], name: str, default: str) -> str:
    return str(query.get(name, [default])[0])


def _check_metadata(metadata: dict[str, Any]) -> None:
    if len(json.dumps(metadata).encode()) > _MOST_METADATA_BYTES:
        raise Refused(400, "Metadata size exceeds the limit of 40960 bytes per vector")
    for value in metadata.values():
        listed = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not listed and not isinstance(value, str | int | float | bool):
            raise Refused(400, "Metadata value must be a string, number, boolean or list of strings")


def _passes(metadata: dict[str, Any], condition: dict[str, Any]) -> bool:
    for name, wanted in condition.items():
        if name == "$and":
            passed = all(_passes(metadata, clause) for clause in wanted)
        elif name == "$or":
            passed = any(_passes(metadata, clause) for clause in wanted)
        else:
            passed = _compares(metadata.get(name), wanted if isinstance(wanted, dict) else {"$eq": wanted})
        if not passed:
            return False
    return True


def _compares(value: Any, wanted: dict[str, Any]) -> bool:
    for operator, operand in wanted.items():
        held = value if isinstance(value, list) else [value]
        if operator == "$in":
            if len(operand) > _MOST_FILTER_VALUES:
                raise Refused(400, "$in takes at most 10,000 values")
            passed = any(item in operand for item in held)
        elif operator == "$eq":
            passed = operand in held
        elif operator == "$gte":
            passed = isinstance(value, int | float) and value >= operand
        elif operator == "$lt":
            passed = isinstance(value, int | float) and value < operand
        else:
            raise Refused(400, f"{operator} is not a valid operator")
        if not passed:
            return False
    return True

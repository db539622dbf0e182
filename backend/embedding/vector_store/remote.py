"""What the stores with metadata of their own (Chroma, Pinecone) share: a search that trusts no answer.

First the nearest of all are asked for, more than needed, and checked here against the access and the fields that
came with each hit. When too few survive, the store is asked again with the restriction pushed down, and its answer is
checked in the same way. So a filter that a store does not apply as it should never leads to an unchecked hit.
"""

import hashlib
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from backend.documents.paths import folder_terms
from backend.embedding.search.document_table import DocumentFields
from backend.embedding.search.filters import matches
from backend.embedding.search.models import Filters, IndexEntry, IndexHit

type Metadata = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk as the store gave it, with the fields that were stored beside it. `score` is the cosine."""

    chunk_id: str
    score: float
    fields: DocumentFields


class Ask(Protocol):
    def __call__(self, count: int, *, restricted: bool) -> Awaitable[Sequence[Candidate]]:
        """The `count` nearest of all, or of those that the restriction lets pass."""
        ...


def to_metadata(fields: DocumentFields) -> dict[str, Any]:
    """A document's fields as flat metadata; absent ones are left out, lists may be empty."""
    return {
        "document_id": fields.document_id,
        "access": sorted(fields.access),
        "source": fields.source,
        "kind": fields.kind,
        "modified_at": fields.modified_at,
        "tags": sorted(fields.tags),
        **place(fields.path),
    } | {
        name: value
        for name, value in (
            ("connection_id", fields.connection_id),
            ("author", fields.author),
            ("language", fields.language),
        )
        if value is not None
    }


def place(path: str | None) -> dict[str, Any]:
    """Where a document lies: its path, which may be empty, and a term for every folder that it lies in."""
    return {"path": path or "", "folders": folder_terms(path)}


def from_metadata(metadata: Metadata | None) -> DocumentFields:
    """The other way round; what is missing is read as closed: no access list means nobody."""
    found = metadata or {}
    return DocumentFields(
        document_id=str(found.get("document_id", "")),
        access=frozenset(found.get("access") or ()),
        source=str(found.get("source", "")),
        kind=str(found.get("kind", "")),
        modified_at=float(found.get("modified_at", 0.0)),
        connection_id=found.get("connection_id"),
        author=found.get("author"),
        language=found.get("language"),
        tags=frozenset(found.get("tags") or ()),
        path=found.get("path") or None,
    )


def allowed(fields: DocumentFields, principals: frozenset[str], filters: Filters) -> bool:
    """The check that every hit passes."""
    return not principals.isdisjoint(fields.access) and matches(
        filters,
        document_id=fields.document_id,
        source=fields.source,
        kind=fields.kind,
        modified_at=fields.modified_at,
        connection_id=fields.connection_id,
        author=fields.author,
        language=fields.language,
        tags=fields.tags,
        path=fields.path,
    )


async def search_checked(
    ask: Ask, *, limit: int, overfetch: int, principals: frozenset[str], filters: Filters
) -> list[IndexHit]:
    """The best `limit` that pass the check, best first."""
    if not principals or limit <= 0:
        return []
    if filters.empty:
        wanted = limit * overfetch
        nearest = await ask(wanted, restricted=False)
        passed = _passed(nearest, principals, filters)
        if len(passed) >= limit or len(nearest) < wanted:
            return passed[:limit]
    return _passed(await ask(limit, restricted=True), principals, filters)[:limit]


def index_name(collection: str, *, model_id: str, dimension: int) -> str:
    """A name of its own for each model and dimension: letters, digits and hyphens, 63 characters at the most."""
    digest = hashlib.sha256(f"{model_id}\n{dimension}".encode()).hexdigest()[:12]
    stem = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in collection)
    return f"{stem[:50].strip('-') or 'biblios'}-{digest}"


def last_of_each(entries: Sequence[IndexEntry]) -> list[IndexEntry]:
    """One entry per chunk id: the last, as if they had been written one after the other."""
    return list({entry.chunk_id: entry for entry in entries}.values())


def _passed(candidates: Sequence[Candidate], principals: frozenset[str], filters: Filters) -> list[IndexHit]:
    hits = [
        IndexHit(candidate.chunk_id, candidate.fields.document_id, candidate.score)
        for candidate in candidates
        if allowed(candidate.fields, principals, filters)
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))

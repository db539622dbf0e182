"""Storage of document heads: everything of a document but its text.

Every query takes the caller and matches on the access list, which always holds the person who holds the document;
the few that do not are named `unscoped_…`. What indexing does with heads is in `work.py`.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from backend.access import Caller, Holder
from backend.db.collection import Database, Record, Update
from backend.db.repository import Repository
from backend.documents.demo_marks import demo_clause, with_demo
from backend.documents.facets import PathCounts
from backend.documents.models import Document, DocumentStatus, Said
from backend.documents.paths import lying_in
from backend.documents.restriction import Restriction
from backend.documents.schema import DOCUMENTS

#: What a list shows of each document; nothing else is read for it.
ROW_FIELDS = (
    "external_id",
    "title",
    "url",
    "source",
    "kind",
    "size_bytes",
    "status",
    "error",
    "warnings",
    "version",
    "chunks",
    "created_at",
    "modified_at",
    "indexed_at",
    "author",
    "language",
    "tags",
    "filename",
    "parent_id",
    "connection_id",
    "path",
    "holder",
    "shared_with",
)
_KNOWN_FIELDS = (
    "key",
    "external_id",
    "filename",
    "content_hash",
    "status",
    "version",
    "blob",
    "access",
    "hidden",
    "kept_access",
    "dirty",
    "revision",
    "parent_external_id",
    "same_as",
    "given",
    "read",
    "received_at",
    "pending_text",
    "error",
)
#: What says who sees a document, as `access_fields` and `hidden_fields` write it.
_ACCESS_FIELDS = ("access", "hidden", "kept_access")
#: What lies inside no other document.
_OUTSIDE = {"parent_id": {"$exists": False}}
_SCAN_ROWS = 2000
_SCAN_MAX_ROWS = 20_000


class DocumentRow(TypedDict):
    """A head as lists read it; times are aware UTC. `listing` makes of it what a caller is shown."""

    id: str
    external_id: str
    title: str
    url: str | None
    source: str
    kind: str
    size_bytes: int
    status: str
    error: dict[str, str] | None
    warnings: list[str]
    version: int
    chunks: int
    created_at: datetime
    modified_at: datetime
    indexed_at: datetime | None
    author: str | None
    language: str | None
    tags: list[str]
    filename: str | None
    parent_id: str | None
    connection_id: str | None
    path: str | None
    holder: str
    shared_with: list[str]


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """What a list is restricted to. `title` is any part of the title, in any case; `path` a folder (`paths`).

    `source` may be the name of the demo, which stands for all its sources.
    """

    status: DocumentStatus | None = None
    source: str | None = None
    kind: str | None = None
    connection_id: str | None = None
    title: str | None = None
    path: str | None = None
    within: Restriction | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What deciding about a document that comes in again needs of the one that is there.

    `access` is its access list, also while it is hidden and nobody sees it. `error` is the code of why it failed.
    `marked`: the last change of access may have been cut short before the documents inside and the indexes had it.
    """

    id: str
    key: str
    external_id: str
    filename: str | None
    content_hash: str
    status: DocumentStatus
    version: int
    blob: str | None
    access: frozenset[str]
    hidden: bool
    marked: bool
    revision: str | None
    parent_external_id: str | None
    same_as: str | None
    given: Said
    read: Said
    received_at: datetime
    pending_text: str | None
    error: str | None


def document_key(holder: Holder, source: str, external_id: str) -> str:
    """What makes an external document one and the same: its holder, where it comes from and its id there.

    A connection has one source, so its documents are known by their ids alone.
    """
    parts = ("", "", holder.id, external_id) if holder.kind == "connection" else (holder.id, source, "", external_id)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def visible_to(caller: Caller) -> dict[str, Any]:
    """The filter that every scoped query carries."""
    return {"access": {"$in": sorted(caller.principals)}}


def access_fields(holder: Holder, principals: Iterable[str]) -> dict[str, list[str]]:
    """How access is stored: `access` holds everybody, `shared_with` everybody but a person who holds it.

    Most documents are shared with nobody, so lists ask for one's own by holder and for others' by `shared_with`, each
    in order of an index, instead of going through all that one may see.
    """
    others = set(principals) - holder.principals
    return {"access": sorted(holder.principals | others), "shared_with": sorted(others)}


def hidden_fields(access: Iterable[str]) -> dict[str, Any]:
    """How a hidden document is stored: nobody is on its list, so it is shown nowhere; its list is kept beside."""
    return {"hidden": True, "kept_access": sorted(access), "access": [], "shared_with": []}


def to_row(record: Record) -> DocumentRow:
    """A stored head, of which `ROW_FIELDS` were read, as lists show it."""
    row: dict[str, Any] = dict.fromkeys(ROW_FIELDS)
    row["id"] = record.pop("_id")
    row.update(record)
    row["tags"] = row["tags"] or []
    row["warnings"] = row["warnings"] or []
    return row  # type: ignore[return-value]


class DocumentRepository:
    """Heads by id, by page and by external identity."""

    def __init__(self, database: Database) -> None:
        self._documents = Repository(database, DOCUMENTS, Document)
        self._heads = self._documents.records

    # -- scoped ------------------------------------------------------------------------------------------------

    async def get(self, caller: Caller, document_id: str) -> Document | None:
        """The head if the caller may see it, else None."""
        return await self._documents.find_one({"_id": document_id, **visible_to(caller)})

    async def row(self, caller: Caller, document_id: str) -> DocumentRow | None:
        record = await self._heads.find_one({"_id": document_id, **visible_to(caller)}, fields=ROW_FIELDS)
        return to_row(record) if record else None

    async def visible_ids(self, caller: Caller, document_ids: Iterable[str]) -> frozenset[str]:
        wanted = {"_id": {"$in": list(document_ids)}, **visible_to(caller)}
        return frozenset(record["_id"] for record in await self._heads.find(wanted, fields=("source",)))

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int
    ) -> tuple[list[DocumentRow], str | None]:
        """One page, newest first, and the id to go on from (None at the end).

        Ids sort by creation, so the id alone is the key of the page. A search in titles reads at most
        20,000 titles for one page; such a page may be short and still have a next one.
        """
        if query.title:
            return await self._search_titles(caller, query, query.title, before=before, limit=limit)
        records = await self._newest(caller, query, before=before, limit=limit + 1, fields=ROW_FIELDS)
        more = len(records) > limit
        rows = [to_row(record) for record in records[:limit]]
        return rows, rows[-1]["id"] if more else None

    async def shaped[T](
        self, caller: Caller, query: DocumentQuery, shape: Callable[[Record], T], *, before: str | None, limit: int
    ) -> list[list[T]]:
        """The newest heads of each part of what the caller may see, as `shape` makes them of `ROW_FIELDS`.

        The parts do not overlap, and each is newest first with at most `limit`. See `Collection.find_shaped`.
        """
        return [
            await self._heads.find_shaped(part, shape, sort=(("_id", -1),), limit=limit, fields=ROW_FIELDS)
            for part in _query_parts(caller, query, before)
        ]

    async def count_by_status(self, caller: Caller, within: Restriction | None = None) -> dict[str, int]:
        """How many documents the caller sees in each status."""
        counts: Counter[str] = Counter()
        for part in _query_parts(caller, DocumentQuery(within=within), None):
            counts.update(await self._heads.group_count(part, "status"))
        return dict(counts)

    async def count_by_status_and_connection(
        self, caller: Caller, within: Restriction | None = None
    ) -> dict[tuple[str, str | None], int]:
        """How many documents the caller sees in each status, of each connection (None: persons hold them).

        What the caller holds is of no connection, so the index that has its status answers.
        """
        own, shared = _query_parts(caller, DocumentQuery(within=within), None)
        counts: Counter[tuple[str, str | None]] = Counter()
        for status, number in (await self._heads.group_count(own, "status")).items():
            counts[status, None] += number
        for group in await self._heads.aggregate(shared, by=("status", "connection_id")):
            status, connection_id = group.keys
            counts[status, connection_id] += group.count
        return dict(counts)

    async def count_by_source(self, caller: Caller) -> dict[tuple[str, str | None], int]:
        """How many documents the caller sees of each source and connection (None: persons hold them)."""
        counts: Counter[tuple[str, str | None]] = Counter()
        for part in _parts(caller):
            for group in await self._heads.aggregate(part, by=("source", "connection_id")):
                source, connection_id = group.keys
                counts[source, connection_id] += group.count
        return dict(counts)

    async def count_by_path(self, caller: Caller, query: DocumentQuery) -> PathCounts:
        """How many documents the caller sees at each path; those without one are left out.

        Of what nobody told a path it is the file's own, with its name at the end.
        """
        folders: Counter[str] = Counter()
        files: Counter[str] = Counter()
        for part in _query_parts(caller, query, None):
            for counts, told in ((folders, True), (files, False)):
                found = await self._heads.group_count({**part, "given.path": {"$exists": told}}, "path")
                counts.update({path: number for path, number in found.items() if path})
        return PathCounts(folders, files)

    async def demo_ids(self, caller: Caller, *, limit: int) -> list[str]:
        """Documents of the demo that the caller holds, oldest first, those inside others included."""
        wanted = {"holder": str(Holder.person(caller.user_id)), **demo_clause()}
        found = await self._heads.find(wanted, sort=[("_id", 1)], limit=limit, fields=("source",))
        return [record["_id"] for record in found]

    async def count_demo(self, caller: Caller) -> int:
        return await self._heads.count({"holder": str(Holder.person(caller.user_id)), **demo_clause()})

    def held_by(self, caller: Caller) -> AsyncIterator[Document]:
        """Every document that the caller holds, oldest first."""
        return self._documents.stream({"holder": str(Holder.person(caller.user_id))}, sort=[("_id", 1)])

    # -- for the services that check access themselves or act for the system ------------------------------------

    async def unscoped_record(self, document_id: str, fields: Sequence[str]) -> Record | None:
        return await self._heads.find_one({"_id": document_id}, fields=fields)

    async def unscoped_many(self, document_ids: Iterable[str], fields: Sequence[str] | None = None) -> list[Record]:
        return await self._heads.find({"_id": {"$in": list(document_ids)}}, fields=fields)

    async def unscoped_known(self, keys: Sequence[str]) -> dict[str, Known]:
        """The documents behind these keys (see `document_key`), in one look-up."""
        records = await self._heads.find({"key": {"$in": list(keys)}}, fields=_KNOWN_FIELDS)
        return {
            record["key"]: Known(
                id=record["_id"],
                key=record["key"],
                external_id=record["external_id"],
                filename=record.get("filename"),
                content_hash=record["content_hash"],
                status=DocumentStatus(record["status"]),
                version=record["version"],
                blob=record.get("blob"),
                access=frozenset(record["kept_access"] if record.get("hidden") else record["access"]),
                hidden=bool(record.get("hidden")),
                marked="dirty" in record,
                revision=record.get("revision"),
                parent_external_id=record.get("parent_external_id"),
                same_as=record.get("same_as"),
                given=Said.model_validate(record["given"]),
                read=Said.model_validate(record["read"]),
                received_at=record["received_at"],
                pending_text=record.get("pending_text"),
                error=(record.get("error") or {}).get("code"),
            )
            for record in records
        }

    async def unscoped_by_key(self, keys: Sequence[str], fields: Sequence[str]) -> list[Record]:
        """The documents behind these keys (see `document_key`), in one look-up."""
        return await self._heads.find({"key": {"$in": list(keys)}}, fields=fields)

    async def unscoped_ids_of(self, holder: Holder, *, limit: int) -> list[str]:
        """The oldest documents of a holder."""
        records = await self._heads.find({"holder": str(holder)}, sort=[("_id", 1)], limit=limit, fields=("holder",))
        return [record["_id"] for record in records]

    async def unscoped_refs(self, holder: Holder) -> AsyncIterator[Record]:
        """External id, revision and access of what a holder handed over, oldest first."""
        fields = ("external_id", "revision", "access", "hidden", "kept_access", "parent_id")
        async for record in self._heads.stream({"holder": str(holder)}, sort=[("_id", 1)], fields=fields):
            if record.get("parent_id") is None:
                yield record

    async def unscoped_count_naming(self, principal: str, *, at_most: int | None = None) -> int:
        """How many heads that lie inside no other carry a principal beside their holder's."""
        return await self._heads.count({"shared_with": principal, **_OUTSIDE}, limit=at_most)

    async def unscoped_naming(self, principal: str, *, after: str | None, limit: int) -> list[Record]:
        """Heads that lie inside no other and carry a principal beside their holder's, newest first."""
        wanted = {"shared_with": principal, **_OUTSIDE, **({"_id": {"$lt": after}} if after else {})}
        return await self._heads.find(wanted, sort=[("_id", -1)], limit=limit, fields=("external_id",))

    async def unscoped_carrying(self, principal: str, document_ids: Iterable[str]) -> frozenset[str]:
        if not (ids := list(document_ids)):
            return frozenset()
        wanted = {"_id": {"$in": ids}, "shared_with": principal}
        return frozenset(record["_id"] for record in await self._heads.find(wanted, fields=("source",)))

    async def unscoped_insert(self, records: Sequence[Record]) -> None:
        """Writes new heads. Raises `DuplicateKey` when another request stored one of them meanwhile."""
        await self._heads.insert_many(records)

    async def unscoped_change(self, changes: Sequence[tuple[str, Update]]) -> None:
        await self._heads.bulk_update(changes)

    async def unscoped_change_access(self, changes: Sequence[tuple[Record, Update]]) -> set[str]:
        """Changes heads whose access is still as it was read here; returns the ids of the others, and of gone ones.

        Those that go from one list to another together, as everything in a folder does, are one statement.
        """
        together: dict[str, list[tuple[Record, Update]]] = {}
        for head, update in changes:
            state = [head.get(name) for name in _ACCESS_FIELDS]
            wanted = {**update, "$set": {**update["$set"], "dirty": ""}}
            together.setdefault(repr((state, wanted)), []).append((head, update))
        missed = await asyncio.gather(*(self._change_alike(group) for group in together.values()))
        return set().union(*missed)

    async def _change_alike(self, changes: Sequence[tuple[Record, Update]]) -> set[str]:
        """Changes heads that have one access and get another, with one mark; returns the ids of those that had not."""
        ids = [head["_id"] for head, _ in changes]
        head, update = changes[0]
        was = {name: head.get(name, {"$exists": False}) for name in _ACCESS_FIELDS}
        result = await self._heads.update_many({"_id": {"$in": ids}, **was}, update)
        if result.matched == len(ids):
            return set()
        done = {"_id": {"$in": ids}, "dirty": update["$set"]["dirty"]}
        return set(ids) - {record["_id"] for record in await self._heads.find(done, fields=("dirty",))}

    async def unscoped_children(self, parent_ids: Sequence[str]) -> list[Record]:
        """Parent, external id, holder, access and original of what is directly inside documents, in one look-up."""
        return await self._heads.find(
            {"parent_id": {"$in": list(parent_ids)}},
            fields=("parent_id", "external_id", "holder", "access", "hidden", "kept_access", "blob"),
        )

    async def unscoped_blobs_in_use(self, digests: Sequence[str]) -> set[str]:
        records = await self._heads.find({"blob": {"$in": list(digests)}}, fields=("blob",))
        return {record["blob"] for record in records}

    async def unscoped_delete(self, document_ids: Sequence[str]) -> None:
        await self._heads.delete_many({"_id": {"$in": list(document_ids)}})

    # -- inside ------------------------------------------------------------------------------------------------

    async def _newest(
        self, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int, fields: Sequence[str]
    ) -> list[Record]:
        """The newest visible heads older than `before`: one's own and others', merged."""
        found: list[Record] = []
        for part in _query_parts(caller, query, before):
            found += await self._heads.find(part, sort=[("_id", -1)], limit=limit, fields=fields)
        found.sort(key=lambda record: str(record["_id"]), reverse=True)
        return found[:limit]

    async def _search_titles(
        self, caller: Caller, query: DocumentQuery, title: str, *, before: str | None, limit: int
    ) -> tuple[list[DocumentRow], str | None]:
        """The port knows no substring search; titles are read in order, from an index, until the page is full."""
        wanted = title.casefold()
        found: list[str] = []
        scanned = 0
        while scanned < _SCAN_MAX_ROWS and len(found) < limit:
            titles = await self._newest(caller, query, before=before, limit=_SCAN_ROWS, fields=("title_folded",))
            scanned += len(titles)
            for record in titles:
                before = record["_id"]
                if wanted in record.get("title_folded", ""):
                    found.append(record["_id"])
                    if len(found) == limit:
                        break
            if len(titles) < _SCAN_ROWS and len(found) < limit:
                before = None
                break
        records = await self._heads.find(
            {**visible_to(caller), "_id": {"$in": found}}, sort=[("_id", -1)], fields=ROW_FIELDS
        )
        return [to_row(record) for record in records], before


def _query_parts(caller: Caller, query: DocumentQuery, before: str | None) -> list[dict[str, Any]]:
    """What of a query a caller may see, older than `before`, as filters without overlap. The title is left out."""
    wanted: dict[str, Any] = {}
    fields = (
        ("status", query.status),
        ("kind", query.kind),
        ("connection_id", query.connection_id),
    )
    for field, value in fields:
        if value is not None:
            wanted[field] = str(value)
    if query.source is not None:
        wanted["source"] = {"$in": sorted(with_demo({query.source}))}
    if query.path:
        wanted |= lying_in([query.path])
    if query.within is not None and (clauses := query.within.clauses()):
        wanted["$and"] = clauses
    if before is not None:
        wanted["_id"] = {"$lt": before}
    return [{**part, **wanted} for part in _parts(caller)]


def _parts(caller: Caller) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a caller may see as two filters without overlap: their own, and what others share with them."""
    own = str(Holder.person(caller.user_id))
    return (
        {"holder": own},
        {"shared_with": {"$in": sorted(caller.principals)}, "holder": {"$ne": own}},
    )

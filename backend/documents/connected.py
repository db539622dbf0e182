"""What a connection does with the documents it holds: many at a time, with a few questions to the database a batch."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import batched
from typing import Protocol

from backend.access import Holder
from backend.db.collection import Record, Update
from backend.documents.incoming import access_hash
from backend.documents.repository import DocumentRepository, access_fields, document_key, hidden_fields
from backend.ids import new_id

_AT_ONCE = 500
_FIELDS = ("external_id", "holder", "access", "hidden", "kept_access", "parent_id")

type AccessState = tuple[frozenset[str], bool]
"""An access list, and whether the document is hidden meanwhile."""


class Indexer(Protocol):
    """What the library asks of indexing; implemented by `embedding.service.IndexingService`."""

    async def announce(self, document_ids: Sequence[str]) -> None:
        """These heads are queued, or have another content: work that is under way on the former one ends."""
        ...

    async def refresh_access(self, document_ids: Sequence[str]) -> None:
        """These heads have another access list and its mark, `dirty`; the indexes follow, also after a crash."""
        ...

    async def remove(self, document_ids: Sequence[str]) -> None:
        """Deletes documents with all that is inside them and belongs to them, before it returns.

        A crash in between is made up for.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ref:
    """What a connection knows of one of its items without reading it; `access` is `incoming.access_hash`."""

    external_id: str
    revision: str | None
    access: str
    hidden: bool


class ConnectedLibrary:
    """The part of the library that connectors use: `holder` is a connection. What it does not hold is passed over.

    What lies inside a document (the members of an archive, the attachments of a mail) always goes with it.
    """

    def __init__(self, documents: DocumentRepository, indexer: Indexer) -> None:
        self._documents = documents
        self._indexer = indexer

    async def set_access(self, holder: Holder, access: Mapping[str, AbstractSet[str]]) -> int:
        """Replaces access lists, by external id; returns how many documents changed, those inside included.

        Who loses access sees nothing when it returns, who gains it finds it soon after; it is no work for indexing.
        What is hidden stays hidden and comes back with its new list.
        """
        changed = 0
        for names in batched(access, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            lists = {head["_id"]: holder.principals | access[head["external_id"]] for head in heads}
            changed += await self._grant(heads, lists)
        return changed

    async def hide(self, holder: Holder, external_ids: Iterable[str]) -> int:
        """Documents that answer nothing from here on, nowhere and to nobody; returns how many were hidden now.

        Everything of them is kept, so that `unhide` brings them back without reading or embedding anything.
        """
        hidden = 0
        for names in batched(external_ids, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            hidden += await self._change_access(heads, lambda head: (_granted(head), True))
        return hidden

    async def unhide(self, holder: Holder, external_ids: Iterable[str]) -> int:
        """Takes `hide` back; returns how many documents came back."""
        shown = 0
        for names in batched(external_ids, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            shown += await self._change_access(heads, lambda head: (_granted(head), False))
        return shown

    async def delete_external(self, holder: Holder, external_ids: Iterable[str]) -> int:
        """Deletes documents by external id; returns how many there were, not counting those inside."""
        deleted = 0
        for names in batched(external_ids, _AT_ONCE, strict=False):
            ids = [head["_id"] for head in await self._heads(holder, names)]
            await self.unscoped_delete(ids)
            deleted += len(ids)
        return deleted

    async def purge(self, holder: Holder) -> int:
        """Deletes everything that a holder holds; returns how many documents there were. Safe to repeat."""
        deleted = 0
        while ids := await self._documents.unscoped_ids_of(holder, limit=_AT_ONCE):
            await self.unscoped_delete(ids)
            deleted += len(ids)
        return deleted

    async def refs(self, holder: Holder) -> AsyncIterator[Ref]:
        """Every item that a holder handed over, oldest first, without those inside others."""
        async for head in self._documents.unscoped_refs(holder):
            yield Ref(head["external_id"], head.get("revision"), access_hash(_granted(head)), bool(head.get("hidden")))

    async def unscoped_delete(self, document_ids: Sequence[str]) -> None:
        """Deletes documents and what is inside them; for connectors and for whoever checked ownership."""
        if document_ids:
            await self._indexer.remove(list(dict.fromkeys(document_ids)))

    # -- inside ------------------------------------------------------------------------------------------------

    async def _align_inside(self, parent_id: str, state: AccessState) -> None:
        """Gives everything inside a document the access that it has."""
        await self._write_access(await self._inside([{"_id": parent_id}]), lambda _: state)

    async def _access_state(self, document_id: str) -> AccessState | None:
        """The access of a document as it is now; None when it is gone."""
        head = await self._documents.unscoped_record(document_id, _FIELDS)
        return None if head is None else _state(head)

    async def _heads(self, holder: Holder, external_ids: Sequence[str]) -> list[Record]:
        if holder.kind != "connection":
            raise ValueError(f"only a connection's documents are known by their external ids alone, not {holder}'s")
        keys = [document_key(holder, "", external_id) for external_id in dict.fromkeys(external_ids)]
        return await self._documents.unscoped_by_key(keys, _FIELDS)

    async def _inside(self, heads: Sequence[Record]) -> list[Record]:
        """Everything inside these documents, outer ones before inner ones: one look-up for each level."""
        found: list[Record] = []
        seen = {head["_id"] for head in heads}
        level = list(seen)
        while level:
            inside = [head for head in await self._documents.unscoped_inside(level, _FIELDS) if head["_id"] not in seen]
            level = [head["_id"] for head in inside]
            seen.update(level)
            found += inside
        return found

    async def _settle_access(self, shown: Mapping[str, Sequence[str]], kept: Mapping[str, Sequence[str]]) -> None:
        """Looks again at documents that were just given lists: as `shown` ones their own, as hidden ones to be `kept`.

        Whoever hid one of them meanwhile, or showed it again, did not know of its list, and the list not of that.
        """
        lists = {document_id: frozenset(access) for document_id, access in (*shown.items(), *kept.items())}
        heads = await self._documents.unscoped_many(lists, _FIELDS)
        await self._grant([head for head in heads if head.get("hidden") or head["_id"] in kept], lists)

    async def _grant(self, heads: Sequence[Record], lists: dict[str, frozenset[str]]) -> int:
        """Gives documents these lists, by id, and everything inside them the same; what is hidden stays hidden."""

        def wanted(head: Record) -> AccessState:
            if head["_id"] not in lists:
                lists[head["_id"]] = lists[head["parent_id"]]
            return lists[head["_id"]], bool(head.get("hidden"))

        return await self._change_access(heads, wanted)

    async def _change_access(self, heads: Sequence[Record], wanted: Callable[[Record], AccessState]) -> int:
        """Changes documents and everything inside them, outer ones before inner ones; returns how many changed.

        Looks inside again afterwards: members that were stored beside it got the access of before. Whoever stores one
        later sees the change (`LibraryService._store_inside`).
        """
        changed = 0
        done: set[str] = set()
        found = [*heads, *await self._inside(heads)]
        while new := [head for head in found if head["_id"] not in done]:
            changed += await self._write_access(new, wanted)
            done.update(head["_id"] for head in new)
            found = await self._inside(heads)
        return changed

    async def _write_access(self, heads: Sequence[Record], wanted: Callable[[Record], AccessState]) -> int:
        """Changes of access: first in the heads, which searches look at last, then in both indexes; returns how many.

        A head that somebody else changed since it was read is read again and decided anew: hiding and a new list that
        come together both hold.
        """
        changed: list[str] = []
        for some in batched(heads, _AT_ONCE, strict=False):
            read: Sequence[Record] = some
            while changes := [(head, update) for head in read if (update := _update(head, wanted(head))) is not None]:
                missed = await self._documents.unscoped_change_access(changes)
                changed += [head["_id"] for head, _ in changes if head["_id"] not in missed]
                read = await self._documents.unscoped_many(missed, _FIELDS) if missed else ()
        if changed:
            await self._indexer.refresh_access(changed)
        return len(changed)


def _granted(head: Record) -> frozenset[str]:
    """The access list of a document, whether it is hidden or not. One that stands on a hidden one came after hiding."""
    return frozenset(head["access"] or head["kept_access"] if head.get("hidden") else head["access"])


def _state(head: Record) -> AccessState:
    return _granted(head), bool(head.get("hidden"))


def _update(head: Record, state: AccessState) -> Update | None:
    """What gives a head this access; None when it has it."""
    granted, hidden = state
    if state == _state(head) and not (hidden and head["access"]):
        return None
    if hidden:
        return {"$set": {**hidden_fields(granted), "dirty": new_id()}}
    fields = access_fields(Holder.parse(head["holder"]), granted)
    return {"$set": {**fields, "dirty": new_id()}, "$unset": {"hidden": "", "kept_access": ""}}

"""What a connection does with the documents it holds: many at a time, with a few questions to the database a batch."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import batched
from typing import Any, Protocol

from backend.access import Holder
from backend.db.collection import Record, Update
from backend.documents.incoming import access_hash
from backend.documents.inside import ACCESS_FIELDS, AccessState, Inside, granted
from backend.documents.repository import DocumentRepository, access_fields, document_key, hidden_fields
from backend.ids import new_id

_AT_ONCE = 500


class Indexer(Protocol):
    """What the library asks of indexing; implemented by `embedding.service.IndexingService`."""

    async def announce(self, document_ids: Sequence[str]) -> None:
        """These heads are queued."""
        ...

    async def refresh_access(self, document_ids: Sequence[str]) -> None:
        """These heads have another access list and its mark, `dirty`; the indexes follow, also after a crash."""
        ...

    async def remove(self, document_ids: Sequence[str]) -> None:
        """Deletes documents with all that belongs to them, before it returns; a crash in between is made up for."""
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
        self._inside = Inside(documents)
        self._indexer = indexer

    async def set_access(self, holder: Holder, access: Mapping[str, AbstractSet[str]]) -> int:
        """Replaces access lists, by external id; returns how many documents changed, those inside included.

        Who loses access sees nothing when it returns, who gains it finds it soon after; it is no work for indexing.
        What is hidden stays hidden and comes back with its new list.
        """
        changed = 0
        for names in batched(access, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            wanted = {head["_id"]: holder.principals | access[head["external_id"]] for head in heads}
            different = [head for head in heads if wanted[head["_id"]] != granted(head)]
            await self._write_access(
                [
                    (head["_id"], {"kept_access": sorted(wanted[head["_id"]])}, ())
                    if head.get("hidden")
                    else (head["_id"], access_fields(holder, wanted[head["_id"]]), ())
                    for head in different
                ]
            )
            # What carries a mark was perhaps cut short the last time, before what is inside had its list.
            marked = [head for head in heads if "dirty" in head]
            changed += len(different) + await self._spread_access([head["_id"] for head in (*different, *marked)])
        return changed

    async def hide(self, holder: Holder, external_ids: Iterable[str]) -> int:
        """Documents that answer nothing from here on, nowhere and to nobody; returns how many were hidden now.

        Everything of them is kept, so that `unhide` brings them back without reading or embedding anything.
        """
        hidden = 0
        for names in batched(external_ids, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            shown = [head for head in heads if not head.get("hidden")]
            await self._write_access([(head["_id"], hidden_fields(head["access"]), ()) for head in shown])
            hidden += len(shown) + await self._spread_access([head["_id"] for head in heads])
        return hidden

    async def unhide(self, holder: Holder, external_ids: Iterable[str]) -> int:
        """Takes `hide` back; returns how many documents came back.

        What is inside comes back with the list that the outer document has now.
        """
        shown = 0
        for names in batched(external_ids, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            hidden = [head for head in heads if head.get("hidden")]
            await self._write_access(
                [(head["_id"], access_fields(holder, granted(head)), ("hidden", "kept_access")) for head in hidden]
            )
            shown += len(hidden) + await self._spread_access([head["_id"] for head in heads])
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
            yield Ref(head["external_id"], head.get("revision"), access_hash(granted(head)), bool(head.get("hidden")))

    async def unscoped_delete(self, document_ids: Sequence[str]) -> None:
        """Deletes documents and what is inside them; for connectors and for whoever checked ownership."""
        leaving = list(dict.fromkeys(document_ids))
        while leaving:
            leaving = list(dict.fromkeys([*leaving, *await self._inside.of(leaving)]))
            await self._indexer.remove(leaving)
            leaving = await self._inside.of(leaving)  # what was stored inside while they went

    # -- inside ------------------------------------------------------------------------------------------------

    async def _spread_access(self, document_ids: Sequence[str]) -> int:
        """Gives what is inside these documents their access, then the indexes; returns how many inside changed.

        Cut short, it is made up for by indexing, which finds their marks.
        """
        if not document_ids:
            return 0
        aligned: list[str] = []
        try:
            aligned = await self._inside.align(document_ids)
        finally:
            await self._indexer.refresh_access(list(dict.fromkeys([*document_ids, *aligned])))
        return len(aligned)

    async def _access_state(self, document_id: str) -> AccessState | None:
        """The access of a document as it is now; None when it is gone."""
        head = await self._documents.unscoped_record(document_id, ACCESS_FIELDS)
        return None if head is None else AccessState.of(head)

    async def _heads(self, holder: Holder, external_ids: Sequence[str]) -> list[Record]:
        if holder.kind != "connection":
            raise ValueError(f"only a connection's documents are known by their external ids alone, not {holder}'s")
        keys = [document_key(holder, "", external_id) for external_id in dict.fromkeys(external_ids)]
        return await self._documents.unscoped_by_key(keys, (*ACCESS_FIELDS, "dirty"))

    async def _write_access(self, changes: Sequence[tuple[str, dict[str, Any], Sequence[str]]]) -> None:
        """Changes of access in the heads, which searches look at last; each leaves its mark."""
        if not changes:
            return
        updates: list[tuple[str, Update]] = []
        for document_id, fields, dropped in changes:
            update: dict[str, dict[str, Any]] = {"$set": {**fields, "dirty": new_id()}}
            if dropped:
                update["$unset"] = dict.fromkeys(dropped, "")
            updates.append((document_id, update))
        await self._documents.unscoped_change(updates)

"""What a connection does with the documents it holds: many at a time, with a few questions to the database a batch."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import batched
from typing import Protocol

from backend.access import Holder
from backend.db.collection import Record
from backend.documents.incoming import access_hash
from backend.documents.inside import ACCESS_FIELDS, AccessState, Inside, granted
from backend.documents.intake import Intake
from backend.documents.models import DocumentError, DocumentStatus
from backend.documents.repository import DocumentRepository, document_key

_AT_ONCE = 500
_FIELDS = (*ACCESS_FIELDS, "dirty")


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


@dataclass(frozen=True, slots=True)
class DocumentState:
    """How far the document of an item is; `error`: why it failed."""

    id: str
    connection_id: str
    external_id: str
    status: DocumentStatus
    error: DocumentError | None


class ConnectedLibrary:
    """The part of the library that connectors use: `holder` is a connection. What it does not hold is passed over.

    What lies inside a document (the members of an archive, the attachments of a mail) always goes with it.
    """

    def __init__(self, documents: DocumentRepository, indexer: Indexer) -> None:
        self._documents = documents
        self._inside = Inside(documents)
        self._indexer = indexer

    async def set_access(self, holder: Holder, access: Mapping[str, AbstractSet[str]]) -> int:
        """Replaces access lists, by external id; returns how many documents it changed, those inside included.

        Who loses access sees nothing when it returns, who gains it finds it soon after; it is no work for indexing.
        What is hidden stays hidden and comes back with its new list.
        """
        changed = 0
        for names in batched(access, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            lists = {head["_id"]: holder.principals | access[head["external_id"]] for head in heads}
            changed += await self._give_lists(heads, lists)
        return changed

    async def hide(self, holder: Holder, external_ids: Iterable[str]) -> int:
        """Documents that answer nothing from here on, nowhere and to nobody; returns how many were hidden now.

        Everything of them is kept, so that `unhide` brings them back without reading or embedding anything.
        """
        hidden = 0
        for names in batched(external_ids, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            hidden += await self._change_access(heads, lambda head: AccessState(granted(head), True))
        return hidden

    async def unhide(self, holder: Holder, external_ids: Iterable[str]) -> int:
        """Takes `hide` back; returns how many documents came back.

        What is inside comes back with the list that the outer document has now.
        """
        shown = 0
        for names in batched(external_ids, _AT_ONCE, strict=False):
            heads = await self._heads(holder, names)
            shown += await self._change_access(heads, lambda head: AccessState(granted(head), False))
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

    async def states(self, document_ids: Iterable[str]) -> list[DocumentState]:
        """Those of these documents that connections handed over. What lies inside others is none of them."""
        fields = ("connection_id", "external_id", "status", "error", "parent_id")
        return [
            DocumentState(
                id=head["_id"],
                connection_id=head["connection_id"],
                external_id=head["external_id"],
                status=DocumentStatus(head["status"]),
                error=DocumentError(**head["error"]) if head.get("error") else None,
            )
            for head in await self._documents.unscoped_many(document_ids, fields)
            if head.get("connection_id") and head.get("parent_id") is None
        ]

    async def read_again(self, document_ids: Iterable[str]) -> None:
        """Queues those of these documents once more that could not be read."""
        failed = [one.id for one in await self.states(document_ids) if one.status is DocumentStatus.failed]
        await self._documents.unscoped_change([(id_, Intake.requeue()) for id_ in failed])
        if failed:
            await self._indexer.announce(failed)

    async def refs(self, holder: Holder) -> AsyncIterator[Ref]:
        """Every item that a holder handed over, oldest first, without those inside others."""
        async for head in self._documents.unscoped_refs(holder):
            yield Ref(head["external_id"], head.get("revision"), access_hash(granted(head)), bool(head.get("hidden")))

    async def count_naming(self, principals: Iterable[str], *, at_most: int | None = None) -> dict[str, int]:
        """How many items that are shown carry each principal, those inside others apart; `at_most`: no further."""
        return {name: await self._documents.unscoped_count_naming(name, at_most=at_most) for name in principals}

    async def unscoped_naming(self, principal: str, *, after: str | None, limit: int) -> list[tuple[str, str]]:
        """Id and external id of items that are shown and carry a principal, newest first, those behind the id `after`;
        not those inside others.
        """
        heads = await self._documents.unscoped_naming(principal, after=after, limit=limit)
        return [(head["_id"], head["external_id"]) for head in heads]

    async def carrying(self, principal: str, document_ids: Iterable[str]) -> frozenset[str]:
        """Those of these documents whose access lists hold a principal."""
        return await self._documents.unscoped_carrying(principal, document_ids)

    async def unscoped_delete(self, document_ids: Sequence[str]) -> None:
        """Deletes documents and what is inside them; for connectors and for whoever checked ownership."""
        if document_ids:
            await self._indexer.remove(list(dict.fromkeys(document_ids)))

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
        return await self._documents.unscoped_by_key(keys, _FIELDS)

    async def _settle_lists(self, lists: Mapping[str, AbstractSet[str]]) -> None:
        """Looks again at documents that were just given lists, by id.

        Whoever hid one of them meanwhile, or showed it again, did not know of its list, and the list not of that.
        """
        heads = await self._documents.unscoped_many(lists, _FIELDS)
        await self._give_lists([head for head in heads if head.get("hidden") or "kept_access" in head], lists)

    async def _give_lists(self, heads: Sequence[Record], lists: Mapping[str, AbstractSet[str]]) -> int:
        """Gives documents these lists, by id; what is hidden stays hidden."""
        return await self._change_access(
            heads, lambda head: AccessState(frozenset(lists[head["_id"]]), bool(head.get("hidden")))
        )

    async def _change_access(self, heads: Sequence[Record], wanted: Callable[[Record], AccessState]) -> int:
        """Changes of access: first in the heads, which searches look at last, then inside them and in the indexes.

        A head that somebody else changed since it was read is read again and decided anew: hiding and a new list that
        come together both hold. Returns how many documents it changed, those inside included, without
        those inside that indexing, which makes up for changes that overlap, was first to change.
        """
        changed: list[str] = []
        read = heads
        while changes := [(head, wanted(head).given_to(head)[1]) for head in read if not wanted(head).is_of(head)]:
            missed = await self._documents.unscoped_change_access(changes)
            changed += [head["_id"] for head, _ in changes if head["_id"] not in missed]
            read = await self._documents.unscoped_many(missed, _FIELDS) if missed else ()
        # What carries a mark was perhaps cut short the last time, before what is inside had its list.
        marked = [head["_id"] for head in heads if "dirty" in head]
        return len(changed) + await self._spread_access(list(dict.fromkeys([*changed, *marked])))

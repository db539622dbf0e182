"""The ledger: one row for each item that a source ever named, with what became of it and why."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from backend.connectors.models import Item, ItemStatus, Reason
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository

ITEMS = CollectionSpec(
    "sync_items",
    (
        Index((("connection_id", 1), ("_id", 1))),  # all of a connection, page by page
        Index((("connection_id", 1), ("status", 1), ("_id", 1))),  # those of a status, page by page, and their counts
        Index((("connection_id", 1), ("listing", 1))),  # what the last listing did not name
        Index((("connection_id", 1), ("whole", 1))),  # what came with an item
    ),
)
#: Rows that may be gone at the source: everything but what is known to be.
_THERE: tuple[ItemStatus, ...] = ("processing", "indexed", "skipped", "failed", "hidden")
#: Whose document tells what they are.
_OF_DOCUMENT = [
    {"status": {"$in": ["processing", "indexed"]}},
    {"status": {"$in": ["skipped", "failed"]}, "unreadable": True},
]


class Ledger:
    """Rows by connection and external id."""

    def __init__(self, database: Database) -> None:
        self._items = Repository(database, ITEMS, Item)

    async def put(self, items: Iterable[Item]) -> None:
        await self._items.bulk_upsert(items)

    async def rows(self, connection_id: str, external_ids: Iterable[str]) -> dict[str, Item]:
        """Those of these items that are known, by external id."""
        ids = [item_id(connection_id, external_id) for external_id in external_ids]
        return {item.external_id: item for item in await self._items.find({"_id": {"$in": ids}})}

    async def row(self, connection_id: str, name: str) -> Item | None:
        """The row of an external id, or the one with this id."""
        by_id = {"_id": name, "connection_id": connection_id}
        return await self._items.find_one({"_id": item_id(connection_id, name)}) or await self._items.find_one(by_id)

    async def parts(self, connection_id: str, external_ids: Iterable[str]) -> dict[str, list[Item]]:
        """What came with these items and is there, by their external ids."""
        wanted = {"connection_id": connection_id, "whole": {"$in": list(external_ids)}, "status": {"$in": list(_THERE)}}
        found: dict[str, list[Item]] = {}
        for item in await self._items.find(wanted):
            found.setdefault(item.whole or "", []).append(item)
        return found

    async def unnamed(self, connection_id: str, listing: int) -> AsyncIterator[Item]:
        """What is there as far as is known, and was not named by this listing."""
        wanted = {"connection_id": connection_id, "status": {"$in": list(_THERE)}, "listing": {"$lt": listing}}
        async for item in self._items.stream(wanted, sort=[("_id", 1)]):
            yield item

    async def count_named(self, connection_id: str, listing: int) -> int:
        return await self._items.records.count({"connection_id": connection_id, "listing": listing})

    async def reasons(self, connection_id: str, status: ItemStatus) -> dict[str, int]:
        """How many items have this status, by the codes of their reasons."""
        found = await self._items.records.group_count({"connection_id": connection_id, "status": status}, "reason.code")
        return {str(code): number for code, number in found.items()}

    async def counts(self, connection_id: str) -> dict[str, int]:
        found = await self._items.records.group_count({"connection_id": connection_id}, "status")
        return {str(status): number for status, number in found.items()}

    async def page(
        self, connection_id: str, *, status: ItemStatus | None, after: str | None, limit: int
    ) -> Sequence[Item]:
        wanted: dict[str, object] = {"connection_id": connection_id}
        if status is not None:
            wanted["status"] = status
        if after is not None:
            wanted["_id"] = {"$gt": after}
        return await self._items.find(wanted, sort=[("_id", 1)], limit=limit)

    async def forget_revision(self, row_ids: Iterable[str]) -> None:
        """Lets what was skipped or failed at the source be read again."""
        wanted = {"_id": {"$in": list(row_ids)}, "status": {"$in": ["skipped", "failed"]}, "unreadable": {"$ne": True}}
        await self._items.records.update_many(wanted, {"$set": {"revision": None}})

    async def of_statuses(self, connection_id: str, statuses: Iterable[ItemStatus]) -> AsyncIterator[Item]:
        """In the order of their ids."""
        wanted = {"connection_id": connection_id, "status": {"$in": list(statuses)}}
        async for item in self._items.stream(wanted, sort=[("_id", 1)]):
            yield item

    async def only_failed(self, connection_id: str) -> bool:
        """Whether the source has items, and gave none of them."""
        there = {"connection_id": connection_id, "status": {"$in": list(_THERE)}}
        given = {"$or": [{"status": {"$ne": "failed"}}, {"unreadable": True}]}
        return await self._some(there) and not await self._some({**there, **given})

    async def _some(self, wanted: dict[str, Any]) -> bool:
        return bool(await self._items.records.find(wanted, limit=1, fields=("status",)))

    # -- what their documents say ----------------------------------------------------------------------------------

    async def indexed(self, row_ids: Iterable[str]) -> None:
        """Their documents are indexed."""
        wanted = {"_id": {"$in": list(row_ids)}, "$or": _OF_DOCUMENT}
        changes = {"status": "indexed", "reason": None, "unreadable": False}
        await self._items.records.update_many(wanted, {"$set": changes})

    async def unreadable(self, row_ids: Iterable[str], status: ItemStatus, reason: Reason) -> None:
        """Their documents could not be read."""
        wanted = {"_id": {"$in": list(row_ids)}, "$or": _OF_DOCUMENT}
        changes = {"status": status, "reason": reason.model_dump(), "unreadable": True}
        await self._items.records.update_many(wanted, {"$set": changes})

    async def processing(self, row_ids: Iterable[str]) -> None:
        """Their documents are read once more."""
        wanted = {"_id": {"$in": list(row_ids)}, "$or": _OF_DOCUMENT}
        changes = {"status": "processing", "reason": None, "unreadable": False}
        await self._items.records.update_many(wanted, {"$set": changes})

    async def is_processing(self, connection_id: str) -> bool:
        return await self._some({"connection_id": connection_id, "status": "processing"})

    async def delete_of(self, connection_id: str) -> None:
        await self._items.records.delete_many({"connection_id": connection_id})


def item_id(connection_id: str, external_id: str) -> str:
    parts = f"{connection_id}\x1f{external_id}"
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:40]

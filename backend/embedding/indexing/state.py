"""What indexing remembers of itself: the number of the last change, how far each index is, and deletions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.db.collection import Collection, CollectionSpec, Database, Index, Record

INDEX_STATE = CollectionSpec("index_state")
TOMBSTONES = CollectionSpec(
    "tombstones",
    (
        Index((("index_seq", 1),)),  # deletions that a derived index has not taken in yet
        Index((("open", 1),), partial={"open": True}),  # deletions that a crash cut short (recovery)
    ),
)
INDEXING_COLLECTIONS = (INDEX_STATE, TOMBSTONES)

_SEQUENCE = "sequence"
_SERVING = "serving"


@dataclass(frozen=True, slots=True)
class Serving:
    """The embedding model whose vectors answer questions."""

    model_id: str
    dimension: int


class IndexStateRepository:
    """Counters and tombstones. Nothing here is anybody's data."""

    def __init__(self, database: Database) -> None:
        self._state: Collection = database.collection(INDEX_STATE)
        self._tombstones: Collection = database.collection(TOMBSTONES)

    async def next_seq(self) -> int:
        """The next number of the one sequence of changes."""
        record = await self._state.find_one_and_update({"_id": _SEQUENCE}, {"$inc": {"value": 1}}, upsert=True)
        assert record is not None  # noqa: S101 - an upsert always returns the record
        return int(record["value"])

    async def current_seq(self) -> int:
        record = await self._state.find_one({"_id": _SEQUENCE})
        return int(record["value"]) if record else 0

    async def progress(self, index: str) -> int:
        """Up to where an index that keeps no number itself has taken in everything."""
        record = await self._state.find_one({"_id": f"index:{index}"})
        return int(record["value"]) if record else 0

    async def has_progress(self, index: str) -> bool:
        """Whether an index that keeps no number itself was ever brought up to date."""
        return await self._state.find_one({"_id": f"index:{index}"}) is not None

    async def set_progress(self, index: str, seq: int) -> None:
        await self._state.update_one({"_id": f"index:{index}"}, {"$set": {"value": seq}}, upsert=True)

    async def forget_progress(self, index: str) -> None:
        await self._state.delete_one({"_id": f"index:{index}"})

    async def serving(self) -> Serving | None:
        record = await self._state.find_one({"_id": _SERVING})
        return Serving(record["model_id"], record["dimension"]) if record else None

    async def set_serving(self, serving: Serving) -> None:
        values = {"model_id": serving.model_id, "dimension": serving.dimension}
        await self._state.update_one({"_id": _SERVING}, {"$set": values}, upsert=True)

    # -- deletions ---------------------------------------------------------------------------------------------

    async def bury(self, document_ids: Sequence[str], blobs: dict[str, str], *, seq: int, now: datetime) -> None:
        """Decides the deletion of these documents: whatever happens next, they will be gone."""
        records: list[Record] = [
            {"_id": id_, "index_seq": seq, "open": True, "blob": blobs.get(id_), "deleted_at": now}
            for id_ in document_ids
        ]
        await self._tombstones.bulk_upsert(records)

    async def open_deletions(self, *, limit: int, before: datetime | None = None) -> list[str]:
        """Deletions that are not finished; with `before`, those decided before then."""
        filter_: dict[str, object] = {"open": True}
        if before is not None:
            filter_["deleted_at"] = {"$lt": before}
        return [r["_id"] for r in await self._tombstones.find(filter_, limit=limit, fields=("open",))]

    async def blobs_of(self, document_ids: Sequence[str]) -> set[str]:
        records = await self._tombstones.find({"_id": {"$in": list(document_ids)}}, fields=("blob",))
        return {record["blob"] for record in records if record["blob"]}

    async def close_deletions(self, document_ids: Sequence[str]) -> None:
        await self._tombstones.update_many({"_id": {"$in": list(document_ids)}}, {"$unset": {"open": ""}})

    async def deleted_since(self, seq: int) -> list[str]:
        return [r["_id"] for r in await self._tombstones.find({"index_seq": {"$gt": seq}}, fields=("index_seq",))]

    async def forget_deletions(self, *, up_to: int) -> None:
        """Drops finished tombstones that every index has taken in."""
        await self._tombstones.delete_many({"index_seq": {"$lte": up_to}, "open": {"$exists": False}})

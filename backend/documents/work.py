"""What indexing does with document heads: claim, keep, finish. The head is the job's record.

`due_at` says when a head is to be worked on: now while it is queued, the end of the lease while somebody works
on it, absent when there is nothing to do. So a claim, a heartbeat and recovery all look at one field. Whoever
changes a document meanwhile takes the lease away, and the outcome of the work that was under way is dropped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.db.collection import Database, Record
from backend.db.lease import Leases
from backend.db.repository import Repository
from backend.documents.inside import ACCESS_FIELDS
from backend.documents.models import Document, DocumentError, DocumentStatus
from backend.documents.schema import DOCUMENTS, HAS_WORK, HOLDER
from backend.ids import new_id


@dataclass(frozen=True, slots=True)
class Claim:
    """A head with the right to finish it, as long as nobody took the lease away.

    `work` is "extract" (read the original), "text" (index `pending_text`) or "reindex" (the current text again).
    `attempts` count since the last change or outcome, `claims` since the document exists: above 1 something may be left
    over. `failures` count how often it was postponed since the last change.
    """

    document: Document
    holder: str
    token: str
    work: str
    pending_text: str | None
    attempts: int
    claims: int
    failures: int

    @property
    def brings_text(self) -> bool:
        """Whether a new version is to come of it, and not the present one once more."""
        return self.work != "reindex"

    @property
    def may_follow_another(self) -> bool:
        """Whether texts, chunks and members of a former version or attempt are there, or may be."""
        return self.document.version > 0 or self.claims > 1


@dataclass(frozen=True, slots=True)
class Due:
    """A head that waits to be worked on, and what decides about its turn."""

    id: str
    holder: str
    size_bytes: int
    due_at: datetime


class WorkRepository:
    """The heads as a work list. Nothing here is scoped: the system works for everybody."""

    def __init__(self, database: Database) -> None:
        self._documents = Repository(database, DOCUMENTS, Document)
        self._heads = self._documents.records
        self._leases = Leases(self._heads, held_by="lease_token", until="due_at", unset="idle")

    async def unscoped_claim(self, document_id: str, *, now: datetime, lease: timedelta) -> Claim | None:
        """Takes a due head, in one conditional update; None if it is not due or somebody has it."""
        held = await self._leases.claim(
            document_id,
            lease,
            now=now,
            update={"$set": {"status": str(DocumentStatus.processing)}, "$inc": {"attempts": 1, "claims": 1}},
        )
        if held is None:
            return None
        record = held.record
        return Claim(
            document=self._documents.model(record),
            holder=record[HOLDER],
            token=held.token,
            work=record["work"],
            pending_text=record.get("pending_text"),
            attempts=record["attempts"],
            claims=record["claims"],
            failures=record.get("failures", 0),
        )

    async def unscoped_extend(self, claims: Sequence[Claim], *, until: datetime) -> None:
        """The heartbeat: moves the end of these leases."""
        await self._leases.extend({claim.document.id: claim.token for claim in claims}, until=until)

    async def unscoped_held(self, document_ids: Sequence[str]) -> dict[str, Record]:
        """Lease, access and what else the indexes hold as they are now, by id; deleted heads are missing."""
        fields = ("lease_token", "access", "path", "filename", "author", "tags", "modified_at", "language")
        return {r["_id"]: r for r in await self._heads.find({"_id": {"$in": list(document_ids)}}, fields=fields)}

    async def unscoped_finish(self, claim: Claim, changes: Mapping[str, Any], *, drop: Sequence[str] = ()) -> bool:
        """Writes the outcome and ends the lease; False if the lease was lost, and then nothing is written."""
        return await self._leases.finish(claim.document.id, claim.token, changes, drop=drop)

    async def unscoped_fail(self, claim: Claim, error: DocumentError, changes: Mapping[str, Any]) -> bool:
        """Ends the lease with a reason."""
        failed = {**changes, "status": str(DocumentStatus.failed), "error": error.model_dump()}
        return await self.unscoped_finish(claim, failed)

    async def unscoped_postpone(self, claim: Claim, *, due_at: datetime, failed: bool) -> None:
        """Gives a claim back, to be worked on from `due_at` on; `failed` counts it as a failure, and as an outcome."""
        update: dict[str, Mapping[str, Any]] = {"$set": {"status": str(DocumentStatus.queued)}}
        if failed:
            update = {"$set": {**update["$set"], "attempts": 0}, "$inc": {"failures": 1}}
        await self._leases.postpone(claim.document.id, claim.token, at=due_at, update=update)

    async def unscoped_redo(self, document_id: str, *, now: datetime) -> None:
        """Queues a document once more: what is stored of it may come from two hands.

        Whoever is at work on it loses the lease, since what it wrote may be overwritten already. A queued one is left
        as it is: what comes next writes everything anew.
        """
        again = {"status": str(DocumentStatus.queued), "due_at": now, "attempts": 0}
        # What is being worked on first: it may be finished in the next moment, and never the other way round.
        await self._heads.update_one(
            {"_id": document_id, "status": str(DocumentStatus.processing)},
            {"$set": again, "$unset": {"lease_token": ""}},
        )
        for blob, work in (({"$exists": True}, "extract"), ({"$exists": False}, "reindex")):
            await self._heads.update_one(
                {"_id": document_id, "status": str(DocumentStatus.indexed), "blob": blob},
                {"$set": {**again, "work": work}},
            )
        # A version that could not be read, in whose place there are words now.
        await self._heads.update_one(
            {"_id": document_id, "status": str(DocumentStatus.failed), "version": {"$gt": 0}},
            {"$set": again, "$unset": {"error": ""}},
        )

    async def unscoped_release_all(self, *, now: datetime) -> int:
        """Ends every lease: for the one process that owns the data folder, when it starts after a crash."""
        result = await self._heads.update_many(
            {"status": str(DocumentStatus.processing)},
            {"$set": {"status": str(DocumentStatus.queued), "due_at": now}, "$unset": {"lease_token": ""}},
        )
        return result.matched

    async def unscoped_due(self, *, now: datetime, limit: int) -> list[str]:
        """Ids that are due, longest first."""
        records = await self._heads.find(
            {"due_at": {"$lte": now}}, sort=[("due_at", 1)], limit=limit, fields=("due_at",)
        )
        return [record["_id"] for record in records]

    async def unscoped_next_holder(self, *, after: str, now: datetime) -> str | None:
        """The first holder with due work, in the order of their ids, after `after`; None if there is none.

        One step in an index of due heads, however many of them a holder has.
        """
        record = await self._heads.find_one(
            {HOLDER: {"$gt": after}, "due_at": {**HAS_WORK, "$lte": now}}, sort=[(HOLDER, 1)], fields=(HOLDER,)
        )
        return str(record[HOLDER]) if record else None

    async def unscoped_due_of(self, holder: str, *, now: datetime, limit: int) -> list[Due]:
        """Due heads of one holder, longest first."""
        records = await self._heads.find(
            {HOLDER: holder, "due_at": {**HAS_WORK, "$lte": now}},
            sort=[("due_at", 1)],
            limit=limit,
            fields=("size_bytes", "due_at"),
        )
        return [Due(r["_id"], holder, r.get("size_bytes", 0), r["due_at"]) for r in records]

    async def unscoped_backlog(self, *, now: datetime) -> tuple[int, datetime | None]:
        """How many heads are due, and since when the oldest of them."""
        due = {"due_at": {"$lte": now}}
        first = await self._heads.find_one(due, sort=[("due_at", 1)], fields=("due_at",))
        return (await self._heads.count(due), first["due_at"]) if first else (0, None)

    # -- what the indexes have and have not taken in --------------------------------------------------------------

    async def unscoped_changed_since(self, seq: int, *, limit: int) -> list[Record]:
        """Heads with an index state after `seq`, in that order; complete for the last `index_seq` that it names."""
        records = await self._heads.find(
            {"index_seq": {"$gt": seq}}, sort=[("index_seq", 1)], limit=limit, fields=("index_seq",)
        )
        if len(records) < limit:
            return records
        last = records[-1]["index_seq"]
        whole = [record for record in records if record["index_seq"] < last]
        return whole + await self._heads.find({"index_seq": last}, fields=("index_seq",))

    async def unscoped_marked(self, document_ids: Sequence[str]) -> dict[str, Record]:
        """Mark, path and `ACCESS_FIELDS` of those of these heads that carry a mark, by id."""
        records = await self._heads.find(
            {"_id": {"$in": list(document_ids)}, "dirty": {"$exists": True}}, fields=(*ACCESS_FIELDS, "path", "dirty")
        )
        return {record["_id"]: record for record in records}

    async def unscoped_spread(self, marks: Mapping[str, str], *, seq: int) -> None:
        """The access and path that these marks stand for, by document id, are in every index; that is change `seq`.

        A head that was changed once more has another mark and keeps it. Marks are never given twice.
        """
        await self._heads.update_many(
            {"_id": {"$in": list(marks)}, "dirty": {"$in": list(marks.values())}},
            {"$set": {"index_seq": seq}, "$unset": {"dirty": ""}},
        )

    async def unscoped_mark_again(self, document_ids: Sequence[str]) -> None:
        """These heads may be in the indexes with an access list or a path that they no longer have."""
        await self._heads.bulk_update([(id_, {"$set": {"dirty": new_id()}}) for id_ in document_ids])

    async def unscoped_dirty(self, *, limit: int) -> list[str]:
        records = await self._heads.find({"dirty": {"$exists": True}}, limit=limit, fields=("dirty",))
        return [record["_id"] for record in records]

    async def unscoped_renumber(self, document_ids: Sequence[str], *, seq: int) -> None:
        """What the indexes hold of these documents was changed by number `seq`."""
        await self._heads.update_many({"_id": {"$in": list(document_ids)}}, {"$set": {"index_seq": seq}})

    async def unscoped_tidied(self, versions: Mapping[str, int]) -> None:
        """Nothing older than these versions is left, by document id; one with a newer version by now stays untidy."""
        by_version: dict[int, list[str]] = {}
        for document_id, version in versions.items():
            by_version.setdefault(version, []).append(document_id)
        for version, ids in by_version.items():
            await self._heads.update_many({"_id": {"$in": ids}, "version": version}, {"$unset": {"untidy": ""}})

    async def unscoped_untidy(self, *, limit: int) -> dict[str, int]:
        """Documents that may still have texts and chunks of former versions, with the version that counts."""
        records = await self._heads.find({"untidy": True}, limit=limit, fields=("version",))
        return {record["_id"]: record["version"] for record in records}

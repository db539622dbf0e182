"""Answers of requests that carried an `Idempotency-Key`, kept for a day (the HTTP side is `api/idempotency.py`)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.access import Caller
from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey, Index
from backend.errors import Conflict, InvalidInput

IDEMPOTENCY = CollectionSpec(
    "idempotency",
    (
        Index((("created_at", 1),), ttl_seconds=24 * 3600),  # answers are kept for a day
        Index((("owner_id", 1),)),  # the end of an account
    ),
)
#: A request that was cut off by a crash of the server blocks its key for this long.
_ABANDONED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    status: int
    body: bytes
    media_type: str | None


class IdempotencyRepository:
    """One record for each key; whoever inserts it runs the request."""

    def __init__(self, database: Database) -> None:
        self._records: Collection = database.collection(IDEMPOTENCY)

    async def begin(self, record_id: str, fingerprint: str, *, owner_id: str) -> KeptAnswer | None:
        """None: the request is to be run, then `finish` or `forget` follows. Else the answer of the one before.

        Errors: `Conflict` while the first request is running, `InvalidInput` for a key used for something else.
        """
        now = datetime.now(UTC)
        while True:
            try:
                await self._records.insert_one(
                    {
                        "_id": record_id,
                        "owner_id": owner_id,
                        "fingerprint": fingerprint,
                        "created_at": now,
                        "done": False,
                    }
                )
            except DuplicateKey:
                there = await self._records.find_one({"_id": record_id})
            else:
                return None
            if there is not None:  # else the first request failed in this moment, and this one may run
                break
        if there["fingerprint"] != fingerprint:
            raise InvalidInput(
                "This Idempotency-Key was used for a different request. Use a new one.", code="idempotency_key_reused"
            )
        if there["done"]:
            return KeptAnswer(there["status"], there["body"], there["media_type"])
        taken_over = await self._records.find_one_and_update(
            {"_id": record_id, "done": False, "created_at": {"$lt": now - _ABANDONED}}, {"$set": {"created_at": now}}
        )
        if taken_over is None:
            raise Conflict(
                "The first request with this key is still running. Wait for its answer, then ask again.",
                code="request_in_progress",
            )
        return None

    async def finish(self, record_id: str, answer: KeptAnswer) -> None:
        values = {"done": True, "status": answer.status, "body": answer.body, "media_type": answer.media_type}
        await self._records.update_one({"_id": record_id}, {"$set": values})

    async def forget(self, record_id: str) -> None:
        await self._records.delete_one({"_id": record_id})

    async def delete_all(self, caller: Caller) -> None:
        """Implements `auth.personal_data.PersonalData`."""
        await self._records.delete_many({"owner_id": caller.user_id})

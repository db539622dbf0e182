"""Answers of requests that carried an `Idempotency-Key`, kept for a day (the HTTP side is `api/idempotency.py`).

An answer names documents, which may be deleted within that day. So it lies sealed with a secret that is made of the
whole request and stored nowhere: only the same request, sent again, opens it.
"""

import hashlib
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from backend.access import Caller
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Index, Record
from backend.db.lease import Clock, Held, Leases, utc_now
from backend.errors import Conflict, InvalidInput
from backend.ids import new_id
from backend.secrets import open_bytes, seal_bytes

IDEMPOTENCY = CollectionSpec(
    "idempotency",
    (
        Index((("created_at", 1),), ttl_seconds=24 * 3600),  # answers are kept for a day
        Index((("owner_id", 1),)),  # the end of an account
    ),
)
#: Held for as long as the request runs; one that was cut off by a crash of the server blocks its key for this long.
LEASE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with its key. `digest` is of all that the request is about; only hashes of it are stored."""

    owner_id: str
    identity: bytes
    digest: bytes

    @classmethod
    def of(cls, *, owner_id: str, method: str, path: str, key: str, content: bytes) -> Self:
        """Keys belong to a person and a path. `content` may be many megabytes: call it beside the event loop."""
        identity = "\x1f".join((owner_id, method, path, key)).encode()
        return cls(owner_id, identity, hashlib.sha256(content).digest())

    @property
    def record_id(self) -> str:
        return hashlib.sha256(self.identity).hexdigest()

    @property
    def fingerprint(self) -> str:
        """By it two requests are compared; it says nothing of `secret`."""
        return hashlib.sha256(b"fingerprint\0" + self.digest).hexdigest()

    @property
    def secret(self) -> bytes:
        return hashlib.sha256(b"answer\0" + self.digest + self.identity).digest()


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    status: int
    body: bytes
    media_type: str | None


class IdempotencyRepository:
    """One record for each key, leased to the request that runs."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._records = database.collection(IDEMPOTENCY)
        # A record that an earlier release left undone has no lease: "idle", so that nothing is done twice. Its key is
        # free when the record expires.
        self._leases = Leases(self._records, held_by="held_by", until="held_until", unset="idle", clock=clock)
        self._clock = clock

    async def begin(self, request: KeyedRequest) -> Held | KeptAnswer:
        """The lease under which the request is to be run, then `finish` or `forget` follows; or the kept answer.

        Errors: `Conflict` while the first request is running, `InvalidInput` for a key used for something else.
        """
        now = self._clock()
        while True:
            record: Record = {
                "_id": request.record_id,
                "owner_id": request.owner_id,
                "fingerprint": request.fingerprint,
                "created_at": now,
                "done": False,
                "held_by": new_id(),
                "held_until": now + LEASE,
            }
            try:
                await self._records.insert_one(record)
            except DuplicateKey:
                there = await self._records.find_one({"_id": request.record_id})
            else:
                return Held(request.record_id, record["held_by"], record)
            if there is not None:  # else the first request failed in this moment, and this one may run
                break
        if there["fingerprint"] not in (request.fingerprint, request.digest.hex()):  # the latter: earlier releases
            raise InvalidInput(
                "This Idempotency-Key was used for a different request. Use a new one.", code="idempotency_key_reused"
            )
        if there["done"]:
            return _answer(there, request)
        taken_over = await self._leases.claim(
            request.record_id, LEASE, where={"done": False}, update={"$set": {"created_at": now}}
        )
        if taken_over is None:
            raise Conflict(
                "The first request with this key is still running. Wait for its answer, then ask again.",
                code="request_in_progress",
            )
        return taken_over

    def running(self, held: Held) -> AbstractAsyncContextManager[None]:
        """Keeps the key for as long as the block runs."""
        return self._leases.extended(held, LEASE)

    async def finish(self, held: Held, request: KeyedRequest, answer: KeptAnswer) -> None:
        """Keeps the answer, unless another request took the key over meanwhile."""
        sealed = seal_bytes(answer.body, secret=request.secret)
        values = {"done": True, "status": answer.status, "sealed": sealed, "media_type": answer.media_type}
        await self._leases.finish(held.record_id, held.token, values)

    async def forget(self, held: Held) -> None:
        await self._records.delete_one({"_id": held.record_id, "held_by": held.token})

    async def delete_all(self, caller: Caller) -> None:
        """Implements `auth.personal_data.PersonalData`."""
        await self._records.delete_many({"owner_id": caller.user_id})


def _answer(record: Record, request: KeyedRequest) -> KeptAnswer:
    former = record.get("body")  # an earlier release kept it as it was
    body = open_bytes(record["sealed"], secret=request.secret) if former is None else former
    return KeptAnswer(record["status"], body, record["media_type"])

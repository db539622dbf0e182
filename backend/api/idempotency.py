"""`Idempotency-Key`: a POST that is sent twice is done once, and answered twice.

The first request with a key runs; its answer is kept for a day and given again to whoever repeats the request.
Keys belong to a person and a path. A request that failed is forgotten, so that it can be tried again.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Header, Request, Response

from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey, Index
from backend.documents.access import Caller
from backend.errors import Conflict, InvalidInput

IDEMPOTENCY = CollectionSpec(
    "idempotency",
    (Index((("created_at", 1),), ttl_seconds=24 * 3600),),  # answers are kept for a day
)
HEADER = "Idempotency-Key"
_MAX_KEPT_BYTES = 1024 * 1024
#: A request that was cut off by a crash of the server blocks its key for this long.
_ABANDONED = timedelta(minutes=10)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=HEADER,
        max_length=200,
        description="any unique string; a repeated request with it is answered without being done again",
    ),
]


class IdempotencyService:
    """Runs requests at most once for each key."""

    def __init__(self, database: Database) -> None:
        self._records: Collection = database.collection(IDEMPOTENCY)

    async def once(
        self,
        key: str | None,
        request: Request,
        caller: Caller,
        run: Callable[[], Awaitable[Response]],
        *,
        fingerprint: bytes = b"",
    ) -> Response:
        """The answer of `run`, or of the request that had the same key before.

        Args:
            key: the header's value; without one, `run` simply runs.
            fingerprint: what the request is about; the same key with another one is refused.

        Errors: `Conflict` while the first request is still running, `InvalidInput` for a key used for something else.
        """
        if not key:
            return await run()
        identity = "\x1f".join((caller.user_id, request.method, request.url.path, key))
        record_id = hashlib.sha256(identity.encode()).hexdigest()
        print_ = hashlib.sha256(fingerprint).hexdigest()
        kept = await self._begin(record_id, print_)
        if kept is not None:
            return kept
        try:
            response = await run()
        except BaseException:
            await self._records.delete_one({"_id": record_id})
            raise
        body = bytes(response.body)
        if len(body) > _MAX_KEPT_BYTES:
            await self._records.delete_one({"_id": record_id})
            return response
        await self._records.update_one(
            {"_id": record_id},
            {"$set": {"done": True, "status": response.status_code, "body": body, "media_type": response.media_type}},
        )
        return response

    async def _begin(self, record_id: str, fingerprint: str) -> Response | None:
        now = datetime.now(UTC)
        record = {"_id": record_id, "fingerprint": fingerprint, "created_at": now, "done": False}
        try:
            await self._records.insert_one(record)
        except DuplicateKey:
            there = await self._records.find_one({"_id": record_id})
        else:
            return None
        if there is None:  # it failed in this moment, so this one may run
            return await self._begin(record_id, fingerprint)
        if there["fingerprint"] != fingerprint:
            raise InvalidInput(
                f"This {HEADER} was used for a different request. Use a new one.", code="idempotency_key_reused"
            )
        if there["done"]:
            return Response(
                there["body"],
                status_code=there["status"],
                media_type=there["media_type"],
                headers={"Idempotency-Replayed": "true"},
            )
        taken_over = await self._records.find_one_and_update(
            {"_id": record_id, "done": False, "created_at": {"$lt": now - _ABANDONED}}, {"$set": {"created_at": now}}
        )
        if taken_over is None:
            raise Conflict(
                "The first request with this key is still running. Wait for its answer, then ask again.",
                code="request_in_progress",
            )
        return None

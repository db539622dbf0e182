"""Single-use, expiring secrets sent by mail: address verification, password reset, invitations."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from backend.auth.security import token_hash
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository
from backend.errors import InvalidInput

ONE_TIME_TOKENS = CollectionSpec(
    "one_time_tokens",
    (
        Index((("user_id", 1), ("purpose", 1))),  # "void the earlier links of this person", "which link waits"
        Index((("expires_at", 1),), ttl_seconds=0),
    ),
)

type Purpose = Literal["verify_email", "change_email", "reset_password", "link_identity"]


class OneTimeToken(BaseModel):
    """`payload` is what the link is about, beside the address it was sent to."""

    purpose: Purpose
    user_id: str
    email_key: str
    payload: dict[str, str] = Field(default_factory=dict)
    expires_at: datetime


class OneTimeTokens:
    """Only hashes are kept. A token belongs to the address it was sent to: when that changes, it is void."""

    def __init__(self, database: Database) -> None:
        self._tokens = Repository(database, ONE_TIME_TOKENS, OneTimeToken)

    async def issue(
        self,
        purpose: Purpose,
        *,
        user_id: str,
        email_key: str,
        ttl: timedelta,
        payload: dict[str, str] | None = None,
    ) -> str:
        """A new secret; earlier ones of the same purpose become void."""
        await self.void(purpose, user_id=user_id)
        token = secrets.token_urlsafe(32)
        issued = OneTimeToken(
            purpose=purpose,
            user_id=user_id,
            email_key=email_key,
            payload=payload or {},
            expires_at=datetime.now(UTC) + ttl,
        )
        await self._tokens.insert_one(issued, {"_id": token_hash(token), "used_at": None})
        return token

    async def peek(self, purpose: Purpose, token: str) -> OneTimeToken:
        """What a live secret is about, without using it up. Errors: `InvalidInput` (link_invalid)."""
        live = await self._tokens.find_one(_live(purpose, token, datetime.now(UTC)))
        if live is None:
            raise _invalid()
        return live

    async def is_live(self, purpose: Purpose, token: str) -> bool:
        return await self._tokens.find_one(_live(purpose, token, datetime.now(UTC))) is not None

    async def redeem(self, purpose: Purpose, token: str) -> OneTimeToken:
        """Uses a secret up; exactly one of several who try gets it. Errors: `InvalidInput` (link_invalid)."""
        now = datetime.now(UTC)
        redeemed = await self._tokens.find_one_and_update(_live(purpose, token, now), {"$set": {"used_at": now}})
        if redeemed is None:
            raise _invalid()
        return redeemed

    async def waiting(self, purpose: Purpose, *, user_id: str) -> OneTimeToken | None:
        """What the live link of a person is about; None when there is none."""
        return await self._tokens.find_one(
            {"user_id": user_id, "purpose": purpose, "used_at": None, "expires_at": {"$gt": datetime.now(UTC)}}
        )

    async def void(self, purpose: Purpose, *, user_id: str) -> None:
        await self._tokens.records.delete_many({"user_id": user_id, "purpose": purpose})

    async def void_all(self, user_id: str) -> None:
        await self._tokens.records.delete_many({"user_id": user_id})


def _live(purpose: Purpose, token: str, now: datetime) -> dict[str, object]:
    return {"_id": token_hash(token), "purpose": purpose, "used_at": None, "expires_at": {"$gt": now}}


def _invalid() -> InvalidInput:
    return InvalidInput("This link has expired or was used already. Ask for a new one.", code="link_invalid")

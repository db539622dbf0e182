"""Single-use, expiring secrets sent by mail: address verification, password reset, invitations."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from backend.auth.security import token_hash
from backend.db.collection import Collection, CollectionSpec, Database, Index
from backend.errors import InvalidInput

ONE_TIME_TOKENS = CollectionSpec(
    "one_time_tokens",
    (
        Index((("user_id", 1), ("purpose", 1))),  # "void the earlier links of this person"
        Index((("expires_at", 1),), ttl_seconds=0),
    ),
)

type Purpose = Literal["verify_email", "reset_password"]


class OneTimeToken(BaseModel):
    purpose: Purpose
    user_id: str
    email_key: str
    expires_at: datetime


class OneTimeTokens:
    """Only hashes are kept. A token belongs to the address it was sent to: when that changes, it is void."""

    def __init__(self, database: Database) -> None:
        self._tokens: Collection = database.collection(ONE_TIME_TOKENS)

    async def issue(self, purpose: Purpose, *, user_id: str, email_key: str, ttl: timedelta) -> str:
        """A new secret; earlier ones of the same purpose become void."""
        await self.void(purpose, user_id=user_id)
        token = secrets.token_urlsafe(32)
        await self._tokens.insert_one(
            {
                "_id": token_hash(token),
                "purpose": purpose,
                "user_id": user_id,
                "email_key": email_key,
                "expires_at": datetime.now(UTC) + ttl,
                "used_at": None,
            }
        )
        return token

    async def redeem(self, purpose: Purpose, token: str) -> OneTimeToken:
        """Uses a secret up; exactly one of several who try gets it. Errors: `InvalidInput` (link_invalid)."""
        now = datetime.now(UTC)
        record = await self._tokens.find_one_and_update(
            {"_id": token_hash(token), "purpose": purpose, "used_at": None, "expires_at": {"$gt": now}},
            {"$set": {"used_at": now}},
        )
        if record is None:
            raise InvalidInput("This link has expired or was used already. Ask for a new one.", code="link_invalid")
        return OneTimeToken.model_validate(record)

    async def void(self, purpose: Purpose, *, user_id: str) -> None:
        await self._tokens.delete_many({"user_id": user_id, "purpose": purpose})

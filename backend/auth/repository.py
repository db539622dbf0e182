"""Storage of users, sessions and signing keys."""

from datetime import datetime
from typing import Any

from backend.auth.models import Session, User, email_key
from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey, Index
from backend.errors import Conflict

USERS = CollectionSpec(
    "users",
    (
        Index((("email_key", 1),), unique=True),  # sign-in, and one account per address
    ),
)
SESSIONS = CollectionSpec(
    "sessions",
    (
        Index((("user_id", 1), ("last_used_at", -1))),  # "your sessions", newest first
        Index((("expires_at", 1),), ttl_seconds=7 * 24 * 3600),  # ended families are kept a week for reuse detection
    ),
)
SIGNING_KEYS = CollectionSpec("signing_keys")
SETUP = CollectionSpec("setup")

AUTH_COLLECTIONS = (USERS, SESSIONS, SIGNING_KEYS, SETUP)


def _record(model: User | Session) -> dict[str, Any]:
    record = model.model_dump(mode="python")
    record["_id"] = record.pop("id")
    if isinstance(model, User):
        record["role"] = str(model.role)
    return record


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["_id"], **record}


class UserRepository:
    """Users by id and by address."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database.collection(USERS)
        self._setup: Collection = database.collection(SETUP)

    async def insert(self, user: User) -> None:
        """Raises `Conflict` when the address is taken."""
        try:
            await self._users.insert_one(_record(user))
        except DuplicateKey as error:
            raise Conflict(
                "An account with this address exists already. Sign in instead.", code="email_taken"
            ) from error

    async def get(self, user_id: str) -> User | None:
        record = await self._users.find_one({"_id": user_id})
        return User.model_validate(_fields(record)) if record else None

    async def by_email(self, email: str) -> User | None:
        record = await self._users.find_one({"email_key": email_key(email)})
        return User.model_validate(_fields(record)) if record else None

    async def update(self, user_id: str, changes: dict[str, Any]) -> None:
        await self._users.update_one({"_id": user_id}, {"$set": changes})

    async def unscoped_first(self, limit: int) -> list[User]:
        """The oldest accounts; for the command line on the server's own machine."""
        records = await self._users.find({}, sort=[("created_at", 1)], limit=limit)
        return [User.model_validate(_fields(record)) for record in records]

    async def claim_first_admin(self, user_id: str) -> bool:
        """True for exactly one caller ever, however many register at the same moment."""
        try:
            await self._setup.insert_one({"_id": "first_admin", "user_id": user_id})
        except DuplicateKey:
            return False
        return True

    async def release_first_admin(self, user_id: str) -> None:
        """Gives the claim back when the registration it was for did not go through."""
        await self._setup.delete_one({"_id": "first_admin", "user_id": user_id})


class SessionRepository:
    """Refresh-token families. Every change is one conditional update."""

    def __init__(self, database: Database) -> None:
        self._sessions: Collection = database.collection(SESSIONS)

    async def insert(self, session: Session) -> None:
        await self._sessions.insert_one(_record(session))

    async def get(self, session_id: str) -> Session | None:
        record = await self._sessions.find_one({"_id": session_id})
        return Session.model_validate(_fields(record)) if record else None

    async def rotate(
        self, session_id: str, *, old_hash: str, new_hash: str, now: datetime, expires_at: datetime
    ) -> bool:
        """Exchanges the current token; False when `old_hash` is not current or the family has ended."""
        record = await self._sessions.find_one_and_update(
            {"_id": session_id, "current_hash": old_hash, "ended_at": None, "expires_at": {"$gt": now}},
            {
                "$set": {
                    "current_hash": new_hash,
                    "previous_hash": old_hash,
                    "rotated_at": now,
                    "last_used_at": now,
                    "expires_at": expires_at,
                }
            },
        )
        return record is not None

    async def end(self, session_id: str, *, reason: str, now: datetime) -> bool:
        result = await self._sessions.update_one(
            {"_id": session_id, "ended_at": None}, {"$set": {"ended_at": now, "end_reason": reason}}
        )
        return result.matched == 1

    async def live_of_user(self, user_id: str, *, now: datetime) -> list[Session]:
        records = await self._sessions.find(
            {"user_id": user_id, "ended_at": None, "expires_at": {"$gt": now}}, sort=[("last_used_at", -1)], limit=200
        )
        return [Session.model_validate(_fields(record)) for record in records]

    async def end_all(self, user_id: str, *, reason: str, keep: str | None, now: datetime) -> int:
        query: dict[str, Any] = {"user_id": user_id, "ended_at": None}
        if keep is not None:
            query["_id"] = {"$ne": keep}
        result = await self._sessions.update_many(query, {"$set": {"ended_at": now, "end_reason": reason}})
        return result.matched


class SigningKeyRepository:
    """Generated signing secrets, for installations that set none."""

    def __init__(self, database: Database) -> None:
        self._keys: Collection = database.collection(SIGNING_KEYS)

    async def get_or_create(self, key_id: str, secret: str) -> str:
        """The stored secret of `key_id`; `secret` becomes it when there was none (the first writer wins)."""
        try:
            await self._keys.insert_one({"_id": key_id, "secret": secret})
        except DuplicateKey:
            record = await self._keys.find_one({"_id": key_id})
            return str(record["secret"]) if record else secret
        return secret

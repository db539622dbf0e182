"""Storage of users and their sessions."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from backend.auth.identity_cache import IdentityCache
from backend.auth.models import Role, Session, User
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Index
from backend.db.repository import Repository
from backend.errors import Conflict, FieldProblem
from backend.mail_address import mail_key

USERS = CollectionSpec(
    "users",
    (
        Index((("email_key", 1),), unique=True),  # sign-in, and one account per address
        Index((("created_at", 1), ("_id", 1))),  # the list of accounts
        Index((("role", 1), ("disabled", 1))),  # "is there another administrator?"
        Index((("name_words", 1),)),  # who can be meant by a name
    ),
)
SESSIONS = CollectionSpec(
    "sessions",
    (
        Index((("user_id", 1), ("last_used_at", -1))),  # "your sessions", newest first
        Index((("expires_at", 1),), ttl_seconds=7 * 24 * 3600),  # ended families are kept a week for reuse detection
    ),
)

_WORD = re.compile(r"[^\W_]+")
#: Of a name; a stored account of before migration 0016 has none.
_WORDS_AT_MOST = 50

ADDRESS_OF_ANOTHER = "Another account has this address already. Use a different one."


def name_words(name: str) -> list[str]:
    """The words by which an account is found by its name, each once."""
    return list(dict.fromkeys(_WORD.findall(name.casefold())))[:_WORDS_AT_MOST]


def email_taken(message: str = "An account with this address exists already. Sign in instead.") -> Conflict:
    """The refusal of an address that another account has; the message is for whoever asked for the address."""
    return Conflict(message, code="email_taken", fields=[FieldProblem("email", "email_taken", message)])


class UserRepository:
    """Users by id and by address."""

    def __init__(self, database: Database, cache: IdentityCache) -> None:
        self._cache = cache
        self._users = Repository(database, USERS, User)

    async def insert(self, user: User) -> None:
        """Raises `Conflict` when the address is taken."""
        try:
            await self._users.insert_one(user, {"name_words": name_words(user.name)})
        except DuplicateKey as error:
            raise email_taken() from error

    async def get(self, user_id: str) -> User | None:
        return await self._users.find_one({"_id": user_id})

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """The names of these accounts, by id; unknown ids are left out."""
        records = await self._users.records.find({"_id": {"$in": list(user_ids)}}, fields=("name",))
        return {record["_id"]: record["name"] for record in records}

    async def proven_by(self, keys: Iterable[str]) -> dict[str, User]:
        """The accounts that have proven these addresses, by key; a deactivated one keeps its address."""
        wanted = {"email_key": {"$in": sorted(keys)}, "email_verified": True, "deleting": {"$ne": True}}
        return {user.email_key: user for user in await self._users.find(wanted) if user.email_collides_with is None}

    async def proven(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of these addresses, by key, that an account has proven."""
        return frozenset(await self.proven_by(keys)) if keys else frozenset()

    async def of_ids(self, user_ids: Iterable[str]) -> dict[str, User]:
        """These accounts, by id; unknown ids are left out."""
        return {user.id: user for user in await self._users.find({"_id": {"$in": sorted(user_ids)}})}

    async def named(self, words: Sequence[str], *, limit: int) -> list[User]:
        """Accounts in use with a proven address that is theirs alone, whose name has all of these `name_words`, oldest
        first; nobody for no words.
        """
        if not words:
            return []
        wanted = [{"name_words": word} for word in words]
        proven = {"email_verified": True, "email_collides_with": None, "disabled": False, "deleting": {"$ne": True}}
        return await self._users.find({"$and": wanted, **proven}, sort=[("created_at", 1), ("_id", 1)], limit=limit)

    async def by_email(self, email: str) -> User | None:
        return await self._users.find_one({"email_key": mail_key(email)})

    async def update(self, user_id: str, changes: dict[str, Any]) -> User | None:
        """The account as it is afterwards. Errors: `Conflict` when a new address is taken."""
        if "name" in changes:
            changes = {**changes, "name_words": name_words(changes["name"])}
        try:
            return await self._users.find_one_and_update({"_id": user_id}, {"$set": changes})
        except DuplicateKey as error:
            raise email_taken(ADDRESS_OF_ANOTHER) from error
        finally:
            self._cache.forget(user_id)

    async def replace_password(self, user_id: str, new_hash: str, *, instead_of: str | None) -> bool:
        """False when the account has another password than `instead_of` by now; then it keeps that."""
        replaced = await self._users.find_one_and_update(
            {"_id": user_id, "password_hash": instead_of}, {"$set": {"password_hash": new_hash}}
        )
        self._cache.forget(user_id)
        return replaced is not None

    async def delete(self, user_id: str) -> None:
        await self._users.records.delete_one({"_id": user_id})
        self._cache.forget(user_id)

    async def unscoped_deleting(self) -> list[User]:
        """Accounts whose deletion was begun."""
        return await self._users.find({"deleting": True})

    async def unscoped_first(self, limit: int) -> list[User]:
        """The oldest accounts, whoever asks: no route may show them."""
        return await self._users.find({}, sort=[("created_at", 1)], limit=limit)

    async def has_other_admin(self, user_id: str) -> bool:
        """Whether somebody else could still administer."""
        others = await self._users.records.find(
            {"role": str(Role.admin), "_id": {"$ne": user_id}, "disabled": False}, fields=("deleting",)
        )
        return any(not other.get("deleting") for other in others)

    async def page(
        self, *, text: str = "", role: Role | None = None, disabled: bool | None = None, after: str | None, limit: int
    ) -> list[User]:
        """Accounts whose name or address contains `text`, oldest first, after the account with this id."""
        query: dict[str, Any] = {"role": str(role)} if role else {}
        if disabled is not None:
            query["disabled"] = disabled
        last = await self.get(after) if after else None
        if last is not None:
            later: dict[str, Any] = {
                "$or": [
                    {"created_at": {"$gt": last.created_at}},
                    {"created_at": last.created_at, "_id": {"$gt": last.id}},
                ]
            }
            query = {"$and": [query, later]} if query else later
        wanted = text.strip().casefold()
        found: list[User] = []
        async for record in self._users.records.stream(query, sort=[("created_at", 1), ("_id", 1)]):
            if wanted in record["email"].casefold() or wanted in record["name"].casefold():
                found.append(self._users.model(record))
                if len(found) == limit:
                    break
        return found

    async def count_by_role(self) -> dict[str, int]:
        return await self._users.records.group_count({}, "role")

    async def count_deactivated(self) -> int:
        return await self._users.records.count({"disabled": True})


class SessionRepository:
    """Refresh-token families. Every change is one conditional update."""

    def __init__(self, database: Database, cache: IdentityCache) -> None:
        self._cache = cache
        self._sessions = Repository(database, SESSIONS, Session)

    async def insert(self, session: Session) -> None:
        await self._sessions.insert_one(session)

    async def get(self, session_id: str) -> Session | None:
        return await self._sessions.find_one({"_id": session_id})

    async def rotate(
        self, session_id: str, *, old_hash: str, new_hash: str, now: datetime, expires_at: datetime
    ) -> bool:
        """Exchanges the current token; False when `old_hash` is not current or the family has ended."""
        rotated = await self._sessions.records.update_one(
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
        return rotated.matched == 1

    async def end(self, session_id: str, *, reason: str, now: datetime) -> bool:
        """False when it had ended before."""
        ended = await self._sessions.find_one_and_update(
            {"_id": session_id, "ended_at": None}, {"$set": {"ended_at": now, "end_reason": reason}}
        )
        if ended is not None:
            self._cache.forget(ended.user_id)
        return ended is not None

    async def live_of_user(self, user_id: str, *, now: datetime) -> list[Session]:
        return await self._sessions.find(
            {"user_id": user_id, "ended_at": None, "expires_at": {"$gt": now}}, sort=[("last_used_at", -1)], limit=200
        )

    async def end_all(self, user_id: str, *, reason: str, keep: str | None, now: datetime) -> int:
        query: dict[str, Any] = {"user_id": user_id, "ended_at": None}
        if keep is not None:
            query["_id"] = {"$ne": keep}
        result = await self._sessions.records.update_many(query, {"$set": {"ended_at": now, "end_reason": reason}})
        self._cache.forget(user_id)
        return result.matched

    async def delete_all(self, user_id: str) -> None:
        await self._sessions.records.delete_many({"user_id": user_id})
        self._cache.forget(user_id)

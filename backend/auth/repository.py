"""Storage of users, sessions and signing keys."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.auth.identity_cache import IdentityCache
from backend.auth.models import Role, Session, User
from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey, Index
from backend.db.lease import LeaseLost, LeaseTaken, NamedLeases
from backend.errors import Conflict, FieldProblem
from backend.mail_address import mail_key
from backend.secrets import SecretBox

USERS = CollectionSpec(
    "users",
    (
        Index((("email_key", 1),), unique=True),  # sign-in, and one account per address
        Index((("created_at", 1), ("_id", 1))),  # the list of accounts
        Index((("role", 1), ("disabled", 1))),  # "is there another administrator?"
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

FIRST_KEY = "access"
DEVICE_KEY = "device"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_FIRST = "first_admin"
_LOCK = "admin_changes"
_LOCK_LEASE = timedelta(seconds=10)
#: By the clock and not by tries: on a busy machine each try takes longer, and a client waits five seconds at least.
_LOCK_WAIT_SECONDS = 3.0
_LOCK_PAUSE_SECONDS = 0.02

AUTH_COLLECTIONS = (USERS, SESSIONS, SIGNING_KEYS, SETUP)


ADDRESS_OF_ANOTHER = "Another account has this address already. Use a different one."


def email_taken(message: str = "An account with this address exists already. Sign in instead.") -> Conflict:
    """The refusal of an address that another account has; the message is for whoever asked for the address."""
    return Conflict(message, code="email_taken", fields=[FieldProblem("email", "email_taken", message)])


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

    def __init__(self, database: Database, cache: IdentityCache) -> None:
        self._cache = cache
        self._users: Collection = database.collection(USERS)
        self._setup: Collection = database.collection(SETUP)

    async def insert(self, user: User) -> None:
        """Raises `Conflict` when the address is taken."""
        try:
            await self._users.insert_one(_record(user))
        except DuplicateKey as error:
            raise email_taken() from error

    async def get(self, user_id: str) -> User | None:
        record = await self._users.find_one({"_id": user_id})
        return User.model_validate(_fields(record)) if record else None

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """The names of these accounts, by id; unknown ids are left out."""
        records = await self._users.find({"_id": {"$in": list(user_ids)}}, fields=("name",))
        return {record["_id"]: record["name"] for record in records}

    async def by_email(self, email: str) -> User | None:
        record = await self._users.find_one({"email_key": mail_key(email)})
        return User.model_validate(_fields(record)) if record else None

    async def update(self, user_id: str, changes: dict[str, Any]) -> User | None:
        """The account as it is afterwards. Errors: `Conflict` when a new address is taken."""
        try:
            record = await self._users.find_one_and_update({"_id": user_id}, {"$set": changes})
        except DuplicateKey as error:
            raise email_taken(ADDRESS_OF_ANOTHER) from error
        finally:
            self._cache.forget(user_id)
        return User.model_validate(_fields(record)) if record else None

    async def delete(self, user_id: str) -> None:
        await self._users.delete_one({"_id": user_id})
        self._cache.forget(user_id)

    async def unscoped_deleting(self) -> list[User]:
        """Accounts whose deletion was begun."""
        return [User.model_validate(_fields(record)) for record in await self._users.find({"deleting": True})]

    async def unscoped_first(self, limit: int) -> list[User]:
        """The oldest accounts; for the command line on the server's own machine."""
        records = await self._users.find({}, sort=[("created_at", 1)], limit=limit)
        return [User.model_validate(_fields(record)) for record in records]

    async def has_other_admin(self, user_id: str) -> bool:
        """Whether somebody else could still administer."""
        others = await self._users.find(
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
        async for record in self._users.stream(query, sort=[("created_at", 1), ("_id", 1)]):
            if wanted in record["email"].casefold() or wanted in record["name"].casefold():
                found.append(User.model_validate(_fields(record)))
                if len(found) == limit:
                    break
        return found

    async def count_by_role(self) -> dict[str, int]:
        return await self._users.group_count({}, "role")

    async def count_deactivated(self) -> int:
        return await self._users.count({"disabled": True})

    @contextlib.asynccontextmanager
    async def admin_changes(self) -> AsyncIterator[None]:
        """One at a time, over all processes: two admins cannot take the role from each other in the same moment.

        A holder that died is passed over after its lease. Errors: `Conflict` when others hold it for too long.
        """
        wait, pause = timedelta(seconds=_LOCK_WAIT_SECONDS), timedelta(seconds=_LOCK_PAUSE_SECONDS)
        try:
            async with NamedLeases(self._setup).held(_LOCK, _LOCK_LEASE, wait=wait, pause=pause):
                yield
        except (LeaseTaken, LeaseLost):
            raise Conflict("Another change of administrators is under way. Try again.", code="busy") from None

    async def claim_first_admin(self, user_id: str) -> bool:
        """True for exactly one account ever, however many register at the same moment.

        Whoever comes while the first registration is under way waits for its end: if it fails, they are the first. A
        claim whose holder died before `settle_first_admin` is passed on.
        """
        holder = ""
        deadline = time.monotonic() + _LOCK_WAIT_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(DuplicateKey):
                await self._setup.insert_one({"_id": _FIRST, "user_id": user_id, "settled": False})
                return True
            claim = await self._setup.find_one({"_id": _FIRST})
            if claim is None:  # given back in this moment
                continue
            holder = str(claim["user_id"])
            if claim.get("settled", True) or await self.get(holder) is not None:
                return False
            await asyncio.sleep(_LOCK_PAUSE_SECONDS)
        taken = await self._setup.find_one_and_update(
            {"_id": _FIRST, "settled": False, "user_id": holder}, {"$set": {"user_id": user_id}}
        )
        return taken is not None

    async def settle_first_admin(self) -> None:
        """The account that was claimed for is stored; from now on it may be deleted without anybody following it."""
        await self._setup.update_one({"_id": _FIRST}, {"$set": {"settled": True}})

    async def has_first_admin(self) -> bool:
        return await self._setup.find_one({"_id": "first_admin"}) is not None

    async def release_first_admin(self, user_id: str) -> None:
        """Gives the claim back when the registration it was for did not go through."""
        await self._setup.delete_one({"_id": _FIRST, "user_id": user_id})


class SessionRepository:
    """Refresh-token families. Every change is one conditional update."""

    def __init__(self, database: Database, cache: IdentityCache) -> None:
        self._cache = cache
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
        """False when it had ended before."""
        record = await self._sessions.find_one_and_update(
            {"_id": session_id, "ended_at": None}, {"$set": {"ended_at": now, "end_reason": reason}}
        )
        if record is not None:
            self._cache.forget(record["user_id"])
        return record is not None

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
        self._cache.forget(user_id)
        return result.matched

    async def delete_all(self, user_id: str) -> None:
        await self._sessions.delete_many({"user_id": user_id})
        self._cache.forget(user_id)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A generated signing secret."""

    id: str
    secret: str
    created_at: datetime
    retired_at: datetime | None


class SigningKeyRepository:
    """Generated signing secrets, for installations that set none. They are stored encrypted."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._keys: Collection = database.collection(SIGNING_KEYS)
        self._box = box

    async def add_first(self, secret: str) -> None:
        """Stores the first key of an installation; the first process to do so wins."""
        if await self._keys.find_one({"_id": FIRST_KEY}) is None:
            with contextlib.suppress(DuplicateKey):
                await self._keys.insert_one(self._record(FIRST_KEY, secret, datetime.now(UTC)))

    async def all(self) -> list[StoredKey]:
        return [
            StoredKey(
                record["_id"], await self._opened(record), record.get("created_at", _EPOCH), record.get("retired_at")
            )
            for record in await self._keys.find({"_id": {"$ne": DEVICE_KEY}})
        ]

    async def rotate(self, secret: str, *, now: datetime) -> None:
        """Adds a key and retires the older ones; of two rotations at once the later one stays."""
        # Databases keep milliseconds: with a finer `now` the new key, read back, would be older than it and retired.
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        key_id = f"{now.isoformat()}-{secrets.token_hex(4)}"
        await self._keys.insert_one(self._record(key_id, secret, now))
        for key in await self.all():
            if key.id != key_id and key.retired_at is None and key.created_at < now:
                await self._keys.update_one({"_id": key.id}, {"$set": {"retired_at": now}})

    async def delete(self, key_id: str) -> None:
        """The first one stays, retired: its presence says that the installation is not new."""
        if key_id != FIRST_KEY:
            await self._keys.delete_one({"_id": key_id})

    async def device_secret(self, secret: str) -> str:
        """What device cookies are signed with; `secret` becomes it when there was none."""
        with contextlib.suppress(DuplicateKey):
            await self._keys.insert_one({"_id": DEVICE_KEY, "secret": self._sealed(DEVICE_KEY, secret)})
        record = await self._keys.find_one({"_id": DEVICE_KEY})
        return await self._opened(record) if record else secret

    async def _opened(self, record: dict[str, Any]) -> str:
        """The secret of a record; stored anew when an older key, or none, had encrypted it."""
        key_id, stored = record["_id"], str(record["secret"])
        secret = self._box.open(stored, about=_about(key_id)) if self._box.is_sealed(stored) else stored
        if self._box.is_outdated(stored):
            # Conditional: of two processes that do so at once, one does.
            anew = {"$set": {"secret": self._sealed(key_id, secret)}}
            await self._keys.update_one({"_id": key_id, "secret": stored}, anew)
        return secret

    def _sealed(self, key_id: str, secret: str) -> str:
        return self._box.seal(secret, about=_about(key_id))

    def _record(self, key_id: str, secret: str, created_at: datetime) -> dict[str, Any]:
        return {"_id": key_id, "secret": self._sealed(key_id, secret), "created_at": created_at, "retired_at": None}


def _about(key_id: str) -> str:
    return f"signing key {key_id}"

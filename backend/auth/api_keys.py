"""API keys for scripts: named, scoped, expiring, shown once, kept as hashes."""

import secrets
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel

from backend.audit.log import AuditLog, Origin
from backend.auth.identity_cache import IdentityCache
from backend.auth.models import Scope, User
from backend.auth.security import token_hash
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository
from backend.errors import Conflict, NotFound
from backend.ids import new_id

API_KEYS = CollectionSpec(
    "api_keys",
    (
        Index((("key_hash", 1),), unique=True),  # authentication
        Index((("user_id", 1), ("created_at", -1))),  # "your keys"
    ),
)

#: Secret scanners recognise keys by it.
KEY_PREFIX = "bib_"
MAX_KEYS = 50
_USE_RESOLUTION = timedelta(minutes=1)


class ApiKey(BaseModel):
    """`hint` is the start of the key, to tell keys apart."""

    id: str
    user_id: str
    name: str
    hint: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class ApiKeyService:
    def __init__(self, database: Database, *, audit: AuditLog, cache: IdentityCache) -> None:
        self._keys = Repository(database, API_KEYS, ApiKey)
        self._audit = audit
        self._cache = cache

    async def create(
        self, user: User, *, name: str, scopes: frozenset[Scope], expires_at: datetime | None, origin: Origin
    ) -> tuple[ApiKey, str]:
        """The stored key and the secret, which is not to be had again. Errors: `Conflict` (too_many_keys)."""
        if await self._keys.records.count({"user_id": user.id}) >= MAX_KEYS:
            raise Conflict(f"You have {MAX_KEYS} keys. Revoke one that you no longer use.", code="too_many_keys")
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(
            id=new_id(),
            user_id=user.id,
            name=name,
            hint=secret[:10],
            scopes=sorted(scopes),
            created_at=datetime.now(UTC),
            expires_at=expires_at,
        )
        await self._keys.insert_one(key, {"key_hash": token_hash(secret)})
        details = {"name": name, "scopes": " ".join(key.scopes)}
        await self._audit.record("api_key.created", origin=origin, actor=user.actor, subject_id=key.id, details=details)
        return key, secret

    async def of_user(self, user_id: str) -> list[ApiKey]:
        """Newest first."""
        return await self._keys.find({"user_id": user_id}, sort=[("created_at", -1)])

    async def revoke(self, user: User, key_id: str, *, origin: Origin) -> None:
        """Errors: `NotFound`, also for another person's key."""
        key = await self._keys.find_one({"_id": key_id, "user_id": user.id})
        if key is None or not await self._keys.records.delete_one({"_id": key_id, "user_id": user.id}):
            raise NotFound("This key does not exist.")
        self._cache.forget(user.id)
        details = {"name": key.name}
        await self._audit.record("api_key.revoked", origin=origin, actor=user.actor, subject_id=key_id, details=details)

    async def revoke_all(self, user_id: str) -> int:
        """How many there were."""
        deleted = await self._keys.records.delete_many({"user_id": user_id})
        self._cache.forget(user_id)
        return deleted

    async def authenticate(self, secret: str) -> ApiKey | None:
        """The live key of a secret; notes its use once a minute."""
        key = await self._keys.find_one({"key_hash": token_hash(secret)})
        now = datetime.now(UTC)
        if key is None or (key.expires_at is not None and key.expires_at <= now):
            return None
        if key.last_used_at is None or now - key.last_used_at > _USE_RESOLUTION:
            await self._keys.records.update_one({"_id": key.id}, {"$set": {"last_used_at": now}})
        return key

    async def is_live(self, key_id: str) -> bool:
        """Whether a key is there and has not expired."""
        record = await self._keys.records.find_one({"_id": key_id}, fields=("expires_at",))
        if record is None:
            return False
        expires_at: datetime | None = record.get("expires_at")
        return expires_at is None or expires_at > datetime.now(UTC)

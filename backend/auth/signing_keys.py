"""Storage of the signing secrets that were generated, for installations that set none. They are stored encrypted.

Not a `db.repository.Repository`: what a record holds is sealed for this record alone, and reading it may seal it anew.
"""

import contextlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey
from backend.secrets import SecretBox

SIGNING_KEYS = CollectionSpec("signing_keys")

FIRST_KEY = "access"
DEVICE_KEY = "device"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A generated signing secret."""

    id: str
    secret: str
    created_at: datetime
    retired_at: datetime | None


class SigningKeyRepository:
    """Keys by id; the device key is none of those that sign tokens."""

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

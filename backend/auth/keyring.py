"""The keys that sign access tokens: one signs, the ones before it still verify until their tokens have ended.

Without `BIBLIOS_AUTH_SECRET` keys are generated into the database and rotated there; with it, the settings are the
ring: the secret signs, `BIBLIOS_AUTH_PREVIOUS_SECRETS` verify.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joserfc.jwk import OctKey

from backend.auth.signing_keys import SigningKeyRepository, StoredKey
from backend.errors import Conflict
from backend.settings import AuthSettings

#: Another process may have rotated: the ring is read again this often, and when a token names an unknown key.
_RELOAD_SECONDS = 30.0
_UNKNOWN_RELOAD_SECONDS = 1.0
_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One secret with what is derived from it. `retired_at` is None for the key that signs."""

    kid: str
    access: OctKey
    refresh: bytes
    created_at: datetime | None = None
    retired_at: datetime | None = None

    @classmethod
    def of(cls, secret: str, *, created_at: datetime | None = None, retired_at: datetime | None = None) -> "SigningKey":
        material = hashlib.sha256(b"biblios access " + secret.encode()).digest()
        kid = hashlib.sha256(material).hexdigest()[:16]
        refresh = hashlib.sha256(b"biblios refresh " + secret.encode()).digest()
        return cls(kid, OctKey.import_key(material, {"kid": kid}), refresh, created_at, retired_at)


class KeyRing:
    """Use `load` before anything else. `keys` is newest first; the first one signs."""

    def __init__(self, settings: AuthSettings, stored: SigningKeyRepository | None) -> None:
        self._settings = settings
        self._stored = stored
        self._keys: dict[str, SigningKey] = {}
        self._loaded_at = 0.0

    @classmethod
    def fixed(cls, settings: AuthSettings, *secret_values: str) -> "KeyRing":
        """A ring of given secrets; the first one signs."""
        ring = cls(settings, None)
        ring._take([SigningKey.of(secret) for secret in secret_values])
        return ring

    @property
    def rotates_here(self) -> bool:
        """False when the keys come from the settings and are changed there."""
        return self._stored is not None and not self._settings.secret.get_secret_value()

    @property
    def keys(self) -> list[SigningKey]:
        return list(self._keys.values())

    @property
    def current(self) -> SigningKey:
        return next(iter(self._keys.values()))

    async def load(self) -> None:
        """Reads the ring; makes the first key when there is none (the first process wins)."""
        self._loaded_at = time.monotonic()
        secret = self._settings.secret.get_secret_value()
        if secret:
            previous = [value.get_secret_value() for value in self._settings.previous_secrets]
            self._take([SigningKey.of(value) for value in (secret, *previous)])
        elif self._stored is not None:
            await self._stored.add_first(secrets.token_urlsafe(48))
            self._take(_in_order([key for key in await self._stored.all() if not self._ended(key)]))

    async def find(self, kid: str) -> SigningKey | None:
        """The key of this id, if it may still verify."""
        age = time.monotonic() - self._loaded_at
        known = kid in self._keys
        if self._stored is not None and age > (_RELOAD_SECONDS if known else _UNKNOWN_RELOAD_SECONDS):
            await self.load()
        return self._keys.get(kid)

    async def rotate(self) -> SigningKey:
        """A new key signs from now on; the ones before verify until the last token they signed has ended.

        Errors: `Conflict` (keys_in_settings).
        """
        if self._stored is None or not self.rotates_here:
            raise Conflict(
                "The signing secret is set where the server runs, and can only be changed there.",
                hint="Change BIBLIOS_AUTH_SECRET, and put the old value into BIBLIOS_AUTH_PREVIOUS_SECRETS.",
                code="keys_in_settings",
            )
        await self._stored.rotate(secrets.token_urlsafe(48), now=datetime.now(UTC))
        for key in await self._stored.all():
            if self._ended(key):
                await self._stored.delete(key.id)
        await self.load()
        return self.current

    def _ended(self, key: StoredKey) -> bool:
        life = timedelta(seconds=self._settings.access_ttl_seconds) + _MARGIN
        return key.retired_at is not None and datetime.now(UTC) > key.retired_at + life

    def _take(self, keys: list[SigningKey]) -> None:
        self._keys = {key.kid: key for key in keys}


def _in_order(stored: list[StoredKey]) -> list[SigningKey]:
    """The key that signs first: the newest that is not retired."""
    stored.sort(key=lambda key: (key.retired_at is None, key.created_at), reverse=True)
    return [SigningKey.of(key.secret, created_at=key.created_at, retired_at=key.retired_at) for key in stored]

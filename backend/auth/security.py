"""Password hashing (argon2id) off the event loop, and comparison of opaque secrets."""

import asyncio
import hashlib
import secrets

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 1024


class PasswordService:
    """Hashes and checks passwords. Hashing is serialised to a few at once: each takes tens of MB for a moment."""

    def __init__(self, *, parallel: int = 2) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._slots = asyncio.Semaphore(parallel)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password is right, and a new hash when the stored one has outdated parameters.

        With `stored` None (no such account) the same work is done against a decoy, so that time tells nothing.
        """
        if stored is None:
            if self._decoy is None:
                self._decoy = await self.hash(secrets.token_urlsafe(16))
            async with self._slots:
                await asyncio.to_thread(self._hasher.verify, password, self._decoy)
            return False, None
        async with self._slots:
            return await asyncio.to_thread(self._hasher.verify_and_update, password, stored)

    async def still_right(self, password: str, *, verified: str | None, now: str | None) -> bool:
        """Whether a password that was right against the hash `verified` is right against that of now."""
        return now == verified or (await self.verify(password, now))[0]


def token_hash(token: str) -> str:
    """How an opaque random token (256 bits) is kept: a plain sha256 is enough, since it cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()

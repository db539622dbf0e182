"""Whom a credential stood for a moment ago, so that not every request asks the database."""

import time
from collections.abc import Callable

from backend.auth.models import Identity

#: A change is noticed at once in the process that made it, and elsewhere after this. With what the directory remembers
#: by itself (`directory.EMPTY_SECONDS`) it makes up the two seconds that are promised (ADR 0117).
CACHE_SECONDS = 1.9
_SIZE = 4096


class IdentityCache:
    """Repositories tell it whose account, session, key or groups they changed."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that only grow."""
        self._clock = clock
        self._entries: dict[str, tuple[float, Identity]] = {}
        self.changes = 0
        """Counts what was forgotten: what was read before must not be remembered after it."""

    def get(self, key: str) -> Identity | None:
        entry = self._entries.get(key)
        return entry[1] if entry and self._clock() - entry[0] < CACHE_SECONDS else None

    def put(self, key: str, identity: Identity, *, changes: int) -> None:
        """Remembers an identity, unless anything was forgotten since `changes` was read, before the look-up began."""
        if changes != self.changes:
            return
        if len(self._entries) >= _SIZE:
            self._entries.clear()
        self._entries[key] = (self._clock(), identity)

    def forget(self, user_id: str) -> None:
        """The next request of this person is looked up anew."""
        self.changes += 1
        for key in [key for key, (_, identity) in self._entries.items() if identity.user.id == user_id]:
            del self._entries[key]

    def forget_members(self, principals: frozenset[str]) -> None:
        """The next requests of whoever holds one of these principals are looked up anew."""
        self.changes += 1
        for key in [k for k, (_, identity) in self._entries.items() if identity.caller.may_see(principals)]:
            del self._entries[key]

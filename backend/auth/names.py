"""The names of people who hold documents: implements `documents.holders.HolderNames` over the accounts."""

import time
from collections.abc import Callable, Collection, Mapping

from backend.access import Holder
from backend.auth.repository import UserRepository

_KEPT_SECONDS = 30.0
_MOST = 10_000


class AccountNames:
    """Remembers names for half a minute: every list of documents asks for the same few."""

    def __init__(self, users: UserRepository, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        self._clock = clock
        self._known: dict[str, str] = {}
        self._until = 0.0

    async def names(self, holders: Collection[Holder]) -> Mapping[Holder, str]:
        """Those of people; connections are not known here."""
        now = self._clock()
        if now >= self._until or len(self._known) > _MOST:
            self._known.clear()
            self._until = now + _KEPT_SECONDS
        people = [holder for holder in holders if holder.kind == "user"]
        if unknown := [holder.id for holder in people if holder.id not in self._known]:
            self._known.update(dict.fromkeys(unknown, ""))
            self._known.update(await self._users.names(unknown))
        return {holder: self._known.get(holder.id, "") for holder in people}

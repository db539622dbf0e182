"""Who administers: one first administrator ever, and never none at all, however many change roles in one moment."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from backend.auth.repository import UserRepository
from backend.db.collection import Collection, CollectionSpec, Database
from backend.db.lease import LeaseLost, LeaseTaken, NamedLeases
from backend.errors import Conflict

SETUP = CollectionSpec("setup")

_FIRST = "first_admin"
_FIRST_LEASE = "first_registration"
_CHANGES_LEASE = "admin_changes"
#: A holder that died is passed over after the length of its lease. For the first account whoever comes waits so long
#: and a little longer, as nobody is there yet who could help; a client waits five seconds at least.
_FIRST_LENGTH, _FIRST_WAIT = timedelta(seconds=3), timedelta(seconds=4)
_CHANGES_LENGTH, _CHANGES_WAIT = timedelta(seconds=10), timedelta(seconds=3)
_PAUSE = timedelta(milliseconds=20)
_CHANGES_BUSY = "Another change of administrators is under way. Try again."
_FIRST_BUSY = "The first account is being made in this moment. Try again."


class Administrators:
    """What has to happen one at a time, over all processes."""

    def __init__(self, database: Database, users: UserRepository) -> None:
        self._setup: Collection = database.collection(SETUP)
        self._leases = NamedLeases(self._setup)
        self._users = users

    @contextlib.asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        """One at a time: two admins cannot take the role from each other in the same moment.

        Errors: `Conflict` when others hold it for too long.
        """
        changes = self._leases.held(_CHANGES_LEASE, _CHANGES_LENGTH, wait=_CHANGES_WAIT, pause=_PAUSE)
        async with _or_busy(changes, _CHANGES_BUSY):
            yield

    @contextlib.asynccontextmanager
    async def registering(self, user_id: str) -> AsyncIterator[bool]:
        """Surrounds the making of an account: whether it becomes the first administrator, which one ever does.

        Whoever comes while the first registration is under way waits for its end: if it fails, or its process dies,
        they are the first. Errors: `Conflict` when that takes too long.
        """
        if not await self.has_first():
            first = self._leases.held(_FIRST_LEASE, _FIRST_LENGTH, wait=_FIRST_WAIT, pause=_PAUSE)
            async with _or_busy(first, _FIRST_BUSY):
                if not await self.has_first():
                    await self._note_first(user_id)
                    yield True
                    await self.has_first()
                    return
        yield False  # with the lease given back: nobody needs to wait for this one

    async def has_first(self) -> bool:
        """Whether there is, or was, a first administrator."""
        first = await self._setup.find_one({"_id": _FIRST})
        if first is None:
            return False
        if first.get("settled", True):
            return True
        if await self._users.get(first["user_id"]) is None:  # under way, or never came to be
            return False
        # From now on the account may be deleted without anybody following it.
        await self._setup.update_one({"_id": _FIRST, "user_id": first["user_id"]}, {"$set": {"settled": True}})
        return True

    async def _note_first(self, user_id: str) -> None:
        """Noted before the account is stored, so that it is known as the first if its process dies right after that."""
        await self._setup.update_one({"_id": _FIRST}, {"$set": {"user_id": user_id, "settled": False}}, upsert=True)


@contextlib.asynccontextmanager
async def _or_busy(lease: AbstractAsyncContextManager[None], message: str) -> AsyncIterator[None]:
    try:
        async with lease:
            yield
    except (LeaseTaken, LeaseLost):
        raise Conflict(message, code="busy") from None

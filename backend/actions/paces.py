"""How fast one account sends: so much a second and a day, and nothing while its provider asks to wait.

Every action takes a moment of its own by one conditional update, so that two workers never have the same one, and waits
for it once. Decided in docs/adr/0185.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.actions.ceilings import Full
from backend.actions.models import Action, Reason
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Index, Update

ACTION_PACES = CollectionSpec("action_paces", (Index((("expires_at", 1),), ttl_seconds=0),))
ACTION_QUOTAS = CollectionSpec("action_quotas", (Index((("expires_at", 1),), ttl_seconds=0),))

_DAY = timedelta(days=1)
_KEPT = timedelta(days=2)
#: A moment that was missed by more than that is not made up for: what waited for many would leave at once.
_LATE = timedelta(seconds=2)
#: So often a moment is asked for against other workers.
_TRIES = 60
#: The moments that were given last, so that an action that two workers have is given one.
_REMEMBERED = 200
_BUSY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """Of one account: at the most so many a second, and a day of UTC; 0: as many as there are.

    `each_place`: so many a second for each channel, not for the account.
    """

    per_second: float = 0
    per_day: int = 0
    each_place: bool = False


UNPACED = Pace()


class Paces:
    """By accounts, each named by the `via` of its actions."""

    def __init__(self, database: Database) -> None:
        self._paces = database.collection(ACTION_PACES)
        self._quotas = database.collection(ACTION_QUOTAS)

    async def take(self, action: Action, pace: Pace, now: datetime) -> Full | None:
        """A moment for an action; None: this is it. `Full` of the code ``pace``: its own moment comes then."""
        account = await self._paces.find_one({"_id": action.via})
        blocked = account and account.get("blocked_until")
        if blocked and blocked > now:
            text = f"The provider asks us to wait. It is sent after {blocked:%Y-%m-%d %H:%M:%S} UTC."
            return Full(blocked, Reason(code="provider_limit", message=text))
        if pace.per_day and not await self._count(action, pace.per_day, now):
            until = now.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
            text = f"This account may send {pace.per_day} a day. It waits until {until:%Y-%m-%d %H:%M} UTC."
            return Full(until, Reason(code="quota_day", message=text))
        if not pace.per_second or (action.moment is not None and now - _LATE <= action.moment <= now):
            return None
        places = action.artefact.reach.channels if pace.each_place else ()
        at = await self._moment("|".join((action.via, *places)), action.id, timedelta(seconds=1 / pace.per_second), now)
        if at <= now:
            return None
        text = f"This account sends {pace.per_second:g} a second at the most. It goes out at {at:%H:%M:%S} UTC."
        return Full(at, Reason(code="pace", message=text))

    async def block(self, via: str, until: datetime) -> None:
        """Nothing leaves from this account before then; a longer wait that was asked for earlier stays."""
        lasts = {"blocked_until": until, "expires_at": until + _KEPT}
        for _ in range(2):
            shorter = {"_id": via, "$or": [{"blocked_until": None}, {"blocked_until": {"$lt": until}}]}
            if await self._paces.find_one_and_update(shorter, {"$set": lasts}):
                return
            try:
                await self._paces.insert_one({"_id": via, "next_at": None, **lasts})
            except DuplicateKey:  # it waits longer already, or was just begun
                continue
            return

    async def _moment(self, key: str, action_id: str, apart: timedelta, now: datetime) -> datetime:
        """The next moment that no other action has; workers that have the same action get the same."""
        for _ in range(_TRIES):
            record = await self._paces.find_one({"_id": key})
            if record is None:
                begun = [{"id": action_id, "at": now}]
                first = {"_id": key, "blocked_until": None, "next_at": now + apart, "given": begun}
                try:
                    await self._paces.insert_one({**first, "expires_at": now + _KEPT})
                except DuplicateKey:
                    continue
                return now
            given: list[dict[str, Any]] = [one for one in record.get("given", ()) if one["at"] >= now - _LATE][
                -_REMEMBERED:
            ]
            mine: list[datetime] = [one["at"] for one in given if one["id"] == action_id]
            if mine:
                return max(mine)
            known = record.get("next_at")
            at = max(known or now, now)
            changes = {
                "next_at": at + apart,
                "given": [*given, {"id": action_id, "at": at}],
                "expires_at": max(at + _KEPT, record["expires_at"]),
            }
            if await self._paces.find_one_and_update({"_id": key, "next_at": known}, {"$set": changes}):
                return at
        return now + _BUSY

    async def _count(self, action: Action, limit: int, now: datetime) -> bool:
        """Whether the action is in the count of this day, now or already."""
        key = f"{action.via}|{now:%Y-%m-%d}"
        below = {"_id": key, "count": {"$lt": limit}, "actions": {"$ne": action.id}}
        more: Update = {"$inc": {"count": 1}, "$push": {"actions": action.id}}
        if await self._quotas.find_one_and_update(below, more):
            return True
        try:
            await self._quotas.insert_one({"_id": key, "count": 1, "actions": [action.id], "expires_at": now + _KEPT})
        except DuplicateKey:  # it is full, or has the action, or another worker has just begun it
            if await self._quotas.find_one_and_update(below, more):
                return True
            return await self._quotas.find_one({"_id": key, "actions": action.id}) is not None
        return True

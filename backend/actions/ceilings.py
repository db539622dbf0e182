"""How much may leave in a person's name: so many actions an hour and a day, so many new domains outside of the house.

Counted as an attempt begins, by one conditional update each, so that two workers cannot both be the last one. The hours
and days are those of UTC. What is over a ceiling waits for the next one; nothing is lost, and it is no attempt.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.actions.models import Action, Reason
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Index, Update

ACTION_COUNTS = CollectionSpec(
    "action_counts",
    (
        Index((("owner_id", 1),)),  # a person's own, with the account
        Index((("expires_at", 1),), ttl_seconds=0),
    ),
)
#: Domains outside of the house to which a person has sent something.
ACTION_DOMAINS = CollectionSpec("action_domains", (Index((("owner_id", 1),)),))

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_KEPT = timedelta(days=2)
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """0: none."""

    per_hour: int = 0
    per_day: int = 0
    new_domains_per_day: int = 0


@dataclass(frozen=True, slots=True)
class Full:
    """A ceiling is reached: it waits until then."""

    until: datetime
    reason: Reason


class Ceilings:
    def __init__(self, database: Database, limits: Limits) -> None:
        self._counts = database.collection(ACTION_COUNTS)
        self._domains = database.collection(ACTION_DOMAINS)
        self._limits = limits

    async def take(self, action: Action, now: datetime) -> Full | None:
        """Counts an action, once however often it is asked; None: it may go."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        day = hour.replace(hour=0)
        new = await self._new(action.owner_id, action.outside)
        limits = self._limits
        windows = (  # the longest first: what is held by a day is in no count of an hour
            (
                "domains",
                day,
                day + _DAY,
                limits.new_domains_per_day,
                min(len(new), limits.new_domains_per_day),  # one mail to more of them than that has a day of its own
                f"{limits.new_domains_per_day} domains a day that nothing was sent to before",
            ),
            ("day", day, day + _DAY, limits.per_day, 1, f"{limits.per_day} actions a day"),
            ("hour", hour, hour + _HOUR, limits.per_hour, 1, f"{limits.per_hour} actions an hour"),
        )
        for name, start, end, limit, by, words in windows:
            if limit == 0 or by == 0:
                continue
            key = f"{action.owner_id}|{name}|{start:%Y-%m-%dT%H}"
            if not await self._count(key, action, by, limit, now):
                message = f"A person may send {words}. It waits until {end:%Y-%m-%d %H:%M} UTC and is sent then."
                return Full(end, Reason(code=f"ceiling_{name}", message=message))
        for domain in new:
            await self._note(action.owner_id, domain, now)
        return None

    async def written_to(self, owner_id: str) -> list[str]:
        """The domains outside of the house to which a person has sent something; 1000 of them at most."""
        records = await self._domains.find({"owner_id": owner_id}, fields=("_id",), limit=_REMEMBERED)
        return [str(record["_id"]).partition("|")[2] for record in records]

    async def delete_of(self, owner_id: str) -> None:
        await self._counts.delete_many({"owner_id": owner_id})
        await self._domains.delete_many({"owner_id": owner_id})

    async def _new(self, owner_id: str, domains: Sequence[str]) -> list[str]:
        if not domains:
            return []
        keys = [f"{owner_id}|{domain}" for domain in domains]
        known = {record["_id"] for record in await self._domains.find({"_id": {"$in": keys}}, fields=("_id",))}
        return [domain for domain in domains if f"{owner_id}|{domain}" not in known]

    async def _count(self, key: str, action: Action, by: int, limit: int, now: datetime) -> bool:
        """Whether the action is in this count, now or already: workers that have the same one count it once."""
        below = {"_id": key, "count": {"$lte": limit - by}, "actions": {"$ne": action.id}}
        more: Update = {"$inc": {"count": by}, "$push": {"actions": action.id}}
        if await self._counts.find_one_and_update(below, more):
            return True
        first = {"_id": key, "owner_id": action.owner_id, "count": by, "actions": [action.id]}
        try:
            await self._counts.insert_one({**first, "expires_at": now + _KEPT})
        except DuplicateKey:  # it is full, or has the action, or another worker has just begun it
            if await self._counts.find_one_and_update(below, more):
                return True
            return await self._counts.find_one({"_id": key, "actions": action.id}) is not None
        return True

    async def _note(self, owner_id: str, domain: str, now: datetime) -> None:
        with suppress(DuplicateKey):
            await self._domains.insert_one({"_id": f"{owner_id}|{domain}", "owner_id": owner_id, "first_at": now})

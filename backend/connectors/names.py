"""The names of connections that hold documents: implements `documents.holders.HolderNames`, beside those of people."""

import time
from collections.abc import Callable, Collection, Mapping

from backend.access import Holder
from backend.connectors.repository import CONNECTIONS
from backend.db.collection import Database
from backend.documents.holders import HolderNames

_KEPT_SECONDS = 30.0
_MOST = 10_000


class NamesOfHolders:
    """People by `people`, connections by their own records, remembered for half a minute."""

    def __init__(self, database: Database, people: HolderNames, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._connections = database.collection(CONNECTIONS)
        self._people = people
        self._clock = clock
        self._known: dict[str, str] = {}
        self._until = 0.0

    async def names(self, holders: Collection[Holder]) -> Mapping[Holder, str]:
        now = self._clock()
        if now >= self._until or len(self._known) > _MOST:
            self._known.clear()
            self._until = now + _KEPT_SECONDS
        connections = [holder for holder in holders if holder.kind == "connection"]
        if unknown := [holder.id for holder in connections if holder.id not in self._known]:
            found = await self._connections.find({"_id": {"$in": unknown}}, fields=("name",))
            self._known.update({**dict.fromkeys(unknown, ""), **{one["_id"]: str(one["name"]) for one in found}})
        named = {holder: self._known.get(holder.id, "") for holder in connections}
        return {**await self._people.names(holders), **named}

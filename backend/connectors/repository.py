"""Storage of connections and their runs."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.connectors.models import Connection, ConnectionStatus, Counts, Reason, Run, RunStatus
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.lease import Clock, Held, Leases, utc_now
from backend.db.repository import Repository
from backend.ids import new_id

CONNECTIONS = CollectionSpec(
    "connections",
    (
        Index((("owner_id", 1), ("_id", -1))),  # a person's own, newest first
        Index((("mode", 1), ("_id", -1))),  # those of the workspace, newest first
        Index((("account.id", 1),)),  # whose account it is (each push)
        Index((("due_at", 1),)),  # what is to be synchronised (each poll of the scheduler)
    ),
)
RUNS = CollectionSpec("sync_runs", (Index((("connection_id", 1), ("_id", -1))),))  # newest first, page by page

#: What work goes on with: neither paused nor being deleted.
_WANTED = {"status": {"$ne": str(ConnectionStatus.paused)}, "deleting": False}
#: What there is work on: that, and what is to be deleted.
_GOES_ON = [{"status": {"$ne": str(ConnectionStatus.paused)}}, {"deleting": True}]


class ConnectionRepository:
    """Connections by id, by owner and by when they are due; one worker at a time claims one."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._connections = Repository(database, CONNECTIONS, Connection)
        self._records = self._connections.records
        self.leases = Leases(self._records, held_by="lease_token", until="due_at", unset="idle", clock=clock)

    async def add(self, connection: Connection) -> None:
        await self._connections.insert_one(connection)

    async def get(self, connection_id: str) -> Connection | None:
        return await self._connections.find_one({"_id": connection_id})

    async def owned_by(self, user_id: str) -> list[Connection]:
        return await self._connections.find({"owner_id": user_id, "mode": "personal"}, sort=[("_id", -1)])

    async def pushed(
        self, type_: str, *, accounts: Iterable[str], beginnings: Iterable[str], ids: Iterable[str]
    ) -> list[str]:
        """Those of these accounts of a source, by id or by how that begins, and those of these ids, that are
        synchronised by themselves.
        """
        ranges = [{"account.id": {"$gte": part, "$lt": f"{part}\U0010ffff"}} for part in sorted(beginnings)]
        whose = [{"account.id": {"$in": sorted(accounts)}}, {"_id": {"$in": sorted(ids)}}, *ranges]
        wanted = {"type": type_, "$or": whose, "due_at": {"$ne": None}, **_WANTED}
        return [record["_id"] for record in await self._records.find(wanted, limit=1_000, fields=("type",))]

    async def allowed_by(self, type_: str, account_id: str) -> set[str]:
        """Connections of an account by consent, whatever their state."""
        wanted = {"type": type_, "account.id": account_id, "credential": "oauth"}
        return {record["_id"] for record in await self._records.find(wanted, limit=1_000, fields=("type",))}

    async def read_for(self, user_id: str, connection_ids: Iterable[str]) -> list[Connection]:
        """A person's own connections that are read, and those of these ids."""
        whose = [{"owner_id": user_id, "mode": "personal"}, {"_id": {"$in": sorted(connection_ids)}}]
        return await self._connections.find(
            {"$or": whose, "purpose": {"$ne": "actions"}, "deleting": False}, limit=1_000
        )

    async def of_workspace(self) -> list[Connection]:
        return await self._connections.find({"mode": "workspace"}, sort=[("_id", -1)])

    async def unallowed(self, *, before: datetime) -> list[Connection]:
        """Those that were made before then, and that nobody has allowed (`Connection.awaits_consent`)."""
        wanted = {"due_at": None, "account": None, "status": str(ConnectionStatus.connecting), "deleting": False}
        return await self._connections.find({**wanted, "created_at": {"$lt": before}}, limit=1_000)

    async def change(self, connection_id: str, changes: dict[str, Any]) -> None:
        """Changes by a person; what is under way notices at its next batch."""
        await self._records.update_one({"_id": connection_id}, {"$set": changes})

    async def request(self, connection_id: str, *, now: datetime) -> None:
        """Makes it due now, or again as soon as what is under way has ended."""
        await self._ask_for(connection_id, {}, {"due_at": now, "failures": 0})

    async def hurry(self, connection_id: str, *, at: datetime) -> None:
        """Makes it due at a time, unless it is sooner; or again as soon as what is under way has ended."""
        await self._ask_for(connection_id, {"due_at": {"$gt": at}}, {"due_at": at})

    async def _ask_for(self, connection_id: str, where: dict[str, Any], changes: dict[str, Any]) -> None:
        """Changes one that nobody is at work on, where that passes; else who is at work is asked to go on.

        What is under way may end between the two looks, and has then not seen what this is asked for: hence the third.
        What begins between them reads it anyway.
        """
        idle = {"_id": connection_id, "lease_token": None, **where}
        held = {"_id": connection_id, "lease_token": {"$ne": None}}
        for one, update in ((idle, changes), (held, {"again": True}), (idle, changes)):
            if (await self._records.update_one(one, {"$set": update})).matched:
                return

    async def delete(self, held: Held) -> None:
        await self._records.delete_one({"_id": held.record_id, "lease_token": held.token})

    # -- for those that synchronise ------------------------------------------------------------------------------

    async def due(self, now: datetime, *, limit: int = 100) -> list[str]:
        wanted = {"due_at": {"$lte": now}, "$or": _GOES_ON}
        found = await self._records.find(wanted, sort=[("due_at", 1)], limit=limit, fields=("due_at",))
        return [record["_id"] for record in found]

    async def claim(self, connection_id: str, length: timedelta, *, now: datetime) -> tuple[Held, Connection] | None:
        """Takes one that is due. One that is paused is none, unless it is to be deleted."""
        held = await self.leases.claim(connection_id, length, now=now, where={"$or": _GOES_ON})
        return None if held is None else (held, self._connections.model(held.record))

    async def keep(self, held: Held, changes: dict[str, Any]) -> bool:
        """Changes by who holds the lease. False, and nothing is written, when the lease was lost, or somebody paused or
        deleted the connection meanwhile.
        """
        return (await self._records.update_one({**_mine(held), **_WANTED}, {"$set": changes})).matched == 1

    async def settle(
        self, held: Held, changes: dict[str, Any], *, due_at: datetime | None, now: datetime
    ) -> datetime | None:
        """Ends the lease; returns when it is due, which is now if somebody asked for that meanwhile."""
        for again, at in ((True, now), (False, due_at)):
            update = {"$set": {**changes, "due_at": at, "again": False}, "$unset": {"lease_token": ""}}
            if (await self._records.update_one({**_mine(held), **_WANTED, "again": again}, update)).matched:
                return at
        await self.release(held, now)
        return None

    async def release(self, held: Held, now: datetime) -> None:
        """Ends the lease and leaves everything else: whoever comes next goes on at once."""
        await self._records.update_one(_mine(held), {"$set": {"due_at": now}, "$unset": {"lease_token": ""}})


def _mine(held: Held) -> dict[str, Any]:
    return {"_id": held.record_id, "lease_token": held.token}


class RunRepository:
    """Runs, newest first. Counts only grow."""

    def __init__(self, database: Database) -> None:
        self._runs = Repository(database, RUNS, Run)

    async def begin(self, connection_id: str, *, now: datetime) -> Run:
        run = Run(id=new_id(), connection_id=connection_id, started_at=now)
        await self._runs.insert_one(run)
        return run

    async def add(self, run_id: str, counts: Counts) -> None:
        grown = {f"counts.{name}": number for name, number in counts.model_dump().items() if number}
        if grown:
            await self._runs.records.update_one({"_id": run_id}, {"$inc": grown})

    async def expect(self, run_id: str, items: int | None) -> None:
        await self._runs.records.update_one({"_id": run_id}, {"$set": {"expected": items}})

    async def end(self, run_id: str, status: RunStatus, reason: Reason | None, *, now: datetime) -> None:
        changes = {"status": str(status), "reason": reason and reason.model_dump(), "ended_at": now}
        await self._runs.records.update_one({"_id": run_id}, {"$set": changes})

    async def get(self, run_id: str) -> Run | None:
        return await self._runs.find_one({"_id": run_id})

    async def page(self, connection_id: str, *, before: str | None, limit: int) -> Sequence[Run]:
        older = {"_id": {"$lt": before}} if before else {}
        return await self._runs.find({"connection_id": connection_id, **older}, sort=[("_id", -1)], limit=limit)

    async def delete_of(self, connection_id: str) -> None:
        await self._runs.records.delete_many({"connection_id": connection_id})

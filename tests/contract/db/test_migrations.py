"""Migrations, over both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backend.db.collection import CollectionSpec, Database
from backend.db.lease import LEASES
from backend.db.migrations import MIGRATIONS, MigrationFailed, migrate
from backend.db.migrations.runner import APPLIED, LEASE_ID
from backend.errors import Unavailable
from tests.support.waiting import until_true

NOTES = CollectionSpec("notes")


class AddField:
    """Gives every note a field, slowly enough for others to get in between."""

    def __init__(self, name: str, field: str, *, held: bool = False, works: bool = True) -> None:
        self.name = name
        self.field = field
        self.started, self.go_on = asyncio.Event(), asyncio.Event()
        if not held:
            self.go_on.set()
        self.works = works
        self.runs = 0

    async def up(self, database: Database) -> None:
        self.runs += 1
        self.started.set()
        await self.go_on.wait()
        if self.works:
            await database.collection(NOTES).update_many({self.field: {"$exists": False}}, {"$set": {self.field: 0}})

    async def validate(self, database: Database) -> None:
        if await database.collection(NOTES).count({self.field: {"$exists": False}}):
            raise MigrationFailed(f"{self.name}: notes without {self.field}")


@pytest.fixture(autouse=True)
async def notes(database: Database) -> None:
    await database.prepare([NOTES])
    await database.collection(NOTES).insert_many([{"_id": "a"}, {"_id": "b", "x": 1}])


async def test_the_shipped_migrations_run_once(database: Database) -> None:
    assert await migrate(database) == [migration.name for migration in MIGRATIONS]
    assert await migrate(database) == []
    for migration in MIGRATIONS:
        await migration.validate(database)


async def test_missing_ones_are_applied_in_order(database: Database) -> None:
    first, second = AddField("0001_x", "x"), AddField("0002_y", "y")
    assert await migrate(database, [first]) == ["0001_x"]
    assert await migrate(database, [first, second]) == ["0002_y"]
    assert (first.runs, second.runs) == (1, 1)
    assert await database.collection(NOTES).find({}, sort=[("_id", 1)]) == [
        {"_id": "a", "x": 0, "y": 0},
        {"_id": "b", "x": 1, "y": 0},
    ]


async def test_one_that_does_not_validate_stops_the_rest_and_is_tried_again(database: Database) -> None:
    broken, later = AddField("0001_x", "x", works=False), AddField("0002_y", "y")
    with pytest.raises(MigrationFailed, match="0001_x: notes without x"):
        await migrate(database, [broken, later])
    assert later.runs == 0
    broken.works = True
    assert await migrate(database, [broken, later]) == ["0001_x", "0002_y"]


async def test_of_two_processes_one_works_and_the_other_waits(database: Database) -> None:
    slow = AddField("0001_x", "x", held=True)
    both = [asyncio.create_task(migrate(database, [slow])) for _ in range(2)]
    await slow.started.wait()
    for _ in range(20):  # as many looks at the database, during which the other one looks too
        await database.collection(LEASES).find({})
    assert not any(one.done() for one in both)
    slow.go_on.set()
    results = await asyncio.gather(*both)
    assert sorted(results) == [[], ["0001_x"]]
    assert slow.runs == 1
    assert await database.collection(LEASES).find({}) == []


async def test_a_long_migration_keeps_its_lease(database: Database) -> None:
    slow = AddField("0001_x", "x", held=True)
    both = [asyncio.create_task(migrate(database, [slow], lease=timedelta(seconds=3))) for _ in range(2)]
    await slow.started.wait()
    leases = database.collection(LEASES)
    first = await leases.find_one({"_id": LEASE_ID})
    assert first is not None

    async def outlived() -> bool:
        held = await leases.find_one({"_id": LEASE_ID})
        assert held is not None
        return bool(held["until"] > first["until"] + timedelta(seconds=3))

    await until_true(outlived)
    slow.go_on.set()
    results = await asyncio.gather(*both)
    assert sorted(results) == [[], ["0001_x"]]
    assert slow.runs == 1


async def test_the_lease_of_a_dead_process_runs_out(database: Database) -> None:
    await database.prepare([LEASES])
    now, leases = datetime.now(UTC), database.collection(LEASES)
    await leases.insert_one({"_id": LEASE_ID, "holder": "dead", "until": now + timedelta(hours=1)})
    with pytest.raises(Unavailable):
        await migrate(database, [AddField("0001_x", "x")], wait=timedelta(0))
    await leases.update_one({"_id": LEASE_ID}, {"$set": {"until": now - timedelta(seconds=1)}})  # an hour later
    assert await migrate(database, [AddField("0001_x", "x")]) == ["0001_x"]


async def test_a_newer_release_beside_this_one_is_allowed(database: Database) -> None:
    await database.prepare([APPLIED])
    await database.collection(APPLIED).insert_one({"_id": "9999_future", "applied_at": datetime.now(UTC)})
    assert await migrate(database, [AddField("0001_x", "x")]) == ["0001_x"]


async def test_names_out_of_order_are_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="not in order"):
        await migrate(database, [AddField("0002_y", "y"), AddField("0001_x", "x")])

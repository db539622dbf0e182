"""The directory of the sources' groups answers alike over both databases."""

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.access import person_group
from backend.auth.directory import EMPTY_SECONDS, MEMBERSHIPS, StoredDirectory, person_member
from backend.auth.identity_cache import IdentityCache
from backend.auth.models import Identity, User
from backend.db.collection import Database
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server

ANN, BEN = "email:ann@example.com", "user:ben"
BEN_HIMSELF = User(
    id="ben",
    email="ben@example.com",
    email_key="ben@example.com",
    name="Ben",
    role="member",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.fixture(params=["sqlite", "mongo"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with sqlite_database(tmp_path, MEMBERSHIPS) as opened:
            yield opened
    else:
        with mongo_server() as uri:
            async with mongo_database(uri, MEMBERSHIPS) as opened:
                yield opened


async def test_members_hold_their_groups_and_nobody_elses(database: Database) -> None:
    told: list[frozenset[str]] = []
    directory = StoredDirectory(database, changed=told.append)
    await directory.set_members("c1", "dev", [ANN, BEN])
    await directory.set_members("c1", "ops: on call", [ANN])
    await directory.set_members("c2", "dev", [BEN])
    assert await directory.groups_of(frozenset({ANN, "user:ann", "workspace"})) == {
        "source:c1:dev",
        "source:c1:ops: on call",
    }
    assert await directory.groups_of(frozenset({BEN})) == {"source:c1:dev", "source:c2:dev"}
    assert await directory.groups_of(frozenset({"user:eve"})) == frozenset()
    assert [names & {ANN, BEN} for names in told] == [{ANN, BEN}, {ANN}, {BEN}]


async def test_setting_the_members_replaces_them_and_tells_only_of_who_changed(database: Database) -> None:
    told: list[frozenset[str]] = []
    directory = StoredDirectory(database, changed=told.append)
    await directory.set_members("c1", "dev", [ANN, BEN])
    told.clear()
    await directory.set_members("c1", "dev", [BEN, "user:eve"])
    assert await directory.members_of("c1", "dev") == {BEN, "user:eve"}
    assert [names & {ANN, BEN, "user:eve"} for names in told] == [{ANN}, {"user:eve"}]
    told.clear()
    await directory.set_members("c1", "dev", [BEN, "user:eve"])
    assert told == []
    await directory.set_members("c1", "dev", [])
    assert await directory.members_of("c1", "dev") == frozenset()


async def test_adding_and_removing_may_be_repeated(database: Database) -> None:
    directory = StoredDirectory(database, changed=lambda _: None)
    for _ in range(2):
        await directory.add("c1", "dev", [ANN, ANN])
    assert await directory.members_of("c1", "dev") == {ANN}
    for _ in range(2):
        await directory.remove("c1", "dev", [ANN, "user:never"])
    assert await directory.groups_of(frozenset({ANN})) == frozenset()


async def test_a_connection_that_goes_takes_its_groups_along_and_no_others(database: Database) -> None:
    directory = StoredDirectory(database, changed=lambda _: None, at_once=25)
    await directory.add("c1", "all", [f"user:{n}" for n in range(60)])
    await directory.add("c10", "all", ["user:7"])
    await directory.remove_connection("c1")
    assert await directory.groups_of(frozenset({"user:7"})) == {"source:c10:all"}
    assert await directory.members_of("c1", "all") == frozenset()


async def test_somebody_may_hold_five_hundred_groups(database: Database) -> None:
    directory = StoredDirectory(database, changed=lambda _: None)
    for number in range(500):
        await directory.add("c1", f"g{number}", [ANN])
    assert await directory.groups_of(frozenset({ANN})) == {f"source:c1:g{number}" for number in range(500)}


async def test_while_nobody_belongs_to_anything_nothing_is_looked_up_and_the_first_group_holds_at_once(
    database: Database,
) -> None:
    directory = StoredDirectory(database, changed=lambda _: None)
    assert await directory.groups_of(frozenset({ANN})) == frozenset()
    await directory.add("c1", "dev", [ANN])
    assert await directory.groups_of(frozenset({ANN})) == {"source:c1:dev"}


async def test_a_first_group_that_another_process_made_holds_within_two_seconds(database: Database) -> None:
    now = 100.0
    here = StoredDirectory(database, changed=lambda _: None, clock=lambda: now)
    elsewhere = StoredDirectory(database, changed=lambda _: None)
    assert await here.groups_of(frozenset({ANN})) == frozenset()
    await elsewhere.add("c1", "dev", [ANN])
    now += EMPTY_SECONDS
    assert await here.groups_of(frozenset({ANN})) == {"source:c1:dev"}


async def test_the_first_membership_of_another_process_counts_within_the_promised_time(database: Database) -> None:
    """Also for whom was looked up at the last moment at which nobody was known to belong to anything."""
    now = 100.0
    here = StoredDirectory(database, changed=lambda _: None, clock=lambda: now)
    elsewhere = StoredDirectory(database, changed=lambda _: None)
    cache = IdentityCache(clock=lambda: now)

    async def groups() -> frozenset[str]:
        known = cache.get("session")
        if known is None:
            known = Identity(BEN_HIMSELF, source_groups=await here.groups_of(frozenset({BEN})))
            cache.put("session", known, changes=cache.changes)
        return known.source_groups

    assert await here.groups_of(frozenset({ANN})) == frozenset()
    await elsewhere.add("c1", "dev", [BEN])
    now += EMPTY_SECONDS - 0.001
    assert await groups() == frozenset()
    now = 102.0
    assert await groups() == {"source:c1:dev"}


async def test_who_is_matched_with_a_person_of_a_source_holds_what_that_person_belongs_to_there_alone(
    database: Database,
) -> None:
    directory = StoredDirectory(database, changed=lambda _: None)
    await directory.set_members("c1", "dev", [ANN])
    await directory.set_members("c2", "dev", [ANN])
    await directory.set_members("c1", "anonymous", [person_member("c1", "U1")])
    await directory.set_members("c1", person_group("ann@example.com"), [BEN])
    assert await directory.groups_of(frozenset({BEN})) == {"source:c1:person=ann@example.com", "source:c1:dev"}
    await directory.set_members("c1", person_group("U1"), [BEN])
    assert await directory.groups_of(frozenset({BEN})) == {
        "source:c1:person=ann@example.com",
        "source:c1:dev",
        "source:c1:person=U1",
        "source:c1:anonymous",
    }
    assert await directory.groups_of(frozenset({ANN})) == {"source:c1:dev", "source:c2:dev"}
    await directory.set_members("c1", person_group("ann@example.com"), ())
    assert await directory.groups_of(frozenset({BEN})) == {"source:c1:person=U1", "source:c1:anonymous"}
    await directory.remove_member(BEN)
    assert await directory.groups_of(frozenset({BEN})) == frozenset()
    assert await directory.groups_of(frozenset({ANN})) == {"source:c1:dev", "source:c2:dev"}


async def test_a_match_by_hand_gives_way_to_an_account_that_has_proven_the_address(database: Database) -> None:
    proven: set[str] = set()

    async def is_proven(addresses: Collection[str]) -> frozenset[str]:
        return frozenset(addresses) & proven

    directory = StoredDirectory(database, changed=lambda _: None, proven=is_proven)
    await directory.set_members("c1", "dev", [ANN])
    await directory.set_members("c1", "ops", [person_member("c1", "U1")])
    await directory.set_members("c1", person_group("ann@example.com"), [BEN])
    await directory.set_members("c1", person_group("U1"), [BEN])
    proven.add("ann@example.com")
    assert await directory.groups_of(frozenset({BEN})) == {"source:c1:person=U1", "source:c1:ops"}
    proven.clear()
    assert "source:c1:dev" in await directory.groups_of(frozenset({BEN}))


async def test_who_is_matched_is_looked_up_anew_when_the_groups_of_that_person_change(database: Database) -> None:
    cache = IdentityCache()
    directory = StoredDirectory(database, changed=cache.forget_members)
    await directory.set_members("c1", person_group("ann@example.com"), [BEN])
    groups = await directory.groups_of(frozenset({BEN}))
    cache.put("session", Identity(BEN_HIMSELF, source_groups=groups), changes=cache.changes)
    await directory.set_members("c1", "dev", [ANN])
    assert cache.get("session") is None

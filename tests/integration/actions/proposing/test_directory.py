"""Who is meant by a name, among many people of one server."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.actions.proposing.directory import UserDirectory
from backend.auth.identity_cache import IdentityCache
from backend.auth.models import Role, User
from backend.auth.repository import USERS, UserRepository, name_words
from backend.db.collection import Database
from backend.db.repository import Repository
from tests.support.database import sqlite_database

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with sqlite_database(tmp_path, USERS) as opened:
        yield opened


@pytest.fixture
def users(database: Database) -> UserRepository:
    return UserRepository(database, IdentityCache())


def _user(number: int, name: str, **more: Any) -> User:
    """An account whose address has everybody's favourite word; they came in the order of their numbers."""
    address = f"p{number}@danaher.example"
    return User(
        id=f"u{number}", email=address, email_key=address, name=name, role=Role.member, email_verified=True,
        created_at=_BEGIN + timedelta(minutes=number), **more,
    )  # fmt: skip


async def _joins(users: UserRepository, number: int, name: str, **more: Any) -> str:
    user = _user(number, name, **more)
    await users.insert(user)
    return user.email


async def _crowd(database: Database, numbers: range) -> None:
    """As `insert` stores them, all in one go."""
    made = [_user(number, f"Kim {number}") for number in numbers]
    stored = Repository(database, USERS, User)
    await stored.records.insert_many([stored.record(one, {"name_words": name_words(one.name)}) for one in made])


async def test_a_second_of_the_name_is_seen_behind_everybody_whose_address_has_it(users: UserRepository) -> None:
    first = await _joins(users, 0, "Dana Fox")
    for number in range(1, 450):
        await _joins(users, number, f"Kim {number}")
    directory = UserDirectory(users)
    assert [one.address for one in await directory.named("Dana")] == [first]
    second = await _joins(users, 450, "Dana Berg")
    assert [one.address for one in await directory.named("Dana")] == [first, second]
    assert [one.address for one in await directory.named("Dana Berg")] == [second]


async def test_an_address_is_no_name(users: UserRepository) -> None:
    await _joins(users, 0, "Kim Berg")
    directory = UserDirectory(users)
    for part in ("danaher", "p0", "example", "p0 danaher example"):
        assert await directory.named(part) == []


async def test_as_many_as_a_list_can_show_are_told(users: UserRepository) -> None:
    for number in range(230):
        await _joins(users, number, "Dana Fox")
    assert len(await UserDirectory(users).named("Dana")) == 10


async def test_who_is_gone_or_unproven_is_not_meant(users: UserRepository) -> None:
    await _joins(users, 0, "Dana Fox", disabled=True)
    await _joins(users, 1, "Dana Fox", deleting=True)
    await _joins(users, 2, "Dana Fox", email_collides_with="u9")
    assert await UserDirectory(users).named("Dana") == []


async def test_a_new_name_is_found_and_the_former_is_not(users: UserRepository) -> None:
    address = await _joins(users, 0, "Dana Fox")
    await users.update("u0", {"name": "Kim O'Berg"})
    directory = UserDirectory(users)
    assert await directory.named("Dana") == []
    assert [one.address for one in await directory.named("kim berg")] == [address]


@pytest.mark.parametrize(
    "name", ["", "   ", "!!!", "x" * 20_000, " ".join(f"w{n}" for n in range(300)), "\x00", "$where"]
)
async def test_what_is_no_name_is_nobody(users: UserRepository, name: str) -> None:
    await _joins(users, 0, "Dana Fox")
    assert await UserDirectory(users).named(name) == []


async def test_among_ten_thousand_few_are_read(users: UserRepository, database: Database) -> None:
    """By the index: as fast as among a hundred, give or take what a busy machine takes."""

    async def fastest() -> float:
        directory, times = UserDirectory(users), []
        for _ in range(20):
            began = time.perf_counter()
            assert len(await directory.named("Dana Fox")) == 1
            times.append(time.perf_counter() - began)
        return min(times)

    await _joins(users, 0, "Dana Fox")
    await _crowd(database, range(1, 100))
    few = await fastest()
    await _crowd(database, range(100, 10_000))
    assert await fastest() < 10 * few + 0.005

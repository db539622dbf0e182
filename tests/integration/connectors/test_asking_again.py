"""What is asked for while a run ends is neither lost nor forgotten, whichever of the two comes first."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.connectors.models import Connection, ConnectionStatus
from backend.connectors.repository import CONNECTIONS, ConnectionRepository
from backend.db.collection import Collection, Database, Filter, Update, UpdateResult
from tests.support.database import sqlite_database

_NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
_TOMORROW = _NOW + timedelta(days=1)

type Ask = Callable[[ConnectionRepository], Awaitable[None]]


async def _pushed(connections: ConnectionRepository) -> None:
    await connections.hurry("c", at=_NOW)


async def _pressed(connections: ConnectionRepository) -> None:
    await connections.request("c", now=_NOW)


class _Interrupted:
    """A collection in which something else happens after so many changes."""

    def __init__(self, collection: Collection, after: int, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._collection = collection
        self._left = after
        self._meanwhile = meanwhile

    async def update_one(self, filter: Filter, update: Update) -> UpdateResult:
        if self._left == 0:
            await self._meanwhile()
        self._left -= 1
        return await self._collection.update_one(filter, update)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)


class _Interrupting:
    """A database whose collections are interrupted."""

    def __init__(self, database: Database, after: int, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._database = database
        self._how = after, meanwhile

    def collection(self, spec: Any) -> Any:
        return _Interrupted(self._database.collection(spec), *self._how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with sqlite_database(tmp_path, CONNECTIONS) as opened:
        yield opened


@pytest.fixture
async def connections(database: Database) -> ConnectionRepository:
    made = ConnectionRepository(database, clock=lambda: _NOW)
    await made.add(
        Connection(
            id="c", type="toy", mode="workspace", name="Toy", owner_id="u", status=ConnectionStatus.ready,
            created_at=_NOW, due_at=_NOW,
        )
    )  # fmt: skip
    return made


@pytest.mark.parametrize("ask", [_pushed, _pressed])
@pytest.mark.parametrize("after", [0, 1, 2])
async def test_a_run_that_ends_while_somebody_asks_is_followed_by_another(
    database: Database, connections: ConnectionRepository, ask: Ask, after: int
) -> None:
    claimed = await connections.claim("c", timedelta(minutes=1), now=_NOW)
    assert claimed is not None
    held, _ = claimed

    async def ends() -> None:
        await connections.settle(held, {}, due_at=_TOMORROW, now=_NOW)

    await ask(ConnectionRepository(_Interrupting(database, after, ends)))
    if after == 2:  # it was asked for before that
        await ends()
    assert await connections.due(_NOW) == ["c"]


@pytest.mark.parametrize("ask", [_pushed, _pressed])
async def test_a_run_that_begins_after_somebody_asked_is_the_one_that_was_asked_for(
    connections: ConnectionRepository, ask: Ask
) -> None:
    await ask(connections)
    claimed = await connections.claim("c", timedelta(minutes=1), now=_NOW)
    assert claimed is not None
    assert await connections.settle(claimed[0], {}, due_at=_TOMORROW, now=_NOW) == _TOMORROW
    assert await connections.due(_NOW) == []


@pytest.mark.parametrize("ask", [_pushed, _pressed])
async def test_whoever_is_at_work_goes_on_once_for_all_that_ask(connections: ConnectionRepository, ask: Ask) -> None:
    claimed = await connections.claim("c", timedelta(minutes=1), now=_NOW)
    assert claimed is not None
    for _ in range(3):
        await ask(connections)
    assert await connections.settle(claimed[0], {}, due_at=_TOMORROW, now=_NOW) == _NOW
    again = await connections.claim("c", timedelta(minutes=1), now=_NOW)
    assert again is not None
    assert await connections.settle(again[0], {}, due_at=_TOMORROW, now=_NOW) == _TOMORROW

"""How far a refusal reaches is counted alike over both databases, and never of what others may see."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.access import Caller
from backend.connectors.lateness import Lateness
from backend.connectors.models import ConnectedAccount, Connection, ConnectionStatus
from backend.connectors.repository import CONNECTIONS, ConnectionRepository
from backend.db.collection import Database, Record
from backend.documents.repository import DocumentRepository
from backend.documents.schema import DOCUMENTS
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANN, BEN = Caller.of("ann"), Caller.of("ben")


@pytest.fixture(params=["sqlite", "mongo"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with sqlite_database(tmp_path, DOCUMENTS, CONNECTIONS) as opened:
            yield opened
        return
    with mongo_server() as uri:
        async with mongo_database(uri, DOCUMENTS, CONNECTIONS) as opened:
            yield opened


def head(id_: str, status: str, *, owner: str = "", connection: str = "", shared_with: tuple[str, ...] = ()) -> Record:
    shared = [f"user:{name}" for name in shared_with]
    record: Record = {
        "_id": id_,
        "key": id_,
        "holder": f"user:{owner}" if owner else f"connection:{connection}",
        "status": status,
        "access": [*([f"user:{owner}"] if owner else []), *shared],
        "shared_with": shared,
    }
    return {**record, "connection_id": connection} if connection else record


def connection(id_: str, *, owner: str = "ann", minutes: float | None = 180, **changes: Any) -> Connection:
    last = None if minutes is None else NOW - timedelta(minutes=minutes)
    made: dict[str, Any] = {
        "id": id_,
        "type": "slack",
        "mode": "personal",
        "name": id_.title(),
        "owner_id": owner,
        "account": ConnectedAccount(id="T1", name="Acme"),
        "status": ConnectionStatus.ready,
        "created_at": NOW - timedelta(days=9),
        "due_at": NOW,
        "last_sync_at": last,
    }
    return Connection.model_validate(made | changes)


async def test_documents_are_counted_by_status_and_connection_for_who_may_see_them(database: Database) -> None:
    await database.collection(DOCUMENTS).insert_many(
        [
            head("a1", "indexed", owner="ann"),
            head("a2", "queued", owner="ann"),
            head("b1", "failed", owner="ben"),
            head("b2", "processing", owner="ben", shared_with=("ann",)),
            head("c1", "failed", connection="slack", shared_with=("ann",)),
            head("c2", "indexed", connection="slack", shared_with=("ann", "ben")),
            head("c3", "queued", connection="slack", shared_with=("ben",)),
        ]
    )
    documents = DocumentRepository(database)
    assert await documents.count_by_status_and_connection(ANN) == {
        ("indexed", None): 1,
        ("queued", None): 1,
        ("processing", None): 1,
        ("failed", "slack"): 1,
        ("indexed", "slack"): 1,
    }
    assert await documents.count_by_status_and_connection(BEN) == {
        ("failed", None): 1,
        ("processing", None): 1,
        ("indexed", "slack"): 1,
        ("queued", "slack"): 1,
    }
    assert await documents.count_by_status_and_connection(Caller.of("eve")) == {}


async def test_late_is_what_was_not_read_when_due_of_ones_own_and_of_what_one_sees(database: Database) -> None:
    connections = ConnectionRepository(database)
    for made in (
        connection("slow"),
        connection("paused", minutes=600, status=ConnectionStatus.paused, due_at=None),
        connection("first", minutes=None, status=ConnectionStatus.syncing),
        connection("fresh", minutes=9),
        connection("unallowed", minutes=None, status=ConnectionStatus.connecting, account=None, due_at=None),
        connection("held", minutes=None, status=ConnectionStatus.connecting, held=True, due_at=None),
        connection("calendar", minutes=None, purpose="actions"),
        connection("going", deleting=True),
        connection("team", owner="ben", mode="workspace"),
        connection("other-team", owner="ben", mode="workspace"),
        connection("bens", owner="ben"),
    ):
        await connections.add(made)
    lateness = Lateness(connections, interval_seconds=300, clock=lambda: NOW)

    async def late(caller: Caller, *seen: str) -> list[str]:
        return [found.id for found in await lateness.late(caller, seen)]

    assert await late(ANN) == ["first", "paused", "slow"]
    assert await late(ANN, "team", "fresh") == ["first", "paused", "slow", "team"]
    assert await late(BEN) == ["bens"]
    assert await late(Caller.of("eve")) == []

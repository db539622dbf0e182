import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.db.collection import Database
from backend.db.lease import Held
from backend.errors import Conflict, InvalidInput, Unavailable
from backend.idempotency import IDEMPOTENCY, LEASE, IdempotencyRepository, KeptAnswer, KeyedRequest
from tests.support.database import sqlite_database

ANSWER = KeptAnswer(201, b'{"items": ["report.pdf"]}', "application/json")


class SetClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def asked(content: bytes = b"report.pdf") -> KeyedRequest:
    return KeyedRequest.of(owner_id="o", method="POST", path="/documents", key="k", content=content)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with sqlite_database(tmp_path, IDEMPOTENCY) as opened:
        yield opened


@pytest.fixture
def kept(database: Database, clock: SetClock) -> IdempotencyRepository:
    return IdempotencyRepository(database, clock=clock)


async def begun(kept: IdempotencyRepository) -> Held:
    held = await kept.begin(asked())
    assert isinstance(held, Held)
    return held


async def test_of_many_at_once_exactly_one_runs(kept: IdempotencyRepository) -> None:
    outcomes = await asyncio.gather(*(kept.begin(asked()) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(outcome, Held) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 9


async def test_the_answer_is_given_again(kept: IdempotencyRepository) -> None:
    await kept.finish(await begun(kept), asked(), ANSWER)
    assert await kept.begin(asked()) == ANSWER


async def test_a_key_used_for_something_else_is_refused(kept: IdempotencyRepository) -> None:
    held = await begun(kept)
    with pytest.raises(InvalidInput):
        await kept.begin(asked(b"other.pdf"))
    await kept.finish(held, asked(), ANSWER)
    with pytest.raises(InvalidInput):
        await kept.begin(asked(b"other.pdf"))


async def test_a_failed_request_can_be_sent_again(kept: IdempotencyRepository) -> None:
    await kept.forget(await begun(kept))
    await begun(kept)


async def test_a_request_that_a_crash_cut_off_can_be_sent_again_later(
    kept: IdempotencyRepository, clock: SetClock
) -> None:
    await begun(kept)
    clock.now += LEASE
    await begun(kept)
    with pytest.raises(Conflict):
        await kept.begin(asked())


async def test_a_request_that_lost_its_key_leaves_the_answer_to_who_took_it_over(
    kept: IdempotencyRepository, clock: SetClock
) -> None:
    slow = await begun(kept)
    clock.now += LEASE
    second = await begun(kept)
    await kept.finish(slow, asked(), KeptAnswer(201, b"slow", None))
    await kept.forget(slow)
    with pytest.raises(Conflict):
        await kept.begin(asked())
    await kept.finish(second, asked(), ANSWER)
    await kept.forget(slow)
    assert await kept.begin(asked()) == ANSWER


async def test_nothing_that_an_answer_names_is_stored_so_that_it_can_be_read(
    kept: IdempotencyRepository, database: Database
) -> None:
    await kept.finish(await begun(kept), asked(), ANSWER)
    [record] = await database.collection(IDEMPOTENCY).find({})
    assert b"report" not in repr(record).encode()
    assert "body" not in record
    assert asked().digest.hex() not in repr(record)
    # Who guesses the key of another request opens nothing with it.
    other = {"fingerprint": asked(b"guess").fingerprint}
    await database.collection(IDEMPOTENCY).update_one({"_id": record["_id"]}, {"$set": other})
    with pytest.raises(Unavailable):
        await kept.begin(asked(b"guess"))


async def test_an_answer_that_an_earlier_release_kept_is_given_again(
    kept: IdempotencyRepository, database: Database, clock: SetClock
) -> None:
    former = {
        "_id": asked().record_id,
        "owner_id": "o",
        "fingerprint": asked().digest.hex(),
        "created_at": clock.now,
        "done": True,
        "status": ANSWER.status,
        "body": ANSWER.body,
        "media_type": ANSWER.media_type,
    }
    await database.collection(IDEMPOTENCY).insert_one(former)
    assert await kept.begin(asked()) == ANSWER
    undone = {name: former[name] for name in ("_id", "owner_id", "fingerprint", "created_at")} | {"done": False}
    await database.collection(IDEMPOTENCY).bulk_upsert([undone])
    with pytest.raises(Conflict):  # it may still run, on a server of that release
        await kept.begin(asked())

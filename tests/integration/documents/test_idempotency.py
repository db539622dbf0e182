import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.errors import Conflict, InvalidInput
from backend.idempotency import IDEMPOTENCY, IdempotencyRepository, KeptAnswer
from tests.support.database import sqlite_database

ANSWER = KeptAnswer(201, b"{}", "application/json")


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[IdempotencyRepository]:
    async with sqlite_database(tmp_path, IDEMPOTENCY) as database:
        yield IdempotencyRepository(database)


async def test_of_many_at_once_exactly_one_runs(kept: IdempotencyRepository) -> None:
    outcomes = await asyncio.gather(*(kept.begin("k", "f", owner_id="o") for _ in range(10)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 9


async def test_the_answer_is_given_again(kept: IdempotencyRepository) -> None:
    assert await kept.begin("k", "f", owner_id="o") is None
    await kept.finish("k", ANSWER)
    assert await kept.begin("k", "f", owner_id="o") == ANSWER


async def test_a_key_used_for_something_else_is_refused(kept: IdempotencyRepository) -> None:
    await kept.begin("k", "f", owner_id="o")
    with pytest.raises(InvalidInput):
        await kept.begin("k", "g", owner_id="o")


async def test_a_failed_request_can_be_sent_again(kept: IdempotencyRepository) -> None:
    await kept.begin("k", "f", owner_id="o")
    await kept.forget("k")
    assert await kept.begin("k", "f", owner_id="o") is None


async def test_a_request_that_a_crash_cut_off_can_be_sent_again_later(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, IDEMPOTENCY) as database:
        kept = IdempotencyRepository(database)
        await kept.begin("k", "f", owner_id="o")
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        await database.collection(IDEMPOTENCY).update_one({"_id": "k"}, {"$set": {"created_at": long_ago}})
        assert await kept.begin("k", "f", owner_id="o") is None
        with pytest.raises(Conflict):
            await kept.begin("k", "f", owner_id="o")

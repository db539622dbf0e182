"""An account sends at its pace, whatever the number of workers; what its provider asks for holds all that it sends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest_asyncio

from backend.actions.base import NotDone
from backend.actions.ceilings import Limits
from backend.actions.models import Action, Reach
from backend.actions.paces import Pace
from backend.actions.status import Move
from tests.integration.actions.place import Place, place

SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path, Limits(), Pace(per_second=2, per_day=25)) as built:
        yield built


async def ready(here: Place, count: int) -> list[Action]:
    """So many that are due now, approved at one moment."""
    actions = [await here.approved(f"text {number}") for number in range(count)]
    await here.due(actions[0])
    return actions


async def work(here: Place, actions: list[Action], *, workers: int, seconds: float) -> list[datetime]:
    """When something left, with so many workers that take whatever is due."""
    left: list[datetime] = []

    async def note() -> None:
        left.append(here.now)

    here.provider.before = note
    end = here.now + seconds * SECOND
    while here.now < end:
        due = await here.queue.due()
        await asyncio.gather(*(here.queue.run(one) for one in due for _ in range(workers)))
        here.later(seconds=0.1)
    return left


async def test_two_workers_keep_the_pace_and_send_nothing_twice(here: Place) -> None:
    actions = await ready(here, 12)
    left = await work(here, actions, workers=2, seconds=10)
    assert len(left) == 12
    assert sorted(key for key, _ in here.provider.held) == sorted(one.id for one in actions)
    in_a_second = [sum(at <= other < at + SECOND for other in left) for at in left]
    assert max(in_a_second) <= 3, "two a second, and one at the border of what a poll can tell"
    assert left[-1] - left[0] >= 5 * SECOND
    assert left[-1] - left[0] <= 7 * SECOND, "and it is not slower than it has to be"


async def test_each_waits_for_its_moment_once_and_says_so(here: Place) -> None:
    actions = await ready(here, 8)
    for one in actions:
        await here.run(one)
    last = await here.shown(actions[-1])
    assert last.reason is not None
    assert (last.status, last.reason.code) == ("scheduled", "pace")
    assert "2 a second at the most" in last.reason.message
    await work(here, actions, workers=1, seconds=6)
    shown = [await here.shown(one) for one in actions]
    assert {one.status for one in shown} == {"succeeded"}
    assert max(sum(step.move is Move.hold for step in one.timeline) for one in shown) == 1
    assert {one.reason for one in shown} == {None}


async def test_what_missed_its_moment_does_not_leave_all_at_once(here: Place) -> None:
    actions = await ready(here, 10)
    for one in actions:
        await here.run(one)
    here.later(minutes=10)  # the server was away
    left = await work(here, actions, workers=2, seconds=8)
    assert max(sum(at <= other < at + SECOND for other in left) for at in left) <= 3
    assert here.provider.calls == 10


async def test_what_is_over_the_day_waits_for_the_next_one(here: Place) -> None:
    actions = await ready(here, 27)
    await work(here, actions, workers=2, seconds=20)
    shown = [await here.shown(one) for one in actions]
    held = [one for one in shown if one.status == "scheduled"]
    assert len(held) == 2
    assert {one.reason and one.reason.code for one in held} == {"quota_day"}
    here.now = held[0].due_at or here.now
    assert here.now.day == 3
    await work(here, actions, workers=2, seconds=3)
    assert here.provider.calls == 27


async def test_a_provider_that_asks_to_wait_holds_the_whole_account(here: Place) -> None:
    first, second = await ready(here, 2)

    async def limit() -> None:
        raise NotDone("source_rate_limited", "Too many.", again_after_seconds=300)

    here.provider.before = limit
    assert (await here.run(first)).status == "scheduled"
    here.provider.before = None
    here.later(seconds=5)
    held = await here.run(second)
    assert held.reason is not None
    assert (held.status, held.reason.code, held.attempts) == ("scheduled", "provider_limit", 0)
    assert here.provider.calls == 1
    assert held.due_at is not None
    here.now = held.due_at
    await work(here, [first, second], workers=2, seconds=3)
    assert [(await here.shown(one)).status for one in (first, second)] == ["succeeded", "succeeded"]
    assert len(here.provider.held) == 2


async def test_a_shorter_wait_does_not_end_a_longer_one(here: Place) -> None:
    paces, (action,) = here.paces, await ready(here, 1)
    await paces.block(action.via, here.now + timedelta(minutes=5))
    await paces.block(action.via, here.now + timedelta(minutes=1))
    full = await paces.take(action, Pace(), here.now + timedelta(minutes=2))
    assert full is not None
    assert full.until == here.now + timedelta(minutes=5)
    assert await paces.take(action.model_copy(update={"via": "other"}), Pace(), here.now) is None


async def test_channels_of_one_account_have_a_pace_each(here: Place) -> None:
    paces, (action,) = here.paces, await ready(here, 1)
    pace = Pace(per_second=1, each_place=True)

    def to(channel: str, number: int = 0) -> Action:
        artefact = action.artefact.model_copy(update={"reach": Reach(channels=[channel])})
        return action.model_copy(update={"artefact": artefact, "id": f"{action.id}{number}"})

    assert await paces.take(to("C1"), pace, here.now) is None
    assert await paces.take(to("C2"), pace, here.now) is None
    assert await paces.take(to("C1"), pace, here.now) is None, "two workers that have it get the same moment"
    full = await paces.take(to("C1", 1), pace, here.now)
    assert full is not None
    assert full.until == here.now + SECOND

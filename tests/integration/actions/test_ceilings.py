"""How much leaves in a person's name: what is over a ceiling waits, is told why, and is not lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from backend.access import Caller
from backend.actions.ceilings import Limits
from backend.actions.models import Action
from backend.audit.actors import Actor
from tests.integration.actions.place import Place, place


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path, Limits(per_hour=2, per_day=3, new_domains_per_day=2)) as built:
        yield built


async def many(here: Place, count: int) -> list[Action]:
    found = [await here.approved() for _ in range(count)]
    await here.due(found[0])
    return found


async def statuses(here: Place, actions: list[Action]) -> list[str]:
    return [str((await here.shown(one)).status) for one in actions]


async def until_due(here: Place, action: Action) -> None:
    here.now = (await here.shown(action)).due_at or here.now


async def test_what_is_over_the_hour_waits_for_the_next_and_says_so(here: Place) -> None:
    actions = await many(here, 3)
    for one in actions:
        await here.run(one)
    assert await statuses(here, actions) == ["succeeded", "succeeded", "scheduled"]
    waiting = await here.shown(actions[2])
    assert waiting.reason is not None
    assert (waiting.reason.code, waiting.attempts, waiting.timeline[-1].move) == ("ceiling_hour", 0, "hold")
    assert "waits until 2026-03-02 10:00 UTC" in waiting.reason.message
    view = await here.service.view(here.caller, waiting)
    assert (view.scheduled_at, view.may) == (waiting.due_at, ["cancel"])
    here.later(minutes=30)
    assert (await here.run(actions[2])).status == "scheduled"
    await until_due(here, actions[2])
    done = await here.run(actions[2])
    assert (done.status, done.reason, here.provider.calls) == ("succeeded", None, 3)


async def test_what_is_over_the_day_waits_for_the_next_day(here: Place) -> None:
    for _ in range(3):
        (action,) = await many(here, 1)
        await here.run(action)
        here.later(hours=1)
    (action,) = await many(here, 1)
    held = await here.run(action)
    assert (held.reason and held.reason.code, here.provider.calls) == ("ceiling_day", 3)
    await until_due(here, action)
    assert (here.now.day, (await here.run(action)).status) == (3, "succeeded")


async def test_each_person_has_ceilings_of_their_own(here: Place) -> None:
    for one in await many(here, 3):
        await here.run(one)
    here.caller = Caller.of("ben")
    action = await here.proposed()
    await here.service.approve(here.caller, action.id, action.hash, confirmed=(), actor=_actor("ben"))
    await here.due(action)
    assert (await here.run(action)).status == "succeeded"


async def test_domains_that_nothing_was_sent_to_are_counted_once(here: Place) -> None:
    async def sent(*to: str) -> Action:
        action = await here.approved_to(to)
        await here.due(action)
        return await here.run(action)

    assert (await sent("a@one.example", "b@two.example", "c@three.example")).status == "succeeded"  # one mail, at once
    held = await sent("d@four.example")
    assert held.reason is not None
    assert held.reason.code == "ceiling_domains"
    assert (await sent("e@two.example", "f@example.com")).status == "succeeded"


async def test_two_workers_are_not_both_the_last_one(here: Place) -> None:
    actions = await many(here, 8)
    await asyncio.gather(*(here.queue.run(one.id) for one in actions for _ in range(3)))
    assert here.provider.calls == 2
    assert sorted(await statuses(here, actions)) == ["scheduled"] * 6 + ["succeeded"] * 2


async def test_an_attempt_that_another_worker_began_is_not_counted_twice(here: Place) -> None:
    first, second, third = await many(here, 3)
    await asyncio.gather(*(here.queue.run(first.id) for _ in range(6)))
    await here.run(second)
    assert await statuses(here, [first, second, third]) == ["succeeded", "succeeded", "scheduled"]


async def test_what_is_held_can_be_undone_and_is_not_too_late(here: Place) -> None:
    first, second, third, fourth = await many(here, 4)
    for one in (first, second, third, fourth):
        await here.run(one)
    await here.service.cancel(here.caller, fourth.id, actor=_actor("ada"))
    await until_due(here, third)
    assert (await here.run(third)).status == "succeeded"  # an hour later, and not asked about again


def _actor(name: str) -> Actor:
    return Actor.person(name, f"{name}@example.com")

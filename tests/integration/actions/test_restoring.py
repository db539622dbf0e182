"""A database that is a copy of earlier sends nothing by itself that could have been sent since."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from backend.errors import Conflict
from tests.integration.actions.place import ADA, Place, place


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as built:
        yield built


async def test_a_first_start_restores_nothing(here: Place) -> None:
    assert not await here.presence.is_restored()


@pytest.mark.parametrize(("minutes", "restored"), [(0, False), (9, False), (11, True), (60 * 24, True)])
async def test_what_says_running_of_long_ago_is_a_copy(here: Place, minutes: int, restored: bool) -> None:
    await here.presence.note_alive()
    here.later(minutes=minutes)
    assert await here.presence.is_restored() is restored


async def test_a_server_that_was_stopped_may_be_away_for_long(here: Place) -> None:
    await here.presence.note_alive()
    here.later(seconds=20)
    await here.presence.note_stopped()
    here.later(days=30)
    assert not await here.presence.is_restored()


async def test_one_of_several_that_stops_says_nothing_of_the_others(here: Place) -> None:
    await here.presence.note_stopped()
    here.later(minutes=1)
    await here.presence.note_alive()
    here.later(days=1)
    assert await here.presence.is_restored()


async def test_a_person_can_say_that_it_was_restored(here: Place) -> None:
    await here.presence.note_stopped()
    await here.presence.note_restored()
    assert await here.presence.is_restored()
    await here.presence.note_asked()
    assert not await here.presence.is_restored()


async def test_what_was_approved_asks_a_person_and_warns(here: Place) -> None:
    waiting, action = await here.proposed(), await here.approved()
    await here.service.unscoped_restored()
    await here.service.unscoped_restored()  # two servers start at once
    await here.due(action)
    asked = await here.run(action)
    assert (asked.status, asked.approvals, here.provider.calls) == ("awaiting_approval", [], 0)
    for one in (waiting, asked):
        shown = await here.shown(one)
        assert [warning.code for warning in shown.warnings] == ["restored"]
        with pytest.raises(Conflict, match="confirmation"):
            await here.service.approve(here.caller, one.id, one.hash, confirmed=(), actor=ADA)
        await here.service.approve(here.caller, one.id, one.hash, confirmed=["restored"], actor=ADA)


async def test_each_backup_asks_about_what_was_approved_since_the_one_before(here: Place) -> None:
    scheduled, running = await here.proposed(), await here.proposed()
    await here.service.unscoped_restored()
    for one in (scheduled, running):
        await here.service.approve(here.caller, one.id, one.hash, confirmed=["restored"], actor=ADA)
    await here.due(running)
    await here.claimed(running)
    for _ in range(2):  # two servers start at once
        await here.service.unscoped_restored()
    asked = await here.run(scheduled)
    assert (asked.status, asked.approvals, here.provider.calls) == ("awaiting_approval", [], 0)
    assert [warning.code for warning in asked.warnings] == ["restored"]
    assert (await here.shown(running)).status == "unknown"
    with pytest.raises(Conflict, match="confirmation"):
        await here.service.approve(here.caller, asked.id, asked.hash, confirmed=(), actor=ADA)


async def test_an_edit_does_not_take_the_warning_away(here: Place) -> None:
    action = await here.proposed()
    await here.service.unscoped_restored()
    edited = await here.service.edit(here.caller, action.id, {"text": "x"}, schedule_at=None, actor=ADA)
    assert [warning.code for warning in edited.warnings] == ["restored"]


@pytest.mark.parametrize("sending", [False, True])
async def test_what_was_under_way_is_looked_up_and_never_sent_again(here: Place, sending: bool) -> None:
    action = await here.approved()
    await here.due(action)
    claimed = await here.claimed(action)
    if sending:
        await here.actions.begin_sending(claimed, now=here.now, margin=timedelta(seconds=90), prepared={})
    here.later(hours=1)
    await here.service.unscoped_restored()
    assert (await here.shown(action)).status == "unknown"
    here.provider.held.append((action.id, b"hello"))  # the original installation went on
    here.later(minutes=1)
    found = await here.run(action)
    assert (found.status, here.provider.calls) == ("succeeded", 0)

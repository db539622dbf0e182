"""Carrying out: exactly once or an honest "unknown", wherever a worker stops."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from backend.actions.base import Lost, NotDone
from backend.actions.deciding import MAY_BE_SENT_TWICE
from backend.actions.models import Approval
from backend.actions.queue import MAX_ATTEMPTS
from backend.errors import Conflict, ReauthRequired, SourceRateLimited, SourceRefused, TransientFailure
from tests.integration.actions.place import ADA, Place, place


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as built:
        yield built


async def test_nothing_leaves_before_the_time_to_undo_is_over(here: Place) -> None:
    action = await here.approved()
    here.later(seconds=29)
    assert (await here.run(action)).status == "scheduled"
    here.later(seconds=1)
    done = await here.run(action)
    assert (done.status, here.provider.calls) == ("succeeded", 1)
    assert done.receipt is not None
    assert here.provider.held == [(action.id, b"hello")]


async def test_what_is_to_leave_at_an_hour_waits_for_it(here: Place) -> None:
    hour = here.now.replace(hour=17)
    action = await here.approved(at=hour)
    here.later(hours=7, minutes=59)
    assert (await here.run(action)).status == "scheduled"
    here.later(minutes=1)
    assert (await here.run(action)).status == "succeeded"


async def test_undone_in_time_it_never_leaves(here: Place) -> None:
    action = await here.approved()
    await here.service.cancel(here.caller, action.id, actor=ADA)
    here.later(hours=1)
    assert (await here.run(action)).status == "cancelled"
    assert here.provider.calls == 0


async def test_once_it_is_under_way_it_cannot_be_undone(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def undo() -> None:
        with pytest.raises(Conflict, match="executing"):
            await here.service.cancel(here.caller, action.id, actor=ADA)

    here.provider.before = undo
    assert (await here.run(action)).status == "succeeded"


async def test_whoever_died_before_the_call_is_made_up_for(here: Place) -> None:
    action = await here.approved()
    await here.due(action)
    await here.claimed(action)
    here.later(seconds=121)
    assert (await here.run(action)).status == "scheduled"
    here.later(minutes=5)
    assert (await here.run(action)).status == "succeeded"
    assert here.provider.calls == 1


async def test_whoever_died_during_the_call_leaves_it_unknown_and_it_is_seen_at_the_provider(here: Place) -> None:
    action = await here.approved()
    await here.due(action)
    claimed = await here.claimed(action)
    assert await here.actions.begin_sending(claimed, now=here.now, margin=timedelta(seconds=90), prepared={})
    here.provider.held.append((action.id, b"hello"))
    here.later(seconds=121)
    assert (await here.run(action)).status == "unknown"
    here.later(minutes=1)
    found = await here.run(action)
    assert (found.status, found.receipt and found.receipt.id, here.provider.calls) == ("succeeded", "p-1", 0)


async def test_what_is_not_to_be_seen_stays_unknown_and_is_never_sent_again_by_itself(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def lose() -> None:
        raise Lost("answer_lost", "The line broke.")

    here.provider.after, here.provider.blind = lose, True
    assert (await here.run(action)).status == "unknown"
    for _ in range(40):
        here.later(hours=7)
        assert (await here.run(action)).status == "unknown"
    shown = await here.shown(action)
    assert (here.provider.calls, shown.due_at) == (1, None)


async def test_a_worker_that_slept_past_its_lease_makes_no_call(here: Place) -> None:
    action = await here.approved()
    await here.due(action)
    read = here.blobs.read

    async def sleep_while_reading(digest: str) -> bytes:
        content = await read(digest)
        here.later(seconds=60)
        return content

    here.blobs.read = sleep_while_reading  # type: ignore[method-assign]
    assert (await here.run(action)).status == "executing"
    assert here.provider.calls == 0


async def test_a_worker_that_wakes_after_it_was_given_up_tells_what_it_did(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def sleep() -> None:
        here.later(seconds=200)
        await here.queue.run(action.id)
        assert (await here.shown(action)).status == "unknown"

    here.provider.before = sleep
    done = await here.run(action)
    assert (done.status, here.provider.calls) == ("succeeded", 1)


async def test_what_certainly_did_not_happen_is_tried_again_and_then_given_up(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def refuse() -> None:
        raise NotDone("busy", "Not now.", again_after_seconds=0)

    here.provider.before = refuse
    for _ in range(MAX_ATTEMPTS - 1):
        assert (await here.run(action)).status == "scheduled"
        assert (await here.run(action)).status == "scheduled"  # not before its time
        here.now = (await here.shown(action)).due_at or here.now
    assert (await here.run(action)).status == "failed"
    assert (here.provider.calls, len((await here.shown(action)).past_attempts)) == (MAX_ATTEMPTS, MAX_ATTEMPTS)


async def test_what_is_in_no_table_may_have_happened(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def surprise() -> None:
        raise KeyError("a shape that nobody knew")

    here.provider.after = surprise
    assert (await here.run(action)).status == "unknown"


async def test_bytes_that_are_not_those_that_were_approved_do_not_leave(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def other(digest: str) -> bytes:
        return b"send it to eve"

    here.blobs.read = other  # type: ignore[method-assign]
    failed = await here.run(action)
    assert (failed.status, failed.reason and failed.reason.code, here.provider.calls) == ("failed", "changed", 0)


async def test_what_is_too_late_is_asked_about_again(here: Place) -> None:
    action = await here.approved()
    here.later(hours=2)
    asked = await here.run(action)
    assert (asked.status, asked.approvals, here.provider.calls) == ("awaiting_approval", [], 0)
    again = await here.service.approve(here.caller, action.id, action.hash, confirmed=(), actor=ADA)
    await here.due(again)
    assert (await here.run(action)).status == "succeeded"


async def test_an_objection_at_the_last_moment_asks_again(here: Place) -> None:
    action = await here.approved()
    await here.due(action)
    here.objection = "Mail outside of the house needs a second person now."
    asked = await here.run(action)
    assert (asked.status, asked.timeline[-1].reason, here.provider.calls) == (
        "awaiting_approval",
        here.objection,
        0,
    )


async def test_what_nobody_decided_on_expires_unsent(here: Place) -> None:
    action = await here.proposed()
    here.later(hours=72)
    assert (await here.run(action)).status == "expired"
    with pytest.raises(Conflict, match="expired"):
        await here.service.approve(here.caller, action.id, action.hash, confirmed=(), actor=ADA)


async def test_a_lost_step_between_approval_and_schedule_is_made_up_for(here: Place) -> None:
    action = await here.proposed()
    approval = Approval(user_id="ada", at=here.now, hash=action.hash)
    await here.actions.approve(action.id, approval, actor=ADA, now=here.now)
    assert await here.queue.due() == [action.id]
    assert (await here.run(action)).status == "scheduled"


async def test_one_that_is_unknown_is_repeated_only_with_the_word_that_it_may_be_twice(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def lose() -> None:
        raise Lost("answer_lost", "The line broke.")

    here.provider.before = lose
    await here.run(action)
    with pytest.raises(Conflict) as refused:
        await here.service.retry(here.caller, action.id, confirmed=(), actor=ADA)
    assert refused.value.fields[0].code == MAY_BE_SENT_TWICE
    here.provider.before = None
    await here.service.retry(here.caller, action.id, confirmed=[MAY_BE_SENT_TWICE], actor=ADA)
    here.later(seconds=30)
    assert (await here.run(action)).status == "succeeded"


@pytest.mark.parametrize("confirmed", [[], [MAY_BE_SENT_TWICE]])
async def test_trying_again_is_no_way_around_an_approval(here: Place, confirmed: list[str]) -> None:
    action = await here.proposed()
    with pytest.raises(Conflict, match="awaiting approval"):
        await here.service.retry(here.caller, action.id, confirmed=confirmed, actor=ADA)
    assert ((await here.shown(action)).status, (await here.shown(action)).timeline) == (
        "awaiting_approval",
        action.timeline,
    )


async def test_what_is_prepared_is_stored_before_the_call(here: Place) -> None:
    action = await here.approved()
    await here.due(action)

    async def look() -> None:
        attempt = (await here.shown(action)).attempt
        assert attempt is not None
        assert (attempt.sending, attempt.prepared) == (True, {"draft": f"d-{action.id}"})

    here.provider.before = look
    done = await here.run(action)
    assert (done.status, done.past_attempts[0].prepared, here.provider.closed) == (
        "succeeded",
        {"draft": f"d-{action.id}"},
        1,
    )


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (TransientFailure("Not now."), "scheduled", "source_unavailable"),
        (SourceRateLimited("Wait.", retry_after_seconds=600.0), "scheduled", "source_rate_limited"),
        (ReauthRequired("Allow it again."), "failed", "reauth_required"),
        (SourceRefused("No.", status=400), "failed", "source_refused"),
        (NotDone("draft_changed", "It is not what was approved."), "failed", "draft_changed"),
        (KeyError("a shape that nobody knew"), "scheduled", "internal_error"),
    ],
)
async def test_whatever_fails_before_the_call_has_not_happened(
    here: Place, error: Exception, status: str, code: str
) -> None:
    action = await here.approved()
    await here.due(action)

    async def fail() -> None:
        raise error

    here.provider.preparing = fail
    shown = await here.run(action)
    assert (shown.status, shown.reason and shown.reason.code, here.provider.calls) == (status, code, 0)
    if isinstance(error, SourceRateLimited):
        assert shown.due_at is not None
        assert shown.due_at - here.now >= timedelta(seconds=600)
    assert here.provider.closed == 1


@pytest.mark.parametrize("error", [TransientFailure("Not now."), KeyError("a shape that nobody knew")])
async def test_a_look_that_fails_is_made_again_and_has_an_end(here: Place, error: Exception) -> None:
    action = await here.approved()
    await here.due(action)

    async def lose() -> None:
        raise Lost("answer_lost", "The line broke.")

    async def fail() -> None:
        raise error

    here.provider.after, here.provider.looking = lose, fail
    await here.run(action)
    for _ in range(40):
        here.later(hours=7)
        assert (await here.run(action)).status == "unknown"
    assert (await here.shown(action)).due_at is None

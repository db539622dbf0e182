"""Who may approve: the owner always, and beside them whom the policy asks for."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from backend.access import Caller
from backend.actions.models import Action
from backend.actions.policy import Policy
from backend.audit.actors import Actor
from backend.errors import Conflict, Forbidden, InvalidInput, NotFound
from tests.integration.actions.place import ADA, OVERDUE, UNDO, Place, place

OUT = ["dana@elsewhere.example"]


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as built:
        yield built


def rules(*rules: dict[str, Any]) -> Policy:
    return Policy.model_validate(
        {"rules": [{"id": f"r{number}", "name": f"Rule {number}", **one} for number, one in enumerate(rules)]}
    )


def second(*approvers: str, count: int = 1) -> dict[str, Any]:
    asked = list(approvers) or "administrators"
    return {"when": {"outside": True}, "then": {"effect": "second_person", "approvers": asked, "count": count}}


FORBID = {"when": {"outside": True}, "then": {"effect": "forbid", "reason": "Nothing leaves today."}}
CONFIRM = {"when": {"outside": True}, "then": {"effect": "confirm", "message": "It leaves the house."}}


async def policy(here: Place, *given: dict[str, Any]) -> None:
    await here.policies.replace(rules(*given), version=(await here.policies.now()).version, by="root")


async def approve(here: Place, name: str, action: Action, *confirmed: str) -> Action:
    actor = Actor.person(name, f"{name}@example.com")
    return await here.service.approve(Caller.of(name), action.id, action.hash, confirmed=confirmed, actor=actor)


async def seen(here: Place, name: str, action: Action) -> bool:
    try:
        await here.service.get(Caller.of(name), action.id)
    except NotFound:
        return False
    return True


async def test_two_people_approve_in_either_order(here: Place) -> None:
    await policy(here, second("ben", "cleo"))
    for order in (("ada", "ben"), ("cleo", "ada")):
        action = await here.proposed(to=OUT)
        assert (await approve(here, order[0], action, "repeated")).status == "awaiting_approval"
        assert (await approve(here, order[1], action, "repeated")).status == "scheduled"
        await here.due(action)
        done = await here.run(action)
        assert (done.status, [one.user_id for one in done.approvals]) == ("succeeded", list(order))


async def test_the_owner_is_never_the_second_person(here: Place) -> None:
    await policy(here, second("ada", "ben"))
    action = await here.proposed(to=OUT)
    assert (await approve(here, "ada", action)).status == "awaiting_approval"
    with pytest.raises(Conflict, match="already"):
        await approve(here, "ada", action)
    assert (await here.shown(action)).waits_for == ["ben"]


async def test_each_rule_has_its_own_second_people(here: Place) -> None:
    await policy(here, second("ben"), second("ben", "cleo", "dan", count=2))
    action = await here.proposed(to=OUT)
    for name, status in (("cleo", "awaiting_approval"), ("ada", "awaiting_approval"), ("ben", "scheduled")):
        assert (await approve(here, name, action)).status == status


async def test_only_whom_it_waits_for_and_who_decided_see_it(here: Place) -> None:
    await policy(here, second("ben", "cleo"))
    action = await here.proposed(to=OUT)
    assert [name for name in here.crew.all if await seen(here, name, action)] == ["ada", "ben", "cleo"]
    await approve(here, "ben", action)
    assert [name for name in here.crew.all if await seen(here, name, action)] == ["ada", "ben"]
    plain = await here.proposed(to=["ben@example.com"])
    assert [name for name in here.crew.all if await seen(here, name, plain)] == ["ada"]


async def test_administrators_are_asked_where_the_policy_says_so(here: Place) -> None:
    await policy(here, second())
    action = await here.proposed(to=OUT)
    root = Caller.of("root")
    assert [one.id for one in await here.service.awaiting(root, before=None, limit=5)] == [action.id]
    assert await here.service.count_awaiting(root) == 1
    assert await here.service.count_awaiting(Caller.of("ben")) == 0
    view = await here.service.view(root, action)
    assert (view.may, [one.name for one in view.waiting_for]) == (
        ["approve", "reject", "delegate"],
        ["Ada", "Rita", "Root"],
    )
    await approve(here, "root", action)
    assert await here.service.count_awaiting(root) == 0
    assert await here.service.count_awaiting(here.caller) == 1
    shown = await here.service.view(here.caller, await here.shown(action))
    assert (shown.may, [one.name for one in shown.approvals]) == (["edit", "approve", "reject", "cancel"], ["Root"])


async def test_an_administrator_is_not_their_own_second(here: Place) -> None:
    await policy(here, second())
    here.caller = Caller.of("root")
    action = await here.proposed(to=OUT)
    await approve(here, "root", action)
    assert await here.service.count_awaiting(here.caller) == 0
    assert (await approve(here, "rita", action)).status == "scheduled"


async def test_whoever_proposes_is_told_where_nobody_could_approve(here: Place) -> None:
    await policy(here, second(count=2))
    codes = [one.code for one in (await here.proposed(to=OUT)).warnings]
    here.crew.away.add("rita")
    fewer = [one.code for one in (await here.proposed(to=OUT)).warnings]
    assert (codes, fewer) == ([], ["repeated", "nobody_can_approve"])


async def test_a_second_person_may_reject_and_nothing_else(here: Place) -> None:
    await policy(here, second("ben"))
    ben, actor = Caller.of("ben"), Actor.person("ben", "ben@example.com")
    action = await here.proposed(to=OUT)
    with pytest.raises(Forbidden):
        await here.service.edit(ben, action.id, {"text": "other"}, schedule_at=None, actor=actor)
    with pytest.raises(Forbidden):
        await here.service.cancel(ben, action.id, actor=actor)
    with pytest.raises(Forbidden):
        await here.service.retry(ben, action.id, confirmed=(), actor=actor)
    await here.service.reject(ben, action.id, "Not like this.", actor=actor)
    with pytest.raises(Conflict, match=r"rejected since .* by Ben: Not like this\."):
        await approve(here, "ada", action)
    assert await seen(here, "ben", action)


async def test_an_edit_asks_everybody_again(here: Place) -> None:
    await policy(here, second("ben"))
    action = await here.proposed(to=OUT)
    await approve(here, "ben", action)
    payload = {"text": "other", "recipients": OUT}
    edited = await here.service.edit(here.caller, action.id, payload, schedule_at=None, actor=ADA)
    assert (edited.approvals, edited.waits_for) == ([], ["ada", "ben"])
    with pytest.raises(Conflict, match="changed"):
        await approve(here, "ben", action)
    inside = {"text": "other", "recipients": ["cleo@example.com"]}
    plain = await here.service.edit(here.caller, action.id, inside, schedule_at=None, actor=ADA)
    assert (plain.requires, plain.waits_for) == ([], ["ada"])


async def test_an_approver_hands_on_to_somebody_who_may(here: Place) -> None:
    await policy(here, second("ben", "cleo"))
    action = await here.proposed(to=OUT)
    ben, actor = Caller.of("ben"), Actor.person("ben", "ben@example.com")
    for nobody in ("ada", "dan", "ben", "who"):
        with pytest.raises(InvalidInput):
            await here.service.delegate(ben, action.id, nobody, actor=actor)
    with pytest.raises(Forbidden):
        await here.service.delegate(here.caller, action.id, "root", actor=ADA)
    handed = await here.service.delegate(ben, action.id, "root", actor=actor)
    assert handed.waits_for == ["ada", "cleo", "root"]
    assert (handed.timeline[-1].move, handed.timeline[-1].subject_id) == ("delegate", "root")
    with pytest.raises(Forbidden):
        await approve(here, "ben", action)
    await approve(here, "root", action)
    assert (await approve(here, "ada", action)).status == "scheduled"
    await here.due(action)
    assert (await here.run(action)).status == "succeeded"


async def test_who_is_deactivated_holds_nothing(here: Place) -> None:
    await policy(here, second("ben"))
    action = await here.proposed(to=OUT)
    here.crew.away.add("ben")
    await here.service.stop("ben")
    view = await here.service.view(here.caller, await here.shown(action))
    assert [one.name for one in view.waiting_for] == ["Ada", "Rita", "Root"]
    await approve(here, "rita", action)
    assert (await approve(here, "ada", action)).status == "scheduled"


async def test_an_approval_of_somebody_who_may_not_any_more_does_not_count(here: Place) -> None:
    await policy(here, second("ben"))
    action = await here.proposed(to=OUT)
    await approve(here, "ada", action)
    await approve(here, "ben", action)
    here.crew.away.add("ben")
    await here.due(action)
    asked = await here.run(action)
    assert (asked.status, asked.approvals, here.provider.calls) == ("awaiting_approval", [], 0)


async def test_what_the_policy_forbids_is_not_proposed(here: Place) -> None:
    await policy(here, FORBID)
    with pytest.raises(Forbidden, match=r"Nothing leaves today\. \(rule: Rule 0\)"):
        await here.proposed(to=OUT)
    action = await here.proposed(to=["ben@example.com"])
    payload = {"text": "other", "recipients": OUT}
    with pytest.raises(Forbidden):
        await here.service.edit(here.caller, action.id, payload, schedule_at=None, actor=ADA)
    assert (await here.shown(action)).hash == action.hash


async def test_a_confirmation_of_the_policy_is_asked_of_everybody(here: Place) -> None:
    await policy(here, CONFIRM, second("ben"))
    action = await here.proposed(to=OUT)
    for name in ("ada", "ben"):
        with pytest.raises(Conflict) as refused:
            await approve(here, name, action)
        assert [one.code for one in refused.value.fields] == ["policy:r0"]
        await approve(here, name, action, "policy:r0")
    assert (await here.shown(action)).status == "scheduled"


@pytest.mark.parametrize("tightened", [second("ben"), CONFIRM])
async def test_a_policy_that_was_tightened_asks_again(here: Place, tightened: dict[str, Any]) -> None:
    before = await here.proposed(to=OUT)
    action = await here.approved_to(OUT)
    await policy(here, tightened)
    asked = await here.run(await here.due(action))
    assert (asked.status, asked.approvals, here.provider.calls) == ("awaiting_approval", [], 0)
    assert "policy asks" in (asked.timeline[-1].reason or "")
    for waiting in (before, asked):
        if tightened is CONFIRM:
            with pytest.raises(Conflict, match="confirmation"):
                await approve(here, "ada", waiting)
        else:
            assert (await approve(here, "ada", waiting)).waits_for == ["ben"]


async def test_a_policy_that_forbids_ends_what_was_approved_and_what_waits(here: Place) -> None:
    waiting, action = await here.proposed(to=OUT), await here.approved_to(OUT)
    await policy(here, FORBID)
    with pytest.raises(Conflict, match="Nothing leaves today"):
        await approve(here, "ada", waiting)
    ended = await here.run(await here.due(action))
    assert [one.status for one in (ended, await here.shown(waiting))] == ["cancelled", "cancelled"]
    assert here.provider.calls == 0


async def test_two_administrators_do_not_overwrite_each_other(here: Place) -> None:
    await policy(here, FORBID)
    with pytest.raises(Conflict):
        await here.policies.replace(rules(CONFIRM), version=0, by="rita")
    changed = await here.policies.replace(rules(CONFIRM), version=1, by="rita")
    with pytest.raises(Conflict):
        await here.policies.replace(rules(FORBID), version=1, by="root")
    assert (changed.version, (await here.policies.now()).changed_by) == (2, "rita")


async def test_approvers_are_people_of_here(here: Place) -> None:
    here.crew.away.add("cleo")
    for name in ("who", "cleo"):
        with pytest.raises(InvalidInput) as refused:
            await here.policies.replace(rules(FORBID, second("ben", name)), version=0, by="root")
        assert refused.value.fields[0].field == "rules.1.then.approvers"


async def test_what_has_expired_is_not_approved_although_nobody_noted_it_yet(here: Place) -> None:
    action = await here.proposed()
    here.later(hours=72)
    with pytest.raises(Conflict, match="expired"):
        await approve(here, "ada", action)


@pytest.mark.parametrize("late", [timedelta(minutes=30), timedelta(days=2)])
async def test_a_time_that_has_passed_does_not_become_at_once(here: Place, late: timedelta) -> None:
    await policy(here, second("ben"))
    at = here.now + timedelta(hours=10)
    action = await here.proposed(to=OUT, at=at)
    await approve(here, "ada", action)
    here.now = at + late
    if late <= OVERDUE:  # as late as the server may be itself
        assert (await approve(here, "ben", action)).status == "scheduled"
        return
    with pytest.raises(Conflict, match=r"Its time, 2026-03-02 19:00 UTC, has passed\. Nothing was approved"):
        await approve(here, "ben", action)
    assert [one.user_id for one in (await here.shown(action)).approvals] == ["ada"]
    payload = {"text": "hello", "recipients": OUT}
    now = await here.service.edit(here.caller, action.id, payload, schedule_at=None, actor=ADA)
    await approve(here, "ada", now)
    assert (await approve(here, "ben", now)).status == "scheduled"


async def test_what_a_decision_needs_and_is_gone_ends_it(here: Place) -> None:
    action = await here.proposed()
    here.lack = "'figures.csv' was deleted."
    with pytest.raises(Conflict, match=r"cancelled since .*figures"):
        await approve(here, "ada", action)


async def test_an_account_that_is_disconnected_ends_what_was_to_leave_by_it(here: Place) -> None:
    waiting, action = await here.proposed(), await here.approved()
    await here.service.unscoped_account_gone("smtp")
    assert [(await here.shown(one)).status for one in (waiting, action)] == ["cancelled", "cancelled"]


async def test_a_clock_that_is_set_back_sends_nothing_twice_and_nothing_too_early(here: Place) -> None:
    action = await here.approved()
    here.later(hours=-5)
    assert (await here.run(action)).status == "scheduled"
    here.later(hours=5, seconds=UNDO.total_seconds())

    async def back() -> None:
        here.now -= timedelta(hours=3)
        await here.queue.run(action.id)

    here.provider.before = back
    assert ((await here.run(action)).status, here.provider.calls) == ("succeeded", 1)

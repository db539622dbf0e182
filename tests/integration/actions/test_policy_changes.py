"""What waits for somebody's word goes on waiting for somebody who may give it, whatever the policy is by then."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from backend.access import Caller
from backend.actions.models import Action
from backend.errors import Conflict, InvalidInput
from tests.integration.actions.place import Place, place
from tests.integration.actions.test_approvers import CONFIRM, OUT, approve, policy, second, seen
from tests.integration.actions.test_delegation import hand_on


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as built:
        yield built


async def awaited(here: Place, name: str) -> list[str]:
    return [one.id for one in await here.service.awaiting(Caller.of(name), before=None, limit=9)]


async def sent(here: Place, action: Action) -> bool:
    await here.due(action)
    return (await here.run(action)).status == "succeeded"


async def test_whom_the_policy_names_instead_is_asked(here: Place) -> None:
    await policy(here, second("ben"))
    action = await here.proposed(to=OUT)
    await approve(here, "ada", action)
    mails = len(here.mails)
    await policy(here, second("cleo"))
    assert [await awaited(here, name) for name in ("ada", "ben", "cleo")] == [[], [], [action.id]]
    assert [mail.to for mail in here.mails[mails:]] == ["cleo@example.com"]
    assert not await seen(here, "ben", action)
    with pytest.raises(Conflict, match="already"):
        await approve(here, "ada", action)
    assert (await approve(here, "cleo", action)).status == "scheduled"
    assert await sent(here, action)


async def test_its_owner_completes_what_waits_for_nobody_else_any_more(here: Place) -> None:
    await policy(here, second("ben"))
    action = await here.proposed(to=OUT)
    await approve(here, "ada", action)
    await policy(here)
    assert await awaited(here, "ada") == [action.id]
    assert await here.service.count_awaiting(here.caller) == 1
    view = await here.service.view(here.caller, await here.shown(action))
    assert ([one.name for one in view.waiting_for], "approve" in view.may) == (["Ada"], True)
    done = await approve(here, "ada", action)
    assert (done.status, [one.user_id for one in done.approvals]) == ("scheduled", ["ada"])
    assert await sent(here, action)


async def test_an_approval_counts_for_the_rules_that_hold_by_then(here: Place) -> None:
    await policy(here, CONFIRM, second("ben"))
    action = await here.proposed(to=OUT)
    await approve(here, "ben", action, "policy:r0")
    await policy(here, second("ben", "cleo"))  # with another id
    assert (await here.shown(action)).waits_for == ["ada"]
    await policy(here, second("cleo"))
    assert (await here.shown(action)).waits_for == ["ada", "cleo"]
    await approve(here, "cleo", action)
    assert (await approve(here, "ada", action)).status == "scheduled"
    assert await sent(here, action)


@pytest.mark.parametrize("given", [[second("cleo")], []])
async def test_who_looks_is_shown_what_holds_although_nobody_was_told(here: Place, given: list[dict[str, Any]]) -> None:
    await policy(here, second("ben"))
    action = await here.proposed(to=OUT)
    await approve(here, "ada", action)

    async def nobody() -> None:
        return None

    here.policies.on_changed(nobody)
    await policy(here, *given)
    assert (await here.shown(action)).waits_for == (["cleo"] if given else ["ada"])
    assert (await approve(here, "cleo" if given else "ada", action)).status == "scheduled"


async def test_where_whoever_it_was_handed_on_to_is_gone_the_administrators_are_asked(here: Place) -> None:
    await policy(here, second("ben"))
    action = await here.proposed(to=OUT)
    await hand_on(here, action, by="ben", to="root")
    await approve(here, "ada", action)
    here.crew.away.add("root")
    await here.service.stop("root")
    assert await awaited(here, "rita") == [action.id]
    assert (await approve(here, "rita", action)).status == "scheduled"
    assert await sent(here, action)


async def test_it_is_not_handed_on_so_that_too_few_are_left(here: Place) -> None:
    await policy(here, second("ben", "cleo", count=2))
    action = await here.proposed(to=OUT)
    with pytest.raises(InvalidInput, match="too few"):
        await hand_on(here, action, by="ben", to="cleo")
    assert (await here.shown(action)).waits_for == ["ada", "ben", "cleo"]
    await hand_on(here, action, by="ben", to="rita")
    for name, status in (("ada", "awaiting_approval"), ("rita", "awaiting_approval"), ("cleo", "scheduled")):
        assert (await approve(here, name, action)).status == status
    await policy(here, second("ben", "cleo", "dan", count=2))
    enough = await here.proposed(to=OUT)
    assert (await hand_on(here, enough, by="ben", to="cleo")).waits_for == ["ada", "cleo", "dan"]
    await policy(here, second(count=2))
    administrators = await here.proposed(to=OUT)
    with pytest.raises(InvalidInput, match="too few"):
        await hand_on(here, administrators, by="root", to="rita")

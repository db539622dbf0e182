"""Handing an approval on: to somebody who may give it, and so that it can still be given."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from backend.access import Caller
from backend.actions.models import Action
from backend.audit.actors import Actor
from backend.errors import InvalidInput, NotFound
from tests.integration.actions.place import Place, place
from tests.integration.actions.test_approvers import OUT, approve, policy, second


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as built:
        yield built


async def hand_on(here: Place, action: Action, *, by: str, to: str) -> Action:
    actor = Actor.person(by, f"{by}@example.com")
    return await here.service.delegate(Caller.of(by), action.id, to, actor=actor)


async def test_nobody_becomes_an_approver_of_a_rule_that_does_not_name_them(here: Place) -> None:
    await policy(here, second("ben", "dan"), second("ben", "cleo"))
    action = await here.proposed(to=OUT)
    for name in ("dan", "cleo"):
        with pytest.raises(InvalidInput, match="all that waits for you"):
            await hand_on(here, action, by="ben", to=name)
    await approve(here, "cleo", action)  # what is left for Ben is of the rule that names Dan
    await hand_on(here, action, by="ben", to="dan")
    await approve(here, "dan", action)
    assert (await approve(here, "ada", action)).status == "scheduled"


async def test_whoever_is_no_administrator_any_more_does_not_approve_what_was_handed_on(here: Place) -> None:
    await policy(here, second("ben"))
    before, after = await here.proposed(to=OUT), await here.proposed(to=OUT)
    for action in (before, after):
        await hand_on(here, action, by="ben", to="root")
    await approve(here, "root", after)
    await approve(here, "ada", after)
    here.crew.all["root"] = replace(here.crew.all["root"], is_admin=False)
    with pytest.raises(NotFound):
        await approve(here, "root", before)
    asked = await here.run(await here.due(after))
    assert (asked.status, asked.approvals, here.provider.calls) == ("awaiting_approval", [], 0)

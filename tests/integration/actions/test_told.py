"""What becomes of an action is told to everybody who sees it, and to nobody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from backend.access import Caller
from backend.audit.actors import Actor
from backend.events.base import Reader
from tests.integration.actions.place import ADA, Place, place
from tests.integration.actions.test_approvers import OUT, approve, policy, second


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as built:
        yield built


async def test_whoever_it_waits_for_and_who_decided_is_told(here: Place) -> None:
    await policy(here, second("ben", "cleo"))
    people = ["ada", "ben", "cleo", "dan"]
    readings = {name: await here.service.follow(Caller.of(name), after=None) for name in people}
    action = await here.proposed(to=OUT)
    await approve(here, "ben", action)
    await here.service.cancel(here.caller, action.id, actor=ADA)
    told = {}
    for name, reading in readings.items():
        here.caller = Caller.of(name)
        last = await here.proposed("the last one")
        told[name] = 0
        async for event in reading(Reader()):
            if last.id in event.data:
                break
            told[name] += 1
    assert told == {"ada": 3, "ben": 3, "cleo": 2, "dan": 0}  # cleo: until ben's word was enough


async def test_mails_go_to_whom_it_waits_for_once_for_each_content(here: Place) -> None:
    await policy(here, second("ben", "cleo"))
    action = await here.proposed(to=OUT)
    assert sorted(mail.to for mail in here.mails) == ["ben@example.com", "cleo@example.com"]
    await approve(here, "ada", action)
    assert len(here.mails) == 2
    payload = {"text": "other", "recipients": OUT}
    await here.service.edit(here.caller, action.id, payload, schedule_at=None, actor=ADA)
    assert len(here.mails) == 4
    ben = Actor.person("ben", "ben@example.com")
    await here.service.delegate(Caller.of("ben"), action.id, "rita", actor=ben)
    assert [mail.to for mail in here.mails[4:]] == ["rita@example.com"]
    for number in range(20):
        payload = {"text": f"other {number}", "recipients": OUT}
        await here.service.edit(here.caller, action.id, payload, schedule_at=None, actor=ADA)
    assert max(sum(mail.to == one.to for mail in here.mails) for one in here.mails) == 10


async def test_no_mail_where_an_address_is_not_proven(here: Place) -> None:
    here.crew.all["ben"] = replace(here.crew.all["ben"], address=None)
    await policy(here, second("ben"))
    await here.proposed(to=OUT)
    assert here.mails == []

"""The same once more is recognised, says what the other one is, and has to be confirmed where that has gone out."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.access import Caller
from backend.actions.base import Lost
from backend.actions.ceilings import Limits
from backend.actions.models import Action, Caution
from backend.actions.repetition import REPEATED
from backend.actions.repository import ACTIONS
from backend.errors import Conflict
from tests.integration.actions.place import ADA, Place, place

TO = ("dana@example.com",)
TEXT = "Here is the summary of the launch that you asked for."


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path, Limits()) as built:
        yield built


def repeated(action: Action) -> Caution | None:
    return next((one for one in action.warnings if one.code == REPEATED), None)


async def approve(here: Place, action: Action, *confirmed: str) -> Action:
    return await here.service.approve(here.caller, action.id, action.hash, confirmed=confirmed, actor=ADA)


async def sent(here: Place, action: Action) -> Action:
    return await here.run(await here.due(await approve(here, action)))


async def test_one_that_waits_is_named_and_needs_no_confirmation(here: Place) -> None:
    first = await here.proposed(TEXT, to=TO)
    again = repeated(await here.proposed(TEXT.upper(), to=TO))
    assert again is not None
    assert (again.action_id, again.confirm) == (first.id, False)
    assert again.message == "The same mail to the same people waits for an approval since 2026-03-02 09:00 UTC."
    assert repeated(first) is None
    nearly = repeated(await here.proposed(TEXT.replace("Here is", "This is"), to=TO))
    assert nearly is not None
    assert nearly.message.startswith("Almost the same mail")


async def test_one_that_was_sent_has_to_be_confirmed(here: Place) -> None:
    first = await sent(here, await here.proposed(TEXT, to=TO))
    second = await here.proposed(TEXT, to=TO)
    caution = repeated(second)
    assert caution is not None
    assert caution.confirm
    assert caution.action_id == first.id
    assert "was sent on 2026-03-02 09:00 UTC" in caution.message
    with pytest.raises(Conflict) as refused:
        await approve(here, second)
    assert (refused.value.code, refused.value.fields[0].code) == ("confirmation_needed", REPEATED)
    assert here.provider.calls == 1
    assert (await approve(here, second, REPEATED)).status == "scheduled"


async def test_one_that_may_have_been_sent_has_to_be_confirmed(here: Place) -> None:
    async def lose() -> None:
        raise Lost("answer_lost", "Nobody knows.")

    here.provider.after = lose
    first = await sent(here, await here.proposed(TEXT, to=TO))
    assert first.status == "unknown"
    caution = repeated(await here.proposed(TEXT, to=TO))
    assert caution is not None
    assert caution.confirm
    assert "may have been sent" in caution.message


async def test_what_is_sent_after_the_other_was_proposed_has_to_be_confirmed_too(here: Place) -> None:
    first, second = await here.proposed(TEXT, to=TO), await here.proposed(TEXT, to=TO)
    await approve(here, first)
    shown = repeated(await here.shown(second))
    assert shown is not None
    assert shown.confirm
    assert "was approved, and goes out on" in shown.message
    with pytest.raises(Conflict, match="confirmation"):
        await approve(here, second)


async def test_the_warning_goes_when_the_other_is_withdrawn(here: Place) -> None:
    first, second = await here.proposed(TEXT, to=TO), await here.proposed(TEXT, to=TO)
    await here.service.cancel(here.caller, first.id, actor=ADA)
    shown = await here.shown(second)
    assert (repeated(shown), shown.hash) == (None, second.hash)


async def test_an_edit_is_compared_as_well(here: Place) -> None:
    first = await here.proposed(TEXT, to=TO)
    other = await here.proposed("Something else altogether.", to=TO)
    assert repeated(other) is None
    edited = await here.service.edit(
        here.caller, other.id, {"text": TEXT, "recipients": list(TO)}, schedule_at=None, actor=ADA
    )
    caution = repeated(edited)
    assert caution is not None
    assert caution.action_id == first.id
    back = await here.service.edit(
        here.caller, other.id, {"text": "Yet another one.", "recipients": list(TO)}, schedule_at=None, actor=ADA
    )
    assert repeated(back) is None


async def test_what_was_sent_eight_days_ago_is_no_repetition(here: Place) -> None:
    await sent(here, await here.proposed(TEXT, to=TO))
    here.later(days=6)
    assert repeated(await here.proposed(TEXT, to=TO)) is not None
    here.later(days=2)
    caution = repeated(await here.proposed(TEXT, to=TO))
    assert caution is not None
    assert not caution.confirm, "only the one of six days ago, which nobody decided on"


async def test_other_people_of_the_server_and_other_recipients_are_none(here: Place) -> None:
    await sent(here, await here.proposed(TEXT, to=TO))
    assert repeated(await here.proposed(TEXT, to=("ben@example.com",))) is None
    here.caller = Caller.of("ben")
    assert repeated(await here.proposed(TEXT, to=TO)) is None


async def test_it_is_found_among_ten_thousand_without_looking_at_each(here: Place) -> None:
    first = await here.proposed(TEXT, to=TO)
    records = here.database.collection(ACTIONS)
    record = await records.find_one({"_id": first.id})
    assert record is not None
    likeness = {"likeness": {**record["likeness"], "sketch": [], "reach": "another"}}
    for begin in range(0, 10_000, 1000):
        more = [{**record, **likeness, "_id": f"{number:026d}"} for number in range(begin, begin + 1000)]
        await records.insert_many(more)
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        found = await here.actions.reaching_the_same(
            "ada", first.likeness.reach or "", sent_since=here.now, but="another"
        )
        took.append(time.perf_counter() - begun)
        assert [one.id for one in found] == [first.id]
    assert sorted(took)[len(took) // 2] < 0.2, "to look at ten thousand takes longer"

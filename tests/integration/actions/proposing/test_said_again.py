"""A model that asks for the same again gets the card that is there, and what it prepares is on record."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.actions.proposing.place import Place, mail, place, said_of
from tests.integration.actions.test_email import approve, becomes
from tests.support.openai_server import Called

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place(tmp_path_factory.mktemp("data")) as here:
        await here.holds(("Launch plan", "The launch is on Thursday. Write to press@partner.example."))
        yield here


async def test_the_same_once_more_in_a_conversation_is_the_card_that_is_there(chat: Place) -> None:
    chat.answers(
        mail(["Dana"], text="The launch is on Thursday, at noon."),
        mail(["Dana"], text="the launch is on Thursday,  at noon"),
    )
    [action] = await chat.prepared(await chat.asks("Mail Dana the launch date"))
    chat.answers(mail(["Dana"], text="The launch is on Thursday, at noon!"))
    events = await chat.asks("Did you mail Dana the launch date?", anew=False)
    assert [one["id"] for one in await chat.prepared(events)] == [action["id"]]
    assert said_of(events)["content"].startswith("This mail is here already, and I prepared no second one")


async def test_a_draft_is_not_begun_twice_either(chat: Place) -> None:
    event = Called(
        "prepare_event",
        {"title": "Launch", "when": "Thursday", "duration": "", "attendees": [], "location": "", "description": ""},
    )
    chat.answers(event)
    [draft] = await chat.prepared(await chat.asks("Plan the launch on Thursday or on Friday"))
    assert draft["status"] == "draft"
    [same] = await chat.prepared(await chat.asks("Plan the launch on Thursday", anew=False))
    assert same["id"] == draft["id"]
    chat.answers(Called("prepare_event", {**event.arguments, "when": "Friday"}))
    [other] = await chat.prepared(await chat.asks("And on Friday", anew=False))
    assert other["id"] != draft["id"], "another day is another event"


async def test_somebody_else_or_another_conversation_gets_a_card_of_their_own(chat: Place) -> None:
    chat.answers(mail(["Dana"], text="A word on the budget of the launch."))
    [first] = await chat.prepared(await chat.asks("Mail Dana and zoe@customer.example on the budget"))
    chat.answers(mail(["zoe@customer.example"], text="A word on the budget of the launch."))
    [second] = await chat.prepared(await chat.asks("And zoe@customer.example", anew=False))
    assert first["id"] != second["id"]
    chat.answers(mail(["Dana"], text="A word on the budget of the launch."))
    [third] = await chat.prepared(await chat.asks("Mail Dana on the budget"))
    [caution] = [one for one in third["warnings"] if one["code"] == "repeated"]
    assert (caution["action_id"], caution["confirm"]) == (first["id"], False)


async def test_what_was_sent_is_prepared_anew_with_a_warning_to_confirm(chat: Place) -> None:
    chat.answers(mail(["Dana"], text="The keys are in the drawer."))
    [first] = await chat.prepared(await chat.asks("Mail Dana where the keys are"))
    await approve(chat.ada, first)
    await becomes(chat.ada, first["id"], "succeeded")
    [second] = await chat.prepared(await chat.asks("Mail Dana that once more", anew=False))
    [caution] = [one for one in second["warnings"] if one["code"] == "repeated"]
    assert (caution["action_id"], caution["confirm"]) == (first["id"], True)


async def test_what_the_assistant_prepares_is_on_record_with_its_conversation(chat: Place) -> None:
    chat.answers(mail(["Dana"], text="On record."), mail(["press@partner.example"], text="Begun only."))
    events = await chat.asks("Mail Dana that this is on record")
    proposed, drafted = await chat.prepared(events)
    [first, *_] = await chat.world.events("action.proposed", user_id=chat.ada.id)
    [second, *_] = await chat.world.events("action.drafted", user_id=chat.ada.id)
    where = {"conversation_id": chat.conversation, "message_id": said_of(events)["id"], "kind": "email"}
    assert first.details == {**where, "action_id": proposed["id"]}
    assert second.details == {**where, "action_id": drafted["id"]}
    assert (first.actor_kind, first.actor_id) == ("assistant", chat.ada.id)
    assert proposed["timeline"][0]["actor_kind"] == "assistant"


async def test_a_suggestion_that_is_taken_over_is_on_record(chat: Place) -> None:
    chat.answers(mail(["press@partner.example"], text="The launch is near."))
    [draft] = await chat.prepared(await chat.asks("Mail the press about the launch"))
    payload = {**draft["payload"], "to": [{"address": "press@partner.example"}]}
    answer = await chat.ada.call("PATCH", f"/actions/{draft['id']}", json={"payload": payload})
    assert answer.status_code == 200, answer.text
    [event, *_] = await chat.world.events("action.suggestion_taken", user_id=chat.ada.id)
    assert event.details == {"action_id": draft["id"], "kind": "email", "what": "Taken over: to from 'Launch plan'."}


async def test_what_the_policy_forbids_is_on_record_whoever_asks(chat: Place) -> None:
    admin = await chat.world.sign_in("admin@example.com")
    rule = {
        "id": "rivals", "name": "Rivals", "when": {"domains": ["rival.example"]},
        "then": {"effect": "forbid", "reason": "We do not write to them."},
    }  # fmt: skip
    version = (await admin.call("GET", "/actions/policy")).json()["version"]
    changed = await admin.call("PUT", "/actions/policy", json={"version": version, "policy": {"rules": [rule]}})
    assert changed.status_code == 200, changed.text
    payload = {"to": [{"address": "x@rival.example"}], "subject": "s", "text": "t"}
    assert (await chat.ada.call("POST", "/actions", json={"kind": "email", "payload": payload})).status_code == 403
    [event, *_] = await chat.world.events("action.refused", user_id=chat.ada.id)
    assert (event.outcome, event.actor_kind) == ("refused", "person")
    assert event.details == {"kind": "email", "code": "forbidden_by_policy"}
    chat.answers(mail(["x@rival.example"]))
    said = said_of(await chat.asks("Mail x@rival.example the summary"))
    assert said["actions"] == []
    [event, *_] = await chat.world.events("action.refused", user_id=chat.ada.id)
    assert (event.actor_kind, event.details["conversation_id"]) == ("assistant", chat.conversation)

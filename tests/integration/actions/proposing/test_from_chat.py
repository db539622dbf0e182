"""A model prepares actions: only what the person said is taken over, and every card waits for them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.actions.conftest import proven
from tests.integration.actions.proposing.place import Place, mail, place, said_of
from tests.integration.actions.test_email import approve, becomes
from tests.support.openai_server import Called

pytestmark = pytest.mark.asyncio(loop_scope="module")

_LAUNCH = ("Launch plan", "The launch is on Thursday. The budget is 4,000 euros. Write to press@partner.example.")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place(tmp_path_factory.mktemp("data")) as here:
        await here.holds(_LAUNCH)
        yield here


async def test_a_person_whom_the_question_names_is_found_and_the_card_waits(chat: Place) -> None:
    chat.answers(mail(["Dana"], text="The launch is on Thursday."))
    events = await chat.asks("Mail Dana the launch summary")
    [action] = await chat.prepared(events)
    assert (action["status"], action["payload"]["to"]) == (
        "awaiting_approval",
        [{"name": "Dana Fox", "address": chat.dana.email}],
    )
    assert action["origins"] == {"to": "directory", "subject": "assistant", "text": "assistant"}
    message = said_of(events)
    assert message["actions"] == [action["id"]]
    assert message["content"].startswith("I prepared a mail")
    stored = (await chat.ada.call("GET", f"/conversations/{chat.conversation}/messages")).json()["items"][-1]
    assert (stored["actions"], stored["content"]) == ([action["id"]], message["content"])
    assert not chat.world.mail.to(f"Dana Fox <{chat.dana.email}>", "Launch")
    await approve(chat.ada, action)
    await becomes(chat.ada, action["id"], "succeeded")
    await chat.world.mail.wait_for(f"Dana Fox <{chat.dana.email}>", "Launch")
    assert len(chat.world.mail.to(f"Dana Fox <{chat.dana.email}>", "Launch")) == 1


async def test_an_address_that_the_person_wrote_is_theirs(chat: Place) -> None:
    chat.answers(mail(["zoe@customer.example"]))
    [action] = await chat.prepared(await chat.asks("Send zoe@customer.example the launch summary"))
    assert (action["payload"]["to"], action["origins"]["to"]) == ([{"address": "zoe@customer.example"}], "person")
    assert [one["code"] for one in action["warnings"]] == ["outside"]


async def test_what_was_said_before_in_the_conversation_counts_too(chat: Place) -> None:
    chat.answers("The launch is on Thursday. [1]")
    await chat.asks("When is the launch that Dana prepares?")
    chat.answers(mail(["Dana"]))
    [action] = await chat.prepared(await chat.asks("Mail her that", anew=False))
    assert action["origins"]["to"] == "directory"


async def test_an_address_known_only_from_a_document_is_a_suggestion_and_its_use_is_noted(chat: Place) -> None:
    chat.answers(mail(["press@partner.example"]))
    [draft] = await chat.prepared(await chat.asks("Mail the press about the launch"))
    assert (draft["status"], draft["payload"]["to"], draft["missing"]) == ("draft", [], ["to"])
    [suggestion] = draft["suggestions"]
    assert (suggestion["field"], suggestion["value"], suggestion["origin"], suggestion["title"]) == (
        "to",
        "press@partner.example",
        "document",
        "Launch plan",
    )
    refused = await chat.ada.call("POST", f"/actions/{draft['id']}/approve", json={"hash": draft["hash"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "is_draft")
    payload = {**draft["payload"], "to": [{"address": suggestion["value"]}]}
    taken = (await chat.ada.call("PATCH", f"/actions/{draft['id']}", json={"payload": payload})).json()
    assert (taken["status"], taken["origins"]["to"], taken["suggestions"]) == ("awaiting_approval", "document", [])
    assert taken["timeline"][-1]["reason"] == "Taken over: to from 'Launch plan'."


async def test_a_name_that_fits_two_asks_and_one_that_fits_nobody_stays_empty(chat: Place) -> None:
    for _ in range(2):
        twin = await proven(chat.world)
        await twin.call("PATCH", "/auth/me", json={"name": "Kim Berg"})
    chat.answers(mail(["Kim"]))
    [two] = await chat.prepared(await chat.asks("Mail Kim about the launch"))
    assert (two["status"], two["payload"]["to"], len(two["suggestions"])) == ("draft", [], 2)
    assert {one["origin"] for one in two["suggestions"]} == {"directory"}
    chat.answers(mail(["Nobody"]))
    [none] = await chat.prepared(await chat.asks("Mail Nobody about the launch"))
    assert (none["status"], none["payload"]["to"], none["missing"]) == ("draft", [], ["to"])


async def test_what_the_model_claims_beside_its_cards_is_not_told(chat: Place) -> None:
    chat.answers("I have sent the mail to everybody. ", mail(["Dana"]))
    message = said_of(await chat.asks("Mail Dana about the launch"))
    assert "sent" not in message["content"]
    chat.answers("The launch is on Thursday. [1] I have sent the mail. ", mail(["Dana"]))
    message = said_of(await chat.asks("Mail Dana when the launch is"))
    assert message["content"].startswith("The launch is on Thursday.")
    assert "sent" not in message["content"]
    for citation in message["citations"]:
        said = message["content"][citation["answer_start"] : citation["answer_end"]]
        assert said.startswith("The launch is on Thursday")


async def test_a_question_without_a_source_can_still_be_a_wish_and_nothing_else(chat: Place) -> None:
    await chat.holds()
    chat.answers(mail(["Dana"], text="I am late."))
    [action] = await chat.prepared(await chat.asks("Mail Dana that I am late"))
    assert action["status"] == "awaiting_approval"
    chat.answers("The moon is made of cheese.")
    message = said_of(await chat.asks("What is the moon made of?"))
    assert (message["abstained"], "cheese" in message["content"]) == (True, False)
    await chat.holds(_LAUNCH)


@pytest.mark.parametrize(
    "call",
    [
        Called("prepare_mail", "{"),
        Called("prepare_mail", ""),
        Called("prepare_mail", "[]"),
        Called("prepare_mail", {"to": "Dana"}),
        Called("prepare_mail", {"to": [], "cc": [], "subject": "a", "text": "b", "attachments": [], "bcc": ["x@y.z"]}),
        Called("prepare_mail", {"to": [], "cc": [], "subject": "a" * 301, "text": "b", "attachments": []}),
        Called("approve", {"id": "1"}),
        Called("prepare_event", {"title": "x"}),
        Called("", {}),
    ],
)
async def test_a_call_that_is_none_prepares_nothing(chat: Place, call: Called) -> None:
    chat.answers(call)
    events = await chat.asks("Mail Dana about the launch")
    assert await chat.prepared(events) == []
    assert "othing was" in said_of(events)["content"]


async def test_one_answer_prepares_five_at_the_most(chat: Place) -> None:
    chat.answers(*(mail(["Dana"], subject=f"Mail {number}") for number in range(12)))
    assert len(await chat.prepared(await chat.asks("Mail Dana twelve times about the launch"))) == 5


async def test_the_tools_are_those_of_accounts_that_the_person_has(chat: Place) -> None:
    chat.answers("The launch is on Thursday. [1]")
    chat.model.requests.clear()
    await chat.asks("When is the launch?")
    offered: Any = [request.body.get("tools") for request in chat.model.requests if "messages" in request.body]
    assert [[tool["function"]["name"] for tool in tools] for tools in offered if tools] == [
        ["prepare_mail", "prepare_event"]
    ]
    for tool in offered[-1]:
        schema = tool["function"]["parameters"]
        assert (schema["additionalProperties"], schema["required"]) == (False, sorted(schema["properties"]))


async def test_the_same_answer_written_anew_has_the_same_card_and_never_sends(chat: Place) -> None:
    chat.answers(mail(["Dana"]))
    first = said_of(await chat.asks("Mail Dana about the launch"))
    headers = {"Authorization": f"Bearer {chat.ada.token}"}
    async with chat.ada.http.stream("POST", f"/api/v1/messages/{first['id']}/regenerate", headers=headers) as response:
        assert response.status_code == 200
        await response.aread()
    shown = (await chat.ada.call("GET", f"/conversations/{chat.conversation}/messages")).json()["items"][-1]
    assert shown["actions"] == first["actions"]
    assert "is here already" in shown["content"]
    action = (await chat.ada.call("GET", f"/actions/{first['actions'][0]}")).json()
    assert action["status"] == "awaiting_approval"

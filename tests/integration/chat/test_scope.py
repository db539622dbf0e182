"""Where questions are asked: a conversation's scope, one question's own, and what neither of them tells."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from backend.access import Caller
from backend.conversation.export import conversation_entries
from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed

LEAVE = "How many days of paid leave does every employee have per year?"
FERRY = "Until when is the night ferry to Oban boarded?"
HARBOUR = {"document_ids": ["harbour"]}


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.", title="Leave policy")
        later = datetime(2025, 9, 1, tzinfo=UTC)
        text = "The night ferry to Oban is boarded until nine."
        await rig.add("harbour", text, title="Harbour rules", source="upload", modified_at=later)
        await rig.add("secret", "Every employee has ninety days of paid leave per year.", title="Plan", owner="ben")
        yield rig


@pytest.fixture
async def client(rig: ChatRig) -> AsyncIterator[ChatClient]:
    async with ChatClient(chat_app(rig)) as client:
        yield client


async def begun(client: ChatClient, scope: dict[str, Any] | None) -> str:
    made = await client.http.post("/conversations", json={"title": "Named", "scope": scope})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


@pytest.mark.parametrize(
    ("scope", "right"),
    [
        (None, LEAVE),
        ({"document_ids": ["leave"]}, LEAVE),
        ({"sources": ["demo"]}, LEAVE),
        ({"sources": ["upload"]}, FERRY),
        (HARBOUR, FERRY),
        ({"after": "2025-06-01T00:00:00Z"}, FERRY),
        ({"before": "2025-06-01T00:00:00Z"}, LEAVE),
    ],
)
async def test_questions_keep_to_the_scope_of_their_conversation(
    client: ChatClient, scope: dict[str, Any] | None, right: str
) -> None:
    conversation = await begun(client, scope)
    answers = {question: completed(await client.ask(conversation, question)) for question in (LEAVE, FERRY)}
    assert not answers[right]["abstained"]
    wrong = answers[FERRY if right == LEAVE else LEAVE]
    assert wrong["abstained"] is (scope is not None)
    if scope is not None:
        assert "nowhere else was looked" in wrong["content"]
        assert {name: value for name, value in wrong["scope"].items() if value} == scope
    else:
        assert wrong["scope"] is None


async def test_a_scope_is_shown_changed_and_taken_back(client: ChatClient) -> None:
    conversation = await begun(client, None)
    path = f"/conversations/{conversation}"
    assert (await client.http.get(path)).json()["scope"] is None
    changed = (await client.http.patch(path, json={"scope": HARBOUR})).json()
    assert changed["scope"]["document_ids"] == ["harbour"]
    assert (await client.http.patch(path, json={"title": "Boats"})).json()["scope"] == changed["scope"]
    shown = (await client.http.get(path)).json()
    assert (shown["scope"], shown["title"]) == (changed["scope"], "Boats")
    assert completed(await client.ask(conversation, LEAVE))["abstained"]
    assert (await client.http.patch(path, json={"scope": None})).json()["scope"] is None
    assert not completed(await client.ask(conversation, LEAVE))["abstained"]
    for refused in ({}, {"scope": {"after": "2026-01-01", "before": "2025-01-01"}}, {"scope": {"owner": ["ben"]}}):
        assert (await client.http.patch(path, json=refused)).status_code == 422
    elsewhere = await client.http.patch(path, json={"scope": None}, headers={"X-User": "ben"})
    assert elsewhere.status_code == 404


async def test_a_question_may_bring_its_own_and_ask_in_everything(client: ChatClient) -> None:
    conversation = await begun(client, HARBOUR)
    refused = completed(await client.ask(conversation, LEAVE))
    everywhere = completed(await client.ask(conversation, LEAVE, filters={}))
    assert (refused["abstained"], everywhere["abstained"], everywhere["scope"]) == (True, False, None)
    own = completed(await client.ask(conversation, FERRY, filters={"document_ids": ["leave"]}))
    assert own["abstained"]
    assert completed(await client.ask(conversation, LEAVE))["abstained"]  # the conversation's own still holds
    asked = [item["scope"] for item in await client.messages(conversation) if item["role"] == "user"]
    assert [scope and scope["document_ids"] for scope in asked] == [["harbour"], None, ["leave"], ["harbour"]]


async def test_an_answer_is_written_anew_where_it_was_asked(client: ChatClient) -> None:
    conversation = await begun(client, HARBOUR)
    refused = completed(await client.ask(conversation, LEAVE))
    await client.http.patch(f"/conversations/{conversation}", json={"scope": None})
    async with client.stream("POST", f"/messages/{refused['id']}/regenerate") as stream:
        again = completed([event async for event in stream])
    assert (again["abstained"], again["scope"]) == (True, refused["scope"])


@pytest.mark.parametrize("question", ["What documents do I have?", "What documents do you have about paid leave?"])
async def test_the_catalogue_keeps_to_the_scope(client: ChatClient, question: str) -> None:
    conversation = await begun(client, HARBOUR)
    content = completed(await client.ask(conversation, question))["content"]
    assert "Leave policy" not in content
    assert "Plan" not in content
    assert ("Harbour rules" in content) is (question == "What documents do I have?")


async def test_a_courtesy_is_answered_in_any_scope(client: ChatClient) -> None:
    said = completed(await client.ask(await begun(client, {"document_ids": ["none"]}), "Hello!"))
    assert (said["outcome"], said["abstained"]) == ("reply", False)


@pytest.mark.parametrize(
    "question",
    [
        LEAVE,
        "What documents do I have?",
        "Summarise the plan",
        "What is the difference between the plan and the leave policy?",
        "Plan",
        "How many days of paid leave are there, and when does the ferry leave?",
    ],
)
async def test_what_one_may_not_see_is_no_other_than_what_is_not_there(client: ChatClient, question: str) -> None:
    told = []
    for name in ("secret", "zzz"):
        for scope in ({"document_ids": [name]}, {"connections": [name]}):
            conversation = await begun(client, scope)
            events = await client.ask(conversation, question)
            shown = (await client.http.get(f"/conversations/{conversation}")).json()
            told.append(without_names([[event.data for event in events], shown], name))
    assert told[0] == told[2]
    assert told[1] == told[3]
    assert b"ninety" not in b"".join(told)


def without_names(events: Any, name: str) -> bytes:
    """What was sent, without what differs from one call to the next."""
    data = orjson.dumps(events).replace(name.encode(), b"NAME")
    return re.sub(rb'"(?:[a-z_]*id|created_at|updated_at|answering)":"[^"]*"', b"", data)


async def test_a_scope_is_in_the_export(client: ChatClient, rig: ChatRig) -> None:
    conversation = await begun(client, HARBOUR)
    await client.ask(conversation, LEAVE)

    async def ann() -> Caller:
        return Caller.of("ann")

    [entry] = [entry async for entry in conversation_entries(rig.chat.conversations, ann)]
    kept = orjson.loads(b"".join([part async for part in entry.content]))
    assert kept["scope"]["document_ids"] == ["harbour"]
    assert [message["scope"]["document_ids"] for message in kept["messages"]] == [["harbour"]] * 2

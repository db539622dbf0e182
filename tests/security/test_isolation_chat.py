"""Two people never see each other's conversations, answers, events, citations, or that any of these exist."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed

QUESTION = "How many days of paid leave per year?"


@dataclass(slots=True)
class World:
    rig: ChatRig
    ann: ChatClient
    ben: ChatClient
    conversation: str
    answer: dict[str, Any]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with chat_rig(tmp_path) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.", owner="ann")
        app = chat_app(rig)
        async with ChatClient(app, "ann") as ann, ChatClient(app, "ben") as ben:
            conversation = await ann.conversation(title="Ann's")
            yield World(rig, ann, ben, conversation, completed(await ann.ask(conversation, QUESTION)))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/conversations/{conversation}", None),
        ("GET", "/conversations/{conversation}/messages", None),
        ("PATCH", "/conversations/{conversation}", {"title": "Ben's"}),
        ("DELETE", "/conversations/{conversation}", None),
        ("POST", "/conversations/{conversation}/messages", {"content": "q"}),
        ("GET", "/messages/{answer}/events", None),
        ("POST", "/messages/{answer}/stop", None),
        ("POST", "/messages/{answer}/regenerate", None),
        ("POST", "/messages/{answer}/feedback", {"value": "down"}),
    ],
)
async def test_what_is_anothers_looks_like_what_is_not_there(
    world: World, method: str, path: str, body: dict[str, Any] | None
) -> None:
    def problem(answer: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in answer.items() if key != "request_id"}

    theirs = path.format(conversation=world.conversation, answer=world.answer["id"])
    nobodys = path.format(conversation="0" * 32, answer="0" * 32)
    answers = [await world.ben.http.request(method, url, json=body) for url in (theirs, nobodys)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert problem(answers[0].json()) == problem(answers[1].json())
    untouched = (await world.ann.http.get(f"/conversations/{world.conversation}")).json()
    assert untouched["title"] == "Ann's"
    assert [message["feedback"] for message in untouched["messages"]] == [None, None]
    assert len(untouched["messages"]) == 2


async def test_lists_hold_only_ones_own(world: World) -> None:
    own = await world.ben.conversation()
    assert [item["id"] for item in (await world.ben.http.get("/conversations")).json()["items"]] == [own]


async def test_a_live_answer_cannot_be_watched_by_another(world: World) -> None:
    path = f"/messages/{world.answer['id']}/events"
    assert (await world.ann.http.get(path)).status_code == 200
    assert (await world.ben.http.get(path)).status_code == 404


async def test_anothers_documents_are_neither_quoted_nor_named(world: World) -> None:
    message = completed(await world.ben.ask(await world.ben.conversation(), QUESTION))
    assert message["abstained"] is True
    assert message["passages"] == []
    assert "thirty" not in str(message)


async def test_one_persons_key_does_not_reach_anothers_answer(world: World) -> None:
    keyed = {"Idempotency-Key": "same"}
    world.ann.http.headers.update(keyed)
    world.ben.http.headers.update(keyed)
    ann, ben = await world.ann.conversation(title="A"), await world.ben.conversation(title="B")
    assert ann != ben
    first = completed(await world.ann.ask(ann, QUESTION))
    second = completed(await world.ben.ask(ben, QUESTION))
    assert first["id"] != second["id"]
    assert second["citations"] == []


async def test_passages_disappear_from_old_answers_when_access_is_withdrawn(world: World) -> None:
    from backend.documents.schema import DOCUMENTS

    documents = world.rig.database.collection(DOCUMENTS)
    await documents.update_one({"_id": "leave"}, {"$set": {"access": ["user:ben"]}})
    [_, answer] = await world.ann.messages(world.conversation)
    assert answer["passages"] == []
    assert answer["citations"] == world.answer["citations"], "the words of one's own answer stay"

"""What is shown again of an answer whose sources are gone or closed since: by whichever way it is read."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from backend.access import Caller
from backend.conversation.storage import MESSAGES
from backend.documents.schema import DOCUMENTS
from tests.support.chat import ChatClient, ChatRig, Event, chat_app, chat_rig, completed, text_of
from tests.support.openai_server import OpenAIServer

type Way = Literal["watched", "asked again with the key"]

QUESTION = "How many days of paid leave does every employee have per year?"
LEAVE = "Every employee has thirty days of paid leave per year."


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as rig:
        await rig.add("leave", LEAVE, title="Secret policy")
        yield rig


@pytest.fixture
async def client(rig: ChatRig) -> AsyncIterator[ChatClient]:
    async with ChatClient(chat_app(rig)) as client:
        client.http.headers["Idempotency-Key"] = "once"
        yield client


async def close(rig: ChatRig, document_id: str) -> None:
    """As a connected source does when the person may no longer open the document there."""
    await rig.database.collection(DOCUMENTS).update_one(
        {"_id": document_id}, {"$set": {"access": [], "holder": "connection:c1"}}
    )


async def read_again(client: ChatClient, way: Way, conversation: str, message_id: str) -> list[Event]:
    return await (client.watch(message_id) if way == "watched" else client.ask(conversation, QUESTION))


@pytest.mark.parametrize("restarted", [False, True], ids=["just ended", "from the database"])
@pytest.mark.parametrize("way", ["watched", "asked again with the key"])
async def test_watching_an_old_answer_shows_no_words_of_a_closed_source(
    rig: ChatRig, client: ChatClient, way: Way, restarted: bool
) -> None:
    conversation = await client.conversation()
    answered = completed(await client.ask(conversation, QUESTION))
    assert "thirty" in answered["content"]
    if restarted:
        await rig.restart()
    shown = await read_again(client, way, conversation, answered["id"])
    assert completed(shown) == answered
    await close(rig, "leave")
    events = await read_again(client, way, conversation, answered["id"])
    told = json.dumps([event.data for event in events])
    assert "thirty" not in told
    assert "Secret" not in told
    message = completed(events)
    assert message == (await client.messages(conversation))[-1]
    assert [citation["closed"] for citation in message["citations"]] == [True]
    assert [event.data["citation"] for event in events if event.type == "citation"] == message["citations"]
    assert text_of(events) == message["content"]
    assert len(message["content"]) == len(answered["content"])


async def test_watching_an_answer_that_just_ended_shows_no_passages_of_a_deleted_document(
    rig: ChatRig, client: ChatClient
) -> None:
    conversation = await client.conversation()
    answered = completed(await client.ask(conversation, QUESTION))
    await rig.library.delete(Caller.of("ann"), "leave")
    events = await client.watch(answered["id"])
    assert events[1].data["hits"] == []
    assert completed(events)["passages"] == []
    assert completed(events)["citations"] == answered["citations"]  # what was one's own stays cited


async def test_an_answer_of_a_deleted_conversation_cannot_be_watched(client: ChatClient) -> None:
    conversation = await client.conversation()
    answered = completed(await client.ask(conversation, QUESTION))
    await client.http.delete(f"/conversations/{conversation}")
    assert (await client.http.get(f"/messages/{answered['id']}/events")).status_code == 404


async def test_quotes_without_citations_are_not_shown_once_a_source_is_closed(rig: ChatRig, client: ChatClient) -> None:
    """Of an answer that was cut before its citations were known, nobody knows which words are whose."""
    conversation = await client.conversation()
    answered = completed(await client.ask(conversation, QUESTION))
    await rig.database.collection(MESSAGES).update_one(
        {"_id": answered["id"]}, {"$set": {"citations": [], "status": "interrupted"}}
    )
    assert (await client.messages(conversation))[-1]["content"] == answered["content"]
    await close(rig, "leave")
    assert "thirty" not in json.dumps((await client.messages(conversation))[-1])
    await rig.restart()
    assert "thirty" not in text_of(await client.watch(answered["id"]))


async def test_a_disagreement_with_a_closed_source_is_not_told(rig: ChatRig, client: ChatClient) -> None:
    allowance = "The daily travel allowance for meals is {} euros in every country."
    for year, euros in ((2022, 40), (2024, 55)):
        await rig.add(
            f"travel-{year}",
            allowance.format(euros),
            title=f"Travel policy {year}",
            modified_at=datetime(year, 1, 10, tzinfo=UTC),
        )
    conversation = await client.conversation()
    answered = completed(await client.ask(conversation, "How high is the daily travel allowance for meals?"))
    assert [item["older_title"] for item in answered["disagreements"]] == ["Travel policy 2022"]
    assert "travel-2022" not in {citation["document_id"] for citation in answered["citations"]}
    await close(rig, "travel-2022")
    [_, message] = await client.messages(conversation)
    watched = await client.watch(answered["id"])
    assert message["disagreements"] == []
    # The line that names it is blank, the quote of the open source stands.
    assert "(Travel policy 2022" in answered["content"]
    assert message["content"].rstrip(" …") == allowance.format(55)
    assert len(message["content"]) == len(answered["content"])
    assert message["citations"] == answered["citations"]
    for told in (message, [event.data for event in watched]):
        assert "2022" not in json.dumps(told)


async def test_a_model_is_not_told_what_earlier_answers_quoted_of_a_closed_source(tmp_path: Path) -> None:
    async with OpenAIServer() as model, chat_rig(tmp_path, model) as rig, ChatClient(chat_app(rig)) as client:
        await rig.add("leave", LEAVE)
        await rig.add("notice", "The notice period of every employee is three months.")
        conversation = await client.conversation()
        answered = completed(await client.ask(conversation, QUESTION))
        # Answered by quoting, before there was a model.
        await rig.database.collection(MESSAGES).update_one(
            {"_id": answered["id"]}, {"$set": {"mode": "extractive", "content": LEAVE, "citations": []}}
        )
        await close(rig, "leave")
        rig.shelf.hits = [item for item in rig.shelf.hits if item[1].document_id != "leave"]
        await client.ask(conversation, "What is the notice period of every employee?")
        assert "thirty" not in json.dumps(model.requests[-1].body)

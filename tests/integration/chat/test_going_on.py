"""How an answer goes on: what could be asked next, what a question back offers, and how it was come by."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.documents.models import Section
from backend.documents.schema import DOCUMENTS
from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed

BODIES = {
    "Leave policy": "",
    "Annual leave": "Every employee has thirty days of paid annual leave.",
    "Carry-over": "The carry-over of leave is at most five days and ends on 31 March.",
    "Sick notes": "Sick notes of leave go to the office before ten o'clock.",
}
ROWERS = "The boats are locked up by Dana Kim, phone number 4411."
BAKERS = "The oven is looked after by Dana Roth, phone number 5522."
FILM = "The Long Pier is a drama directed by Ada Verne, with songs of the sea."
ADA = "The director Ada Verne was born in Ghent, as a child of two painters."
QUESTION = "How many days of paid annual leave does every employee have?"


async def _add_leave(rig: ChatRig, document_id: str = "leave", *, owner: str = "ann") -> None:
    text, sections = "", []
    for place, (heading, body) in enumerate(BODIES.items()):
        start = len(text)
        text += f"{'#' * (1 + bool(place))} {heading}\n\n{body}\n\n"
        sections.append(Section(start, len(text), heading, level=1 + bool(place)))
    await rig.add(document_id, text, title="Leave policy", sections=tuple(sections), owner=owner)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as made:
        await _add_leave(made)
        await made.add("rowers", ROWERS, title="Rowers")
        await made.add("bakers", BAKERS, title="Bakers")
        await made.add("film", FILM, title="The Long Pier")
        await made.add("ada", ADA, title="Ada Verne")
        yield made


async def test_what_is_offered_is_answered_kept_and_not_offered_again(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        first = completed(await client.ask(conversation, QUESTION))
        assert first["suggestions"] == [
            "What does “Leave policy” say about “Carry-over”?",
            "What does “Leave policy” say about “Sick notes”?",
        ]
        for place, words in enumerate(("31 March", "ten o'clock")):
            answered = completed(await client.ask(conversation, first["suggestions"][place]))
            assert answered["outcome"] == "answer"
            assert words in answered["content"]
            assert not set(answered["suggestions"]) & set(first["suggestions"][: place + 1])
        await rig.restart()
        assert (await client.messages(conversation))[1] == first


async def test_a_document_that_is_closed_later_is_offered_no_more(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        hello = completed(await client.ask(conversation, "Hello!"))
        asked_back = completed(await client.ask(conversation, "What is the phone number of Dana?"))
        assert len(hello["suggestions"]) == 3
        assert asked_back["choices"] == ["Dana Kim", "Dana Roth"]
        closed = {"$set": {"access": [], "holder": "connection:c1"}}
        for document_id in ("bakers", "ada", "film", "leave"):
            await rig.database.collection(DOCUMENTS).update_one({"_id": document_id}, closed)
        await rig.restart()
        told = await client.messages(conversation)
    assert set(told[1]["suggestions"]) <= {"What does “Rowers” say?"}
    closed_titles = ("Bakers", "Ada Verne", "The Long Pier", "Leave policy")
    assert not any(title in told[1]["content"] for title in closed_titles)
    assert told[3]["choices"] == ["Dana Kim"]


async def test_another_persons_documents_are_never_offered(rig: ChatRig) -> None:
    await _add_leave(rig, "theirs", owner="ben")
    async with ChatClient(chat_app(rig), user="ben") as client:
        conversation = await client.conversation()
        hello = completed(await client.ask(conversation, "Hello!"))
        answered = completed(await client.ask(conversation, "Who looks after the oven of Dana?"))
    assert hello["suggestions"] == ["What does “Leave policy” say?"]
    assert "Bakers" not in str(answered)
    assert answered["choices"] == []


async def test_a_choice_that_is_sent_is_answered(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        asked_back = completed(await client.ask(conversation, "What is the phone number of Dana?"))
        chosen = completed(await client.ask(conversation, asked_back["choices"][1]))
    assert "5522" in chosen["content"]
    assert [step["text"] for step in chosen["steps"]] == ["What is the phone number of Dana Roth?"]
    assert chosen["steps"][0]["found"][0] == {"document_id": "bakers", "title": "Bakers"}


async def test_the_steps_of_a_second_look_are_told_kept_and_go_with_their_documents(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        question = "Where was the director of The Long Pier born?"
        answered = completed(await client.ask(conversation, question))
        assert "Ghent" in answered["content"]
        assert [step["text"] for step in answered["steps"]] == [question, "Ada Verne"]
        assert answered["steps"][1]["found"] == [{"document_id": "ada", "title": "Ada Verne"}]
        await rig.restart()
        assert (await client.messages(conversation))[1] == answered
        closed = {"$set": {"access": [], "holder": "connection:c1"}}
        await rig.database.collection(DOCUMENTS).update_one({"_id": "ada"}, closed)
        assert (await client.messages(conversation))[1]["steps"] == []

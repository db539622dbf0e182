"""What is said to the assistant is answered by it, and can be looked up in the documents all the same."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed
from tests.support.openai_server import OpenAIServer

LEAVE = "Every employee has thirty days of paid leave per year.\n\nThe notice period is three months for everyone."


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as made:
        await made.add("leave", LEAVE, title="Leave policy")
        yield made


@pytest.mark.parametrize(
    ("said", "intent", "outcome", "holds"),
    [
        ("Hello!", "greeting", "reply", "Leave policy"),
        ("thanks a lot", "thanks", "reply", "welcome"),
        ("What can you do?", "help", "reply", "Leave policy"),
        ("Wer bist du?", "product", "reply", "BibliosAI"),
        ("What do you know?", "documents", "catalogue", "[Leave policy](/documents/"),
        ("what have you got about leave", "documents", "catalogue", "1 document has something about “leave”"),
        ("How many days of paid leave does every employee have?", "passages", "answer", "thirty days"),
        ("Who won the chess cup of Lisbon in 1987?", "passages", "abstain", "your library"),
    ],
)
async def test_each_message_gets_the_kind_of_answer_that_it_asks_for(
    rig: ChatRig, said: str, intent: str, outcome: str, holds: str
) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        message = completed(await client.ask(conversation, said))
        assert (message["intent"], message["outcome"]) == (intent, outcome)
        assert message["abstained"] is (outcome == "abstain")
        assert holds in message["content"]
        await rig.restart()
        assert (await client.messages(conversation))[1] == message


async def test_what_was_taken_for_something_else_is_looked_up_when_asked_to(rig: ChatRig) -> None:
    await rig.add("help", "Help: dial 110 from any phone of the house. Ask for the porter.", title="Help")
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        taken = completed(await client.ask(conversation, "help"))
        assert taken["intent"] == "help"
        async with client.stream("POST", f"/messages/{taken['id']}/regenerate", json={"look_up": "passages"}) as events:
            looked_up = completed([event async for event in events])
    assert looked_up["intent"] == "passages"
    assert looked_up["passages"]


async def test_all_of_a_kind_are_listed_by_their_titles(rig: ChatRig) -> None:
    for name in ("flood", "crane"):
        await rig.add(name, f"The {name} was mended.", title=f"Postmortem: {name}")
    async with ChatClient(chat_app(rig)) as client:
        message = completed(await client.ask(await client.conversation(), "list all the postmortems please"))
        other = completed(await client.ask(await client.conversation(), "list all the days of paid leave please"))
    assert (message["outcome"], message["content"].count("](/documents/")) == ("catalogue", 2)
    assert other["intent"] == "passages"


async def test_a_question_after_thanks_goes_on_from_the_one_before(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        await client.ask(conversation, "How many days of paid leave does every employee have?")
        await client.ask(conversation, "ok thanks")
        events = await client.ask(conversation, "and what about the notice period?")
    (retrieval,) = [event for event in events if event.type == "retrieval.completed"]
    assert "leave" in retrieval.data["query"]


async def test_a_greeting_before_a_question_is_not_searched(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        events = await client.ask(await client.conversation(), "Hi there! What is the notice period? Thanks!")
    (retrieval,) = [event for event in events if event.type == "retrieval.completed"]
    assert retrieval.data["query"] == "What is the notice period?"


async def test_a_model_is_not_asked_for_a_greeting(tmp_path: Path) -> None:
    async with OpenAIServer() as model, chat_rig(tmp_path, model) as made:
        await made.add("leave", LEAVE, title="Leave policy")
        async with ChatClient(chat_app(made)) as client:
            message = completed(await client.ask(await client.conversation(), "Hello"))
    assert message["outcome"] == "reply"
    assert model.requests == []


async def test_a_refusal_says_what_could_not_be_looked_into(rig: ChatRig) -> None:
    question = "Who won the chess cup of Lisbon in 1987?"
    async with ChatClient(chat_app(rig)) as client:
        whole = completed(await client.ask(await client.conversation(), question))
        assert whole["coverage"] == {"indexed": 1, "reading": 0, "failed": 0, "late": []}
        await rig.add("scan", "", title="Scan", status="failed")
        conversation = await client.conversation()
        partly = completed(await client.ask(conversation, question))
        await rig.restart()
        assert (await client.messages(conversation))[1] == partly
    assert partly["abstained"]
    assert partly["coverage"] == {"indexed": 1, "reading": 0, "failed": 1, "late": []}
    assert "so far" in partly["content"]

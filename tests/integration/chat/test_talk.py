"""A talk over several messages: asking back and the choice, two questions at once, follow-ups, without a model."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed

ROWERS = "The boats are locked up by Dana Kim, phone number 4411."
BAKERS = "The oven is looked after by Dana Roth, phone number 5522."
CAMP = "The summer camp starts on 3 July.\n\nThe fee of the summer camp is 240 euros."


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as made:
        await made.add("rowers", ROWERS, title="Rowers")
        await made.add("bakers", BAKERS, title="Bakers")
        await made.add("camp", CAMP, title="Camp")
        yield made


async def test_it_is_asked_which_is_meant_and_the_choice_is_answered(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        asked_back = completed(await client.ask(conversation, "What is the phone number of Dana?"))
        assert asked_back["outcome"] == "ask_back"
        assert asked_back["content"] == "Which Dana do you mean?\n\n- Dana Kim\n- Dana Roth"
        assert [one["quote"] for one in asked_back["citations"]] == ["Dana Kim", "Dana Roth"]
        chosen = completed(await client.ask(conversation, "the second"))
        assert (chosen["outcome"], "5522" in chosen["content"]) == ("answer", True)
        assert "4411" not in chosen["content"].split("\n\n")[0]
        await rig.restart()
        assert [one["outcome"] for one in await client.messages(conversation)][1::2] == ["ask_back", "answer"]


async def test_two_questions_get_two_answers_and_what_is_missing_is_said(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        both = completed(await client.ask(conversation, "When does the summer camp start and what is the fee of it?"))
        half = completed(await client.ask(conversation, "When does the summer camp start? Who mends bicycles?"))
    assert both["outcome"] == "answer"
    assert both["content"].startswith("**When does the summer camp start?**\n\nThe summer camp starts on 3 July.")
    assert "240 euros" in both["content"].split("**What is the fee of it?**")[1]
    assert half["outcome"] == "partial"
    assert half["content"].endswith("To “Who mends bicycles?”: nothing in your documents answers this.")
    assert not half["abstained"]


async def test_within_a_talk_it_is_what_was_talked_about(rig: ChatRig) -> None:
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        await client.ask(conversation, "When does the summer camp start?")
        events = await client.ask(conversation, "what is it?")
    (retrieval,) = [event for event in events if event.type == "retrieval.completed"]
    assert "summer camp" in retrieval.data["query"]

"""What a model writes otherwise than its source, or without one, is shown as that, at once and later."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed
from tests.support.openai_server import Chat, OpenAIServer

LEAVE = "Every employee has thirty days of paid leave per year.\n\nPaid leave is not transferable to the next year."


@pytest.fixture
async def model() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def generating(tmp_path: Path, model: OpenAIServer) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path, model) as rig:
        await rig.add("leave", LEAVE, title="Leave policy")
        yield rig


async def test_a_contradicted_sentence_is_shown_as_such(generating: ChatRig, model: OpenAIServer) -> None:
    model.script(
        Chat(
            (
                "Every employee has forty days of paid leave per year [1]. ",
                "Paid leave is transferable to the next year [1].",
            )
        )
    )
    async with ChatClient(chat_app(generating)) as client:
        conversation = await client.conversation()
        message = completed(await client.ask(conversation, "How many days of paid leave are there?"))
        (_, stored) = await client.messages(conversation)
    first, second = message["citations"]
    assert (first["support"], first["flags"]) == ("contradicted", ["forty days ≠ thirty days"])
    assert (second["support"], second["flags"]) == ("contradicted", ["transferable ≠ not transferable"])
    assert stored["citations"] == message["citations"]


async def test_a_sentence_without_a_source_is_counted(generating: ChatRig, model: OpenAIServer) -> None:
    invented = "Elephants never forget the friends of their youth."
    model.script(
        Chat(("Here is what I found:\n\n", "Every employee has thirty days of paid leave per year [1]. ", invented))
    )
    async with ChatClient(chat_app(generating)) as client:
        conversation = await client.conversation()
        message = completed(await client.ask(conversation, "How many days of paid leave are there?"))
        (_, stored) = await client.messages(conversation)
    (stretch,) = message["unsupported"]
    assert message["content"][stretch["start"] : stretch["end"]] == invented
    assert [citation["support"] for citation in message["citations"]] == ["matched"]
    assert stored["unsupported"] == message["unsupported"]

"""Models that differ from OpenAI's description, from the question to the stored answer and the conversation's title."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed, serve_chat, text_of
from tests.support.openai_server import Chat, Cut, Delta, OpenAIServer, Status
from tests.support.waiting import until

LEAVE = "Every employee has thirty days of paid leave per year.\n\nThe notice period is three months for everyone."
QUESTION = "How many days of paid leave are there?"
THOUGHT = "They ask for leave. Every employee has thirty days of paid leave per year, says passage 1."
ANSWER = "Every employee has thirty days of paid leave per year."


@pytest.fixture
async def model() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def rig(tmp_path: Path, model: OpenAIServer) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path, model) as built:
        await built.add("leave", LEAVE, title="Leave policy")
        yield built


async def _title(http: httpx.AsyncClient, conversation: str) -> str:
    return str((await http.get(f"/conversations/{conversation}")).json()["title"])


DRESSED: dict[str, tuple[str | Delta, ...]] = {
    "tags": ("<thi", f"nk>\n{THOUGHT}", "</think>\n\n", ANSWER, " [1]"),
    "no opening tag": (f"Okay, so. {THOUGHT}", "\n</th", "ink>\n\n", ANSWER, " [1]"),
    "brackets": ("[THINK]", THOUGHT, "[/THINK]", ANSWER, " [1]"),
    "harmony": (
        "<|channel|>", "analysis", "<|message|>", THOUGHT, "<|end|>", "<|start|>", "assistant", "<|channel|>", "final",
        "<|message|>", ANSWER, " [1]", "<|return|>",
    ),
    "a field": (Delta({"reasoning_content": THOUGHT}), Delta({"reasoning": THOUGHT}), ANSWER, " [1]"),
    "parts": (
        Delta({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]}),
        ANSWER,
        " [1]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("dress", DRESSED)
async def test_reasoning_reaches_neither_answer_nor_citation_nor_title(
    rig: ChatRig, model: OpenAIServer, dress: str
) -> None:
    def answer(messages: list[dict[str, Any]]) -> tuple[str | Delta, ...]:
        titled = "title" in str(messages[0]["content"])
        return tuple(
            piece.replace(ANSWER, "Paid leave").replace(" [1]", "") if titled and isinstance(piece, str) else piece
            for piece in DRESSED[dress]
        )

    model.answer = answer
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation(title=None)
        events = await client.ask(conversation, QUESTION)
        message = completed(events)
        assert text_of(events) == message["content"] == ANSWER
        assert [citation["quote"] for citation in message["citations"]] == [ANSWER]
        await rig.chat.stop()
        assert await _title(client.http, conversation) == "Paid leave"
        assert [item["content"] for item in await client.messages(conversation)] == [QUESTION, ANSWER]


async def test_reasoning_that_was_shown_before_its_end_was_known_does_not_stand(
    rig: ChatRig, model: OpenAIServer
) -> None:
    pieces = (f"{THOUGHT}\n", "</think>\n\n", ANSWER, " [1]")
    model.script(Chat(pieces), Chat(pieces))
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        events = await client.ask(conversation, QUESTION)
        message = completed(events)
        assert message["content"] == ANSWER
        [citation] = message["citations"]
        assert message["content"][citation["answer_start"] : citation["answer_end"]] == ANSWER
        assert THOUGHT in text_of(events), "until the closing tag nothing told that this was no answer"
        again = await client.ask(conversation, QUESTION)
        assert text_of(again) == completed(again)["content"] == ANSWER, "now it is known of this model"
        assert [item["content"] for item in await client.messages(conversation)] == [QUESTION, ANSWER] * 2


async def test_an_answer_that_is_cut_after_reasoning_keeps_what_stands(rig: ChatRig, model: OpenAIServer) -> None:
    model.answer = lambda _: [f"{THOUGHT}\n", "</think>\n\n", "Every employee", " has"]
    model.script(Cut(pieces=3))
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        events = await client.ask(conversation, QUESTION)
        assert events[-1].type == "error"
        [_, kept] = await client.messages(conversation)
        assert (kept["status"], kept["content"]) == ("interrupted", "Every employee")


async def test_stopping_keeps_what_stands(rig: ChatRig, model: OpenAIServer) -> None:
    model.answer = lambda _: [f"{THOUGHT}\n", "</think>\n\n", "Every employee", *[" has"] * 10_000]
    model.token_seconds = 0.02
    async with serve_chat(rig) as address, ChatClient(address) as client:
        conversation = await client.conversation()
        body = {"content": QUESTION}
        async with client.stream("POST", f"/conversations/{conversation}/messages", json=body) as events:
            message_id = ""
            shown = ""
            async for event in events:
                message_id = event.data.get("message_id", message_id)
                shown += event.data.get("text", "")
                if "Every employee" in shown.removeprefix(THOUGHT):
                    break
            stopped = await client.http.post(f"/messages/{message_id}/stop")
            assert stopped.json()["status"] == "stopped"
            assert stopped.json()["content"].startswith("Every employee")
            assert [event.type async for event in events][-1] == "message.completed"
        await until(lambda: model.left == 1)


async def test_reasoning_is_not_what_is_searched_for(rig: ChatRig, model: OpenAIServer) -> None:
    def answer(messages: list[dict[str, Any]]) -> list[str]:
        if "standalone question" in str(messages[0]["content"]):
            return ["<think>\n", f"{THOUGHT}\n", "</think>\n\n", "How long is the notice period?"]
        return [ANSWER]

    model.answer = answer
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        await client.ask(conversation, QUESTION)
        await client.ask(conversation, "And the notice period?")
    assert rig.shelf.queries[-1] == "How long is the notice period?"


async def test_a_prompt_that_is_too_long_is_shortened_once_and_from_then_on(rig: ChatRig, model: OpenAIServer) -> None:
    for number in range(6):
        await rig.add(f"more{number}", f"Leave rule {number} for days of paid leave. " + "It says so at length. " * 60)

    def refuses(body: dict[str, Any]) -> Status | None:
        words = {"object": "error", "message": "This model's maximum context length is 2048 tokens.", "code": 400}
        return Status(400, body=words) if len(json.dumps(body["messages"])) > 6000 else None

    model.refuses = refuses
    model.answer = lambda _: [ANSWER, " [1]"]
    async with ChatClient(chat_app(rig)) as client:
        conversation = await client.conversation()
        assert completed(await client.ask(conversation, QUESTION))["content"] == ANSWER
        assert len(model.requests) == 2
        assert completed(await client.ask(conversation, QUESTION))["content"] == ANSWER
        assert len(model.requests) == 3
        model.refuses = lambda _: Status(400, body="the request exceeds the available context size")
        failed = await client.ask(conversation, QUESTION)
        assert len(model.requests) == 5
    assert (failed[-1].type, failed[-1].data["code"]) == ("error", "upstream_rejected")
    assert "longer than the context" in failed[-1].data["message"]


async def test_an_administrator_is_told_which_setting_to_change(rig: ChatRig, model: OpenAIServer) -> None:
    model.refuses = lambda _: Status(400, body={"error": "n_keep (15028) >= n_ctx (7424)"})
    async with ChatClient(chat_app(rig)) as client:
        client.http.headers["X-Role"] = "admin"
        failed = await client.ask(await client.conversation(), QUESTION)
    assert "BIBLIOS_LLM_CONTEXT_TOKENS" in failed[-1].data["hint"]
    assert "7424" in failed[-1].data["hint"]


async def test_reasoning_that_used_up_the_answer_says_so(rig: ChatRig, model: OpenAIServer) -> None:
    model.script(Chat((f"<think>{THOUGHT}",), finish_reason="length"))
    async with ChatClient(chat_app(rig)) as client:
        failed = await client.ask(await client.conversation(), QUESTION)
    assert failed[-1].type == "error"
    assert "output tokens" in failed[-1].data["message"]

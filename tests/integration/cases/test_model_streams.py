"""How models dress and end their answers: the reader sees the answer, whole, or is told that it is not whole."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from backend.client import BibliosClient
from tests.integration.cases.model_place import (
    ANSWER,
    QUESTION,
    THOUGHT,
    Place,
    answer_of,
    asked,
    chunk,
    conversation,
    events,
    is_rewriting,
    place_in,
    stream,
)
from tests.support.openai_server import Body, Chat, Delta, Messages, Step, echo_answer
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = ("Guests ", "moor at ", "berth 27.", " [1]")
PIECES = tuple(chunk({"content": word}) for word in WORDS)
END = chunk({}, "stop")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place_in(tmp_path_factory.mktemp("data")) as here:
        yield here


@pytest_asyncio.fixture(loop_scope="module")
async def place(running: Place) -> Place:
    """The model as it was before any test."""
    running.model.answer = echo_answer
    running.model.token_seconds = 0
    return running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def administrator(running: Place) -> AsyncIterator[BibliosClient]:
    """The first account, in whatever order the tests run."""
    async with running.app.signed_in("administrator") as first:
        yield first


@pytest_asyncio.fixture(loop_scope="module")
async def client(
    place: Place, administrator: BibliosClient, request: pytest.FixtureRequest
) -> AsyncIterator[BibliosClient]:
    async with place.guest(f"u{abs(hash(request.node.name))}") as guest:
        yield guest


def in_one_body(content: object) -> Body:
    """An answer that is no stream."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return Body(json.dumps({"id": "c", "object": "chat.completion", "model": "m", "choices": [choice]}).encode())


_THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}
WHOLE: dict[str, Step] = {
    "its content is a list of parts, some of them thoughts": Chat(
        (
            Delta({"content": [_THINKING]}),
            Delta({"content": [{"type": "text", "text": "Guests moor "}]}),
            "at berth 27. [1]",
        )
    ),
    "its content is a list of parts, and it is no stream": in_one_body(
        [_THINKING, {"type": "text", "text": "Guests moor at "}, {"type": "text", "text": "berth 27. [1]"}]
    ),
    "no [DONE] follows its end": stream(events(*PIECES, END)),
    "no [DONE] follows its end, which carries the last word and the usage": stream(
        ": keep-alive\n\n".replace("\n", "\r\n")
        + events(
            *PIECES[:-1],
            json.dumps(
                json.loads(chunk({"content": WORDS[-1]}, "eos"))
                | {"usage": {"prompt_tokens": 80, "completion_tokens": 6, "total_tokens": 86}}
            ),
        ).replace("\n", "\r\n")
    ),
    "its thoughts come in fields of their own": Chat(
        (
            Delta({"reasoning": THOUGHT, "content": ""}),
            Delta({"reasoning_content": THOUGHT, "content": None}),
            *WORDS,
        )
    ),
    "its thoughts come in a list of details beside the words": Chat(
        (
            Delta({"reasoning_details": [{"type": "reasoning.text", "text": THOUGHT}], "content": ""}),
            Delta({"thinking": THOUGHT, "reasoning_details": [], "content": WORDS[0]}),
            *WORDS[1:],
        )
    ),
}


@pytest.mark.parametrize("how", WHOLE)
async def test_the_answer_stands_alone_where(place: Place, client: BibliosClient, how: str) -> None:
    place.model.script(WHOLE[how])
    seen = await asked(client)
    assert answer_of(seen) == ANSWER
    assert "".join(event["text"] for event in seen if event["type"] == "token") == ANSWER
    assert [one["quote"][:27] for one in seen[-1]["message"]["citations"]] == ["Guests moor at berth 27, wh"]


_FAILED = {"message": "CUDA out of memory", "type": "InternalServerError", "code": 500}
BROKEN = {
    "an error in place of an event": events(*PIECES[:2], json.dumps({"object": "error", "param": None} | _FAILED)),
    "a line of an error that is no event": events(*PIECES[:2]) + f"error: {json.dumps(_FAILED)}\n\n",
}


@pytest.mark.parametrize("how", BROKEN)
async def test_an_answer_that_breaks_off_is_not_shown_as_whole_after(
    place: Place, client: BibliosClient, how: str
) -> None:
    place.model.script(stream(BROKEN[how]))
    within = await conversation(client)
    seen = await asked(client, within=within)
    assert seen[-1]["type"] == "error"
    kept = (await client.get(f"/conversations/{within}/messages"))["items"]
    assert [one["status"] for one in kept[1:]] == ["interrupted"]


REWRITTEN = "What does a night at berth 27 cost?"
DRESSED = {
    "tags": ("<think>\n", f"{THOUGHT}\n", "</think>\n\n", REWRITTEN),
    "channels": (
        "<|channel|>", "analysis", "<|message|>", THOUGHT, "<|end|>", "<|start|>", "assistant", "<|channel|>", "final",
        "<|message|>", REWRITTEN, "<|return|>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("dress", DRESSED)
async def test_a_follow_up_is_searched_for_without_the_thoughts_about_it(
    place: Place, client: BibliosClient, dress: str
) -> None:
    def answer(messages: Messages) -> tuple[str, ...]:
        return DRESSED[dress] if is_rewriting(messages) else WORDS

    place.model.answer = answer
    within = await conversation(client)
    await asked(client, within=within)
    seen = await asked(client, "And what does it cost?", within=within)
    assert [event["query"] for event in seen if event["type"] == "retrieval.completed"] == [REWRITTEN]
    assert answer_of(seen) == ANSWER


SLOW: dict[str, tuple[str | Delta, ...]] = {
    "in the middle of its words": (*WORDS[:2], *(["and "] * 20_000)),
    "while it is still thinking": tuple(Delta({"reasoning_content": "so "}) for _ in range(20_000)),
}


@pytest.mark.parametrize("when", SLOW)
async def test_an_answer_can_be_stopped_and_the_next_question_is_answered(
    place: Place, client: BibliosClient, when: str
) -> None:
    place.model.answer = lambda _: SLOW[when]
    place.model.token_seconds = 0.02
    requests, left = len(place.model.requests), place.model.left
    within = await conversation(client)
    has_words = isinstance(SLOW[when][0], str)
    seen, stopped = [], False
    async for event in client.ask(QUESTION, conversation_id=within):
        seen.append(event)
        if not stopped and event["type"] == ("token" if has_words else "retrieval.completed"):
            await until(lambda: len(place.model.requests) > requests)
            await client.post(f"/messages/{seen[0]['message_id']}/stop")
            stopped = True
    assert seen[-1]["type"] == "message.completed"
    assert seen[-1]["message"]["status"] == "stopped"
    content = seen[-1]["message"]["content"]
    assert content.startswith("Guests") if has_words else content == ""
    await until(lambda: place.model.left > left)
    place.model.token_seconds = 0
    place.model.answer = lambda messages: [QUESTION] if is_rewriting(messages) else WORDS
    assert answer_of(await asked(client, within=within)) == ANSWER
    kept = (await client.get(f"/conversations/{within}/messages"))["items"]
    assert [one["role"] for one in kept] == ["user", "assistant"] * 2

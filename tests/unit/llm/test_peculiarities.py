"""Servers that differ from OpenAI's description, through the real SDK."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from backend.errors import UpstreamError, UpstreamMalformed, UpstreamRateLimited, UpstreamRejected, UpstreamTransient
from backend.llm.base import ChatTurn, Finish, Tool, ToolCall, Withdrawn
from backend.llm.openai import OpenAIChatModel
from backend.llm.reasoning import only_answer
from backend.settings import LlmSettings
from tests.support.openai_server import Body, Called, Chat, Delta, OpenAIServer, Status
from tests.support.waiting import until

TURNS = [ChatTurn("system", "Answer briefly."), ChatTurn("user", "What is the fee?")]
TOOL = Tool("note", "Notes it.", {"type": "object", "properties": {}, "required": [], "additionalProperties": False})
THOUGHT = "They ask for the fee; passage 2 has it."


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer(answer=lambda _: ["Forty", " crowns."]) as running:
        yield running


@pytest.fixture
async def model(server: OpenAIServer) -> AsyncIterator[OpenAIChatModel]:
    made = model_for(server)
    yield made
    await made.close()


def model_for(server: OpenAIServer, **changes: object) -> OpenAIChatModel:
    values: dict[str, object] = {"base_url": server.base_url, "model": "m", "timeout_seconds": 5, "max_retries": 0}
    return OpenAIChatModel(LlmSettings.model_validate(values | changes))


async def read(model: OpenAIChatModel, *tools: Tool) -> list[str | ToolCall | Withdrawn | Finish]:
    return [item async for item in model.stream(TURNS, max_tokens=50, tools=tools)]


async def answer(model: OpenAIChatModel, *tools: Tool) -> str:
    return only_answer([item for item in await read(model, *tools) if isinstance(item, str | Withdrawn)])


async def failure(model: OpenAIChatModel) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await read(model)
    return caught.value


def events(*payloads: Any, done: bool = True) -> Body:
    lines = [f"data: {payload if isinstance(payload, str) else json.dumps(payload)}\n\n" for payload in payloads]
    return Body("".join([*lines, "data: [DONE]\n\n" if done else ""]).encode(), "text/event-stream")


def piece(content: Any, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": reason}]}


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content", "thinking"])
async def test_reasoning_in_a_field_of_its_own_is_no_text(
    server: OpenAIServer, model: OpenAIChatModel, field: str
) -> None:
    server.script(Chat((Delta({field: THOUGHT, "content": None}), Delta({field: THOUGHT, "content": ""}), "Okay, 40.")))
    assert [item for item in await read(model) if not isinstance(item, Finish)] == ["Okay, 40."]


async def test_content_as_a_list_of_parts_is_read(server: OpenAIServer, model: OpenAIChatModel) -> None:
    thinking = [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]
    server.script(
        Chat((Delta({"content": thinking}), Delta({"content": [{"type": "text", "text": "For"}, "ty"]}), " crowns"))
    )
    assert await answer(model) == "Forty crowns"


@pytest.mark.parametrize("size", [1, 3, 50])
async def test_a_tag_cut_between_two_deltas_is_one(server: OpenAIServer, model: OpenAIChatModel, size: int) -> None:
    text = f"<think>\n{THOUGHT}</think>\n\nForty crowns."
    server.script(Chat(tuple(text[at : at + size] for at in range(0, len(text), size))))
    assert await answer(model) == "Forty crowns."


async def test_a_model_whose_opening_tag_is_missing_is_known_after_its_first_answer(
    server: OpenAIServer, model: OpenAIChatModel
) -> None:
    server.answer = lambda _: [f"{THOUGHT}\n", "</think>\n\n", "Forty."]
    assert [item for item in await read(model) if not isinstance(item, Finish)] == [
        f"{THOUGHT}\n",
        Withdrawn(),
        "Forty.",
    ]
    assert [item for item in await read(model) if not isinstance(item, Finish)] == ["Forty."]
    assert await model.complete(TURNS, max_tokens=24) == "Forty."
    assert server.requests[-1].body["max_tokens"] > 24, "a title needs room for the reasoning before it"
    server.answer = lambda _: ["Forty", " crowns."]
    assert await answer(model) == "Forty crowns."
    assert [item for item in await read(model) if not isinstance(item, Finish)] == ["Forty", " crowns."]


async def test_a_model_named_for_it_is_expected_to_reason_first(server: OpenAIServer) -> None:
    model = model_for(server, model="deepseek-r1:8b")
    server.script(Chat((f"{THOUGHT}\n", "</think>", "Forty.")))
    assert [item for item in await read(model) if not isinstance(item, Finish)] == ["Forty."]
    await model.close()


async def test_a_title_that_was_cut_off_is_none(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.script(Chat(("We have to name the", " talk about"), finish_reason="length"))
    assert await model.complete(TURNS, max_tokens=10) == ""


@pytest.mark.parametrize(
    ("refused", "body", "tools"),
    [
        (
            "max_tokens",
            {"error": {"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}},
            (),
        ),
        (
            "stream_options",
            {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]},
            (),
        ),
        ("temperature", {"error": {"message": "temperature is deprecated for this model", "param": None}}, ()),
        ("temperature", {"error": "no"}, ()),
        ("tools", {"error": {"message": "registry.ollama.ai/library/gemma3:4b does not support tools"}}, (TOOL,)),
    ],
)
async def test_what_is_refused_is_left_out_and_remembered(
    server: OpenAIServer, refused: str, body: Any, tools: Sequence[Tool]
) -> None:
    server.refuses = lambda sent: Status(400, body=body) if refused in sent else None
    model = model_for(server, temperature=0.2)
    assert await answer(model, *tools) == "Forty crowns."
    asked = len(server.requests)
    assert await answer(model, *tools) == "Forty crowns."
    assert len(server.requests) == asked + 1
    await model.close()


async def test_each_of_many_refusals_is_met_in_one_call(server: OpenAIServer) -> None:
    def refuses(sent: dict[str, Any]) -> Status | None:
        for name in ("stream_options", "max_tokens", "max_completion_tokens", "temperature", "tools"):
            if name in sent:
                return Status(422, body={"detail": [{"loc": ["body", name], "msg": "Extra inputs are not permitted"}]})
        return None

    server.refuses = refuses
    model = model_for(server, temperature=0.2)
    assert await answer(model, TOOL) == "Forty crowns."
    assert set(server.requests[-1].body) == {"model", "messages", "stream"}
    await model.close()


async def test_without_a_system_role_the_instructions_stand_before_the_question(
    server: OpenAIServer, model: OpenAIChatModel
) -> None:
    words = {"object": "error", "message": "System role not supported", "type": "BadRequestError", "param": None}
    server.refuses = lambda sent: Status(400, body=words) if sent["messages"][0]["role"] == "system" else None
    assert await answer(model) == "Forty crowns."
    assert server.requests[-1].body["messages"] == [{"role": "user", "content": "Answer briefly.\n\nWhat is the fee?"}]


async def test_a_model_that_may_not_stream_answers_at_once(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.refuses = lambda sent: Status(400, "verify to stream this model", param="stream") if sent["stream"] else None
    assert await answer(model) == "Forty crowns."


async def test_strict_schemas_that_are_refused_cost_no_tools(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.refuses = lambda sent: (
        Status(400, message="strict is not supported") if "strict" in json.dumps(sent) else None
    )
    server.answer = lambda _: [Called("note", {})]
    assert ToolCall("note", "{}") in await read(model, TOOL)


async def test_what_was_learnt_is_forgotten_when_the_server_takes_it_no_longer(
    server: OpenAIServer, model: OpenAIChatModel
) -> None:
    server.refuses = lambda sent: Status(400, message="max_tokens is not supported") if "max_tokens" in sent else None
    assert await answer(model) == "Forty crowns."
    server.refuses = lambda sent: None if "max_tokens" in sent else Status(422, message="no")
    assert await answer(model) == "Forty crowns."
    assert "max_tokens" in server.requests[-1].body


async def test_a_refusal_that_nothing_helps_against_teaches_nothing(
    server: OpenAIServer, model: OpenAIChatModel
) -> None:
    server.refuses = lambda _: Status(400, message="no")
    assert isinstance(await failure(model), UpstreamRejected)
    asked = len(server.requests)
    assert asked == 2
    server.refuses = lambda _: None
    assert await answer(model) == "Forty crowns."
    assert "stream_options" in server.requests[-1].body


async def test_what_is_filtered_is_not_asked_in_another_form(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.script(Status(400, code="content_filter", message="the system message was filtered"))
    assert "content filter" in (await failure(model)).message
    assert len(server.requests) == 1


async def test_a_short_prompt_that_is_too_long_shrinks_nothing(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.script(Status(413, body="too large"))
    assert "longer than the context" in (await failure(model)).message
    assert model.context_tokens is None


async def test_a_server_with_another_model_than_before_is_asked_for_its_name(server: OpenAIServer) -> None:
    model = model_for(server, model="")
    assert await answer(model) == "Forty crowns."
    server.model = "newer"
    server.refuses = lambda sent: Status(404, code="model_not_found") if sent["model"] != "newer" else None
    assert await answer(model) == "Forty crowns."
    assert model.name == "newer"
    server.refuses = lambda _: Status(404, code="model_not_found")
    assert isinstance(await failure(model), UpstreamRejected)
    await model.close()


async def test_a_json_body_in_place_of_a_stream_is_an_answer(server: OpenAIServer, model: OpenAIChatModel) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "note", "arguments": {"a": 1}}}
    message = {
        "role": "assistant",
        "content": f"<think>{THOUGHT}</think>Forty.",
        "tool_calls": [call, call | {"id": "2"}],
    }
    body = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 9}}
    server.script(Body(f"\n{json.dumps(body, indent=1)}".encode()))
    given = await read(model)
    assert given[:3] == ["Forty.", ToolCall("note", '{"a": 1}'), ToolCall("note", '{"a": 1}')]
    assert isinstance(given[-1], Finish)
    assert given[-1].usage.prompt_tokens == 9


@pytest.mark.parametrize(
    ("step", "kind", "words"),
    [
        (Body(b'{"error": {"message": "slow down", "code": 429}}'), UpstreamRateLimited, "rate limited"),
        (Body(b'{"error": "CUDA out of memory"}'), UpstreamTransient, "problem of its own"),
        (Body(b'[{"error": {"code": 503}}]'), UpstreamTransient, "503"),
        (Body(b'{"object": "error", "message": "no such thing", "code": 400}'), UpstreamRejected, "refused"),
        (Body(b'{"detail": "Internal"}'), UpstreamTransient, "problem of its own"),
        (Body(b'{"choices": []}'), UpstreamMalformed, "understood"),
        (events({"object": "error", "message": "CUDA out of memory", "code": 500}), UpstreamTransient, "of its own"),
        (events({"choices": [{"delta": {}, "finish_reason": "error"}]}), UpstreamTransient, "of its own"),
        (Body(b"event: error\ndata: out of memory\n\n", "text/event-stream"), UpstreamTransient, "of its own"),
        (
            events({"error": {"message": "Context size has been exceeded."}}),
            UpstreamRejected,
            "longer than the context",
        ),
        (Status(402, body="Payment required"), UpstreamRejected, "no credit"),
        (Status(413, body="<html>too large</html>"), UpstreamRejected, "longer than the context"),
    ],
)
async def test_an_error_in_any_place_is_one(
    server: OpenAIServer, model: OpenAIChatModel, step: Body | Status, kind: type[UpstreamError], words: str
) -> None:
    server.script(step, step)
    error = await failure(model)
    assert type(error) is kind
    assert words in error.message


async def test_an_error_after_the_first_words_breaks_off(server: OpenAIServer, model: OpenAIChatModel) -> None:
    worded = {"object": "error", "message": "context length of 10 tokens", "code": 400}
    server.script(events(piece("Forty"), worded))
    error = await failure(model)
    assert isinstance(error, UpstreamTransient)
    assert "broke off" in error.message
    assert model.context_tokens is None


async def test_events_that_say_nothing_are_passed_over(server: OpenAIServer, model: OpenAIChatModel) -> None:
    quiet = [{"choices": []}, {"choices": None}, {"cost": 1}, {"choices": [{"delta": None}], "usage": None}]
    whole = [*quiet, piece(None), piece("Forty"), *quiet, piece("", "stop"), *quiet]
    server.script(
        Body(b": hello\r\n\r\n" + events(*whole, done=False).data.replace(b"\n", b"\r\n"), "text/event-stream")
    )
    assert await answer(model) == "Forty"


async def test_a_prompt_that_is_too_long_tells_how_much_fits(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.script(Status(400, message="This model's maximum context length is 2048 tokens"))
    turns = [ChatTurn("user", "word " * 4000)]
    with pytest.raises(UpstreamRejected) as caught:
        await anext(model.stream(turns, max_tokens=50))
    assert caught.value.too_long
    assert "2048" in (caught.value.hint or "")
    assert "BIBLIOS_LLM_CONTEXT_TOKENS" in (caught.value.hint or "")
    assert 1024 < (model.context_tokens or 0) < 2048


async def test_whole_calls_with_one_index_are_told_apart(server: OpenAIServer, model: OpenAIChatModel) -> None:
    calls = [
        {"index": 0, "id": f"call_{name}", "function": {"name": f"{name}<|channel|>commentary", "arguments": "{}"}}
        for name in ("functions.note", "mail")
    ]
    server.script(Chat(tuple(Delta({"tool_calls": [call]}) for call in calls), finish_reason="tool_calls"))
    assert [item for item in await read(model, TOOL) if isinstance(item, ToolCall)] == [
        ToolCall("note", "{}"),
        ToolCall("mail", "{}"),
    ]


async def test_stopping_ends_the_call_at_the_server_at_once(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.answer = lambda _: ["word "] * 100_000
    stream = model.stream(TURNS, max_tokens=50)
    assert await anext(stream) == "word "
    await stream.aclose()
    await until(lambda: server.left == 1)

"""Calls of tools as they come over the wire: in pieces, beside text, more than one, and broken."""

from typing import Any

import orjson
import pytest

from backend.errors import UpstreamMalformed
from backend.llm.base import ChatTurn, Finish, Tool, ToolCall, Withdrawn
from backend.llm.openai import OpenAIChatModel
from backend.llm.tool_calls import ToolCalls
from backend.settings import LlmSettings
from tests.support.openai_server import Body, Called, Chat, OpenAIServer, Status

_TOOL = Tool("note", "Notes it.", {"type": "object", "properties": {}, "required": [], "additionalProperties": False})
_TURNS = [ChatTurn("user", "Note it.")]


async def _read(server: OpenAIServer, *tools: Tool) -> list[str | ToolCall | Withdrawn | Finish]:
    settings = LlmSettings.model_validate({"base_url": server.base_url, "model": "m", "max_retries": 0})
    model = OpenAIChatModel(settings)
    try:
        return [item async for item in model.stream(_TURNS, max_tokens=50, tools=tools)]
    finally:
        await model.close()


async def test_calls_come_whole_after_the_text_before_them() -> None:
    async with OpenAIServer() as server:
        wanted = {"to": ["Dana"], "text": "a" * 70}
        server.script(Chat(("Well. ", Called("note", wanted), Called("other", {}))))
        text, first, second, finish = await _read(server, _TOOL)
        assert (text, second, finish) == ("Well. ", ToolCall("other", "{}"), finish)
        assert isinstance(first, ToolCall)
        assert (first.name, orjson.loads(first.arguments)) == ("note", wanted)
        assert isinstance(finish, Finish)
        assert finish.reason == "tool_calls"
        asked = server.requests[-1].body["tools"]
        assert asked == [
            {
                "type": "function",
                "function": {
                    "name": "note",
                    "description": "Notes it.",
                    "parameters": dict(_TOOL.parameters),
                    "strict": True,
                },
            }
        ]


async def test_without_tools_none_are_asked_for() -> None:
    async with OpenAIServer() as server:
        server.script(Chat(("ok",)))
        await _read(server)
        assert "tools" not in server.requests[-1].body


async def test_a_server_that_refuses_tools_answers_without_them() -> None:
    async with OpenAIServer() as server:
        server.script(Status(400, param="tools", message="tools is not supported"), Chat(("ok",)))
        assert (await _read(server, _TOOL))[0] == "ok"
        assert "tools" not in server.requests[-1].body


@pytest.mark.parametrize("calls", ["x", 7, [1], [{"index": "a"}], [{"function": 3}], [{"index": {"a": 1}}]])
async def test_calls_that_are_none_are_a_malformed_answer(calls: Any) -> None:
    event = {"choices": [{"index": 0, "delta": {"tool_calls": calls}, "finish_reason": None}]}
    body = b"data: " + orjson.dumps(event) + b"\n\ndata: [DONE]\n\n"
    async with OpenAIServer() as server:
        server.script(Body(body, content_type="text/event-stream"))
        with pytest.raises(UpstreamMalformed):
            await _read(server, _TOOL)


def test_what_is_endless_has_an_end() -> None:
    calls = ToolCalls()
    for _ in range(50):
        calls.feed([{"index": 0, "function": {"name": "note", "arguments": "a" * 50_000}}])
    [call] = calls.finish()
    assert len(call.arguments) <= 150_000
    given = [one for at in range(100) for one in calls.feed([{"index": at + 1, "function": {"name": "note"}}])]
    assert len(given) < 20

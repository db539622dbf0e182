"""The gateway against a scripted server at the wire: every kind of failure becomes one error with advice."""

import time
from collections.abc import AsyncIterator

import pytest

from backend.errors import (
    UpstreamAuth,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRateLimited,
    UpstreamRejected,
    UpstreamTransient,
)
from backend.llm.base import ChatTurn, Finish
from backend.llm.config import Endpoint
from backend.llm.openai import OpenAIChatModel
from backend.settings import LlmSettings
from tests.support.openai_server import (
    MALFORMED,
    MALFORMED_STREAM,
    OK,
    Body,
    Chat,
    Cut,
    OpenAIServer,
    Slow,
    Stall,
    Status,
)

TURNS = [ChatTurn("user", "hello")]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


def model_for(server: OpenAIServer, **changes: object) -> OpenAIChatModel:
    values: dict[str, object] = {"base_url": server.base_url, "model": "m", "timeout_seconds": 5, "max_retries": 1}
    return OpenAIChatModel(LlmSettings.model_validate(values | changes))


async def read(model: OpenAIChatModel) -> tuple[list[str], Finish]:
    text: list[str] = []
    async for item in model.stream(TURNS, max_tokens=50):
        if isinstance(item, Finish):
            await model.close()
            return text, item
        text.append(str(item))
    raise AssertionError("the stream ended without a Finish")


async def failure_of(model: OpenAIChatModel) -> tuple[UpstreamError, list[str]]:
    text: list[str] = []

    async def read_one_by_one() -> None:
        async for item in model.stream(TURNS, max_tokens=50):
            text.append(str(item))  # noqa: PERF401 - what came before the failure counts

    with pytest.raises(UpstreamError) as caught:
        await read_one_by_one()
    await model.close()
    return caught.value, text


async def test_streams_piece_by_piece_with_usage(server: OpenAIServer) -> None:
    server.script(Chat(("Thirty", " days", "\u2028", " ok.")))
    text, finish = await read(model_for(server))
    assert text == ["Thirty", " days", "\u2028", " ok."]
    assert finish.reason == "stop"
    assert (finish.usage.prompt_tokens, finish.usage.completion_tokens) == (1, 4)
    sent = server.requests[0].body
    assert sent["model"] == "m"
    assert sent["max_tokens"] == 50
    assert "temperature" not in sent


async def test_complete_gives_the_whole_answer(server: OpenAIServer) -> None:
    server.script(Chat(("A", " title")))
    model = model_for(server)
    assert await model.complete(TURNS, max_tokens=10) == "A title"
    await model.close()


async def test_a_server_with_one_model_needs_no_model_name(server: OpenAIServer) -> None:
    model = model_for(server, model="")
    await read(model)
    assert model.name == "scripted"
    assert server.requests[-1].body["model"] == "scripted"


async def test_waits_as_long_as_retry_after_says(server: OpenAIServer) -> None:
    server.script(Status(429, retry_after="0.2"), Chat(("ok",)))
    started = time.perf_counter()
    text, _ = await read(model_for(server))
    assert text == ["ok"]
    assert time.perf_counter() - started >= 0.2


async def test_a_long_retry_after_is_told_instead_of_sat_out(server: OpenAIServer) -> None:
    server.script(Status(429, retry_after="90"))
    error, _ = await failure_of(model_for(server))
    assert isinstance(error, UpstreamRateLimited)
    assert error.retry_after_seconds == 90
    assert "90 seconds" in error.message


async def test_a_server_error_is_tried_again(server: OpenAIServer) -> None:
    server.script(Status(503), Chat(("ok",)))
    assert (await read(model_for(server)))[0] == ["ok"]


async def test_a_connection_lost_before_the_first_piece_is_tried_again(server: OpenAIServer) -> None:
    server.script(Cut(), Chat(("ok",)))
    assert (await read(model_for(server)))[0] == ["ok"]


async def test_a_cut_in_the_middle_is_not_tried_again(server: OpenAIServer) -> None:
    server.answer = lambda _: ["one", " two", " three"]
    server.script(Cut(pieces=2))
    error, text = await failure_of(model_for(server))
    assert isinstance(error, UpstreamTransient)
    assert "middle of the answer" in error.message
    assert text == ["one", " two"]
    assert len(server.requests) == 1


async def test_a_wrong_key_names_the_setting(server: OpenAIServer) -> None:
    server.api_key = "right"
    error, _ = await failure_of(model_for(server, api_key="wrong"))
    assert isinstance(error, UpstreamAuth)
    assert "BIBLIOS_LLM_API_KEY" in (error.hint or "")
    assert "wrong" not in str(error)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("step", "kind", "advice"),
    [
        (Status(404, code="model_not_found"), UpstreamRejected, "BIBLIOS_LLM_MODEL"),
        (Status(400, code="context_length_exceeded"), UpstreamRejected, "BIBLIOS_LLM_CONTEXT_TOKENS"),
        (Status(429, code="insufficient_quota"), UpstreamRejected, "billing"),
        (Status(500), UpstreamTransient, "Ask again"),
        (MALFORMED, UpstreamMalformed, "BIBLIOS_LLM_BASE_URL"),
        (MALFORMED_STREAM, UpstreamMalformed, "BIBLIOS_LLM_BASE_URL"),
        (Body(b"<html>hello</html>", "text/html"), UpstreamMalformed, "BIBLIOS_LLM_BASE_URL"),
        (Body(b'data: {"choices": [{"delta": {"content": 7}}]}\n\n', "text/event-stream"), UpstreamMalformed, "/v1"),
        (Body(b'data: {"choices": "x"}\n\n', "text/event-stream"), UpstreamMalformed, "/v1"),
        (Body(b"data: [1]\n\n", "text/event-stream"), UpstreamMalformed, "/v1"),
        (Body(b'data: {"error": {"code": "server_error"}}\n\n', "text/event-stream"), UpstreamTransient, "Ask again"),
        (
            Body(b'data: {"error": {"type": "rate_limit_error"}}\n\n', "text/event-stream"),
            UpstreamRateLimited,
            "rate limited",
        ),
    ],
)
async def test_failures_say_what_to_do(
    server: OpenAIServer, step: Status | Body, kind: type[UpstreamError], advice: str
) -> None:
    server.script(step)
    error, _ = await failure_of(model_for(server, max_retries=0))
    assert type(error) is kind
    assert advice in str(error)
    assert "BIBLIOS_" not in error.message


async def test_silence_between_pieces_is_bounded(server: OpenAIServer) -> None:
    server.answer = lambda _: ["one", " two"]
    server.script(Stall(pieces=1, seconds=600))
    error, text = await failure_of(model_for(server, timeout_seconds=1, max_retries=0))
    assert isinstance(error, UpstreamTransient)
    assert "BIBLIOS_LLM_TIMEOUT_SECONDS" in (error.hint or "")
    assert text == ["one"]


async def test_silence_before_the_answer_is_bounded(server: OpenAIServer) -> None:
    server.script(Slow(5))
    error, _ = await failure_of(model_for(server, timeout_seconds=0.2, max_retries=0))
    assert isinstance(error, UpstreamTransient)


async def test_an_unreachable_server_names_the_setting() -> None:
    model = OpenAIChatModel(LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", max_retries=0))
    error, _ = await failure_of(model)
    assert isinstance(error, UpstreamTransient)
    assert "BIBLIOS_LLM_BASE_URL" in (error.hint or "")


async def test_a_refused_parameter_is_exchanged_once_and_remembered(server: OpenAIServer) -> None:
    server.script(RefuseMaxTokens, Chat(("ok",)), Chat(("again",)))
    model = model_for(server, max_retries=0)
    text, _ = [item async for item in model.stream(TURNS, max_tokens=50)]
    assert text == "ok"
    await read(model)
    assert [sorted(set(r.body) & {"max_tokens", "max_completion_tokens"}) for r in server.requests] == [
        ["max_tokens"],
        ["max_completion_tokens"],
        ["max_completion_tokens"],
    ]


RefuseMaxTokens = Status(400, code="unsupported_parameter", param="max_tokens")


@pytest.mark.parametrize(
    ("given", "base_url", "hosted", "azure"),
    [
        ("", "https://api.openai.com/v1", True, False),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1", False, False),
        ("localhost:1234/v1", "http://localhost:1234/v1", False, False),
        ("https://me.openai.azure.com/openai/v1/", "https://me.openai.azure.com/openai/v1", True, True),
    ],
)
def test_reads_addresses_as_people_write_them(given: str, base_url: str, hosted: bool, azure: bool) -> None:
    endpoint = Endpoint.of(given)
    assert (endpoint.base_url, endpoint.hosted, endpoint.azure) == (base_url, hosted, azure)


def test_an_azure_address_keeps_its_api_version() -> None:
    endpoint = Endpoint.of("https://me.openai.azure.com/openai/deployments/x?api-version=2026-01-01")
    assert endpoint.query == {"api-version": "2026-01-01"}
    assert endpoint.base_url.endswith("/deployments/x")


async def test_an_early_close_ends_the_request(server: OpenAIServer) -> None:
    server.answer = lambda _: ["word"] * 1000
    server.token_seconds = 0.01
    model = model_for(server)
    pieces = model.stream(TURNS, max_tokens=50)
    assert await anext(pieces) == "word"
    await pieces.aclose()
    server.token_seconds = 0.0
    server.script(OK)
    assert (await read(model))[1].reason == "stop"

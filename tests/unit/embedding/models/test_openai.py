from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

from backend.embedding.models.openai import OpenAIEmbedder
from backend.errors import (
    UpstreamAuth,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRateLimited,
    UpstreamRejected,
    UpstreamTransient,
)
from backend.settings import EmbeddingSettings
from tests.support.openai_server import MALFORMED, OK, Body, Cut, OpenAIServer, Slow, Status, Step


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


def embedder(server: OpenAIServer, **given: Any) -> OpenAIEmbedder:
    values = {"model": "scripted", "dimensions": 32, "max_retries": 0, "timeout_seconds": 5, **given}
    return OpenAIEmbedder(EmbeddingSettings(backend="openai", base_url=server.base_url, **values))


def metric(name: str) -> float:
    return REGISTRY.get_sample_value(name, {"model": "scripted"}) or 0.0


async def test_batches_hold_to_texts_and_tokens(server: OpenAIServer) -> None:
    made = embedder(server, api_batch_texts=4, api_batch_tokens=100)
    await made.embed_documents(["a"] * 9)
    assert [len(request.body["input"]) for request in server.requests] == [4, 4, 1]
    server.requests.clear()
    await made.embed_documents(["x" * 150, "x" * 150, "x" * 150, "x" * 900, "y"])
    assert [len(request.body["input"]) for request in server.requests] == [2, 1, 1, 1]
    await made.close()


async def test_the_server_is_told_model_key_and_dimensions(server: OpenAIServer) -> None:
    made = embedder(server, api_key="sk-test")
    await made.embed_query("hello")
    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer sk-test"
    assert (request.body["model"], request.body["dimensions"]) == ("scripted", 32)
    await made.close()


async def test_an_unlisted_models_width_is_asked_for(server: OpenAIServer) -> None:
    made = embedder(server, dimensions=0)
    with pytest.raises(RuntimeError, match="start"):
        _ = made.dimension
    await made.start()
    assert made.dimension == server.dimension
    assert "dimensions" not in server.requests[0].body
    await made.close()


async def test_model_and_width_are_part_of_the_id(server: OpenAIServer) -> None:
    ids = {embedder(server, model=model, dimensions=width).model_id for model in ("a", "b") for width in (0, 32)}
    assert len(ids) == 4


@pytest.mark.parametrize("trouble", [Status(429, retry_after="0.05"), Status(503, retry_after="0.01"), Cut()])
async def test_a_passing_trouble_is_retried(server: OpenAIServer, trouble: Step) -> None:
    made = embedder(server, max_retries=1)
    server.script(trouble, OK)
    assert (await made.embed_documents(["a", "b"])).shape == (2, 32)
    assert len(server.requests) == 2
    await made.close()


@pytest.mark.parametrize(
    ("trouble", "error", "words"),
    [
        (Status(401, code="invalid_api_key"), UpstreamAuth, "BIBLIOS_EMBEDDING_API_KEY"),
        (Status(403), UpstreamAuth, "BIBLIOS_EMBEDDING_API_KEY"),
        (Status(400), UpstreamRejected, "BIBLIOS_EMBEDDING_MODEL"),
        (Status(404), UpstreamRejected, "BIBLIOS_EMBEDDING_MODEL"),
        (Status(429, code="insufficient_quota"), UpstreamRejected, "credit"),
        (Status(500), UpstreamTransient, "problem of its own"),
        (Slow(2), UpstreamTransient, "BIBLIOS_EMBEDDING_TIMEOUT_SECONDS"),
        (Cut(), UpstreamTransient, "BIBLIOS_EMBEDDING_BASE_URL"),
        (MALFORMED, UpstreamMalformed, "/v1"),
        (Body(b"<html>hello</html>", "text/html"), UpstreamMalformed, "/v1"),
        (Body(b'{"object":"list","data":[]}'), UpstreamMalformed, "/v1"),
        (Body(b'{"object":"list","data":[{"index":0}]}'), UpstreamMalformed, "/v1"),
        (Body(b'{"data":[{"index":0,"embedding":["x"]}]}'), UpstreamMalformed, "/v1"),
        (Body(b'{"data":[{"index":0,"embedding":[1.0, 2.0]}]}'), UpstreamMalformed, "BIBLIOS_EMBEDDING_DIMENSIONS"),
    ],
)
async def test_failures_are_classified_and_say_what_to_do(
    server: OpenAIServer, trouble: Step, error: type[UpstreamError], words: str
) -> None:
    made = embedder(server, timeout_seconds=0.3 if isinstance(trouble, Slow) else 30)
    server.script(trouble)
    with pytest.raises(error, match=words):
        await made.embed_documents(["a"])
    await made.close()


async def test_a_rate_limit_that_lasts_tells_how_long(server: OpenAIServer) -> None:
    made = embedder(server)
    server.script(Status(429, retry_after="7"))
    with pytest.raises(UpstreamRateLimited) as caught:
        await made.embed_documents(["a"])
    assert caught.value.retry_after_seconds == 7
    await made.close()


async def test_a_server_that_is_not_there(server: OpenAIServer) -> None:
    made = embedder(server)
    await server.__aexit__()
    with pytest.raises(UpstreamTransient, match="cannot be reached"):
        await made.embed_query("a")
    await made.close()


async def test_vectors_without_index_or_unit_length_are_put_right(server: OpenAIServer) -> None:
    made = embedder(server, dimensions=2)
    server.script(Body(b'{"data":[{"index":1,"embedding":[0.0, 2.0]},{"index":0,"embedding":[3.0, 4.0]}]}'))
    assert (await made.embed_documents(["a", "b"])).tolist() == [pytest.approx([0.6, 0.8]), [0.0, 1.0]]
    server.script(Body(b'{"data":[{"embedding":[3.0, 4.0]}]}'))
    assert (await made.embed_documents(["a"])).tolist() == [pytest.approx([0.6, 0.8])]
    await made.close()


async def test_tokens_and_cost_are_counted(server: OpenAIServer) -> None:
    made = embedder(server, price_per_million_tokens=1000)
    tokens, cost = metric("biblios_embedding_tokens_total"), metric("biblios_embedding_cost_usd_total")
    await made.embed_documents(["three words here", "two words"])
    assert metric("biblios_embedding_tokens_total") - tokens == 5
    assert metric("biblios_embedding_cost_usd_total") - cost == pytest.approx(0.005)
    await made.close()


async def test_no_failure_repeats_the_key(server: OpenAIServer) -> None:
    made = embedder(server, api_key="sk-secret-key")
    server.script(Status(401, message="Incorrect API key provided: sk-secret-key"))
    with pytest.raises(UpstreamAuth) as caught:
        await made.embed_documents(["a"])
    assert "sk-secret-key" not in str(caught.value)
    await made.close()

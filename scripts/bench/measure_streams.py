"""The answer stream: time to the first token, and many streams at once."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from backend.api.sse import END_SECONDS
from backend.client import BibliosClient
from scripts.bench import session
from scripts.bench.corpus import TextDocument, make_queries
from scripts.bench.figures import Figure
from scripts.bench.load import percentile
from scripts.bench.machine import tree_cpu_seconds
from scripts.bench.server import Server, serve
from tests.support.openai_server import OpenAIServer

_QUESTIONS = 60
_STREAMS = 50
_TOKENS = 500
_REVOCATIONS = 10


def first_token(server: Server, token: str) -> list[Figure]:
    """From sending the question to the first token, extractive, each question new, one after the other."""

    async def go(client: BibliosClient) -> list[float]:
        times = []
        for query in make_queries(_QUESTIONS + 5, seed=77):
            conversation = (await client.post("/conversations", {}))["id"]
            started = time.perf_counter()
            seen = None
            async for event in client.ask(f"What is known about {query}?", conversation_id=conversation):
                if event["type"] == "token" and seen is None:
                    seen = time.perf_counter() - started
                if event["type"] == "message.completed" and seen is None:
                    seen = time.perf_counter() - started
            if seen is not None:
                times.append(seen * 1000)
        return sorted(times[5:])

    times = session.with_client(server.url, token, go)
    return [
        Figure("first token after the question, extractive, p95", percentile(times, 0.95), "ms", 120, "at_most"),
        Figure("first token after the question, extractive, p50", percentile(times, 0.5), "ms"),
    ]


def many_streams(workdir: Path) -> list[Figure]:
    """50 answers of 500 tokens at once from a scripted model of zero latency: complete, in order, within one core."""
    words = [f"word{number} " for number in range(_TOKENS)]
    with (
        _scripted_model(words) as base_url,
        serve(
            workdir / "streams",
            BIBLIOS_LLM_BASE_URL=base_url,
            BIBLIOS_LLM_API_KEY="none",
            BIBLIOS_LLM_MODEL="scripted",
        ) as server,
    ):
        token, _ = session.register(server.url, "streams")
        session.add_documents(server.url, token, [_fact(number) for number in range(_STREAMS)])
        session.with_client(server.url, token, lambda client: _ask_many(client, "".join(words), streams=2))
        cpu_before, started = tree_cpu_seconds(server.pid), time.perf_counter()
        broken = session.with_client(server.url, token, lambda client: _ask_many(client, "".join(words)))
        seconds = time.perf_counter() - started
        cores = (tree_cpu_seconds(server.pid) - cpu_before) / seconds
    return [
        Figure("SSE: streams of 50 that lost or reordered a token", float(broken), "streams", 0, "at_most"),
        Figure("SSE: cores used by the server meanwhile", cores, "cores", 1.0, "at_most", f"{seconds:.1f} s in all"),
    ]


def ends(workdir: Path) -> list[Figure]:
    """From the answer to "deactivate this person" until the last event of a stream that they read."""
    with serve(workdir / "ends") as server:
        admin, _ = session.register(server.url, "admin")
        times = [
            session.with_client(server.url, admin, lambda client, n=number: _deactivated(client, server.url, n))  # type: ignore[misc]
            for number in range(_REVOCATIONS)
        ]
    name = "a stream ends after its reader was deactivated, slowest"
    note = f"{_REVOCATIONS} of them; the fastest {min(times):.2f} s"
    return [Figure(name, max(times), "s", END_SECONDS, "at_most", note=note)]


async def _deactivated(admin: BibliosClient, url: str, number: int) -> float:
    async with BibliosClient(url) as reader:
        account = (await reader.register(f"reader{number}@bench.example", session.PASSWORD))["user"]
        async with reader.http.stream("GET", "/api/v1/conversations/events", timeout=60) as response:
            await asyncio.sleep(number / _REVOCATIONS)  # at every place between two looks
            answer = await admin.http.patch(f"/api/v1/admin/users/{account['id']}", json={"disabled": True})
            answer.raise_for_status()
            started = time.perf_counter()
            last = [line async for line in response.aiter_lines() if line.startswith("data: ")][-1]
            if '"account_inactive"' not in last:
                raise RuntimeError(f"the stream ended otherwise: {last}")
            return time.perf_counter() - started


def _fact(number: int) -> TextDocument:
    text = f"The calibration interval of sensor {number} is {number + 10} days. It is kept in cabinet {number}."
    return TextDocument(f"sensor-{number}", f"Sensor {number}", text)


@contextlib.contextmanager
def _scripted_model(pieces: list[str]) -> Iterator[str]:
    """A scripted model in a thread of this process, so that its work is not counted as the server's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    model = OpenAIServer(answer=lambda _: pieces)
    asyncio.run_coroutine_threadsafe(model.__aenter__(), loop).result()
    try:
        yield model.base_url
    finally:
        asyncio.run_coroutine_threadsafe(model.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _ask_many(client: BibliosClient, expected: str, *, streams: int = _STREAMS) -> int:
    """How many of the streams did not end in exactly the expected text."""

    async def one(number: int) -> bool:
        conversation = (await client.post("/conversations", {}))["id"]
        text = ""
        question = f"What is the calibration interval of sensor {number}?"
        async for event in client.ask(question, conversation_id=conversation):
            if event["type"] == "token":
                text += event["text"]
        return text.strip() == expected.strip()

    results = await asyncio.gather(*(one(number) for number in range(streams)))
    return results.count(False)

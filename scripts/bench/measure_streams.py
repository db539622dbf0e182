"""The answer stream: time to the first token, and many streams at once."""

import asyncio
import time
from pathlib import Path

from backend.client import BibliosClient
from scripts.bench import session
from scripts.bench.corpus import make_queries
from scripts.bench.figures import Figure
from scripts.bench.load import percentile
from scripts.bench.machine import tree_cpu_seconds
from scripts.bench.server import Server, serve

_QUESTIONS = 60
_STREAMS = 50
_TOKENS = 500


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
    from tests.support.openai_server import running_openai_server

    words = [f"word{number} " for number in range(_TOKENS)]
    with (
        running_openai_server(chat_pieces=words) as model,
        serve(
            workdir / "streams",
            BIBLIOS_LLM_BASE_URL=model.base_url,
            BIBLIOS_LLM_API_KEY="none",
            BIBLIOS_LLM_MODEL="scripted",
        ) as server,
    ):
        token, _ = session.register(server.url, "streams")
        cpu_before, started = tree_cpu_seconds(server.pid), time.perf_counter()
        broken = session.with_client(server.url, token, lambda client: _ask_many(client, "".join(words)))
        seconds = time.perf_counter() - started
        cores = (tree_cpu_seconds(server.pid) - cpu_before) / seconds
    return [
        Figure("SSE: streams of 50 that lost or reordered a token", float(broken), "streams", 0, "at_most"),
        Figure("SSE: cores used by the server meanwhile", cores, "cores", 1.0, "at_most", f"{seconds:.1f} s in all"),
    ]


async def _ask_many(client: BibliosClient, expected: str) -> int:
    async def one(number: int) -> bool:
        conversation = (await client.post("/conversations", {}))["id"]
        text = ""
        async for event in client.ask(f"Question number {number}", conversation_id=conversation):
            if event["type"] == "token":
                text += event["text"]
        return text.strip() == expected.strip()

    results = await asyncio.gather(*(one(number) for number in range(_STREAMS)))
    return results.count(False)

"""How long it takes until a reader in another process is woken over Redis."""

import asyncio
import shutil
import statistics
import time
from pathlib import Path

from backend.events.base import Reader
from backend.events.redis_wakeup import RedisWakeUp
from scripts.bench.figures import Figure
from tests.support.redis_server import redis_server

_ROUNDS = 300
_NAME = "wake-up of a reader in another process over Redis, p95"
_TARGET_MS = 200


def wake_ups(_: Path) -> list[Figure]:
    """Two connections to one server play the two processes."""
    if shutil.which("redis-server") is None:
        return [Figure(_NAME, None, "ms", _TARGET_MS, "at_most", note="not measured: no redis-server here")]
    with redis_server() as server:
        seconds = asyncio.run(_measure(server.url))
    p95 = statistics.quantiles(seconds, n=20)[-1]
    note = f"{_ROUNDS} wake-ups; median {statistics.median(seconds) * 1000:.2f} ms, slowest {max(seconds) * 1000:.1f}"
    return [Figure(_NAME, p95 * 1000, "ms", _TARGET_MS, "at_most", note=note)]


async def _measure(url: str) -> list[float]:
    here, there = RedisWakeUp(url), RedisWakeUp(url)
    reader = Reader()
    seconds = []
    try:
        async with here.listen("bench", reader):
            await reader.wait()  # the first one comes with the subscription
            for _ in range(_ROUNDS):
                started = time.perf_counter()
                await there.notify("bench")
                await reader.wait()
                seconds.append(time.perf_counter() - started)
    finally:
        await here.close()
        await there.close()
    return seconds

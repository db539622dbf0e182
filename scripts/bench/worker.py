"""A worker over the shared servers that its environment names, with a source and an encoder that wait.

``python -m scripts.bench.worker ITEMS``: says "ready", works until its standard input ends, and then says how many
items it read.
"""

import asyncio
import sys

from backend.connectors.registry import Registry
from backend.container import Container
from backend.monitoring import logging
from backend.settings import LogSettings, Settings
from scripts.bench.connected import stub_encoder
from scripts.bench.memory_source import Service

WAIT_SECONDS = 0.05


def waiting_service(items: int) -> Service:
    """One item at a time, so that a worker spends its time with waiting and not with this machine's processor."""
    return Service(items, page=20, wait_seconds=WAIT_SECONDS, parallel=1)


async def _work(items: int) -> None:
    logging.configure(LogSettings(level="error"))
    service = waiting_service(items)
    with stub_encoder(WAIT_SECONDS):
        async with Container(Settings(), connectors=Registry([service.manifest()])):
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.read)
    print(service.fetched, flush=True)


if __name__ == "__main__":
    asyncio.run(_work(int(sys.argv[1])))

"""Waiting in tests for something that another task or process brings about."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    """Returns as soon as the condition holds; raises `TimeoutError` when it does not in time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for knows nothing of the test's events
            await asyncio.sleep(0.01)

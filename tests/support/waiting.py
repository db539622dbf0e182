"""Waiting for what happens, however long a busy machine takes for it: the one place where tests sleep between looks.

The time limits only end a test that would otherwise hang; nothing is told about speed by them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

_PAUSE_SECONDS = 0.01
_LIMIT_SECONDS = 60.0


async def until(condition: Callable[[], object], *, seconds: float = _LIMIT_SECONDS) -> None:
    """Returns as soon as the condition holds; raises `TimeoutError` when it does not in time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for knows nothing of the test's events
            await asyncio.sleep(_PAUSE_SECONDS)


async def until_true[T](ask: Callable[[], Awaitable[T]], *, seconds: float = _LIMIT_SECONDS) -> T:
    """Asks again until the answer is truthy, and returns it; raises `TimeoutError` when none is in time."""
    async with asyncio.timeout(seconds):
        while not (answer := await ask()):  # noqa: ASYNC110 - only asking again tells
            await asyncio.sleep(_PAUSE_SECONDS)
    return answer


def until_seen[T](look: Callable[[], T], *, seconds: float = _LIMIT_SECONDS) -> T:
    """As `until_true`, for a thread without an event loop."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"it did not come to that within {seconds:g} seconds")
        time.sleep(_PAUSE_SECONDS)
    return seen


async def all_wait() -> None:
    """Lets every task that can go on without anything from outside go on until it waits."""
    for _ in range(100):
        await asyncio.sleep(0)

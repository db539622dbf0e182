"""An application in this process, beside a browser: only here the service that it is connected to can be changed."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def serving_here[T](opened: Callable[[], contextlib.AbstractAsyncContextManager[T]]) -> Iterator[T]:
    """What is opened in an event loop of its own thread, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = opened()

    async def enter() -> T:
        return await running.__aenter__()

    async def leave() -> None:
        await running.__aexit__(None, None, None)

    try:
        yield asyncio.run_coroutine_threadsafe(enter(), loop).result(180)
        asyncio.run_coroutine_threadsafe(leave(), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

import asyncio

import pytest

from backend.uninterrupted import uninterrupted


async def test_steps_are_done_to_their_end_although_their_task_is_cancelled() -> None:
    done: list[str] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def steps() -> None:
        begun.set()
        await go_on.wait()
        done.append("second step")

    task = asyncio.create_task(uninterrupted(steps()))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["second step"]


async def test_what_the_steps_give_or_raise_is_passed_on() -> None:
    async def fails() -> None:
        raise ValueError("no")

    async def gives() -> int:
        return 3

    assert await uninterrupted(gives()) == 3
    with pytest.raises(ValueError, match="no"):
        await uninterrupted(fails())

"""Places that queues of different urgency share."""

import asyncio

from backend.jobs.gate import Gate
from tests.support.waiting import until


async def test_a_free_place_goes_to_the_most_urgent_and_among_equals_to_the_first() -> None:
    gate = Gate(1)
    order: list[str] = []

    async def enter(rank: int, name: str) -> None:
        async with gate.place(rank):
            order.append(name)

    wanted = ((2, "index 1"), (1, "sync"), (2, "index 2"), (0, "action 1"), (0, "action 2"))
    async with gate.place(2):
        waiting = [asyncio.create_task(enter(rank, name)) for rank, name in wanted]
        await asyncio.sleep(0)  # each of them runs until it waits
        assert order == []
    await asyncio.gather(*waiting)
    assert order == ["action 1", "action 2", "sync", "index 1", "index 2"]


async def test_who_gives_up_waiting_takes_no_place() -> None:
    gate = Gate(1)
    entered: list[str] = []

    async def enter(name: str) -> None:
        async with gate.place(0):
            entered.append(name)

    async with gate.place(0):
        gone = asyncio.create_task(enter("gone"))
        stays = asyncio.create_task(enter("stays"))
        await asyncio.sleep(0)
        gone.cancel()
    await until(stays.done)
    assert entered == ["stays"]
    await asyncio.wait_for(enter("later"), 60)


async def test_without_a_limit_everybody_enters() -> None:
    gate = Gate(0)
    async with gate.place(2), gate.place(2), gate.place(0):
        pass

"""Background tasks that die are logged, started again and named."""

import asyncio

import pytest
from structlog.testing import capture_logs

from backend.errors import Unavailable
from backend.supervised import LONGEST_PAUSE_SECONDS, WELL_AFTER_SECONDS, supervised, watched


class Clock:
    """A clock that moves only when somebody sleeps; sleepers go on when the test lets them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.resting = asyncio.Event()
        self.go_on = asyncio.Event()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        self.resting.set()
        await self.go_on.wait()
        self.go_on.clear()

    async def let_go_on(self) -> None:
        self.resting.clear()
        self.go_on.set()
        await self.resting.wait()


async def test_a_task_that_dies_is_logged_named_and_started_again() -> None:
    clock = Clock()
    alive = asyncio.Event()
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise KeyError("unexpected")
        alive.set()
        await asyncio.Event().wait()

    with capture_logs() as logs:
        task = supervised("saving", work, clock=clock, sleep=clock.sleep)
        await clock.resting.wait()
    assert [(line["event"], line["task"]) for line in logs] == [("background_task_failed", "saving")]
    with pytest.raises(Unavailable, match="saving"):
        task.check()
    clock.go_on.set()
    await alive.wait()
    assert task.failing  # it has not shown yet that it is well
    clock.now += WELL_AFTER_SECONDS
    task.check()
    await task.stop()
    assert task.done


async def test_pauses_grow_to_a_limit_and_begin_anew_after_a_good_while() -> None:
    clock = Clock()
    ran_for = 0.0

    async def work() -> None:
        clock.now += ran_for
        raise RuntimeError("again")

    task = supervised("beating", work, clock=clock, sleep=clock.sleep)
    await clock.resting.wait()
    for _ in range(8):
        await clock.let_go_on()
    assert clock.pauses == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS]
    ran_for = WELL_AFTER_SECONDS
    await clock.let_go_on()
    assert clock.pauses[-1] == 1
    await task.stop()


async def test_a_task_that_ends_well_is_done_and_not_started_again() -> None:
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1

    task = supervised("catching up", work)
    await task.wait()
    assert (runs, task.done, task.failing) == (1, True, False)
    await task.stop()


async def test_what_work_that_nobody_awaits_raises_is_logged() -> None:
    async def work() -> None:
        raise KeyError("unexpected")

    with capture_logs() as logs:
        task = watched("a title", work())
        await asyncio.wait([task])
        await asyncio.sleep(0)
    assert [(line["event"], line["task"]) for line in logs] == [("background_work_failed", "a title")]

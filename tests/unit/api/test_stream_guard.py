"""A stream ends within two seconds of the end of its reader's right: told by a clock that the test moves."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from fastapi.sse import ServerSentEvent

from backend.api.sse import END_SECONDS, frames
from backend.errors import Unauthenticated, Unavailable
from backend.events.base import Reader, WireEvent
from tests.support.waiting import until


class Clock:
    """Moves only when the sleeper is let on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeping = False
        self._go_on = asyncio.Semaphore(0)

    async def sleep(self, seconds: float) -> None:
        self.sleeping = True
        await self._go_on.acquire()
        self.sleeping = False
        self.now += seconds

    def move(self) -> None:
        """To the end of the present pause."""
        self._go_on.release()


class Right:
    """To read: asked for again and again, until it is taken away."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.asked = 0

    async def confirm(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error


async def endless(reader: Reader) -> AsyncGenerator[WireEvent]:
    """One event, and then nothing ever happens."""
    yield WireEvent(7, "token", "{}")
    while not reader.ended:
        await reader.wait()


async def followed(clock: Clock, right: Right) -> list[ServerSentEvent]:
    return [frame async for frame in frames(endless, right.confirm, sleep=clock.sleep)]


@pytest.mark.parametrize("looks", [0, 1, 5])
async def test_a_stream_ends_within_two_seconds_of_the_end_of_the_right_to_read_it(looks: int) -> None:
    clock, right = Clock(), Right()
    reading = asyncio.create_task(followed(clock, right))
    for look in range(looks):
        clock.move()
        await until(lambda look=look: right.asked > look and clock.sleeping)  # type: ignore[misc]
    await until(lambda: clock.sleeping)
    ended_at = clock.now  # right after a look, the latest that the next one can be
    right.error = Unauthenticated("This account is no longer active.", code="account_inactive")
    clock.move()
    _, end = await asyncio.wait_for(reading, 60)
    # Half of the time is left for a machine that is busy, and for the way to the reader.
    assert clock.now - ended_at <= END_SECONDS / 2
    assert END_SECONDS == 2
    assert (end.id, end.event) == ("7", "error")
    assert '"account_inactive"' in str(end.raw_data)


async def test_a_database_that_is_away_ends_no_stream_and_hides_no_end_of_a_right() -> None:
    clock, right = Clock(), Right()
    reading = asyncio.create_task(followed(clock, right))
    right.error = Unavailable("away", dependency="database")
    for look in range(3):
        clock.move()
        await until(lambda look=look: right.asked > look and clock.sleeping)  # type: ignore[misc]
    assert not reading.done()
    right.error = Unauthenticated("Your session has ended.", code="session_ended")
    clock.move()
    _, end = await asyncio.wait_for(reading, 60)
    assert '"session_ended"' in str(end.raw_data)
    assert right.asked == 4

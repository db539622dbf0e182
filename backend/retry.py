"""Trying again: how long to wait, and when to give up. The one place that knows how pauses grow."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

type Sleep = Callable[[float], Awaitable[None]]
type Failed = Callable[[Exception, int, float], None]


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that grow by `factor` from `first_seconds`, for `attempts` in all (None: without end).

    `longest_seconds`: no pause is longer. `jitter`: up to this share of a pause is left out at random, so that many
    who failed together do not come back together.
    """

    first_seconds: float
    attempts: int | None = None
    factor: float = 2.0
    longest_seconds: float = 3600.0
    jitter: float = 0.0

    def after(self, attempt: int) -> float:
        """Seconds to wait after the attempt of this number, counted from 1, for whoever never gives up."""
        # The exponent is bounded, so that endless attempts do not overflow.
        grown = min(self.first_seconds * self.factor ** min(attempt - 1, 64), self.longest_seconds)
        return grown * random.uniform(1 - self.jitter, 1)  # noqa: S311 - jitter is no secret

    def pause(self, attempt: int, *, asked_seconds: float | None = None) -> float | None:
        """Seconds to wait after the attempt of this number, counted from 1; None: give up.

        `asked_seconds` is what the other side wants (Retry-After); it is waited at least, and what is longer than
        `longest_seconds` is not waited for.
        """
        if self.attempts is not None and attempt >= self.attempts:
            return None
        if asked_seconds is not None and asked_seconds > self.longest_seconds:
            return None
        own = self.after(attempt)
        return own if asked_seconds is None else max(own, asked_seconds)


async def retrying[T](
    operation: Callable[[], Awaitable[T]],
    backoff: Backoff,
    *,
    on: type[Exception] | tuple[type[Exception], ...],
    failed: Failed | None = None,
    sleep: Sleep = asyncio.sleep,
) -> T:
    """The result of `operation`, tried again while it raises one of `on`; the last error when it is given up.

    `failed` is told of each failure that is tried again: the error, the attempt's number, the pause in seconds.
    """
    attempt = 1
    while True:
        try:
            return await operation()
        except on as error:
            pause = backoff.pause(attempt)
            if pause is None:
                raise
            if failed is not None:
                failed(error, attempt, pause)
        await sleep(pause)
        attempt += 1

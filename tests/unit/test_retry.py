"""Pauses that grow, and when trying again ends."""

import pytest

from backend.retry import Backoff, retrying


class Flaky:
    """Fails so many times, then answers."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise ConnectionError(f"failure {self.calls}")
        return "answer"


class Slept:
    """Stands for sleeping; remembers the pauses."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_pauses_grow_until_it_succeeds() -> None:
    slept, told = Slept(), list[tuple[str, int, float]]()
    answer = await retrying(
        Flaky(3),
        Backoff(0.5, attempts=5, factor=3),
        on=ConnectionError,
        failed=lambda error, attempt, pause: told.append((str(error), attempt, pause)),
        sleep=slept,
    )
    assert answer == "answer"
    assert slept.pauses == [0.5, 1.5, 4.5]
    assert told == [("failure 1", 1, 0.5), ("failure 2", 2, 1.5), ("failure 3", 3, 4.5)]


async def test_after_the_last_attempt_its_error_is_raised_without_a_pause() -> None:
    operation, slept = Flaky(9), Slept()
    with pytest.raises(ConnectionError, match="failure 3"):
        await retrying(operation, Backoff(1, attempts=3), on=ConnectionError, sleep=slept)
    assert slept.pauses == [1, 2]


async def test_other_errors_are_not_tried_again() -> None:
    operation = Flaky(1)
    with pytest.raises(ConnectionError):
        await retrying(operation, Backoff(1), on=TimeoutError, sleep=Slept())
    assert operation.calls == 1


def test_no_pause_is_longer_than_the_longest_however_many_attempts() -> None:
    endless = Backoff(1, longest_seconds=60)
    assert [endless.pause(attempt) for attempt in (1, 2, 7, 100_000)] == [1, 2, 60, 60]


def test_jitter_only_shortens() -> None:
    jittered = Backoff(8, jitter=0.25)
    pauses = [jittered.pause(1) or 0 for _ in range(200)]
    assert 6 <= min(pauses) < max(pauses) <= 8


def test_what_the_other_side_asks_for_is_waited_unless_it_is_too_long() -> None:
    backoff = Backoff(2, attempts=3, longest_seconds=30)
    assert backoff.pause(1, asked_seconds=10) == 10
    assert backoff.pause(1, asked_seconds=0) == 2
    assert backoff.pause(1, asked_seconds=31) is None
    assert backoff.pause(3, asked_seconds=1) is None

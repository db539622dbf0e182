"""Single wishes gathered into calls for many."""

import asyncio
from collections.abc import Sequence

import pytest

from backend.connectors.github.gathering import Gathering
from backend.connectors.github.wire import too_much_at_once
from backend.errors import TransientFailure


class Desk:
    """Answers each number with its double, at most `most` of them at once."""

    def __init__(self, most: int = 100, error: Exception | None = None) -> None:
        self.asked: list[int] = []
        self._most = most
        self._error = error

    async def __call__(self, keys: Sequence[int]) -> dict[int, int]:
        self.asked.append(len(keys))
        if self._error is not None:
            raise self._error
        if len(keys) > self._most:
            raise too_much_at_once()
        return {key: key * 2 for key in keys}


async def test_what_is_wished_for_at_once_is_asked_for_together() -> None:
    desk = Desk()
    gathering: Gathering[int, int] = Gathering(desk, at_most=20)
    assert await asyncio.gather(*(gathering.get(number) for number in range(45))) == [n * 2 for n in range(45)]
    assert desk.asked == [20, 20, 5]
    assert await gathering.get(7) == 14
    assert desk.asked[-1] == 1


async def test_the_same_wish_is_asked_for_once() -> None:
    desk = Desk()
    gathering: Gathering[int, int] = Gathering(desk, at_most=20)
    assert [*await asyncio.gather(gathering.get(1), gathering.get(1))] == [2, 2]
    assert desk.asked == [1]


async def test_too_much_at_once_is_halved() -> None:
    desk = Desk(most=3)
    gathering: Gathering[int, int] = Gathering(desk, at_most=20)
    assert await gathering.all(range(10)) == {n: n * 2 for n in range(10)}
    assert max(number for number in desk.asked if number <= 3) == 3


async def test_too_much_of_one_is_an_error() -> None:
    with pytest.raises(TransientFailure):
        await Gathering(Desk(most=0), at_most=20).all([1])


async def test_when_all_is_down_few_calls_are_made() -> None:
    desk = Desk(most=0)
    with pytest.raises(TransientFailure):
        await Gathering(desk, at_most=20).all(range(20))
    assert desk.asked == [20, 10, 5, 2, 1]


async def test_an_error_reaches_everybody_who_wished() -> None:
    gathering: Gathering[int, int] = Gathering(Desk(error=TransientFailure("down")), at_most=20)
    found = await asyncio.gather(*(gathering.get(number) for number in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [TransientFailure] * 3

"""Few places, shared by holders."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.extraction.turns import Turns


class Desk:
    """Callers that stay at their place until they are told to leave; `came` says in which order they got it."""

    def __init__(self, places: int) -> None:
        self.turns = Turns(places)
        self.came: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, name: str, holder: str | None, size: int = 1) -> None:
        self._leave[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._stay(name, holder, size))
        await asyncio.sleep(0)

    async def leave(self, name: str) -> None:
        self._leave[name].set()
        await self._tasks[name]
        await asyncio.sleep(0)

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._tasks[name]

    async def empty(self) -> None:
        for leave in self._leave.values():
            leave.set()
        await self.turns.all_left()

    async def _stay(self, name: str, holder: str | None, size: int) -> None:
        async with self.turns.turn(holder, size=size):
            self.came.append(name)
            await self._leave[name].wait()


@asynccontextmanager
async def desk(places: int) -> AsyncIterator[Desk]:
    there = Desk(places)
    yield there
    async with asyncio.timeout(60):
        await there.empty()


async def test_three_hostile_files_of_one_holder_do_not_keep_another_waiting() -> None:
    async with desk(2) as there:
        for name in ("a1", "a2", "a3"):
            await there.ask(name, "ada")
        await there.ask("b1", "ben")
        assert there.came == ["a1", "b1"]


async def test_holders_take_turns_however_many_files_one_has() -> None:
    async with desk(1) as there:
        for n in range(4):
            await there.ask(f"a{n}", "ada")
        await there.ask("b0", "ben")
        await there.ask("c0", "cem")
        for name in ("a0", "a1", "b0", "c0"):
            await there.leave(name)
        assert there.came == ["a0", "a1", "b0", "c0", "a2"]


async def test_of_one_holder_the_small_go_before_the_large() -> None:
    async with desk(1) as there:
        await there.ask("first", "ada", size=5)
        for name, size in (("huge", 900), ("tiny", 1), ("middle", 30)):
            await there.ask(name, "ada", size)
        for name in ("first", "tiny", "middle"):
            await there.leave(name)
        assert there.came == ["first", "tiny", "middle", "huge"]


async def test_somebody_who_looks_at_a_page_comes_first() -> None:
    async with desk(1) as there:
        await there.ask("a1", "ada")
        await there.ask("b1", "ben")
        await there.ask("page", None)
        await there.leave("a1")
        assert there.came == ["a1", "page"]


async def test_who_gives_up_leaves_no_place_taken() -> None:
    async with desk(1) as there:
        await there.ask("a1", "ada")
        await there.ask("b1", "ben")
        await there.ask("c1", "cem")
        await there.give_up("b1")
        await there.give_up("a1")
        assert there.came == ["a1", "c1"]

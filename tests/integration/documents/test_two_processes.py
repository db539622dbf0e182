"""Two processes over one database and one folder of originals: what one drops, the other may just be taking in."""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.mongo_server import mongo_server

PROGRAM = "tests.integration.documents.one_of_two_processes"
REPOSITORY = Path(__file__).parents[3]


class Told:
    """A process that is told what to do."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def does(self, command: str, value: str = "") -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps([command, value])}\n".encode())
        return await self.says()

    async def says(self) -> str:
        """Its next answer; other lines are its log."""
        assert self._process.stdout is not None
        while line := (await self._process.stdout.readline()).decode():
            if not line.startswith("20"):
                return line.strip()
        raise RuntimeError("the process has ended")


@asynccontextmanager
async def process(url: str, name: str, folder: Path) -> AsyncIterator[Told]:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", PROGRAM, url, name, str(folder),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    told = Told(started)
    try:
        assert await told.says() == "ready"
        yield told
    finally:
        assert started.stdin is not None
        started.stdin.close()
        await started.wait()


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_an_original_that_one_process_drops_while_another_takes_it_in_is_not_lost(tmp_path: Path) -> None:
    name = f"biblios_test_{uuid.uuid4().hex[:12]}"
    with mongo_server() as url:
        async with process(url, name, tmp_path) as a, process(url, name, tmp_path) as b:
            await a.does("receive", "the same words")
            first = await a.does("store", "first.txt")
            await b.does("receive", "the same words")  # its request is not at its end yet, and names no document
            await a.does("delete", first)
            for _ in range(5):  # for hours
                assert await b.does("later", "0.5") == "cleared away"
                assert await a.does("later", "0.5") == "cleared away"
            second = await b.does("store", "second.txt")
            assert await a.does("read", second) == await b.does("read", second) == "the same words"
            await b.does("delete", second)
            await a.does("later", "2")
            assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_an_upload_whose_process_was_away_is_refused_rather_than_acknowledged_and_lost(tmp_path: Path) -> None:
    name = f"biblios_test_{uuid.uuid4().hex[:12]}"
    with mongo_server() as url:
        async with process(url, name, tmp_path) as a, process(url, name, tmp_path) as b:
            await a.does("receive", "the same words")
            first = await a.does("store", "first.txt")
            await b.does("receive", "the same words")
            await a.does("delete", first)
            await a.does("later", "3")  # meanwhile B's machine was asleep
            assert await b.does("store", "second.txt") == "error: upload_lost"
            await b.does("receive", "the same words")
            second = await b.does("store", "second.txt")
            assert await a.does("read", second) == "the same words"

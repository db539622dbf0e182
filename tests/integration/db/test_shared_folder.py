"""Processes over one MongoDB must share the folder of original files; one that does not is told at its start."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.db.shared_folder import MARKER, FolderNotShared, check_shared
from tests.support.mongo_server import mongo_database, mongo_server


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    with mongo_server() as address:
        yield address


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_processes_that_share_the_folder_start_also_at_once(uri: str, tmp_path: Path) -> None:
    async with mongo_database(uri) as database:
        await asyncio.gather(*(check_shared(database, tmp_path) for _ in range(8)))
        await check_shared(database, tmp_path)
        assert names_in(tmp_path) == [MARKER]


async def test_a_process_with_a_folder_of_its_own_is_refused_and_told_what_to_do(uri: str, tmp_path: Path) -> None:
    shared, own = tmp_path / "shared", tmp_path / "own"
    shared.mkdir()
    own.mkdir()
    async with mongo_database(uri) as database:
        await check_shared(database, shared)
        with pytest.raises(FolderNotShared, match=r"Mount that folder here") as caught:
            await check_shared(database, own)
        assert caught.value.code == "data_folder_not_shared"
        assert names_in(own) == []  # nothing is left where the shared folder should be
        expected = (shared / MARKER).read_text().strip()
        assert f"write the line {expected}" in str(caught.value)
        (own / MARKER).write_text(expected)  # as the message says
        await check_shared(database, own)


async def test_a_folder_that_moved_or_a_database_that_is_new_starts(uri: str, tmp_path: Path) -> None:
    async with mongo_database(uri) as database:
        await check_shared(database, tmp_path)
        moved = tmp_path.parent / f"{tmp_path.name}-moved"
        shutil.copytree(tmp_path, moved)
        await check_shared(database, moved)
    async with mongo_database(uri) as new:
        await check_shared(new, tmp_path)

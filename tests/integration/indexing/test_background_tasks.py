"""Background tasks of indexing that die come back, and are named meanwhile."""

from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.errors import Unavailable
from tests.support.indexes import MemoryLexicalIndex
from tests.support.library import open_library
from tests.support.waiting import until


class ClearFails(MemoryLexicalIndex):
    """Fails in a way that nobody foresaw, the first time that it is to be filled."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 1

    async def clear(self) -> None:
        if self.failures:
            self.failures -= 1
            raise KeyError("unforeseen")
        await super().clear()


async def test_a_catch_up_that_died_is_named_started_again_and_finishes(tmp_path: Path) -> None:
    ada = Caller.of("ada")
    async with open_library(tmp_path) as library:
        await library.service.store_texts("ada", [TextItem("boats", "Boats", "Boats float on water.")])
        await library.settled(ada)
    async with open_library(tmp_path, lexical=ClearFails()) as library:
        with pytest.raises(Unavailable, match="index-catch-up"):
            await library.parts.indexing.ping()
        await until(lambda: library.parts.indexing.caught_up)
        assert [hit.external_id for hit in await library.search(ada, "boats")] == ["boats"]


async def test_a_library_whose_tasks_run_is_well(tmp_path: Path) -> None:
    async with open_library(tmp_path) as library:
        await library.parts.indexing.ping()

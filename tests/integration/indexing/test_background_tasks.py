"""Background tasks of indexing that die come back, and are named meanwhile."""

from pathlib import Path

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.errors import Unavailable
from tests.support.indexes import MemoryLexicalIndex
from tests.support.library import Library, open_library
from tests.support.waiting import until, until_true


class ClearFails(MemoryLexicalIndex):
    """Fails in a way that nobody foresaw, whenever it is to be filled, until it is mended."""

    def __init__(self) -> None:
        super().__init__()
        self.mended = False

    async def clear(self) -> None:
        if not self.mended:
            raise KeyError("unforeseen")
        await super().clear()


async def _named(library: Library, task: str) -> None:
    """Waits until the library says that this task of its is down."""

    async def named() -> bool:
        try:
            await library.parts.indexing.ping()
        except Unavailable as error:
            return task in error.message
        return False

    await until_true(named)


async def test_a_catch_up_that_died_is_named_started_again_and_finishes(tmp_path: Path) -> None:
    ada = Caller.of("ada")
    async with open_library(tmp_path) as library:
        await library.service.store_texts("ada", [TextItem("boats", "Boats", "Boats float on water.")])
        await library.settled(ada)
    lexical = ClearFails()
    async with open_library(tmp_path, lexical=lexical) as library:
        await _named(library, "index-catch-up")
        lexical.mended = True
        await until(lambda: library.parts.indexing.caught_up)
        assert [hit.external_id for hit in await library.search(ada, "boats")] == ["boats"]


async def test_a_library_whose_tasks_run_is_well(tmp_path: Path) -> None:
    async with open_library(tmp_path) as library:
        await library.parts.indexing.ping()

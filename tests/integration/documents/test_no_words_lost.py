"""What was acknowledged keeps its words, and what lost them is whole again when it comes in once more."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.schema import VERSIONS
from backend.documents.sharing import Change
from tests.support.library import Library, open_library
from tests.support.overtaken import overtaken

BOATS, TRAINS = TextItem("boats", "Boats", "Boats float."), TextItem("trains", "Trains", "Trains roll.")


async def test_a_new_text_beside_one_that_another_request_stores_keeps_its_words(library: Library, ada: Caller) -> None:
    async def another() -> None:
        await library.service.store_texts("ada", [TRAINS])
        await library.settled(ada)

    service = overtaken(library, another, after="unscoped_known")
    boats, trains = await service.store_texts("ada", [BOATS, TRAINS])
    assert (boats.outcome, trains.outcome) == ("created", "unchanged")
    assert await library.settled(ada) == {"indexed": 2}
    assert (await library.service.text(ada, boats.id)).text == BOATS.text
    assert await library.database.collection(VERSIONS).count({}) == 2


async def test_another_title_that_comes_in_while_a_text_is_being_indexed_costs_no_words(
    tmp_path: Path, ada: Caller
) -> None:
    async with open_library(tmp_path, work=False) as waiting:
        [stored] = await waiting.service.store_texts("ada", [BOATS])

        async def settle() -> None:
            indexes: dict[str, Any] = {"store": waiting.store, "lexical": waiting.lexical, "database": waiting.database}
            async with open_library(tmp_path, **indexes) as working:
                assert await working.settled(ada) == {"indexed": 1}

        moved = replace(BOATS, title="Vessels")
        await overtaken(waiting, settle, after="unscoped_known").store_texts("ada", [moved])
        await settle()
        assert (await waiting.service.text(ada, stored.id)).text == BOATS.text
        assert (await waiting.service.get(ada, stored.id)).title == moved.title


async def lose_words(library: Library) -> None:
    assert await library.database.collection(VERSIONS).delete_many({}) == 1


async def why_it_failed(library: Library, ada: Caller, document_id: str) -> str:
    assert await library.settled(ada) == {"failed": 1}
    error = (await library.service.get(ada, document_id)).error
    assert error is not None
    return error.code


async def test_a_text_that_was_lost_before_it_was_read_is_whole_again_when_it_is_sent_again(
    tmp_path: Path, ada: Caller
) -> None:
    async with open_library(tmp_path, work=False) as library:
        [stored] = await library.service.store_texts("ada", [BOATS])
        await lose_words(library)
    async with open_library(tmp_path) as library:
        assert await why_it_failed(library, ada, stored.id) == "text_missing"
        await library.service.store_texts("ada", [BOATS])
        assert await library.settled(ada) == {"indexed": 1}
        assert (await library.service.text(ada, stored.id)).text == BOATS.text


@pytest.mark.parametrize("came_as", ["text", "file"])
async def test_a_present_version_that_was_lost_is_whole_again_when_it_is_added_again(
    library: Library, ada: Caller, came_as: str
) -> None:
    async def add() -> str:
        if came_as == "file":
            return await library.add_file(ada, "boats.txt", BOATS.text.encode())
        return (await library.service.store_texts("ada", [BOATS]))[0].id

    document_id = await add()
    await library.settled(ada)
    await lose_words(library)
    await library.service.change(ada, document_id, Change(title="Vessels"))
    assert await why_it_failed(library, ada, document_id) == "text_missing"
    assert await add() == document_id
    assert await library.settled(ada) == {"indexed": 1}
    assert (await library.service.text(ada, document_id)).text == BOATS.text

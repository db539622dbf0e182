"""Hiding, showing again and changes of access that come together: none of them undoes another."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend.documents.incoming import FileItem, TextItem
from backend.documents.library import LibraryService
from backend.documents.models import Embedded
from backend.documents.repository import DocumentQuery
from tests.integration.documents.test_connected import BOARD, SLACK, TEAM, holding, listed, settled
from tests.integration.documents.test_outdated_words import packed
from tests.support.library import Library
from tests.support.overtaken import Look, overtaken

NAME = "a.zip"


async def store_text(service: LibraryService, principal: str) -> None:
    item = TextItem(NAME, "Note", "Walnuts are kept inside.", access=frozenset({principal}))
    await service.store_texts(SLACK, [item], source="drive")


async def store_archive(library: Library, service: LibraryService, principal: str) -> None:
    data = packed("inside.txt")
    file = FileItem(NAME, NAME, await library.parts.blobs.put(data), len(data), access=frozenset({principal}))
    await service.store_files(SLACK, [file], source="drive")


async def set_access(service: LibraryService) -> None:
    await service.set_access(SLACK, {NAME: frozenset({BOARD})})


type Change = Callable[[Library, LibraryService], Awaitable[Any]]
#: How a document that the team sees becomes the board's, and the look after which another may come first.
CHANGES: dict[str, tuple[Change, Look]] = {
    "set_access": (lambda _, service: set_access(service), "unscoped_by_key"),
    "store_texts": (lambda _, service: store_text(service, BOARD), "unscoped_known"),
    "store_files": (lambda library, service: store_archive(library, service, BOARD), "unscoped_known"),
}
each_change = pytest.mark.parametrize("change", CHANGES)


async def stored_for_the_team(library: Library, change: str) -> list[str]:
    if change == "store_texts":
        await store_text(library.service, TEAM)
    else:
        await store_archive(library, library.service, TEAM)
    await settled(library, SLACK)
    names = sorted(await listed(library, holding(TEAM)))
    assert names == ([NAME] if change == "store_texts" else [NAME, f"{NAME}!/inside.txt"])
    return names


async def changed(library: Library, change: str) -> None:
    """The change, and all that follows it in the background: only then is what hiding counts its own doing."""
    make, _ = CHANGES[change]
    await make(library, library.service)
    await library.parts.indexing.access_settled()


async def shown(library: Library) -> tuple[list[str], list[str]]:
    """What the team and what the board see."""
    team, board = [sorted(await listed(library, holding(who))) for who in (TEAM, BOARD)]
    return team, board


@each_change
async def test_hiding_beside_a_change_of_access_stays_hidden(library: Library, change: str) -> None:
    names = await stored_for_the_team(library, change)
    make, look = CHANGES[change]
    await make(library, overtaken(library, lambda: library.service.hide(SLACK, [NAME]), after=look))
    assert await shown(library) == ([], [])
    await library.parts.indexing.access_settled()
    assert await library.service.unhide(SLACK, [NAME]) == len(names)
    assert await shown(library) == ([], names)


@each_change
async def test_hiding_that_a_change_of_access_overtakes_comes_back_with_the_changed_list(
    library: Library, change: str
) -> None:
    names = await stored_for_the_team(library, change)
    overtaking = overtaken(library, lambda: changed(library, change), after="unscoped_by_key")
    assert await overtaking.hide(SLACK, [NAME]) == len(names)
    assert await shown(library) == ([], [])
    await library.service.unhide(SLACK, [NAME])
    assert await shown(library) == ([], names)


@each_change
async def test_showing_again_beside_a_change_of_access_shows_to_whom_it_was_changed(
    library: Library, change: str
) -> None:
    names = await stored_for_the_team(library, change)
    await library.service.hide(SLACK, [NAME])
    make, look = CHANGES[change]
    await make(library, overtaken(library, lambda: library.service.unhide(SLACK, [NAME]), after=look))
    assert await shown(library) == ([], names)


@each_change
async def test_showing_again_that_a_change_of_access_overtakes_shows_to_whom_it_was_changed(
    library: Library, change: str
) -> None:
    names = await stored_for_the_team(library, change)
    await library.service.hide(SLACK, [NAME])
    make, _ = CHANGES[change]
    overtaking = overtaken(library, lambda: make(library, library.service), after="unscoped_by_key")
    await overtaking.unhide(SLACK, [NAME])
    assert await shown(library) == ([], names)


@each_change
async def test_what_is_hidden_comes_back_with_the_list_that_it_was_given_meanwhile(
    library: Library, change: str
) -> None:
    names = await stored_for_the_team(library, change)
    await library.service.hide(SLACK, [NAME])
    make, _ = CHANGES[change]
    await make(library, library.service)
    assert await shown(library) == ([], [])
    await library.service.unhide(SLACK, [NAME])
    assert await shown(library) == ([], names)


@pytest.mark.parametrize("step", ["hide", "set_access"])
async def test_a_member_that_is_stored_beside_a_change_of_its_archive_follows_it(library: Library, step: str) -> None:
    await stored_for_the_team(library, "store_files")
    rows, _ = await library.service.page(holding(TEAM), DocumentQuery(kind="archive"))
    archive = await library.service.get(holding(TEAM), rows[0]["id"])

    async def store_another() -> None:
        members = [Embedded("inside.txt", b"Walnuts are kept inside."), Embedded("late.txt", b"Hazelnuts came late.")]
        await library.service.store_children(archive, members)

    service = overtaken(library, store_another, after="unscoped_children")
    await (service.hide(SLACK, [NAME]) if step == "hide" else set_access(service))
    team, board = await shown(library)
    assert team == []
    assert len(board) == (0 if step == "hide" else 3)

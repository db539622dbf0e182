"""Folders: where files lie, which are chosen, and changes of a folder that name nothing in it."""

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.google_drive.drive_place import DrivePlace, reader
from tests.support.google_drive_state import FOLDER

pytestmark = pytest.mark.asyncio(loop_scope="module")


def folder(drive: DrivePlace, name: str, parent: str | None = None) -> str:
    return drive.state.add(name, owner=ADA, mime=FOLDER, parent=parent)


async def test_a_file_shows_where_it_lies(drive: DrivePlace) -> None:
    inner = folder(drive, "2026/27", folder(drive, "Projects"))
    id_ = drive.state.add("Plan.txt", owner=ADA, parent=inner, data=b"Words.")
    theirs = drive.state.add("Gift.txt", owner=BEN, data=b"Words of Ben.", shares=[reader(ADA)])
    shown = await drive.shown(await drive.connected())
    assert shown[id_]["path"] == "My Drive/Projects/2026-27/Plan.txt"
    assert shown[theirs]["path"] == "Shared with me/Gift.txt"


async def test_a_folder_that_moves_or_is_renamed_takes_what_is_in_it_along(drive: DrivePlace) -> None:
    top = folder(drive, "Old")
    id_ = drive.state.add("Plan.txt", owner=ADA, parent=folder(drive, "Inner", top), data=b"Words.")
    connection = await drive.connected()
    before = (await drive.rows(connection))[id_]["document_id"]
    downloads = drive.calls("1-item")
    drive.state.rename(top, "New")
    await drive.synced(connection)
    assert drive.calls("1-item") == downloads
    assert (await drive.shown(connection))[id_]["path"] == "My Drive/New/Inner/Plan.txt"
    assert (await drive.rows(connection))[id_]["document_id"] == before
    assert (await drive.place.runs(connection))[0]["indexed"] == 0


async def test_a_folder_that_is_shared_opens_what_is_in_it_and_nothing_is_read_again(drive: DrivePlace) -> None:
    top = folder(drive, "Shared later")
    inner = folder(drive, "Inner", top)
    ids = {drive.file(f"Words {number}.", parent=inner) for number in range(12)}
    connection = await drive.connected()
    assert await drive.seen(drive.ben, connection) == {}
    downloads = drive.calls("1-item")
    drive.state.share(top, reader(BEN))
    await drive.synced(connection)
    assert set(await drive.seen(drive.ben, connection)) == ids
    assert drive.calls("1-item") == downloads
    drive.state.share(top)
    await drive.synced(connection)
    assert await drive.seen(drive.ben, connection) == {}
    assert drive.calls("1-item") == downloads


async def test_a_folder_in_the_trash_takes_what_is_in_it_along_and_brings_it_back(drive: DrivePlace) -> None:
    top = folder(drive, "Bin")
    inside = drive.file("Words inside.", parent=folder(drive, "Inner", top))
    outside = drive.file("Words outside.")
    connection = await drive.connected()
    drive.state.trash(top)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == {outside}
    drive.state.trash(top, False)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == {outside, inside}


async def test_what_was_in_a_folder_that_is_gone_answers_no_more(drive: DrivePlace) -> None:
    """The change names the folder alone, and its children cannot be asked for any more."""
    top = folder(drive, "Doomed")
    doomed = {drive.file(f"Doomed words {number}.", parent=top) for number in range(3)}
    stays = {drive.file(f"Words {number}.") for number in range(9)}
    connection = await drive.connected()
    drive.state.delete(top)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == stays
    assert {(await drive.rows(connection))[id_]["status"] for id_ in doomed} == {"hidden"}


async def test_a_folder_that_this_account_lost_takes_what_is_in_it_along(drive: DrivePlace) -> None:
    """`removed` may mean lost access."""
    theirs = drive.state.add("Of Ben", owner=BEN, mime=FOLDER, shares=[reader(ADA)])
    inside = drive.state.add("Gift.txt", owner=BEN, parent=theirs, data=b"Words of Ben.")
    stays = {drive.file(f"Words {number}.") for number in range(3)}
    connection = await drive.connected()
    assert inside in await drive.seen(drive.ada, connection)
    drive.state.share(theirs)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == stays


async def test_only_what_is_in_the_chosen_folders_is_here(drive: DrivePlace) -> None:
    chosen, other = folder(drive, "Chosen"), folder(drive, "Other")
    inside = drive.file("Words inside.", parent=folder(drive, "Inner", chosen))
    outside = drive.file("Words outside.", parent=other)
    connection = await drive.connected(folders=[chosen])
    assert set(await drive.seen(drive.ada, connection)) == {inside}
    drive.state.move(outside, chosen)
    drive.state.move(inside, other)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == {outside}


async def test_a_chosen_folder_that_is_no_longer_there_needs_a_person_and_is_no_success(drive: DrivePlace) -> None:
    drive.file("Words.")
    made = await drive.place.connect(options={"subject": ADA, "folders": ["1-nothing"]})
    shown = await drive.place.settled(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "options_invalid")


async def test_folders_are_offered_with_where_they_lie(drive: DrivePlace) -> None:
    inner = folder(drive, "Inner", folder(drive, "Outer"))
    connection = await drive.connected()
    answer = await drive.ada.call("GET", f"/connections/{connection}/choices/folders")
    assert answer.status_code == 200, answer.text
    assert {"value": inner, "label": "My Drive/Outer/Inner"} in answer.json()["items"]


async def test_a_change_of_a_folder_that_concerns_nothing_in_it_asks_for_nothing(drive: DrivePlace) -> None:
    top = folder(drive, "Quiet")
    drive.file("Words.", parent=top)
    connection = await drive.connected()
    drive.state.rename(top, "Quiet")
    lists = drive.calls("/files")
    await drive.synced(connection)
    assert drive.calls("/files") == lists

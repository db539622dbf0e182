"""Shortcuts lead to their target, which is here once, with its own access."""

from typing import Any

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.google_drive.drive_place import DrivePlace, reader
from tests.support.google_drive_state import FOLDER, SHORTCUT, Share

pytestmark = pytest.mark.asyncio(loop_scope="module")


def shortcut(drive: DrivePlace, target: str, parent: str | None = None, **given: Any) -> str:
    return drive.state.add("Shortcut", owner=ADA, mime=SHORTCUT, target=target, parent=parent, **given)


async def test_the_target_is_here_once_and_opens_by_its_own_shares(drive: DrivePlace) -> None:
    target = drive.file("Words of the target.")
    for _ in range(3):
        shortcut(drive, target, shares=[reader(BEN)])
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {target}
    assert await drive.seen(drive.ben, connection) == {}


async def test_a_target_that_is_shared_by_link_alone_is_opened_with_its_key(drive: DrivePlace) -> None:
    target = drive.state.add("Link.txt", owner=BEN, data=b"By link.", shares=[Share("anyone")], key="key-of-it")
    shortcut(drive, target)
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {target}
    assert await drive.seen(drive.ben, connection) == {}  # this account is not told whose it is


async def test_a_folder_that_is_shared_by_link_is_read_through_its_shortcut(drive: DrivePlace) -> None:
    target = drive.state.add("Linked", owner=BEN, mime=FOLDER, shares=[Share("anyone")], key="key-of-it")
    inside = drive.state.add("Deep.txt", owner=BEN, parent=target, data=b"Deep words.")
    shortcut(drive, target)
    assert set(await drive.seen(drive.ada, await drive.connected())) == {inside}


async def test_a_shortcut_in_a_chosen_folder_brings_what_others_share(drive: DrivePlace) -> None:
    chosen = drive.state.add("Chosen", owner=ADA, mime=FOLDER)
    theirs = drive.state.add("Gift.txt", owner=BEN, data=b"Words of Ben.", shares=[reader(ADA)])
    drive.file("Words elsewhere.")
    shortcut(drive, theirs, chosen)
    connection = await drive.connected(folders=[chosen])
    assert set(await drive.seen(drive.ada, connection)) == {theirs}
    drive.state.write(theirs, b"Other words of Ben.")
    await drive.synced(connection)
    assert "Other words" in (await drive.seen(drive.ada, connection))[theirs]


async def test_a_shortcut_to_what_comes_by_itself_is_asked_for_and_not_followed(drive: DrivePlace) -> None:
    team = drive.state.add_drive("Team", Share("user", ADA, "organizer"))
    folder = drive.state.add("Folder", parent=team, mime=FOLDER)
    inside = drive.file("Words inside.", parent=folder)
    shortcut(drive, folder)
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {inside}
    assert (await drive.shown(connection))[inside]["path"].startswith("Team/Folder/")
    asked = [one.query for one in drive.stage.wire.journal if "in+parents" in one.query or "in%20parents" in one.query]
    assert asked == []


async def test_a_shortcut_that_is_gone_takes_what_it_alone_led_to_along(drive: DrivePlace) -> None:
    target = drive.state.add("Link.txt", owner=BEN, data=b"By link.", shares=[Share("anyone")])
    link = shortcut(drive, target)
    stays = drive.file("Words.")
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {target, stays}
    drive.state.trash(link)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == {stays}


async def test_a_shortcut_that_leads_nowhere_is_no_item_and_no_error(drive: DrivePlace) -> None:
    hidden = drive.state.add("Secret.txt", owner=BEN, data=b"Secret.")
    link = shortcut(drive, hidden)
    fine = drive.file("Words.")
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {fine}
    assert link not in await drive.rows(connection)

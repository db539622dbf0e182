"""Who may open a file of My Drive here: never anybody who could not open it there, and nobody by guessing."""

from typing import Any

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.google_drive.drive_place import DrivePlace, reader
from tests.support.google_drive_state import FOLDER, Share

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Shares by which Ben may perhaps open a file there, and none by which he does here.
NOBODY: dict[str, Share] = {
    "a Google group, whose members are not told": Share("group", "team@example.com"),
    "a whole domain": Share("domain", "example.com", discoverable=True),
    "a whole domain by link": Share("domain", "example.com"),
    "anyone with the link": Share("anyone"),
    "anyone, found by search": Share("anyone", discoverable=True),
    "a share that ends": Share("user", BEN, ends="2026-12-31T00:00:00.000Z"),
    "an account that was deleted": Share("user", BEN, deleted=True),
    "a published view": Share("user", BEN, view="published"),
    "a role that is not known": Share("user", BEN, role="guest"),
}


@pytest.mark.parametrize("share", NOBODY.values(), ids=NOBODY)
async def test_opens_nothing_to_who_is_not_named(drive: DrivePlace, share: Share) -> None:
    drive.state.groups["team@example.com"] = {BEN}
    id_ = drive.file("Words.", shares=[share])
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {id_}
    assert await drive.seen(drive.ben, connection) == {}


@pytest.mark.parametrize(
    ("option", "share"),
    [
        ({"domain": "example.com"}, Share("domain", "example.com", discoverable=True)),
        ({"public": True}, Share("anyone", discoverable=True)),
    ],
)
async def test_what_search_finds_is_for_everybody_here_where_a_person_said_so(
    drive: DrivePlace, option: dict[str, Any], share: Share
) -> None:
    found = drive.file("Words to be found.", shares=[share])
    drive.file("Words by link.", shares=[Share(share.type, share.who)])
    drive.file("Words of another domain.", shares=[Share("domain", "example.org", discoverable=True)])
    connection = await drive.connected(**option)
    assert set(await drive.seen(drive.ben, connection)) == {found}


async def test_a_deleted_account_among_the_shares_takes_nothing_away(drive: DrivePlace) -> None:
    gone = Share("user", "gone@example.com", deleted=True)
    id_ = drive.file("Words.", shares=[gone, reader(BEN)])
    assert set(await drive.seen(drive.ben, await drive.connected())) == {id_}


async def test_a_file_whose_shares_are_not_told_is_for_whom_it_is_read_alone(drive: DrivePlace) -> None:
    """A reader is not told with whom else a file is shared."""
    theirs = drive.state.add("Gift.txt", owner=BEN, data=b"Words of Ben.", shares=[reader(ADA)])
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {theirs}
    assert await drive.seen(drive.ben, connection) == {}
    assert (await drive.report(connection))["narrowed"] == 1
    drive.state.share(theirs, reader(ADA, role="writer"))
    await drive.synced(connection)
    assert set(await drive.seen(drive.ben, connection)) == {theirs}
    assert (await drive.report(connection))["narrowed"] == 0


async def test_a_folder_with_limited_access_is_for_those_who_are_named_there(drive: DrivePlace) -> None:
    top = drive.state.add("Open", owner=ADA, mime=FOLDER, shares=[reader(BEN)])
    inner = drive.state.add("Limited", owner=ADA, mime=FOLDER, parent=top)
    id_ = drive.file("Words.", parent=inner)
    connection = await drive.connected()
    assert set(await drive.seen(drive.ben, connection)) == {id_}
    drive.state.limit(inner)
    await drive.synced(connection)
    assert await drive.seen(drive.ben, connection) == {}
    assert set(await drive.seen(drive.ada, connection)) == {id_}


async def test_how_long_a_deleted_file_went_on_answering_is_measured_from_when_drive_says_it_changed(
    drive: DrivePlace,
) -> None:
    gone, binned, kept = drive.file("Words."), drive.file("Words."), drive.file("Words.")
    connection = await drive.connected()
    drive.state.delete(gone)
    drive.state.trash(binned)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == {kept}
    forgetting = (await drive.report(connection))["forgetting"]
    assert (forgetting["by"], forgetting["told"]["number"], forgetting["noticed"]["number"]) == ("changes", 2, 2)
    assert forgetting["told"]["longest_s"] >= forgetting["noticed"]["last_s"]

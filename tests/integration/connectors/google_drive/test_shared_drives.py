"""Shared drives: their own feeds, and their members as a group of their own."""

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.google_drive.drive_place import DrivePlace, reader
from tests.support.google_drive_state import FOLDER, Share

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANAGER = Share("user", ADA, "organizer")


async def test_members_see_what_is_in_a_shared_drive_and_leave_it_all_at_once(drive: DrivePlace) -> None:
    """No item is named when somebody leaves; that nobody reads it again is the point of the group."""
    id_ = drive.state.add_drive("Team", MANAGER, reader(BEN))
    files = {drive.file(f"Words {number}.", parent=id_) for number in range(8)}
    connection = await drive.connected()
    assert set(await drive.seen(drive.ben, connection)) == files
    drive.state.set_members(id_, MANAGER)
    before = drive.calls()
    await drive.synced(connection)
    assert await drive.seen(drive.ben, connection) == {}
    assert drive.calls() - before <= 10
    drive.state.set_members(id_, MANAGER, reader(BEN))
    await drive.synced(connection)
    assert set(await drive.seen(drive.ben, connection)) == files


async def test_who_belongs_to_a_drive_is_asked_once_and_not_for_each_file(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", MANAGER, reader(BEN))
    folder = drive.state.add("Named", parent=id_, mime=FOLDER, shares=[reader("eva@example.com")])
    for number in range(6):
        drive.file(f"Words {number}.", parent=id_)
        drive.file(f"Words below {number}.", parent=folder)
    before = drive.calls("/permissions")
    await drive.connected()
    assert drive.calls("/permissions") - before == 2  # the drive, and one file of the folder


async def test_a_folder_with_limited_access_stays_closed_to_the_other_members(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", MANAGER, reader(BEN))
    folder = drive.state.add("Limited", parent=id_, mime=FOLDER)
    inside, outside = drive.file("Words inside.", parent=folder), drive.file("Words outside.", parent=id_)
    connection = await drive.connected()
    drive.state.limit(folder)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ben, connection)) == {outside}
    assert set(await drive.seen(drive.ada, connection)) == {inside, outside}
    drive.state.share(folder, reader(BEN))
    await drive.synced(connection)
    assert set(await drive.seen(drive.ben, connection)) == {inside, outside}


async def test_a_limited_folder_in_which_all_members_are_named_opens_to_no_later_member(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", MANAGER)
    folder = drive.state.add("Limited", parent=id_, mime=FOLDER, shares=[MANAGER], limited=True)
    drive.file("Words.", parent=folder)
    connection = await drive.connected()
    drive.state.set_members(id_, MANAGER, reader(BEN))
    await drive.synced(connection)
    assert await drive.seen(drive.ben, connection) == {}


async def test_who_is_named_on_one_file_sees_that_file(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", MANAGER)
    named = drive.file("Words for Ben.", parent=id_, shares=[reader(BEN)])
    drive.file("Words for the team.", parent=id_)
    assert set(await drive.seen(drive.ben, await drive.connected())) == {named}


async def test_a_group_among_the_members_opens_nothing_to_people_whom_drive_does_not_tell(drive: DrivePlace) -> None:
    drive.state.groups["team@example.com"] = {BEN}
    id_ = drive.state.add_drive("Team", MANAGER, Share("group", "team@example.com"))
    file = drive.file("Words.", parent=id_)
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {file}
    assert await drive.seen(drive.ben, connection) == {}


async def test_a_drive_whose_members_are_not_told_is_for_whom_it_is_read_alone(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", reader(ADA), Share("user", BEN, "organizer"))
    file = drive.file("Words.", parent=id_)
    connection = await drive.connected()
    assert set(await drive.seen(drive.ada, connection)) == {file}
    assert await drive.seen(drive.ben, connection) == {}
    found = (await drive.place.shown(connection))["capabilities"]
    assert ("membership", "failed") in {(one["name"], one["state"]) for one in found}


async def test_a_right_to_read_members_that_was_lost_leaves_nobody_in_the_drive(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", MANAGER, reader(BEN))
    drive.file("Words.", parent=id_)
    connection = await drive.connected()
    drive.state.set_members(id_, reader(ADA), Share("user", "eva@example.com", "organizer"))
    await drive.synced(connection)
    assert await drive.seen(drive.ben, connection) == {}


async def test_a_drive_that_the_account_comes_to_later_is_read_from_its_beginning(drive: DrivePlace) -> None:
    mine = drive.file("Words of mine.")
    connection = await drive.connected()
    id_ = drive.state.add_drive("New", MANAGER)
    files = {drive.file(f"Words {number}.", parent=id_) for number in range(7)}
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == {mine, *files}
    later = drive.file("Words that are later.", parent=id_)
    await drive.synced(connection)
    assert later in await drive.seen(drive.ada, connection)


async def test_a_drive_that_the_account_left_answers_no_more(drive: DrivePlace) -> None:
    mine = {drive.file(f"Words of mine {number}.") for number in range(4)}
    id_ = drive.state.add_drive("Team", MANAGER)
    drive.file("Words of the team.", parent=id_)
    connection = await drive.connected()
    drive.state.set_members(id_, reader(BEN))
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == mine


async def test_a_file_that_moves_into_a_shared_drive_and_back_stays_the_same(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", MANAGER, reader(BEN))
    file = drive.file("Words that move.")
    connection = await drive.connected()
    document = (await drive.rows(connection))[file]["document_id"]
    drive.state.move(file, id_)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ben, connection)) == {file}
    assert (await drive.shown(connection))[file]["path"].startswith("Team/")
    drive.state.move(file, drive.state.root_of(ADA))
    await drive.synced(connection)
    assert await drive.seen(drive.ben, connection) == {}
    assert set(await drive.seen(drive.ada, connection)) == {file}
    assert (await drive.rows(connection))[file]["document_id"] == document


async def test_only_the_chosen_drives_are_read(drive: DrivePlace) -> None:
    chosen, other = drive.state.add_drive("Chosen", MANAGER), drive.state.add_drive("Other", MANAGER)
    inside = drive.file("Words inside.", parent=chosen)
    drive.file("Words of another.", parent=other)
    drive.file("Words of mine.")
    connection = await drive.connected(my_drive=False, drives=[chosen])
    assert set(await drive.seen(drive.ada, connection)) == {inside}
    answer = await drive.ada.call("GET", f"/connections/{connection}/choices/drives")
    assert [one["label"] for one in answer.json()["items"]] == ["Chosen", "Other"]
    drive.state.move(inside, other)
    await drive.synced(connection)
    assert await drive.seen(drive.ada, connection) == {}


async def test_a_service_account_that_is_a_member_of_nothing_needs_a_person(drive: DrivePlace) -> None:
    made = await drive.place.connect(options={"subject": "", "my_drive": False})
    shown = await drive.place.settled(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "options_invalid")


async def test_a_service_account_that_is_a_member_reads_for_the_members_and_for_nobody_else(drive: DrivePlace) -> None:
    robot = Share("user", "robot@project-of-the-test.iam.gserviceaccount.com", "organizer")
    id_ = drive.state.add_drive("Team", robot, reader(BEN))
    file = drive.file("Words of the team.", parent=id_)
    connection = await drive.connected(subject="", my_drive=False)
    assert set(await drive.seen(drive.ben, connection)) == {file}
    assert await drive.seen(drive.ada, connection) == {}  # who connected it is no member

"""How many calls a synchronisation costs, and that its place is kept by Google's own tokens."""

import pytest

from tests.contract.connectors.stage import ADA
from tests.integration.connectors.google_drive.drive_place import DrivePlace
from tests.support.google_drive_state import FOLDER, Share
from tests.support.provider_wire import Fault
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_first_synchronisation_costs_one_call_an_item_beside_a_fixed_number_of_calls(drive: DrivePlace) -> None:
    """Beside the downloads: whose it is (twice), what can be read, shared drives (once more for the report), where
    changes begin, a page of folders, a page of files, the root folder, and the changes since."""
    drive.stage.service.page = 1000
    folder = drive.state.add("Folder", owner=ADA, mime=FOLDER)
    for number in range(50):
        drive.file(f"Words {number}.", parent=folder)
    before = drive.calls()
    connection = await drive.connected()
    assert drive.calls() - before - 50 <= 10
    assert (await drive.place.runs(connection))[0]["calls"] - 50 <= 9


async def test_nothing_new_costs_two_calls_and_two_more_for_each_shared_drive(drive: DrivePlace) -> None:
    for number in range(4):
        drive.state.add_drive(f"Drive {number}", Share("user", ADA, "organizer"))
    connection = await drive.connected()
    before = drive.calls()
    await drive.synced(connection)
    assert drive.calls() - before == 2 + 2 * 4


async def test_every_list_asks_for_shared_drives_and_for_a_size_of_its_pages(drive: DrivePlace) -> None:
    id_ = drive.state.add_drive("Team", Share("user", ADA, "organizer"))
    drive.file("Words.", parent=id_)
    connection = await drive.connected()
    drive.file("Words that are new.", parent=id_)
    await drive.synced(connection)
    lists = [one for one in drive.stage.wire.journal if one.path.endswith(("/v3/files", "/changes", "/permissions"))]
    assert [
        one.path for one in lists if "pageSize=" not in one.query or "supportsAllDrives=true" not in one.query
    ] == []
    listed = [one for one in lists if not one.path.endswith("/permissions")]
    assert [one.path for one in listed if "includeItemsFromAllDrives=true" not in one.query] == []
    assert [one.path for one in listed if one.path.endswith("/v3/files") and "corpora=" not in one.query] == []


async def test_the_new_start_token_is_saved_last(drive: DrivePlace) -> None:
    """A run that ends before its last change is stored sees all of them again."""
    connection = await drive.connected()
    new = {drive.file(f"Words {number}.") for number in range(7)}  # two pages of changes
    drive.place.crashing.after = 6
    await drive.place.synced(connection)
    await drive.place.synced_until_ready(connection)
    assert set(await drive.seen(drive.ada, connection)) == new


async def test_what_changes_while_the_listing_is_under_way_is_not_lost(drive: DrivePlace) -> None:
    ids = {drive.file(f"Words {number}.") for number in range(12)}
    drive.place.crashing.after = 8  # within the second page
    made = await drive.place.connect(options={"subject": ADA})
    await drive.place.settled(made)
    changed, *_ = sorted(ids)
    drive.state.write(changed, b"Words that changed meanwhile.")
    await drive.place.synced_until_ready(made)
    assert "changed meanwhile" in (await drive.seen(drive.ada, made))[changed]
    assert set(await drive.seen(drive.ada, made)) == ids


async def test_a_page_token_of_a_listing_that_is_no_longer_taken_begins_it_again(drive: DrivePlace) -> None:
    refusal = {"domain": "global", "reason": "invalid", "locationType": "parameter", "location": "pageToken"}
    ids = {drive.file(f"Words {number}.") for number in range(12)}
    drive.place.crashing.after = 8
    made = await drive.place.connect(options={"subject": ADA})
    await drive.place.settled(made)
    drive.stage.wire.fail_all(
        lambda request: request.path.endswith("/v3/files") and "pageToken" in request.query,
        Fault(status=400, body={"error": {"errors": [refusal], "code": 400}}),
    )
    drive.stage.service.page = 1000
    await drive.place.synced_until_ready(made)
    assert set(await drive.seen(drive.ada, made)) == ids


async def test_a_limit_of_the_project_for_the_day_is_waited_for(drive: DrivePlace) -> None:
    connection = await drive.connected()
    drive.file("Words.")
    daily = {"error": {"errors": [{"domain": "usageLimits", "reason": "dailyLimitExceeded"}], "code": 403}}
    drive.stage.wire.fail_all(lambda request: request.path.endswith("/changes"), Fault(status=403, body=daily))
    assert (await drive.ada.call("POST", f"/connections/{connection}/sync")).status_code == 202

    async def waiting() -> bool:
        shown = await drive.place.shown(connection)
        return (shown["status"], (shown["status_reason"] or {}).get("code")) == ("waiting", "source_rate_limited")

    await until_true(waiting)


async def test_an_api_that_is_not_switched_on_needs_a_person(drive: DrivePlace) -> None:
    connection = await drive.connected()
    off = {"error": {"errors": [{"domain": "usageLimits", "reason": "accessNotConfigured"}], "code": 403}}
    drive.stage.wire.fail_all(lambda request: request.path.startswith("/drive/"), Fault(status=403, body=off))
    shown = await drive.place.synced(connection)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "invalid_config")

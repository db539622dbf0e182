"""What Google or the way there does wrong, in the middle of a run over shared drives and folders."""

import pytest

from tests.contract.connectors.stage import ADA, BEN, FaultKind
from tests.integration.connectors.google_drive.drive_place import DrivePlace, reader
from tests.support.google_drive_state import FOLDER, Share
from tests.support.long import LONG
from tests.support.provider_wire import Fault, Request

pytestmark = pytest.mark.asyncio(loop_scope="module")

KINDS: tuple[FaultKind, ...] = ("limited_without_a_time", "down", "dropped", "cut", "garbled")


def _filled(drive: DrivePlace) -> None:
    team = drive.state.add_drive("Team", Share("user", ADA, "organizer"), reader(BEN))
    folder = drive.state.add("Folder", parent=team, mime=FOLDER, shares=[reader("eva@example.com")])
    for number in range(3):
        drive.file(f"Words {number}.", parent=team)
        drive.file(f"Words in the folder {number}.", parent=folder)
        drive.file(f"Words of mine {number}.")


@pytest.mark.parametrize("nth", range(1, 40) if LONG else (4, 7, 9, 12))
async def test_a_request_that_fails_anywhere_is_made_up_for(drive: DrivePlace, nth: int) -> None:
    _filled(drive)
    drive.stage.fail(nth, KINDS[nth % len(KINDS)])
    made = await drive.place.connect(options={"subject": ADA})
    await drive.place.settled(made)
    await drive.place.synced_until_ready(made)
    await drive.place.equals_its_source(made)


async def test_a_burst_of_errors_takes_nothing_away_and_passes(drive: DrivePlace) -> None:
    _filled(drive)
    connection = await drive.connected()
    drive.file("Words that are new.")
    drive.stage.wire.fail_all(lambda request: request.path.startswith("/drive/"), Fault(status=502))
    assert (await drive.place.synced(connection))["documents"] == 9
    drive.stage.wire.mend()
    await drive.place.synced_until_ready(connection)
    await drive.place.equals_its_source(connection)


async def test_an_answer_without_a_list_is_evidence_of_nothing(drive: DrivePlace) -> None:
    _filled(drive)
    connection = await drive.connected()
    drive.stage.wire.fail_all(lambda request: request.path.endswith("/v3/files"), Fault(status=200, body={}))
    await drive.ada.call("POST", f"/connections/{connection}/sync", params={"everything": True})
    await drive.place.settled(connection, ended=2)
    drive.stage.wire.mend()
    await drive.place.equals_its_source(connection)


async def test_an_empty_page_in_the_middle_ends_no_listing(drive: DrivePlace) -> None:
    _filled(drive)
    first: list[Request] = []

    def is_first(request: Request) -> bool:
        found = request.path.endswith("/v3/files") and "pageToken" not in request.query and not first
        first.extend([request] if found else [])
        return found

    token = "WyJ4IiwwXQ=="  # of another question: the stand-in refuses it, and everything begins again
    drive.stage.wire.fail_all(is_first, Fault(status=200, body={"files": [], "nextPageToken": token}))
    made = await drive.place.connect(options={"subject": ADA})
    await drive.place.settled(made)
    await drive.place.synced_until_ready(made)
    await drive.place.equals_its_source(made)


async def test_a_new_token_that_is_refused_once_is_replaced_and_the_run_goes_on(drive: DrivePlace) -> None:
    _filled(drive)
    first: list[Request] = []

    def is_first_list(request: Request) -> bool:
        found = request.path.endswith("/v3/files") and not first
        first.extend([request] if found else [])
        return found

    drive.stage.wire.fail_all(
        is_first_list, Fault(status=401, body={"error": {"code": 401, "status": "UNAUTHENTICATED"}})
    )
    made = await drive.place.connect(options={"subject": ADA})
    assert (await drive.place.settled(made))["status"] == "ready"
    await drive.place.equals_its_source(made)


async def test_when_the_next_token_is_refused_as_well_a_person_is_asked(drive: DrivePlace) -> None:
    _filled(drive)
    connection = await drive.connected()
    before = len(drive.stage.wire.journal)
    drive.stage.wire.fail_all(lambda request: request.path.startswith("/drive/"), Fault(status=401))
    shown = await drive.place.synced(connection)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "reauth_required")
    assert sum(request.path.endswith("/token") for request in drive.stage.wire.journal[before:]) == 2


async def test_shares_that_cannot_be_read_for_now_narrow_nobody(drive: DrivePlace) -> None:
    """A refusal is an answer; a server that is down is none, and the run waits."""
    _filled(drive)
    connection = await drive.connected()
    drive.stage.wire.fail_all(lambda request: request.path.endswith("/permissions"), Fault(status=503))
    assert (await drive.place.synced(connection))["status"] == "waiting"
    drive.stage.wire.mend()
    await drive.place.equals_its_source(connection)

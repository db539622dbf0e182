"""A person's own Drive by consent, and what a connection says of itself."""

from typing import Any

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.google_drive.drive_place import DrivePlace, reader
from tests.support.google_drive_service import SCOPE
from tests.support.google_drive_state import Share

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _allowed(drive: DrivePlace, account: str) -> dict[str, Any]:
    """A personal connection of Ada's, allowed at Google's page by an account of whatever address."""
    drive.stage.service.consents.account = account
    body = {"type": "google_drive", "mode": "personal", "options": {}}
    answer = await drive.ada.call("POST", "/connections", json=body)
    assert answer.status_code == 201, answer.text
    back = await drive.stage.consent(answer.json()["authorize_url"])
    arrived = await drive.ada.http.get(back, follow_redirects=False)
    assert arrived.status_code == 303, arrived.text
    return await drive.place.settled(answer.json()["id"])


async def test_a_person_sees_their_own_drive_also_when_google_knows_them_by_another_address(drive: DrivePlace) -> None:
    private = "ada.private@gmail.example"
    mine = drive.file("Words of mine.", owner=private)
    given = drive.state.add("Gift.txt", owner=BEN, data=b"Words of Ben.", shares=[reader(private)])
    shown = await _allowed(drive, private)
    assert (shown["status"], shown["account"]["address"]) == ("ready", private)
    assert set(await drive.seen(drive.ada, shown["id"])) == {mine, given}
    assert await drive.seen(drive.ben, shown["id"]) == {}  # Ada's account is not told that Ben owns it


async def test_without_the_scope_nothing_is_connected(drive: DrivePlace) -> None:
    consents = drive.stage.service.consents
    consents.unticked = frozenset({SCOPE})
    body = {"type": "google_drive", "mode": "personal", "options": {}}
    answer = await drive.ada.call("POST", "/connections", json=body)
    back = await drive.stage.consent(answer.json()["authorize_url"])
    consents.unticked = frozenset()
    arrived = await drive.ada.http.get(back, follow_redirects=False)
    assert "connected=" not in arrived.headers["location"]


async def test_a_connection_says_what_works_and_what_google_does_not_tell(drive: DrivePlace) -> None:
    drive.state.add_drive("Team", Share("user", ADA, "organizer"))
    found = {one["name"]: one for one in (await drive.place.shown(await drive.connected()))["capabilities"]}
    assert {name: one["state"] for name, one in found.items()} == {
        "indexing": "passed",
        "membership": "passed",
        "groups": "failed",
        "permissions": "passed",
        "push": "off",  # without an https address of our own
    }
    assert "Google group" in found["groups"]["message"]


async def test_a_person_for_whom_the_domain_did_not_delegate_cannot_be_read_for(drive: DrivePlace) -> None:
    body = {
        "type": "google_drive",
        "mode": "workspace",
        "credentials": drive.stage.credentials,
        "options": {"subject": BEN},
    }
    answer = await drive.ada.call("POST", "/connections", json=body)
    assert answer.status_code == 409
    assert answer.json()["code"] == "reauth_required"


async def test_what_is_no_key_of_a_service_account_is_said_to_be_none(drive: DrivePlace) -> None:
    key = drive.stage.service.key_file | {"private_key": "nonsense"}
    body = {"type": "google_drive", "mode": "workspace", "credentials": {"service_account": key}, "options": {}}
    answer = await drive.ada.call("POST", "/connections", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_config")

"""From the first press to the first synchronisation: allowed or not, tried, and chosen from what is there."""

from datetime import timedelta
from typing import Any

import pytest

from backend.connectors.repository import CONNECTIONS
from backend.connectors.service import ABANDONED_AFTER
from tests.integration.connectors.rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _begun(rig: Rig, **given: Any) -> dict[str, Any]:
    answer = await rig.admin.call("POST", "/connections", json={"type": "toy", "mode": "personal", **given})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _allow(rig: Rig, made: dict[str, Any]) -> None:
    address = await rig.service.consents.allow(made["authorize_url"])
    back = await rig.admin.http.get(address, follow_redirects=False)
    assert "connected=" in back.headers["location"]


@pytest.mark.parametrize("way", ["token", "consent"])
async def test_one_that_is_held_is_tried_and_chosen_before_anything_is_read(rig: Rig, way: str) -> None:
    inside, outside = rig.note(folder="in"), rig.note(folder="out")
    rig.service.put(inside, outside)
    if way == "token":
        made = await rig.connect(held=True)
    else:
        made = await _begun(rig, held=True)
        assert made["status_reason"]["code"] == "not_allowed_yet"
        await _allow(rig, made)
    path = f"/connections/{made['id']}"
    shown = (await rig.admin.call("GET", path)).json()
    assert (shown["status"], shown["status_reason"]["code"]) == ("connecting", "not_started")
    assert (shown["account"]["name"], shown["next_sync_at"]) == ("Toy of the test", None)
    checked = (await rig.admin.call("POST", f"{path}/check")).json()
    assert [(one["name"], one["state"]) for one in checked["capabilities"]] == [("indexing", "passed")]
    choices = (await rig.admin.call("GET", f"{path}/choices/folder")).json()["items"]
    assert [choice["value"] for choice in choices] == ["in", "out"]
    changed = await rig.admin.call("PATCH", path, json={"options": {"folder": "in"}})
    assert changed.json()["status_reason"]["code"] == "not_started"
    assert (await rig.admin.call("GET", f"{path}/runs")).json()["items"] == []
    assert (await rig.admin.call("POST", f"{path}/pause")).json()["code"] == "not_begun"

    assert (await rig.admin.call("POST", f"{path}/sync")).status_code == 202
    done = await rig.settled(made["id"])
    assert (done["status"], done["status_reason"]) == ("ready", None)
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {inside.id}"}


async def test_a_refused_check_says_why_and_changes_nothing(rig: Rig) -> None:
    made = await rig.connect(held=True)
    rig.service.token = "another"
    refused = await rig.admin.call("POST", f"/connections/{made['id']}/check")
    assert (refused.status_code, refused.json()["code"]) == (409, "reauth_required")
    rig.service.token, rig.service.account_id = "toy-token-of-the-test", "toy-2"
    other = await rig.admin.call("POST", f"/connections/{made['id']}/check")
    assert (other.status_code, other.json()["code"]) == (409, "another_account")
    assert (await rig.admin.call("GET", f"/connections/{made['id']}")).json()["account"]["id"] == "toy-1"


async def test_one_that_was_not_allowed_says_so_and_does_nothing_before(rig: Rig) -> None:
    made = await _begun(rig)
    assert (made["status"], made["status_reason"]["code"]) == ("connecting", "not_allowed_yet")
    for action in ("sync", "check"):
        refused = await rig.admin.call("POST", f"/connections/{made['id']}/{action}")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_yet")
    paused = await rig.admin.call("POST", f"/connections/{made['id']}/pause")
    assert (paused.status_code, paused.json()["code"]) == (409, "not_begun")
    await _allow(rig, made)
    assert (await rig.settled(made["id"]))["status_reason"] is None


async def test_what_nobody_has_allowed_for_a_day_is_removed_and_nothing_else(rig: Rig) -> None:
    connected, held = await rig.connect(), await rig.connect(held=True)
    begun, asked_lately, new = [await _begun(rig) for _ in range(3)]
    await rig.settled(connected["id"])
    connectors = rig.world.app.container.connectors
    records = rig.world.app.container.database.collection(CONNECTIONS)
    for made in (connected, held, begun, asked_lately):
        (record,) = await records.find({"_id": made["id"]})
        before = record["created_at"] - ABANDONED_AFTER - timedelta(minutes=1)
        changes = {"created_at": before} | ({} if made is asked_lately else {"asked_at": before})
        await records.update_one({"_id": made["id"]}, {"$set": changes})
    await connectors.connections.clear_unallowed()
    left = {one["id"] for one in (await rig.admin.call("GET", "/connections")).json()["items"]}
    assert left == {connected["id"], held["id"], asked_lately["id"], new["id"]}

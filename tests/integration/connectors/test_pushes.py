"""What a provider pushes: a signed word that something is new makes it be asked for, at once and once."""

import httpx
import pytest

from tests.integration.connectors.rig import Rig
from tests.support.toy_source import PUSH_SECRET, signed_push
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _push(rig: Rig, account: str, delivery: str, *, secret: str = PUSH_SECRET) -> httpx.Response:
    body, headers = signed_push(account, delivery, secret=secret)
    return await rig.world.browser().post("/api/v1/connectors/toy/events", content=body, headers=headers)


async def test_a_push_synchronises_the_connections_of_its_account_at_once(rig: Rig) -> None:
    made = await rig.connect()
    await rig.settled(made["id"])
    note = rig.note()
    rig.service.put(note)
    assert (await _push(rig, "toy-1", "delivery-1")).status_code == 200

    async def here() -> bool:
        return await rig.titles(rig.reader, made["id"]) == {f"Note {note.id}"}

    await until_true(here)


async def test_a_push_that_comes_again_or_is_of_another_account_does_nothing(rig: Rig) -> None:
    made = await rig.connect()
    await rig.settled(made["id"])
    assert (await _push(rig, "toy-1", "delivery-2")).status_code == 200
    await rig.settled(made["id"], runs=2)
    opened = rig.service.times_opened
    assert (await _push(rig, "toy-1", "delivery-2")).status_code == 200
    assert (await _push(rig, "toy-of-somebody", "delivery-3")).status_code == 200
    await rig.synced(made["id"])
    assert rig.service.times_opened == opened + 1


async def test_a_push_that_nobody_signed_is_refused_and_so_is_one_to_nowhere(rig: Rig) -> None:
    refused = await _push(rig, "toy-1", "delivery-4", secret="another")
    assert (refused.status_code, refused.json()["code"]) == (401, "signature_invalid")
    stranger = rig.world.browser()
    assert (await stranger.post("/api/v1/connectors/nothing/events", content=b"{}")).status_code == 404
    large = await stranger.post("/api/v1/connectors/toy/events", content=b"x" * (2**18 + 1))
    assert large.status_code == 413


async def test_a_paused_connection_and_one_that_needs_a_person_are_not_woken(rig: Rig) -> None:
    made = await rig.connect()
    await rig.settled(made["id"])
    assert (await rig.admin.call("POST", f"/connections/{made['id']}/pause")).status_code == 204
    opened = rig.service.times_opened
    assert (await _push(rig, "toy-1", "delivery-5")).status_code == 200
    assert (await rig.admin.call("GET", f"/connections/{made['id']}")).json()["status"] == "paused"
    assert rig.service.times_opened == opened

"""What counts as a success, and how fast a run is."""

from dataclasses import replace

import pytest

from backend.connectors.repository import CONNECTIONS
from tests.integration.connectors.rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_source_of_which_nothing_can_be_read_fails_each_time_until_something_is(rig: Rig) -> None:
    locked = rig.note(data=b"Words.", readable=False)
    rig.service.put(locked)
    made = await rig.connect()
    for runs in (1, 2, 3):
        shown = await (rig.settled(made["id"]) if runs == 1 else rig.synced(made["id"]))
        assert (shown["status"], shown["status_reason"]["code"]) == ("waiting", "nothing_read")
        assert (await rig.last_run(made["id"]))["status"] == "failed"
    rig.service.notes[locked.id] = replace(locked, readable=True)  # no change says so: the next attempt looks by itself
    shown = await rig.synced(made["id"])
    assert (shown["status"], shown["items"]) == ("ready", {"indexed": 1})


async def test_a_run_that_tells_of_nothing_new_is_no_success_where_nothing_could_ever_be_read(rig: Rig) -> None:
    rig.service.put(rig.note(readable=False))
    made = await rig.connect()
    await rig.settled(made["id"])
    records = rig.world.app.container.database.collection(CONNECTIONS)
    await records.update_one({"_id": made["id"]}, {"$set": {"relist": "no"}})  # as of a release before
    shown = await rig.synced(made["id"])
    assert (shown["status"], (await rig.last_run(made["id"]))["seen"]) == ("waiting", 0)


async def test_a_run_in_which_nothing_is_new_is_a_success(rig: Rig) -> None:
    empty = await rig.connect()
    assert (await rig.settled(empty["id"]))["status"] == "ready"
    rig.service.put(rig.note(), rig.note(readable=False))
    made = await rig.connect()
    await rig.settled(made["id"])
    assert (await rig.last_run(made["id"]))["status"] == "partial"
    shown = await rig.synced(made["id"])
    assert (shown["status"], (await rig.last_run(made["id"]))["status"]) == ("ready", "complete")
    rig.service.put(rig.note(data=b"%PDF-1.7\nnothing of it"))
    await rig.synced(made["id"])
    assert (await rig.synced(made["id"]))["status"] == "ready"


async def test_a_run_tells_how_fast_it_was(rig: Rig) -> None:
    rig.service.put(*(rig.note() for _ in range(12)))
    made = await rig.connect()
    await rig.settled(made["id"])
    run = await rig.last_run(made["id"])
    assert (run["rate"] > 0, run["eta_s"]) == (True, None)

"""The diagnostics of a connection: what an operator needs, and nothing that belongs to a person."""

import json

import pytest

from tests.integration.connectors.rig import Rig
from tests.support.toy_source import TOKEN, Note

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_they_tell_states_counts_and_codes_and_nothing_of_a_person(rig: Rig) -> None:
    rig.service.put(
        rig.note(folder="secret folder"), Note("plans/merger.md", "x", folder="secret folder", readable=False)
    )
    made = await rig.connect(options={"folder": "secret folder"}, name="Name of the connection")
    await rig.settled(made["id"])
    answer = await rig.admin.call("GET", f"/connections/{made['id']}/diagnostics")
    found = answer.json()
    assert (found["id"], found["items"]) == (made["id"], {"indexed": 1, "failed": 1})
    assert found["reasons"] == {"failed": {"not_readable": 1}, "skipped": {}}
    assert found["options"] == {"folder": "13 characters"}
    assert found["capabilities"] == [{"name": "indexing", "state": "passed"}]
    assert (found["runs"][0]["status"], found["runs"][0]["counts"]["failed"]) == ("partial", 1)
    assert [one["code"] for one in found["errors"]] == ["not_readable"]
    told = json.dumps(found)
    for word in ("secret folder", "plans", "Name of the", "Toy of the test", "example", "@", TOKEN, "Note "):
        assert word not in told
    events = (await rig.admin.call("GET", "/admin/audit", params={"event": "connection.diagnosed"})).json()["items"]
    assert events[0]["details"]["connection_id"] == made["id"]
    assert (await rig.reader.call("GET", f"/connections/{made['id']}/diagnostics")).status_code == 404

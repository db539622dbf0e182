"""What people change of a connection, what is told to whoever watches, and what ends with an account."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.connectors.rig import Rig
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_other_options_name_everything_anew_and_take_away_what_they_leave_out(rig: Rig) -> None:
    inside, outside = rig.note(folder="in"), rig.note(folder="out")
    rig.service.put(inside, outside)
    made = await rig.connect()
    await rig.settled(made["id"])
    choices = (await rig.admin.call("GET", f"/connections/{made['id']}/choices/folder")).json()
    assert choices == {"items": [{"value": "in", "label": "In"}, {"value": "out", "label": "Out"}]}
    changed = await rig.admin.call(
        "PATCH", f"/connections/{made['id']}", json={"name": "Mine", "options": {"folder": "in"}}
    )
    assert (changed.json()["name"], changed.json()["options"]) == ("Mine", {"folder": "in"})
    await rig.settled(made["id"], runs=2)
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {inside.id}"}
    refused = await rig.admin.call("PATCH", f"/connections/{made['id']}", json={"options": {"fold": 1}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "options.fold")
    assert (await rig.admin.call("GET", f"/connections/{made['id']}/choices/nothing")).status_code == 404


async def test_what_was_skipped_or_failed_is_read_once_more_and_nothing_else(rig: Rig) -> None:
    fine = rig.note(data=b"Fine words.")
    locked = rig.note(data=b"Locked words.", readable=False)
    rig.service.put(fine, locked)
    made = await rig.connect()
    await rig.settled(made["id"])
    read = rig.service.fetched
    rig.service.notes[locked.id] = replace(locked, readable=True)  # no change says so
    answer = await rig.admin.call("POST", f"/connections/{made['id']}/items/retry")
    assert (answer.status_code, answer.json()) == (202, {"items": 1})
    done = await rig.settled(made["id"], runs=2)
    assert (done["documents"], rig.service.fetched) == (2, read + 1)
    none = await rig.admin.call("POST", f"/connections/{made['id']}/items/retry")
    assert none.json() == {"items": 0}


async def test_only_an_administrator_can_take_a_connection_of_the_workspace_over(rig: Rig) -> None:
    made = await rig.connect(mode="workspace")
    mine = await rig.connect()
    path = f"/connections/{made['id']}/owner"
    for person in (rig.reader.id, "nobody"):
        refused = await rig.admin.call("POST", path, json={"user_id": person})
        assert (refused.status_code, refused.json()["code"]) == (422, "not_an_administrator")
    personal = await rig.admin.call("POST", f"/connections/{mine['id']}/owner", json={"user_id": rig.admin.id})
    assert (personal.status_code, personal.json()["code"]) == (409, "connection_personal")


async def test_deactivation_pauses_a_persons_connections_and_gives_back_what_they_allowed(rig: Rig) -> None:
    note = rig.note()
    rig.service.put(note)
    person = await rig.world.person("leaver")
    begun = (await person.call("POST", "/connections", json={"type": "toy", "mode": "personal"})).json()
    address = await rig.service.consents.allow(begun["authorize_url"])
    assert "connected=" in (await person.http.get(address, follow_redirects=False)).headers["location"]

    async def read() -> bool:
        return bool((await person.call("GET", f"/connections/{begun['id']}")).json()["status"] == "ready")

    await until_true(read)
    disabled = await rig.admin.call("PATCH", f"/admin/users/{person.id}", json={"disabled": True})
    assert disabled.is_success, disabled.text
    assert rig.service.consents.access == {}
    enabled = await rig.admin.call("PATCH", f"/admin/users/{person.id}", json={"disabled": False})
    assert enabled.is_success, enabled.text
    back = await rig.world.sign_in(person.email)
    shown = (await back.call("GET", f"/connections/{begun['id']}")).json()
    assert (shown["status"], shown["status_reason"]["code"]) == ("paused", "owner_inactive")
    assert await rig.titles(rig.reader, begun["id"]) == {f"Note {note.id}"}


async def test_a_connection_whose_owner_is_inactive_is_not_synchronised_even_if_deactivating_was_cut_short(
    rig: Rig,
) -> None:
    person = await rig.world.person("leaver")
    made = await rig.connect(person)

    async def read() -> bool:
        return bool((await person.call("GET", f"/connections/{made['id']}")).json()["status"] == "ready")

    await until_true(read)
    users = rig.world.app.container.accounts.users
    await users.update(person.id, {"disabled": True})
    pages = rig.service.pages
    connections = rig.world.app.container.connectors.connections
    connection = await connections.get((await users.get(person.id)).caller(), made["id"], is_admin=False)  # type: ignore[union-attr]
    await connections.sync_now(connection)

    async def paused() -> bool:
        found = await connections.all_for((await users.get(person.id)).caller(), is_admin=False)  # type: ignore[union-attr]
        return str(found[0].status) == "paused"

    await until_true(paused)
    assert rig.service.pages == pages


async def test_whoever_watches_a_connection_is_told_how_it_goes_on(rig: Rig) -> None:
    rig.service.put(*(rig.note() for _ in range(3)))
    made = await rig.connect()
    await rig.settled(made["id"])
    told: list[dict[str, Any]] = []
    headers = {"Authorization": f"Bearer {rig.admin.token}"}
    path = f"/api/v1/connections/{made['id']}/events"
    async with rig.admin.http.stream("GET", path, headers=headers) as stream:
        assert stream.status_code == 200
        rig.service.put(rig.note())
        await rig.admin.call("POST", f"/connections/{made['id']}/sync")
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                told.append(json.loads(line.removeprefix("data:")))
                if told[-1]["connection"]["status"] == "ready" and told[-1]["connection"]["documents"] == 4:
                    break
    assert {event["type"] for event in told} == {"connection.changed"}
    assert "syncing" in [event["connection"]["status"] for event in told]
    shown = (await rig.admin.call("GET", f"/connections/{made['id']}")).json()
    assert told[-1]["connection"] == shown
    assert (await rig.reader.call("GET", f"/connections/{made['id']}/events")).status_code == 404


async def test_an_export_tells_ones_connections_and_none_of_their_secrets(rig: Rig) -> None:
    person = await rig.world.person("exporter")
    made = await rig.connect(person)
    archive = zipfile.ZipFile(io.BytesIO((await person.call("GET", "/export")).content))
    told = json.loads(archive.read(f"connections/{made['id']}.json"))
    assert (told["id"], told["type"]) == (made["id"], "toy")
    assert not any(rig.service.token in archive.read(name).decode(errors="replace") for name in archive.namelist())


async def test_a_document_names_the_connection_that_holds_it(rig: Rig) -> None:
    rig.service.put(rig.note())
    made = await rig.connect(name="Herrings of the team")
    await rig.settled(made["id"])
    listed = (await rig.reader.call("GET", "/documents", params={"connection": made["id"]})).json()["items"]
    assert [one["owner"] for one in listed] == [{"connection_id": made["id"], "name": "Herrings of the team"}]


async def test_what_has_ended_is_not_shown_as_under_way(rig: Rig) -> None:
    rig.service.put(rig.note())
    made = await rig.connect()
    await rig.settled(made["id"])
    rig.service.token = "another"
    failed = await rig.synced(made["id"])
    assert (failed["status"], failed["progress"]) == ("attention", None)
    assert (failed["owner_id"], failed["credential"]) == (rig.admin.id, "token")

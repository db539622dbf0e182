"""Connecting a source over HTTP, and the library following it: through crashes, limits and answers that lie."""

import pytest

from backend.errors import SourceRateLimited, TransientFailure
from tests.integration.connectors.rig import Rig
from tests.support.toy_source import TOKEN, Note
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_catalogue_says_what_a_connector_needs_and_copies(rig: Rig) -> None:
    (toy,) = (await rig.reader.call("GET", "/connectors")).json()["items"]
    assert (toy["type"], toy["name"], toy["credentials"]) == ("toy", "Toy", ["token", "oauth"])
    asked = {"scope": "notes.read", "why": "To read the notes that you choose."}
    assert toy["scopes"] == [{**asked, "modes": ["personal", "workspace"], "option": None}]
    assert toy["options"]["properties"]["folder"]["description"] == "only notes of this folder"
    assert toy["rights"] == [{"there": "readers of a note", "here": "the same people, by their proven addresses"}]


async def test_a_first_synchronisation_reads_everything_and_says_what_it_left_out(rig: Rig) -> None:
    notes = [rig.note() for _ in range(23)]
    file = rig.note(data=b"A file about herrings.")
    locked = rig.note(readable=False)
    rig.service.put(*notes, file, locked)
    made = await rig.connect()
    assert made["account"] is None or made["account"]["id"] == "toy-1"
    done = await rig.settled(made["id"])
    assert (done["status"], done["documents"], done["account"]["name"]) == ("ready", 24, "Toy of the test")
    run = await rig.last_run(made["id"])
    assert {name: run[name] for name in ("status", "seen", "indexed", "skipped", "failed")} == {
        "status": "partial", "seen": 25, "indexed": 24, "skipped": 0, "failed": 1,
    }  # fmt: skip
    rows = await rig.items(made["id"])
    assert len(rows) == 25
    assert rows[locked.id]["reason"] == {"code": "not_readable", "message": "Toy did not give this note."}
    assert set(await rig.items(made["id"], status="failed")) == {locked.id}
    assert len(await rig.titles(rig.reader, made["id"])) == 24
    assert rig.service.opened == 0


async def test_who_connected_it_sees_health_and_counts_and_only_what_they_may_open_at_the_source(rig: Rig) -> None:
    mine, theirs = rig.note(to=rig.admin), rig.note()
    rig.service.put(mine, theirs)
    made = await rig.connect()
    await rig.settled(made["id"])
    assert await rig.titles(rig.admin, made["id"]) == {f"Note {mine.id}"}
    rows = await rig.items(made["id"])
    assert rows[mine.id]["title"] == f"Note {mine.id}"
    assert (rows[theirs.id]["title"], rows[theirs.id]["document_id"]) == (None, None)
    assert rows[theirs.id]["status"] == "indexed"


async def test_what_is_new_changed_deleted_and_shared_again_is_so_here_too(rig: Rig) -> None:
    kept, edited, gone, shared = notes = [rig.note() for _ in range(4)]
    rig.service.put(*notes)
    made = await rig.connect()
    await rig.settled(made["id"])
    pages = rig.service.pages
    new = rig.note()
    rig.service.put(new, Note(edited.id, "Other words.", edited.readers))
    rig.service.remove(gone.id)
    rig.service.share(shared.id, rig.admin.email)
    await rig.synced(made["id"])
    assert rig.service.pages == pages + 1  # no listing
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {note.id}" for note in (kept, edited, new)}
    assert await rig.titles(rig.admin, made["id"]) == {f"Note {shared.id}"}
    rows = await rig.items(made["id"])
    assert rows[gone.id]["status"] == "deleted"
    document = next(row for name, row in rows.items() if name == shared.id)["document_id"]
    head = (await rig.admin.call("GET", f"/documents/{document}")).json()
    assert head["version"] <= 1  # shared again: no other words


@pytest.mark.parametrize("page", [1, 2, 3, 4])
async def test_a_source_that_fails_at_any_page_is_read_on_from_there(rig: Rig, page: int) -> None:
    rig.service.put(*(rig.note() for _ in range(25)))
    start = rig.service.pages + 1  # the check when it is connected

    def fail(number: int) -> None:
        if number == start + page:
            raise TransientFailure("Toy does not answer right now.")

    rig.service.fail = fail
    made = await rig.connect()
    waiting = await rig.settled(made["id"])
    assert (waiting["status"], waiting["status_reason"]["code"]) == ("waiting", "source_unavailable")
    done = await rig.synced(made["id"])
    assert (done["status"], done["documents"]) == ("ready", 25)
    assert len(await rig.titles(rig.reader, made["id"])) == 25


async def test_a_provider_that_asks_to_wait_is_waited_for(rig: Rig) -> None:
    rig.service.put(rig.note())
    start = rig.service.pages + 1

    def fail(number: int) -> None:
        if number == start + 1:
            raise SourceRateLimited("Toy asks us to wait.", retry_after_seconds=1)

    rig.service.fail = fail
    made = await rig.connect()
    done = await rig.settled(made["id"])
    assert (done["status"], done["documents"]) == ("ready", 1)
    assert (await rig.last_run(made["id"]))["status"] == "complete"


async def test_a_token_that_is_refused_needs_a_person_and_takes_nothing_away(rig: Rig) -> None:
    rig.service.put(rig.note())
    made = await rig.connect()
    await rig.settled(made["id"])
    rig.service.token = "another"
    failed = await rig.synced(made["id"])
    assert (failed["status"], failed["status_reason"]["code"]) == ("attention", "reauth_required")
    assert (failed["documents"], failed["next_sync_at"]) == (1, None)
    refused = await rig.admin.call(
        "POST", "/connections", json={"type": "toy", "mode": "personal", "credentials": {"token": "wrong"}}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "reauth_required")


async def test_an_expired_cursor_is_followed_by_a_listing_that_loses_nothing(rig: Rig) -> None:
    stays, goes = rig.note(), rig.note()
    rig.service.put(stays, goes)
    made = await rig.connect()
    await rig.settled(made["id"])
    rig.service.forget_changes()
    rig.service.remove(goes.id, silently=True)
    await rig.synced(made["id"])
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {stays.id}"}
    assert (await rig.items(made["id"]))[goes.id]["status"] == "hidden"
    rig.service.put(goes)  # back before a second listing agreed
    await rig.synced(made["id"])
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {stays.id}", f"Note {goes.id}"}


@pytest.mark.parametrize("lie", ["cut", "empty_answer"])
async def test_a_listing_that_lies_takes_nothing_away(rig: Rig, lie: str) -> None:
    rig.service.put(*(rig.note() for _ in range(25)))
    made = await rig.connect()
    await rig.settled(made["id"])
    rig.service.forget_changes()
    setattr(rig.service, lie, True)
    done = await rig.synced(made["id"])
    assert (done["status"], done["documents"]) == ("ready", 25)
    assert len(await rig.titles(rig.reader, made["id"])) == 25


@pytest.mark.parametrize("decision", ["delete", "keep"])
async def test_when_much_is_missing_it_is_hidden_and_a_person_decides(rig: Rig, decision: str) -> None:
    notes = [rig.note() for _ in range(60)]
    rig.service.put(*notes)
    made = await rig.connect()
    await rig.settled(made["id"])
    rig.service.forget_changes()
    rig.service.remove(*(note.id for note in notes[:25]), silently=True)
    asked = await rig.synced(made["id"])
    assert (asked["status"], asked["status_reason"]["code"]) == ("quarantined", "many_missing")
    assert asked["items"] == {"indexed": 35, "hidden": 25}
    assert len(await rig.titles(rig.reader, made["id"])) == 35
    answer = await rig.admin.call("POST", f"/connections/{made['id']}/quarantine", json={"decision": decision})
    assert answer.status_code == 204, answer.text
    assert len(await rig.titles(rig.reader, made["id"])) == (35 if decision == "delete" else 60)
    assert (await rig.admin.call("GET", f"/connections/{made['id']}")).json()["status"] == "ready"
    again = await rig.admin.call("POST", f"/connections/{made['id']}/quarantine", json={"decision": decision})
    assert (again.status_code, again.json()["code"]) == (409, "not_quarantined")


async def test_a_paused_connection_stands_still_until_it_is_resumed(rig: Rig) -> None:
    rig.service.put(rig.note())
    made = await rig.connect()
    assert (await rig.settled(made["id"]))["next_sync_at"] is not None
    assert (await rig.admin.call("POST", f"/connections/{made['id']}/pause")).status_code == 204
    assert (await rig.admin.call("GET", f"/connections/{made['id']}")).json()["next_sync_at"] is None
    refused = await rig.admin.call("POST", f"/connections/{made['id']}/sync")
    assert (refused.status_code, refused.json()["code"]) == (409, "connection_paused")
    new = rig.note()
    rig.service.put(new)
    assert (await rig.admin.call("POST", f"/connections/{made['id']}/resume")).status_code == 202
    await rig.settled(made["id"], runs=2)
    assert f"Note {new.id}" in await rig.titles(rig.reader, made["id"])


async def test_what_a_connection_held_is_gone_when_it_is_disconnected(rig: Rig) -> None:
    rig.service.put(rig.note())
    made = await rig.connect()
    await rig.settled(made["id"])
    assert (await rig.admin.call("DELETE", f"/connections/{made['id']}")).status_code == 204
    assert await rig.titles(rig.reader, made["id"]) == set()
    assert (await rig.admin.call("GET", f"/connections/{made['id']}")).status_code == 404
    collections = rig.world.app.container.database

    async def forgotten() -> bool:
        from backend.connectors.repository import CONNECTIONS
        from backend.connectors.sync.ledger import ITEMS

        rows = await collections.collection(ITEMS).count({"connection_id": made["id"]})
        return rows == 0 and await collections.collection(CONNECTIONS).find_one({"_id": made["id"]}) is None

    await until_true(forgotten)


async def test_personal_connections_go_with_the_account_and_those_of_the_workspace_stay(rig: Rig) -> None:
    note = rig.note()
    rig.service.put(note)
    shared = await rig.connect(mode="workspace")
    await rig.settled(shared["id"])
    person = await rig.world.person("leaver")
    made = await rig.connect(person)

    async def read() -> bool:
        return bool((await person.call("GET", f"/connections/{made['id']}")).json()["status"] == "ready")

    await until_true(read)
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {note.id}"}
    assert (await rig.admin.call("DELETE", f"/admin/users/{person.id}")).is_success

    async def gone() -> bool:
        return not await rig.titles(rig.reader, made["id"])

    await until_true(gone)
    assert await rig.titles(rig.reader, shared["id"]) == {f"Note {note.id}"}


async def test_somebody_elses_connection_does_not_exist(rig: Rig) -> None:
    made = await rig.connect()
    for method, path in (
        ("GET", ""), ("DELETE", ""), ("POST", "/sync"), ("POST", "/pause"), ("POST", "/resume"),
        ("GET", "/runs"), ("GET", "/items"),
    ):  # fmt: skip
        answer = await rig.reader.call(method, f"/connections/{made['id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert (await rig.reader.call("GET", "/connections")).json()["items"] == []


async def test_only_an_administrator_connects_for_the_workspace(rig: Rig) -> None:
    body = {"type": "toy", "mode": "workspace", "credentials": {"token": TOKEN}}
    refused = await rig.reader.call("POST", "/connections", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "admin_only")
    made = await rig.connect(mode="workspace", name="Everybody's toy")
    assert made["name"] == "Everybody's toy"


async def test_options_are_checked_by_the_connectors_own_model(rig: Rig) -> None:
    for options, field in (({"folder": 3}, "options.folder"), ({"colour": "red"}, "options.colour")):
        body = {"type": "toy", "mode": "personal", "credentials": {"token": TOKEN}, "options": options}
        refused = await rig.admin.call("POST", "/connections", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    inside, outside = rig.note(folder="in"), rig.note(folder="out")
    rig.service.put(inside, outside)
    made = await rig.connect(options={"folder": "in"})
    await rig.settled(made["id"])
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {inside.id}"}
    unknown = {"type": "nothing", "mode": "personal", "credentials": {"token": TOKEN}}
    refused = await rig.admin.call("POST", "/connections", json=unknown)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_connector")


async def test_an_item_that_is_too_large_is_left_out_and_says_so(rig: Rig) -> None:
    limit = rig.world.app.container.settings.upload.max_text_chars
    huge, small = rig.note("x" * (limit + 1)), rig.note()
    rig.service.put(huge, small)
    made = await rig.connect()
    done = await rig.settled(made["id"])
    assert (done["status"], done["documents"]) == ("ready", 1)
    row = (await rig.items(made["id"]))[huge.id]
    assert (row["status"], row["reason"]["code"]) == ("skipped", "too_large")
    assert (await rig.last_run(made["id"]))["status"] == "complete"

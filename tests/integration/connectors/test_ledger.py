"""What the ledger tells of items, to whom, and what is read once more."""

from collections.abc import Sequence

import pytest

from backend.documents.schema import DOCUMENTS
from tests.integration.connectors.rig import Rig
from tests.support.toy_source import Note
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: The signature of a PDF, and nothing of one behind it.
BROKEN = b"%PDF-1.7\nnothing of it"


async def test_of_ones_own_account_the_titles_of_what_was_not_read_are_told(rig: Rig) -> None:
    note = rig.note(readable=False)
    rig.service.put(rig.note(), note)
    made = await rig.connect()
    await rig.settled(made["id"])
    row = (await rig.items(made["id"], status="failed"))[note.id]
    assert (row["title"], row["document_id"]) == (f"Note {note.id}", None)


async def test_of_the_workspaces_an_administrator_is_told_an_id_that_shows_nothing_of_what_they_cannot_open(
    rig: Rig,
) -> None:
    theirs, mine = Note("plans/merger.md", "a", frozenset({rig.reader.email})), rig.note(to=rig.admin)
    failed = Note("plans/layoffs.md", "b", readable=False)
    rig.service.put(theirs, mine, failed)
    made = await rig.connect(mode="workspace")
    await rig.settled(made["id"])
    rows = await rig.items(made["id"])
    assert rows[mine.id]["title"] == f"Note {mine.id}"
    hidden = [row for name, row in rows.items() if name != mine.id]
    assert len(hidden) == 2
    for row in hidden:
        assert (row["external_id"], row["title"], row["document_id"]) == (row["id"], None, None)
    assert "plans" not in str(rows)
    path = f"/connections/{made['id']}/items"
    (row,) = [row for row in hidden if row["status"] == "indexed"]
    asked = await rig.admin.call("GET", f"{path}/{row['id']}/why", params={"person": rig.reader.id})
    assert asked.json()["sees"]
    guessed = await rig.admin.call("GET", f"{path}/{theirs.id}/why")
    missing = await rig.admin.call("GET", f"{path}/plans/nothing.md/why")
    assert [guessed.status_code, missing.status_code] == [404, 404]
    assert {**guessed.json(), "request_id": ""} == {**missing.json(), "request_id": ""}


async def test_an_id_of_the_source_is_told_and_taken_where_the_item_may_be_opened(rig: Rig) -> None:
    note = Note("plans/mine.md", "a", frozenset({rig.admin.email}))
    rig.service.put(note)
    made = await rig.connect(mode="workspace")
    await rig.settled(made["id"])
    assert (await rig.items(made["id"]))[note.id]["title"] == f"Note {note.id}"
    answer = await rig.admin.call("GET", f"/connections/{made['id']}/items/{note.id}/why")
    assert answer.json()["sees"]


async def test_what_could_not_be_read_after_it_came_in_is_told_with_its_reason_and_counted(rig: Rig) -> None:
    fine, broken, empty = rig.note(data=b"Words."), rig.note(data=BROKEN, to=rig.admin), rig.note(data=b"")
    failed = rig.note(readable=False)
    rig.service.put(fine, broken, empty, failed)
    made = await rig.connect()
    shown = await rig.settled(made["id"])
    assert shown["items"] == {"indexed": 1, "failed": 2, "skipped": 1}
    assert shown["documents"] == 1
    rows = await rig.items(made["id"])
    assert rows[broken.id]["status"] == "failed"
    document = (await rig.admin.call("GET", f"/documents/{rows[broken.id]['document_id']}")).json()
    assert rows[broken.id]["reason"] == document["error"]
    assert (rows[empty.id]["status"], rows[empty.id]["reason"]["code"]) == ("skipped", "empty_file")
    assert set(await rig.items(made["id"], status="failed")) == {broken.id, failed.id}


async def test_a_document_that_could_not_be_read_is_fetched_no_more_and_read_again_when_asked_for(rig: Rig) -> None:
    fine, broken = rig.note(data=b"Words."), rig.note(data=BROKEN)
    rig.service.put(fine, broken)
    made = await rig.connect()
    await rig.settled(made["id"])
    fetched, pages = rig.service.fetched, rig.service.pages
    row = (await rig.items(made["id"]))[broken.id]
    again = {"external_ids": [row["id"]]}
    answer = await rig.admin.call("POST", f"/connections/{made['id']}/items/retry", json=again)
    assert (answer.status_code, answer.json()) == (202, {"items": 1})

    async def read_twice() -> bool:
        documents = rig.world.app.container.database.collection(DOCUMENTS)
        (head,) = await documents.find({"connection_id": made["id"], "external_id": broken.id})
        return bool(head["claims"] == 2 and head["status"] == "failed")

    await until_true(read_twice)
    shown = await rig.settled(made["id"])
    assert shown["items"] == {"indexed": 1, "failed": 1}
    assert rig.service.pages == pages
    rig.service.put(Note(broken.id, "", broken.readers, data=b"Words at last."))
    shown = await rig.synced(made["id"])
    assert (shown["items"], rig.service.fetched) == ({"indexed": 2}, fetched + 1)
    assert (await rig.items(made["id"]))[broken.id]["reason"] is None


async def test_only_the_items_that_were_asked_for_are_counted_as_read_once_more(rig: Rig) -> None:
    fine, one, other = rig.note(), rig.note(readable=False), rig.note(readable=False)
    rig.service.put(fine, one, other)
    made = await rig.connect()
    await rig.settled(made["id"])
    path = f"/connections/{made['id']}/items/retry"
    answer = await rig.admin.call("POST", path, json={"external_ids": [one.id, one.id, fine.id, "nothing"]})
    assert answer.json() == {"items": 1}
    await rig.settled(made["id"], runs=2)
    assert (await rig.admin.call("POST", path)).json() == {"items": 2}


async def test_what_was_skipped_is_read_again_only_when_that_is_asked_for(rig: Rig) -> None:
    rig.service.put(rig.note(), rig.note(data=b""))
    made = await rig.connect()
    await rig.settled(made["id"])
    path = f"/connections/{made['id']}/items/retry"
    assert (await rig.admin.call("POST", path)).json() == {"items": 0}
    assert (await rig.admin.call("POST", path, json={"skipped": True})).json() == {"items": 1}
    await rig.admin.call("POST", f"/connections/{made['id']}/pause")
    paused = await rig.admin.call("POST", path)
    assert (paused.status_code, paused.json()["code"]) == (409, "connection_paused")


async def test_an_outcome_that_a_crash_kept_from_the_ledger_is_found_by_the_next_run(rig: Rig) -> None:
    untold: list[str] = []

    async def crash(document_ids: Sequence[str]) -> None:
        untold.extend(document_ids)

    container = rig.world.app.container
    container.indexing.use_outcomes(crash)
    try:
        rig.service.put(rig.note(data=BROKEN), rig.note(data=b"Words."))
        made = await rig.connect()

        async def done() -> bool:
            return len(untold) == 2

        await until_true(done)
    finally:
        container.indexing.use_outcomes(container.connectors.tell_outcomes)
    await rig.admin.call("POST", f"/connections/{made['id']}/sync")
    shown = await rig.settled(made["id"], runs=2)
    assert shown["items"] == {"indexed": 1, "failed": 1}

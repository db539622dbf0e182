"""Why somebody sees an item of a source or does not, what was narrowed, and how long what is deleted still answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.connectors.rig import Rig
from tests.support.accounts import Person
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

OLD = "old.address@elsewhere.example"


async def connected(rig: Rig, **given: Any) -> str:
    made = await rig.connect(**{"mode": "workspace", **given})
    await rig.settled(made["id"])
    return str(made["id"])


async def why(rig: Rig, connection_id: str, item: str, person: Person) -> dict[str, Any]:
    path = f"/connections/{connection_id}/items/{item}/why"
    answer = await rig.admin.call("GET", path, params={"person": person.id})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def report(rig: Rig, connection_id: str) -> dict[str, Any]:
    told: dict[str, Any] = (await rig.admin.call("GET", f"/connections/{connection_id}/access")).json()
    return told


async def test_who_answers_for_a_connection_is_told_why_a_person_sees_an_item_and_nothing_of_the_item(rig: Rig) -> None:
    note = rig.note(groups=frozenset({"channel:a"}))
    rig.service.put(note)
    rig.service.members["channel:a"] = frozenset({rig.reader.email})
    made = await connected(rig)
    told = await why(rig, made, note.id, rig.reader)
    assert told["sees"] is True
    assert [
        (one["reason"], one["principal"], one["kind"], one["group"], one["matched"]) for one in told["reasons"]
    ] == [
        ("address", f"email:{rig.reader.email}", None, None, None),
        ("source_group", f"source:{made}:channel:a", "channel", "a", None),
    ]
    assert (told["title"], told["why_not"], told["known_as"]) == (None, None, [rig.reader.email])
    mine = await why(rig, made, note.id, rig.admin)
    assert (mine["sees"], mine["reasons"], mine["why_not"], mine["title"]) == (False, [], "not_matched", None)
    path = f"/connections/{made}/items/{note.id}/why"
    assert (await rig.reader.call("GET", path, params={"person": rig.reader.id})).status_code == 404
    missing = f"/connections/{made}/items/nothing/why"
    assert (await rig.admin.call("GET", missing, params={"person": rig.admin.id})).status_code == 404
    assert (await rig.admin.call("GET", path, params={"person": "nobody"})).status_code == 404


async def test_the_title_is_told_to_whoever_may_open_the_item(rig: Rig) -> None:
    note = rig.note(to=rig.admin)
    rig.service.put(note)
    made = await connected(rig)
    assert (await why(rig, made, note.id, rig.reader))["title"] == f"Note {note.id}"


async def test_a_member_asks_about_themselves_alone(rig: Rig) -> None:
    note = rig.note()
    rig.service.put(note)
    rig.service.account_id = "toy-of-the-reader"
    made = await rig.connect(rig.reader)
    path = f"/connections/{made['id']}/items/{note.id}/why"

    async def answered() -> bool:
        return bool((await rig.reader.call("GET", path)).json().get("sees"))

    await until_true(answered)
    assert (await rig.reader.call("GET", path, params={"person": rig.admin.id})).status_code == 404
    await rig.reader.call("DELETE", f"/connections/{made['id']}")


async def test_who_is_matched_by_hand_is_told_with_the_person_at_the_source(rig: Rig) -> None:
    named, grouped = rig.note(readers=frozenset({OLD})), rig.note(readers=frozenset(), groups=frozenset({"channel:a"}))
    rig.service.put(named, grouped)
    rig.service.members["channel:a"] = frozenset({OLD})
    made = await connected(rig)
    row = (await rig.admin.call("GET", f"/connections/{made}/people")).json()["items"][0]
    body = {"user_id": rig.reader.id}
    (await rig.admin.call("PUT", f"/connections/{made}/people/{row['id']}", json=body)).raise_for_status()
    told = await why(rig, made, named.id, rig.reader)
    assert [(one["reason"], one["matched"]) for one in told["reasons"]] == [("matched", OLD)]
    assert told["known_as"] == [OLD]
    told = await why(rig, made, grouped.id, rig.reader)
    assert [(one["reason"], one["group"], one["matched"]) for one in told["reasons"]] == [("source_group", "a", OLD)]


async def test_why_somebody_does_not_see_an_item_is_told_by_its_kind(rig: Rig) -> None:
    shared, others = rig.note(), rig.note(to=rig.admin)
    untold, locked, gone = replace(rig.note(), access_told=False), rig.note(readable=False), rig.note(to=rig.admin)
    rig.service.put(shared, others, untold, locked, gone)
    made = await connected(rig)
    rig.service.remove(gone.id)
    await rig.synced(made)
    heir = await rig.world.person("heir")
    assert {
        "others": (await why(rig, made, others.id, rig.reader))["why_not"],
        "untold": (await why(rig, made, untold.id, rig.reader))["why_not"],
        "locked": (await why(rig, made, locked.id, rig.reader))["why_not"],
        "gone": (await why(rig, made, gone.id, rig.admin))["why_not"],
        "unknown": (await why(rig, made, shared.id, heir))["why_not"],
    } == {
        "others": "not_shared",
        "untold": "narrowed",
        "locked": "not_here",
        "gone": "deleted",
        "unknown": "not_matched",
    }


async def test_what_was_narrowed_is_marked_in_the_ledger_the_document_and_the_library_and_is_counted(rig: Rig) -> None:
    plain, untold = rig.note(to=rig.admin), replace(rig.note(), access_told=False)
    rig.service.put(plain, untold)
    made = await connected(rig)
    assert {name: row["narrowed"] for name, row in (await rig.items(made)).items()} == {
        plain.id: False,
        untold.id: True,
    }
    assert set(await rig.items(made, rights="narrowed")) == {untold.id}
    assert (await report(rig, made))["narrowed"] == 1
    listed = (await rig.admin.call("GET", "/documents", params={"connection": made})).json()["items"]
    assert {item["external_id"]: item["narrowed"] for item in listed} == {plain.id: False, untold.id: True}
    for item in listed:
        one = (await rig.admin.call("GET", f"/documents/{item['id']}")).json()
        told = (await rig.admin.call("GET", f"/documents/{item['id']}/why")).json()
        assert (one["narrowed"], told["narrowed"]) == (item["narrowed"], item["narrowed"])

    rig.service.put(replace(untold, access_told=True, readers=frozenset({rig.admin.email})))
    await rig.synced(made)
    assert await rig.items(made, rights="narrowed") == {}
    assert (await report(rig, made))["narrowed"] == 0


async def test_narrowed_items_are_listed_page_by_page(rig: Rig) -> None:
    notes = [replace(rig.note(), access_told=False) for _ in range(5)]
    rig.service.put(*notes)
    made = await connected(rig)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        wanted = {"rights": "narrowed", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await rig.admin.call("GET", f"/connections/{made}/items", params=wanted)).json()
        seen += [row["external_id"] for row in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert sorted(seen) == sorted(note.id for note in notes)


async def test_rights_are_as_of_the_last_run_that_ended_or_of_when_the_item_was_named(rig: Rig) -> None:
    note = rig.note(to=rig.admin)
    rig.service.put(note)
    made = await connected(rig)
    shown = (await rig.admin.call("GET", f"/connections/{made}")).json()
    first = (await why(rig, made, note.id, rig.admin))["as_of"]
    assert first == shown["access_as_of"]
    await rig.synced(made)  # nothing is new, so what is known holds for later
    later = (await why(rig, made, note.id, rig.admin))["as_of"]
    assert later > first
    document = (await rig.items(made))[note.id]["document_id"]
    assert (await rig.admin.call("GET", f"/documents/{document}/why")).json()["as_of"] == later
    text = {"items": [{"external_id": "own", "text": "Ours."}]}
    own = (await rig.admin.call("POST", "/documents/text", json=text)).json()["items"][0]["id"]
    assert (await rig.admin.call("GET", f"/documents/{own}/why")).json()["as_of"] is None


async def test_how_long_what_is_deleted_goes_on_answering_is_measured_on_both_clocks(rig: Rig) -> None:
    notes = [rig.note(to=rig.admin) for _ in range(8)]
    rig.service.put(*notes)
    made = await connected(rig)
    before = (await report(rig, made))["forgetting"]
    assert (before["by"], before["at_most_s"], before["told"], before["noticed"]) == ("changes", 86_400, None, None)

    rig.service.removed_at[notes[0].id] = datetime.now(UTC) - timedelta(hours=1)
    rig.service.remove(notes[0].id)
    await rig.synced(made)
    told = (await report(rig, made))["forgetting"]
    assert (told["told"]["number"], told["noticed"]["number"]) == (1, 1)
    assert told["told"]["last_s"] >= 3600 > told["noticed"]["last_s"]

    rig.service.remove(notes[1].id)  # the service does not say since when
    await rig.synced(made)
    told = (await report(rig, made))["forgetting"]
    assert (told["told"]["number"], told["noticed"]["number"]) == (1, 2)

    rig.service.remove(notes[2].id, silently=True)
    (await rig.admin.call("POST", f"/connections/{made}/sync", params={"everything": True})).raise_for_status()

    async def hidden() -> bool:
        return (await rig.items(made))[notes[2].id]["status"] in ("hidden", "deleted")

    await until_true(hidden)
    told = (await report(rig, made))["forgetting"]
    assert (told["told"]["number"], told["noticed"]["number"]) == (1, 3)
    assert told["told"]["longest_s"] >= told["told"]["last_s"]


async def test_a_connection_that_stands_still_promises_no_time(rig: Rig) -> None:
    rig.service.put(rig.note(to=rig.admin))
    made = await connected(rig)
    (await rig.admin.call("POST", f"/connections/{made}/pause")).raise_for_status()
    assert (await report(rig, made))["forgetting"]["at_most_s"] is None
    assert (await rig.reader.call("GET", f"/connections/{made}/access")).status_code == 404

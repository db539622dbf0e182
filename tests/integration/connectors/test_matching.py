"""People of a source who match nobody here, matched by hand: listed, given what they may open there, and taken back."""

import io
import json
import zipfile
from typing import Any

import pytest

from backend.auth.directory import MEMBERSHIPS
from backend.connectors.sync.people import SOURCE_PEOPLE
from tests.integration.connectors.rig import Rig
from tests.support.accounts import Person
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

OLD = "old.address@elsewhere.example"


async def people(rig: Rig, connection_id: str, person: Person | None = None, **wanted: Any) -> dict[str, Any]:
    answer = await (person or rig.admin).call("GET", f"/connections/{connection_id}/people", params=wanted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def known_as(rig: Rig, connection_id: str, who: str) -> dict[str, Any]:
    """The person of the source with this address or id."""
    rows = (await people(rig, connection_id))["items"]
    found: dict[str, Any] = next(row for row in rows if who in (row["address"], row["external_id"]))
    return found


async def match(rig: Rig, connection_id: str, who: str, to: Person) -> None:
    row = await known_as(rig, connection_id, who)
    path = f"/connections/{connection_id}/people/{row['id']}"
    answer = await rig.admin.call("PUT", path, json={"user_id": to.id})
    assert answer.status_code == 200, answer.text


async def unmatch(rig: Rig, connection_id: str, who: str) -> None:
    row = await known_as(rig, connection_id, who)
    answer = await rig.admin.call("DELETE", f"/connections/{connection_id}/people/{row['id']}")
    assert answer.status_code == 204, answer.text


async def connected(rig: Rig, **given: Any) -> str:
    made = await rig.connect(mode="workspace", **given)
    await rig.settled(made["id"])
    return str(made["id"])


async def found(person: Person, words: str) -> set[str]:
    hits = (await person.call("GET", "/search", params={"q": words})).json()["hits"]
    return {hit["title"] for hit in hits if words in hit["text"]}


async def test_the_people_of_a_source_are_listed_with_who_they_are_here_and_how_often_they_are_named(rig: Rig) -> None:
    rig.service.put(
        rig.note(readers=frozenset({OLD, rig.reader.email})),
        rig.note(readers=frozenset({OLD}), groups=frozenset({"channel:a"})),
    )
    rig.service.members["channel:a"] = frozenset({OLD, "U77", rig.admin.email})
    rig.service.members["channel:b"] = frozenset({"U77"})
    rig.service.names = {OLD: "Old Ada", "U77": "Nameless One"}
    made = await connected(rig)
    unmatched = (await people(rig, made, matched="no"))["items"]
    shown = [(row["name"], row["address"], row["external_id"], row["groups"], row["items"]) for row in unmatched]
    assert shown == [("Nameless One", None, "U77", 2, 0), ("Old Ada", OLD, None, 1, 2)]
    assert all(row["matched"] is None and row["account"] is None for row in unmatched)
    matched = (await people(rig, made, matched="yes"))["items"]
    assert {(row["address"], row["matched"], row["account"]["id"]) for row in matched} == {
        (rig.admin.email, "mail", rig.admin.id),
        (rig.reader.email, "mail", rig.reader.id),
    }
    assert [row["name"] for row in (await people(rig, made, q="NAMELESS"))["items"]] == ["Nameless One"]


async def test_the_list_goes_on_page_by_page_and_leaves_out_whom_the_source_names_no_more(rig: Rig) -> None:
    everybody = frozenset(f"person{number:03d}@elsewhere.example" for number in range(7))
    rig.service.members["channel:a"] = everybody
    made = await connected(rig)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        wanted: dict[str, Any] = {"matched": "no", "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = await people(rig, made, **wanted)
        seen += [row["address"] for row in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == sorted(everybody)
    rig.service.members["channel:a"] = frozenset({min(everybody)})
    await rig.synced(made)
    assert [row["address"] for row in (await people(rig, made))["items"]] == [min(everybody)]


async def test_who_is_matched_by_hand_sees_what_that_person_may_open_at_once_and_no_longer_when_it_is_taken_back(
    rig: Rig,
) -> None:
    named = rig.note("A walrus naps.", readers=frozenset({OLD}))
    grouped = rig.note("A walrus sings.", readers=frozenset(), groups=frozenset({"channel:a"}))
    other = rig.note("A walrus hides.", readers=frozenset({"somebody@elsewhere.example"}))
    rig.service.put(named, grouped, other)
    rig.service.members["channel:a"] = frozenset({OLD})
    made = await connected(rig)
    both = {f"Note {named.id}", f"Note {grouped.id}"}
    assert await rig.titles(rig.reader, made) == set()
    reads = rig.service.pages

    await match(rig, made, OLD, rig.reader)
    assert await rig.titles(rig.reader, made) == both

    async def searched() -> bool:
        return await found(rig.reader, "walrus") == both

    await until_true(searched)
    assert rig.service.pages == reads  # nothing was read again
    row = await known_as(rig, made, OLD)
    assert (row["matched"], row["account"]["id"], row["chosen"]["id"]) == ("hand", rig.reader.id, rig.reader.id)

    await unmatch(rig, made, OLD)
    assert await rig.titles(rig.reader, made) == set()
    assert await found(rig.reader, "walrus") == set()
    assert (await known_as(rig, made, OLD))["matched"] is None


async def test_a_group_that_the_person_joins_or_leaves_later_counts_for_who_is_matched_with_them(rig: Rig) -> None:
    note = rig.note(readers=frozenset(), groups=frozenset({"channel:a"}))
    rig.service.put(note)
    rig.service.members["channel:a"], rig.service.members["channel:b"] = frozenset(), frozenset({"U5"})
    made = await connected(rig)
    await match(rig, made, "U5", rig.reader)
    assert await rig.titles(rig.reader, made) == set()
    rig.service.members["channel:a"] = frozenset({"U5"})
    await rig.synced(made)
    assert await rig.titles(rig.reader, made) == {f"Note {note.id}"}
    rig.service.members["channel:a"] = frozenset()
    await rig.synced(made)
    assert await rig.titles(rig.reader, made) == set()


async def test_a_match_by_hand_gives_nothing_through_another_connection_nor_what_people_here_share(rig: Rig) -> None:
    note = rig.note(readers=frozenset({OLD}))
    rig.service.put(note)
    first = await connected(rig)
    rig.service.account_id = "toy-2"
    second = await connected(rig)
    text = {"items": [{"external_id": "own", "title": "Own", "text": "Ours.", "access": [f"email:{OLD}"]}]}
    (await rig.admin.call("POST", "/documents/text", json=text)).raise_for_status()
    await match(rig, first, OLD, rig.reader)
    listed = (await rig.reader.call("GET", "/documents", params={"limit": 100})).json()["items"]
    assert {(item["title"], item["connection_id"]) for item in listed} == {(f"Note {note.id}", first)}
    assert await rig.titles(rig.reader, second) == set()


async def test_what_comes_later_and_what_is_inside_is_seen_by_who_is_matched_already(rig: Rig) -> None:
    rig.service.put(rig.note(readers=frozenset({OLD})))
    made = await connected(rig)
    await match(rig, made, OLD, rig.reader)
    later = rig.note(readers=frozenset({OLD.upper()}))
    rig.service.put(later)
    await rig.synced(made)
    assert f"Note {later.id}" in await rig.titles(rig.reader, made)
    rig.service.share(later.id, rig.admin.email)
    await rig.synced(made)
    assert f"Note {later.id}" not in await rig.titles(rig.reader, made)


async def test_an_address_that_somebody_here_has_proven_is_theirs_and_is_matched_with_nobody_else(rig: Rig) -> None:
    rig.service.put(rig.note(readers=frozenset({rig.admin.email, OLD})))
    made = await connected(rig)
    row = await known_as(rig, made, rig.admin.email)
    path = f"/connections/{made}/people/{row['id']}"
    answer = await rig.admin.call("PUT", path, json={"user_id": rig.reader.id})
    assert (answer.status_code, answer.json()["code"]) == (409, "address_proven")
    assert await rig.titles(rig.reader, made) == set()


async def test_a_match_by_hand_gives_way_to_an_account_that_proves_the_address_later(rig: Rig) -> None:
    address = rig.world.address("late")
    note = rig.note(readers=frozenset({address}))
    rig.service.put(note)
    made = await connected(rig)
    await match(rig, made, address, rig.reader)
    title = {f"Note {note.id}"}
    assert await rig.titles(rig.reader, made) == title
    owner = await rig.world.person("late", email=address)
    assert (await rig.titles(rig.reader, made), await rig.titles(owner, made)) == (title, set())
    await rig.admin.call("PATCH", f"/admin/users/{owner.id}", json={"email_verified": True})
    assert await rig.titles(owner, made) == title

    async def gone() -> bool:
        return await rig.titles(rig.reader, made) == set()

    await until_true(gone)  # what a session was known to hold lasts up to two seconds
    row = await known_as(rig, made, address)
    assert (row["matched"], row["account"]["id"], row["chosen"]["id"]) == ("mail", owner.id, rig.reader.id)
    await unmatch(rig, made, address)
    assert (await known_as(rig, made, address))["chosen"] is None


async def test_only_who_administers_matches_people_and_only_with_an_active_account(rig: Rig) -> None:
    rig.service.put(rig.note(readers=frozenset({OLD})))
    made = await connected(rig)
    row = await known_as(rig, made, OLD)
    path = f"/connections/{made}/people/{row['id']}"
    for method, to in (("GET", f"/connections/{made}/people"), ("PUT", path), ("DELETE", path)):
        answer = await rig.reader.call(method, to, json={"user_id": rig.reader.id} if method == "PUT" else None)
        assert answer.status_code == 404
    gone = await rig.world.person("gone")
    await rig.admin.call("PATCH", f"/admin/users/{gone.id}", json={"disabled": True})
    for user_id in (gone.id, "nobody"):
        answer = await rig.admin.call("PUT", path, json={"user_id": user_id})
        assert (answer.status_code, answer.json()["code"]) == (422, "not_an_account")
    missing = f"/connections/{made}/people/{'0' * 40}"
    for method in ("PUT", "DELETE"):
        answer = await rig.admin.call(method, missing, json={"user_id": rig.reader.id} if method == "PUT" else None)
        assert answer.status_code == 404


async def test_of_a_personal_connection_nobody_is_kept_nor_matched(rig: Rig) -> None:
    rig.service.put(rig.note(readers=frozenset({OLD}), groups=frozenset({"channel:a"})))
    rig.service.members["channel:a"] = frozenset({OLD})
    made = await rig.connect()
    await rig.settled(made["id"])
    assert await people(rig, made["id"]) == {"items": [], "next_cursor": None}
    path = f"/connections/{made['id']}/people/{'0' * 40}"
    answer = await rig.admin.call("PUT", path, json={"user_id": rig.reader.id})
    assert (answer.status_code, answer.json()["code"]) == (409, "connection_personal")


async def test_matching_and_taking_it_back_are_in_the_audit_log_with_who_whom_and_where(rig: Rig) -> None:
    rig.service.put(rig.note(readers=frozenset({OLD})))
    made = await connected(rig)
    await match(rig, made, OLD, rig.reader)
    await unmatch(rig, made, OLD)
    for event in ("connection.person_matched", "connection.person_unmatched"):
        entry = (await rig.world.events(event))[0]
        assert (entry.actor_id, entry.subject_id, entry.subject) == (rig.admin.id, rig.reader.id, rig.reader.email)
        assert (entry.details["connection_id"], entry.details["person"]) == (made, OLD)
    number = len(await rig.world.events("connection.person_unmatched"))
    await unmatch(rig, made, OLD)  # there is nothing to take back
    assert len(await rig.world.events("connection.person_unmatched")) == number


async def test_matches_are_in_an_export_and_go_with_the_account(rig: Rig) -> None:
    note = rig.note(readers=frozenset({OLD}))
    rig.service.put(note)
    made = await connected(rig)
    leaver = await rig.world.person("leaver")
    await match(rig, made, OLD, leaver)
    assert await rig.titles(leaver, made) == {f"Note {note.id}"}
    with zipfile.ZipFile(io.BytesIO((await leaver.call("GET", "/export")).content)) as archive:
        told = json.loads(archive.read("connections/matched.json"))
    assert told == [{"connection_id": made, "known_there_as": OLD}]
    assert (await rig.admin.call("DELETE", f"/admin/users/{leaver.id}")).is_success
    row = await known_as(rig, made, OLD)
    assert (row["matched"], row["chosen"]) == (None, None)
    entry = (await rig.world.events("connection.person_matched"))[0]
    assert (entry.subject_id, entry.subject, "person" in entry.details) == (leaver.id, None, False)


async def test_disconnecting_forgets_people_and_matches(rig: Rig) -> None:
    rig.service.put(rig.note(readers=frozenset({OLD})))
    made = await connected(rig)
    await match(rig, made, OLD, rig.reader)
    await rig.admin.call("DELETE", f"/connections/{made}")

    async def forgotten() -> bool:
        database = rig.world.app.container.database
        left = [await database.collection(spec).count({"connection_id": made}) for spec in (MEMBERSHIPS, SOURCE_PEOPLE)]
        return left == [0, 0]

    await until_true(forgotten)

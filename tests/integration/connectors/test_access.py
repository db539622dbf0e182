"""Who sees what of a connection: groups on their own clock, and deferred items."""

from dataclasses import replace

import pytest

from tests.integration.connectors.rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_who_joins_a_group_sees_its_items_and_who_leaves_no_longer_though_no_item_changed(
    rig: Rig,
) -> None:
    note = rig.note(readers=frozenset(), groups=frozenset({"channel:herrings"}))
    rig.service.put(note)
    rig.service.members["channel:herrings"] = frozenset({rig.admin.email})
    made = await rig.connect()
    await rig.settled(made["id"])
    title = {f"Note {note.id}"}
    assert (await rig.titles(rig.admin, made["id"]), await rig.titles(rig.reader, made["id"])) == (title, set())
    rig.service.members["channel:herrings"] = frozenset({rig.reader.email})
    done = await rig.synced(made["id"])
    assert (await rig.titles(rig.admin, made["id"]), await rig.titles(rig.reader, made["id"])) == (set(), title)
    assert (await rig.last_run(made["id"]))["seen"] == 0
    assert done["access_as_of"] is not None


async def test_a_group_that_is_gone_at_the_source_has_no_members_here(rig: Rig) -> None:
    note = rig.note(readers=frozenset(), groups=frozenset({"channel:gone"}))
    rig.service.put(note)
    rig.service.members["channel:gone"] = frozenset({rig.reader.email})
    made = await rig.connect()
    await rig.settled(made["id"])
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {note.id}"}
    rig.service.members.clear()
    await rig.synced(made["id"])
    assert await rig.titles(rig.reader, made["id"]) == set()


async def test_a_partial_answer_about_a_group_replaces_nothing(rig: Rig) -> None:
    note = rig.note(readers=frozenset(), groups=frozenset({"channel:large"}))
    rig.service.put(note)
    rig.service.members["channel:large"] = frozenset({rig.reader.email})
    made = await rig.connect()
    await rig.settled(made["id"])
    rig.service.members["channel:large"] = frozenset()
    rig.service.members_cut = True
    await rig.synced(made["id"])
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {note.id}"}


async def test_an_address_that_nobody_has_proven_gives_nobody_anything(rig: Rig) -> None:
    person = await rig.world.person("unproven")
    note = rig.note(readers=frozenset({person.email}), groups=frozenset({"channel:x"}))
    rig.service.put(note)
    rig.service.members["channel:x"] = frozenset({person.email, "not an address"})
    made = await rig.connect()
    await rig.settled(made["id"])
    assert await rig.titles(person, made["id"]) == set()
    await rig.admin.call("PATCH", f"/admin/users/{person.id}", json={"email_verified": True})
    assert await rig.titles(person, made["id"]) == {f"Note {note.id}"}


async def test_an_item_whose_revision_is_known_is_not_read_again_and_its_access_is_renewed(rig: Rig) -> None:
    file = rig.note(data=b"A file about herrings.", to=rig.admin)
    rig.service.put(file)
    made = await rig.connect()
    await rig.settled(made["id"])
    read = rig.service.fetched
    rig.service.put(replace(file, readers=frozenset({rig.reader.email})))
    await rig.synced(made["id"])
    assert rig.service.fetched == read
    run = await rig.last_run(made["id"])
    assert (run["seen"], run["unchanged"], run["indexed"]) == (1, 1, 0)
    assert len(await rig.titles(rig.reader, made["id"])) == 1
    assert await rig.titles(rig.admin, made["id"]) == set()
    rig.service.put(replace(file, data=b"Other words about herrings."))
    await rig.synced(made["id"])
    assert rig.service.fetched == read + 1


async def test_what_the_source_did_not_tell_completely_is_seen_by_whoever_connected_it_alone(rig: Rig) -> None:
    note = replace(rig.note(), access_told=False)
    rig.service.put(note)
    made = await rig.connect(mode="workspace")
    await rig.settled(made["id"])
    assert await rig.titles(rig.admin, made["id"]) == {f"Note {note.id}"}
    assert await rig.titles(rig.reader, made["id"]) == set()
    heir = await rig.world.person("heir")
    await rig.admin.call("PATCH", f"/admin/users/{heir.id}", json={"role": "admin"})
    answer = await rig.admin.call("POST", f"/connections/{made['id']}/owner", json={"user_id": heir.id})
    assert answer.status_code == 204, answer.text
    assert await rig.titles(heir, made["id"]) == {f"Note {note.id}"}
    assert await rig.titles(rig.admin, made["id"]) == set()

"""What a source says of a person's groups is part of every identity, at once."""

from datetime import UTC, datetime

import pytest

from backend.documents.schema import DOCUMENTS
from tests.support.accounts import Person, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def test_joining_and_leaving_a_group_opens_and_closes_its_documents_at_once(here: World, admin: Person) -> None:
    access = ["source:c1:dev"]
    await here.app.container.database.collection(DOCUMENTS).insert_one(
        {
            "_id": "of-the-group",
            "key": "of-the-group",
            "holder": "connection:c1",
            "connection_id": "c1",
            "external_id": "1",
            "title": "Of the group",
            "source": "slack",
            "kind": "text",
            "size_bytes": 1,
            "status": "indexed",
            "version": 1,
            "chunks": 0,
            "content_hash": "x",
            "created_at": NOW,
            "modified_at": NOW,
            "access": access,
            "shared_with": access,
            "index_seq": 0,
        }
    )
    directory = here.app.container.accounts.directory
    person = await here.person("member")

    async def seen() -> tuple[int, int]:
        one = await person.call("GET", "/documents/of-the-group")
        listed = await person.call("GET", "/documents")
        return one.status_code, len(listed.json()["items"])

    assert await seen() == (404, 0)
    await directory.add("c1", "dev", [f"user:{person.id}"])
    assert await seen() == (200, 1)
    await directory.set_members("c1", "dev", [f"user:{admin.id}"])
    assert await seen() == (404, 0)
    await directory.add("c1", "dev", [f"user:{person.id}"])
    assert await seen() == (200, 1)
    await directory.remove_connection("c1")
    assert await seen() == (404, 0)


async def test_a_membership_of_an_address_counts_once_the_address_is_proven(here: World, admin: Person) -> None:
    directory = here.app.container.accounts.directory
    person = await here.person("later")
    await directory.add("c2", "all", [f"email:{person.email}"])
    users = here.app.container.accounts.users
    user = await users.get(person.id)
    assert user is not None
    held = await directory.groups_of(user.caller().principals)
    assert held == (frozenset({"source:c2:all"}) if user.email_verified else frozenset())
    assert await directory.groups_of(frozenset({f"email:{person.email}"})) == {"source:c2:all"}

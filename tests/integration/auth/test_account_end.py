"""The end of an account: everything of it goes, and only that."""

import pytest

from backend.access import Holder
from backend.auth.api_keys import API_KEYS
from backend.auth.one_time import ONE_TIME_TOKENS
from backend.auth.repository import SESSIONS, USERS
from backend.conversation.storage import CONVERSATIONS, MESSAGES
from backend.documents.schema import DOCUMENTS
from backend.idempotency import IDEMPOTENCY
from tests.support.accounts import AUTH, Person, World
from tests.support.app import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Every collection that holds something of a person, and the field that says whose it is.
OWNED = [
    (USERS, "_id"),
    (SESSIONS, "user_id"),
    (API_KEYS, "user_id"),
    (ONE_TIME_TOKENS, "user_id"),
    (DOCUMENTS, "holder"),
    (CONVERSATIONS, "owner_id"),
    (MESSAGES, "owner_id"),
    (IDEMPOTENCY, "owner_id"),
]


async def fill(here: World, person: Person) -> str:
    """Gives somebody a document, a conversation with an answer, a key and an open link; returns the document's id."""
    once = {"Idempotency-Key": "one"}
    body = {"items": [{"external_id": "d", "text": "Marmalade is made of oranges."}]}
    [stored] = (await person.call("POST", "/documents/text", json=body, headers=once)).json()["items"]
    conversation = (await person.call("POST", "/conversations", json={})).json()["id"]
    question = {"content": "What is marmalade made of?"}
    assert (await person.call("POST", f"/conversations/{conversation}/messages", json=question)).is_success
    await here.api_key(person, "read")
    await person.call("POST", "/auth/email/verification")
    return str(stored["id"])


async def counts(here: World, user_id: str) -> dict[str, int]:
    database = here.app.container.database
    whose = {"holder": str(Holder.person(user_id))}
    return {
        spec.name: await database.collection(spec).count({field: whose.get(field, user_id)}) for spec, field in OWNED
    }


async def test_deleting_takes_everything_of_the_person_and_nothing_of_others(here: World, admin: Person) -> None:
    person, neighbour = await here.person(), await here.person()
    documents = [await fill(here, person), await fill(here, neighbour)]
    before = await counts(here, neighbour.id)
    assert all(before.values()), before
    gone = await person.call("POST", "/auth/me/delete", json={"password": PASSWORD, "email": person.email.upper()})
    assert gone.status_code == 204
    assert set((await counts(here, person.id)).values()) == {0}
    assert await counts(here, neighbour.id) == before
    assert (await person.call("GET", "/auth/me")).status_code == 401
    assert (await person.http.post(f"{AUTH}/refresh")).status_code == 401
    assert (await neighbour.call("GET", f"/documents/{documents[1]}")).status_code == 200
    refused = await here.browser().post(f"{AUTH}/login", json={"email": person.email, "password": PASSWORD})
    assert refused.status_code == 401


async def test_audit_log_keeps_ids_but_no_address_or_device(here: World, admin: Person) -> None:
    person = await here.person()
    await here.browser().post(f"{AUTH}/login", json={"email": person.email, "password": "wrong password"})
    await person.call("POST", "/auth/me/delete", json={"password": PASSWORD, "email": person.email})
    entries = (await admin.call("GET", f"/admin/audit?user_id={person.id}")).json()["items"]
    assert [entry["event"] for entry in entries] == ["user.deleted", "login", "user.registered"]
    assert person.email not in str(entries)
    assert {entry["ip"] for entry in entries} == {""}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"password": "not my password", "email": "{email}"}, "password", "wrong_password"),
        ({"password": PASSWORD, "email": "someone@else.example"}, "email", "confirmation_wrong"),
    ],
)
async def test_deletion_needs_password_and_typed_address(
    here: World, body: dict[str, str], field: str, code: str
) -> None:
    person = await here.person()
    body = {**body, "email": body["email"].format(email=person.email)}
    refused = await person.call("POST", "/auth/me/delete", json=body)
    assert refused.status_code == 422
    assert [(item["field"], item["code"]) for item in refused.json()["errors"]] == [(field, code)]
    assert (await person.call("GET", "/auth/me")).status_code == 200


async def test_admin_deletes_an_account(here: World, admin: Person) -> None:
    person = await here.person()
    await fill(here, person)
    assert (await admin.call("DELETE", f"/admin/users/{person.id}")).status_code == 204
    assert set((await counts(here, person.id)).values()) == {0}
    assert (await admin.call("GET", f"/admin/users/{person.id}")).status_code == 404
    assert [event.actor_id for event in await here.events("user.deleted", user_id=person.id)] == [admin.id]


async def test_deletion_that_a_crash_cut_is_finished_at_the_next_start(here: World) -> None:
    person = await here.person()
    await fill(here, person)
    await here.app.container.users.update(person.id, {"deleting": True})  # as far as it came
    assert (await person.call("GET", "/auth/me")).status_code == 401
    await here.app.container.accounts.account.resume_deletions()
    assert set((await counts(here, person.id)).values()) == {0}


async def test_address_of_a_deleted_account_is_free_again(here: World) -> None:
    person = await here.person()
    await person.call("POST", "/auth/me/delete", json={"password": PASSWORD, "email": person.email})
    again = await here.person(email=person.email)
    assert again.id != person.id


async def test_name_changes_and_must_be_one_line(here: World) -> None:
    person = await here.person()
    assert (await person.call("PATCH", "/auth/me", json={"name": " Ada L. "})).json()["name"] == "Ada L."
    for bad in ("", "two\nlines", "x" * 121):
        refused = await person.call("PATCH", "/auth/me", json={"name": bad})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "name")

"""The end of an account: everything of it goes, and only that."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import httpx
import pytest

from backend.access import Holder
from backend.actions.repository import ACTIONS
from backend.auth.api_keys import API_KEYS, ApiKey, ApiKeyService
from backend.auth.one_time import ONE_TIME_TOKENS
from backend.auth.repository import SESSIONS, USERS
from backend.conversation.storage import CONVERSATIONS, MESSAGES
from backend.db.collection import Record
from backend.documents.repository import DocumentRepository
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
    (ACTIONS, "owner_id"),
    (IDEMPOTENCY, "owner_id"),
]


async def fill(here: World, person: Person) -> str:
    """Gives somebody a document, a conversation with an answer, a key, an action and a link; returns the first."""
    once = {"Idempotency-Key": "one"}
    body = {"items": [{"external_id": "d", "text": "Marmalade is made of oranges."}]}
    [stored] = (await person.call("POST", "/documents/text", json=body, headers=once)).json()["items"]
    conversation = (await person.call("POST", "/conversations", json={})).json()["id"]
    question = {"content": "What is marmalade made of?"}
    assert (await person.call("POST", f"/conversations/{conversation}/messages", json=question)).is_success
    await here.api_key(person, "read")
    secret = await here.mail.secret(person.email, "Confirm")
    assert (await person.http.post(f"{AUTH}/email/verify", json={"token": secret})).status_code == 204
    mail = {"kind": "email", "payload": {"to": [{"address": "dana@example.com"}], "text": "Marmalade?"}}
    assert (await person.call("POST", "/actions", json=mail)).status_code == 201
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


type End = Callable[[World, Person, Person], Awaitable[httpx.Response]]
ENDS: dict[str, End] = {
    "deleted": lambda here, admin, person: admin.call("DELETE", f"/admin/users/{person.id}"),
    "deactivated": lambda here, admin, person: admin.call(
        "PATCH", f"/admin/users/{person.id}", json={"disabled": True}
    ),
    "session ended": lambda here, admin, person: admin.call("DELETE", f"/admin/users/{person.id}/sessions"),
}
FORM = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nMarmalade.\r\n--b--\r\n'
TEXTS = b'{"items": [{"external_id": "d", "text": "Marmalade is made of oranges."}]}'
COMING_IN = {
    "/documents": ("multipart/form-data; boundary=b", FORM),
    "/documents/text": ("application/json", TEXTS),
}


@pytest.mark.parametrize("path", COMING_IN)
@pytest.mark.parametrize("end", ENDS)
async def test_an_upload_that_ends_after_its_account_leaves_nothing_behind(
    here: World, admin: Person, end: str, path: str
) -> None:
    person = await here.person()
    media_type, body = COMING_IN[path]

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:20]
        assert (await ENDS[end](here, admin, person)).is_success
        yield body[20:]

    answer = await person.call("POST", path, content=slowly(), headers={"Content-Type": media_type})
    assert answer.status_code == 401
    assert (await counts(here, person.id))["documents"] == 0


@pytest.mark.parametrize("path", COMING_IN)
@pytest.mark.parametrize("end", ENDS)
async def test_what_is_being_stored_when_its_account_ends_is_taken_back(
    here: World, admin: Person, monkeypatch: pytest.MonkeyPatch, end: str, path: str
) -> None:
    person = await here.person()
    insert = DocumentRepository.unscoped_insert

    async def ended_before(self: DocumentRepository, records: Sequence[Record]) -> None:
        monkeypatch.undo()
        assert (await ENDS[end](here, admin, person)).is_success
        await insert(self, records)

    monkeypatch.setattr(DocumentRepository, "unscoped_insert", ended_before)
    media_type, body = COMING_IN[path]
    headers = {"Content-Type": media_type, "Idempotency-Key": "one"}
    answer = await person.call("POST", path, content=body, headers=headers)
    assert answer.status_code == 401
    found = await counts(here, person.id)
    assert (found["documents"], found["idempotency"]) == (0, 0)


async def test_what_a_revoked_key_sent_is_taken_back_and_what_was_there_stays(
    here: World, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    media_type, body = COMING_IN["/documents/text"]
    assert (await person.call("POST", "/documents/text", content=body, headers={"Content-Type": media_type})).is_success
    script = await here.api_key(person, "ingest")
    [key] = await here.app.container.accounts.api_keys.of_user(person.id)
    insert = DocumentRepository.unscoped_insert

    async def ended_before(self: DocumentRepository, records: Sequence[Record]) -> None:
        monkeypatch.undo()
        assert (await person.call("DELETE", f"/auth/api-keys/{key.id}")).is_success
        await insert(self, records)

    monkeypatch.setattr(DocumentRepository, "unscoped_insert", ended_before)
    items = [{"external_id": "d", "text": "Marmalade is made of lemons."}, {"external_id": "e", "text": "Toast."}]
    answer = await script.post("/api/v1/documents/text", json={"items": items})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_invalid")
    kept = (await person.call("GET", "/documents")).json()["items"]
    assert [item["external_id"] for item in kept] == ["d"]


async def test_key_made_while_its_session_ends_is_revoked(
    here: World, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    create = ApiKeyService.create

    async def ended_before(self: ApiKeyService, *args: Any, **given: Any) -> tuple[ApiKey, str]:
        assert (await ENDS["session ended"](here, admin, person)).is_success
        return await create(self, *args, **given)

    monkeypatch.setattr(ApiKeyService, "create", ended_before)
    answer = await person.call("POST", "/auth/api-keys", json={"name": "script", "scopes": ["read"]})
    assert answer.status_code == 401
    assert (await counts(here, person.id))["api_keys"] == 0


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

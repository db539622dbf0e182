"""API keys: shown once, scoped, expiring, and never able to manage accounts."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.auth.api_keys import API_KEYS
from tests.support.accounts import Person, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_key_is_shown_once_and_kept_as_a_hash(here: World, admin: Person) -> None:
    person = await here.person()
    made = await person.call("POST", "/auth/api-keys", json={"name": "backup", "scopes": ["read"]})
    body = made.json()
    assert body["key"].startswith("bib_")
    assert made.headers["cache-control"] == "no-store"
    [listed] = (await person.call("GET", "/auth/api-keys")).json()["items"]
    assert "key" not in listed
    assert (listed["name"], listed["scopes"], listed["hint"]) == ("backup", ["read"], body["key"][:10])
    record = await here.app.container.database.collection(API_KEYS).find_one({"_id": body["id"]})
    assert body["key"] not in str(record)


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("read", "GET", "/documents", None),
        ("read", "GET", "/search?q=x", None),
        ("ingest", "POST", "/documents/text", {"items": [{"external_id": "a", "text": "Some words."}]}),
        ("chat", "POST", "/conversations", {}),
    ],
)
async def test_each_scope_opens_its_routes_and_no_others(
    here: World, scope: str, method: str, path: str, body: object
) -> None:
    person = await here.person()
    key = await here.api_key(person, scope)
    assert (await key.request(method, f"/api/v1{path}", json=body)).is_success
    others = {"read", "ingest", "chat", "actions"} - {scope}
    lacking = await here.api_key(person, *others)
    refused = await lacking.request(method, f"/api/v1{path}", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/auth/api-keys"),
        ("POST", "/auth/api-keys"),
        ("GET", "/auth/sessions"),
        ("POST", "/auth/sessions/end"),
        ("PATCH", "/auth/me"),
        ("POST", "/auth/me/delete"),
        ("POST", "/auth/password/change"),
        ("POST", "/auth/email/change"),
        ("GET", "/auth/linked-accounts"),
        ("GET", "/admin/users"),
        ("GET", "/admin/audit"),
        ("POST", "/admin/signing-keys/rotate"),
    ],
)
async def test_a_key_with_every_scope_manages_nothing(here: World, admin: Person, method: str, path: str) -> None:
    key = await here.api_key(admin, "read", "chat", "ingest", "actions")
    refused = await key.request(method, f"/api/v1{path}", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "key_not_allowed")


async def test_revoked_key_is_dead_at_once(here: World) -> None:
    person = await here.person()
    key = await here.api_key(person, "read")
    assert (await key.get("/api/v1/documents")).status_code == 200
    [listed] = (await person.call("GET", "/auth/api-keys")).json()["items"]
    assert listed["last_used_at"]
    assert (await person.call("DELETE", f"/auth/api-keys/{listed['id']}")).status_code == 204
    refused = await key.get("/api/v1/documents")
    assert (refused.status_code, refused.json()["code"]) == (401, "key_invalid")


async def test_expired_key_is_refused(here: World) -> None:
    person = await here.person()
    key = await here.api_key(person, "read")
    past = datetime.now(UTC) - timedelta(seconds=1)
    keys = here.app.container.database.collection(API_KEYS)
    await keys.update_many({"user_id": person.id}, {"$set": {"expires_at": past}})
    assert (await key.get("/api/v1/documents")).status_code == 401


async def test_key_of_a_deactivated_person_is_refused(here: World, admin: Person) -> None:
    person = await here.person()
    key = await here.api_key(person, "read")
    assert (await key.get("/api/v1/documents")).status_code == 200
    await admin.call("PATCH", f"/admin/users/{person.id}", json={"disabled": True})
    assert (await key.get("/api/v1/documents")).json()["code"] == "account_inactive"


async def test_somebody_elses_key_is_not_there(here: World) -> None:
    owner, other = await here.person(), await here.person()
    made = (await owner.call("POST", "/auth/api-keys", json={"name": "mine", "scopes": ["read"]})).json()
    assert (await other.call("DELETE", f"/auth/api-keys/{made['id']}")).status_code == 404
    assert len((await owner.call("GET", "/auth/api-keys")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["root"]}, "scopes.0"),
        ({"name": " ", "scopes": ["read"]}, "name"),
        ({"name": "x", "scopes": ["read"], "expires_in_days": 0}, "expires_in_days"),
    ],
)
async def test_malformed_key_names_its_field(here: World, admin: Person, body: object, field: str) -> None:
    refused = await admin.call("POST", "/auth/api-keys", json=body)
    assert refused.status_code == 422
    assert [problem["field"] for problem in refused.json()["errors"]] == [field]

"""Allowing a connection at the provider's own page: the way there, the way back, and what is refused on it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.connectors.rig import Rig
from tests.support.accounts import Person
from tests.support.toy_source import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _begun(rig: Rig, person: Person | None = None, **given: Any) -> dict[str, Any]:
    body = {"type": "toy", "mode": "personal", "return_to": "/connections?tab=all", **given}
    answer = await (person or rig.admin).call("POST", "/connections", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _back(rig: Rig, authorize_url: str, person: Person | None = None) -> str:
    """The page that the browser ends at."""
    address = await rig.service.consents.allow(authorize_url)
    answer = await (person or rig.admin).http.get(address, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_what_was_allowed_is_synchronised_and_ends_at_the_page_where_it_began(rig: Rig) -> None:
    note = rig.note()
    rig.service.put(note)
    made = await _begun(rig)
    asked = parse_qs(urlsplit(made["authorize_url"]).query)
    assert asked["scope"] == ["notes.read"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{rig.world.app.url}/api/v1/connectors/toy/oauth/callback"]
    assert (made["status"], made["next_sync_at"]) == ("connecting", None)
    assert await _back(rig, made["authorize_url"]) == f"/connections?tab=all&connected={made['id']}"
    done = await rig.settled(made["id"])
    assert (done["status"], done["documents"], done["name"]) == ("ready", 1, "Toy: Toy of the test")
    assert await rig.titles(rig.reader, made["id"]) == {f"Note {note.id}"}


async def test_tokens_are_kept_sealed_and_given_back_when_it_is_disconnected(rig: Rig) -> None:
    made = await _begun(rig)
    await _back(rig, made["authorize_url"])
    await rig.settled(made["id"])
    from backend.oauth.grants import GRANTS

    (kept,) = await rig.world.app.container.database.collection(GRANTS).find({"_id": made["id"]})
    tokens = {*rig.service.consents.access, *rig.service.consents.refresh}
    assert tokens
    assert not any(token in str(kept) for token in tokens)
    assert (await rig.admin.call("DELETE", f"/connections/{made['id']}")).status_code == 204
    assert rig.service.consents.access == {}
    assert rig.service.consents.given_back[-1] in tokens
    assert await rig.world.app.container.database.collection(GRANTS).find({"_id": made["id"]}) == []


async def test_a_browser_that_did_not_begin_it_comes_back_to_nothing(rig: Rig) -> None:
    made = await _begun(rig)
    address = await rig.service.consents.allow(made["authorize_url"])
    stranger = rig.world.browser()
    answer = await stranger.get(address, follow_redirects=False)
    assert answer.headers["location"] == "/connections?error=state_invalid&connector=toy"
    assert rig.service.consents.access == {}
    first = await rig.admin.http.get(address, follow_redirects=False)
    again = await rig.admin.http.get(address, follow_redirects=False)
    assert "connected=" in first.headers["location"]
    assert "error=state_invalid" in again.headers["location"]


async def test_what_was_unticked_at_the_provider_is_asked_for_again(rig: Rig) -> None:
    rig.service.consents.granted_beside, rig.service.consents.unticked = "profile", frozenset({"notes.read"})
    made = await _begun(rig)
    assert "error=permission_missing" in await _back(rig, made["authorize_url"])
    assert rig.service.consents.access == {}
    assert (await rig.admin.call("GET", f"/connections/{made['id']}")).json()["status"] == "connecting"


async def test_a_refusal_at_the_provider_says_so_on_the_page(rig: Rig) -> None:
    made = await _begun(rig)
    asked = parse_qs(urlsplit(made["authorize_url"]).query)
    refused = f"{asked['redirect_uri'][0]}?error=access_denied&state={asked['state'][0]}"
    answer = await rig.admin.http.get(refused, follow_redirects=False)
    assert answer.headers["location"] == "/connections?tab=all&error=provider_denied&connector=toy"
    assert (await rig.admin.call("GET", f"/connections/{made['id']}")).json()["status"] == "connecting"


async def test_allowing_it_again_must_be_the_same_account(rig: Rig) -> None:
    made = await _begun(rig)
    await _back(rig, made["authorize_url"])
    await rig.settled(made["id"])
    rig.service.account_id = "toy-2"
    again = await rig.admin.call("POST", f"/connections/{made['id']}/reauthorize", json={"return_to": "/connections"})
    page = await _back(rig, again.json()["authorize_url"])
    assert page == "/connections?error=another_account&connector=toy"
    assert len(rig.service.consents.given_back) >= 1
    token = await rig.admin.call(
        "POST", f"/connections/{made['id']}/reauthorize", json={"credentials": {"token": TOKEN}}
    )
    assert (token.status_code, token.json()["code"]) == (409, "another_account")
    rig.service.account_id = "toy-1"
    allowed = await rig.admin.call(
        "POST", f"/connections/{made['id']}/reauthorize", json={"credentials": {"token": TOKEN}}
    )
    assert (allowed.status_code, allowed.json()) == (200, {"authorize_url": None})
    assert (await rig.settled(made["id"], runs=2))["status"] == "ready"


async def test_a_session_that_has_ended_connects_nothing(rig: Rig) -> None:
    person = await rig.world.person("leaver")
    made = await _begun(rig, person)
    address = await rig.service.consents.allow(made["authorize_url"])
    ended = await person.call("DELETE", f"/auth/sessions/{await person.session_id()}")
    assert ended.is_success, ended.text
    answer = await person.http.get(address, follow_redirects=False)
    assert "error=session_ended" in answer.headers["location"]
    assert rig.service.consents.access == {}


async def test_without_a_registration_a_token_is_the_only_way(rig: Rig) -> None:
    (toy,) = (await rig.reader.call("GET", "/connectors")).json()["items"]
    assert (toy["credentials"], toy["configured"]) == (["token", "oauth"], True)
    body = {"type": "toy", "mode": "personal", "credentials": {"service_account": {"key": "of nothing"}}}
    refused = await rig.admin.call("POST", "/connections", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_credentials")


async def test_a_paused_connection_keeps_its_account_over_a_new_consent(rig: Rig) -> None:
    made = await rig.connect()
    await rig.settled(made["id"])
    assert (await rig.admin.call("POST", f"/connections/{made['id']}/pause")).status_code == 204
    path, again = f"/connections/{made['id']}/reauthorize", {"credentials": {"token": TOKEN}}
    assert (await rig.admin.call("POST", path, json=again)).status_code == 200
    rig.service.account_id = "toy-2"
    refused = await rig.admin.call("POST", path, json=again)
    assert (refused.status_code, refused.json()["code"]) == (409, "another_account")

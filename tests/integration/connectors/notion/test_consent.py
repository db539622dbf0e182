"""Allowing a connection at Notion's page: one account for ever, and given back when it is disconnected."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.notion.conftest import Notion
from tests.support.provider_wire import Fault
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _began(notion: Notion) -> tuple[str, str]:
    """The connection and the address of Notion's page."""
    answer = await notion.place.ada.call("POST", "/connections", json={"type": "notion", "mode": "personal"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.json()["authorize_url"]


async def _allowed(notion: Notion, authorize_url: str) -> str:
    """Where the browser comes to in the end."""
    back = await notion.stage.consent(authorize_url)
    arrived = await notion.place.ada.http.get(back, follow_redirects=False)
    return str(arrived.headers["location"])


async def test_it_is_asked_for_as_a_person(notion: Notion) -> None:
    _, url = await _began(notion)
    query = parse_qs(urlsplit(url).query)
    assert query["owner"] == ["user"]
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"][0].endswith("/api/v1/connectors/notion/oauth/callback")


async def test_a_grant_is_given_back_by_its_access_token(notion: Notion) -> None:
    notion.service.page("Nets", "words")
    made, url = await _began(notion)
    assert f"connected={made}" in await _allowed(notion, url)
    shown = await notion.place.settled(made)
    assert shown["account"]["name"] == "Herring Works"
    given_back = notion.service.consents.given_back
    before = len(given_back)
    assert (await notion.place.ada.call("DELETE", f"/connections/{made}")).status_code == 204
    assert [token.partition("-")[0] for token in given_back[before:]] == ["access"]
    assert not notion.service.consents.access


async def test_a_renewed_token_is_kept_and_the_spent_one_is_not_used_again(notion: Notion) -> None:
    notion.service.page("Nets", "words")
    made, url = await _began(notion)
    await _allowed(notion, url)
    await notion.place.settled(made)
    for _ in range(3):
        notion.service.consents.expire()
        assert (await notion.place.synced(made))["status"] == "ready"
    assert len(notion.service.consents.refresh) == 1


async def test_a_grant_that_was_taken_back_at_notion_needs_a_person_and_takes_nothing_away(notion: Notion) -> None:
    page = notion.service.page("Nets", "words")
    made, url = await _began(notion)
    await _allowed(notion, url)
    await notion.place.settled(made)
    notion.service.consents.revoke_all()
    shown = await notion.place.synced(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "reauth_required")
    assert set(await notion.texts(made)) == {page.id}


async def test_another_persons_account_is_not_taken(notion: Notion) -> None:
    made, url = await _began(notion)
    await _allowed(notion, url)
    await notion.place.settled(made)
    notion.service.consents.account = "somebody.else@example.com"
    answer = await notion.place.ada.call("POST", f"/connections/{made}/reauthorize", json={})
    url = answer.json()["authorize_url"]
    try:
        assert "another_account" in await _allowed(notion, url)
    finally:
        notion.service.consents.account = ADA


async def test_ben_sees_nothing_of_what_ada_allowed(notion: Notion) -> None:
    page = notion.service.page("Nets", "words")
    made, url = await _began(notion)
    await _allowed(notion, url)
    await notion.place.settled(made)
    assert set(await notion.texts(made)) == {page.id}
    assert notion.place.ben.email == BEN
    assert await notion.texts(made, notion.place.ben) == {}


@pytest.mark.parametrize("status", [429, 529])
async def test_a_pause_is_kept_in_full_whatever_its_status(notion: Notion, status: int) -> None:
    notion.service.page("Nets", "words")
    made = await notion.connected()
    code = "rate_limited" if status == 429 else "service_overload"
    body = {"object": "error", "status": status, "code": code, "message": "…"}
    notion.wire.fail(1, Fault(status=status, headers=(("retry-after", "600"),), body=body))
    answer = await notion.place.ada.call("POST", f"/connections/{made}/sync")
    assert answer.status_code == 202

    async def waiting() -> dict[str, Any]:
        shown = await notion.place.shown(made)
        return shown if shown["status"] == "waiting" else {}

    shown = await until_true(waiting)
    assert shown["status_reason"]["code"] == "source_rate_limited"

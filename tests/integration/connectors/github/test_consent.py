"""Allowing GitHub at its own page, and what is given back there."""

import pytest

from tests.integration.connectors.github.conftest import GitHubPlace

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _allowed(at: GitHubPlace, account: str = "ada") -> tuple[str, str]:
    """A personal connection's id, and the page that its consent ended at."""
    at.service.consents.account = account
    body = {"type": "github", "mode": "personal", "options": {}}
    made = (await at.place.ada.call("POST", "/connections", json=body)).json()
    return made["id"], await _back(at, made["authorize_url"])


async def _back(at: GitHubPlace, authorize_url: str) -> str:
    arrived = await at.place.ada.http.get(await at.stage.consent(authorize_url), follow_redirects=False)
    return str(arrived.headers["location"])


async def test_disconnecting_ends_what_was_allowed_at_github(at: GitHubPlace) -> None:
    made, _ = await _allowed(at)
    assert (await at.place.settled(made))["status"] == "ready"
    before = len(at.stage.wire.journal)
    assert (await at.place.ada.call("DELETE", f"/connections/{made}")).status_code == 204
    (ended,) = (request for request in at.stage.wire.journal[before:] if request.method == "DELETE")
    assert ended.path.endswith("/grant")
    assert not at.service.consents.access
    assert not at.service.consents.refresh


async def test_a_consent_that_another_connection_stands_on_is_given_back_with_the_last_of_them(at: GitHubPlace) -> None:
    """GitHub, like Google, ends everything that a person allowed at once."""
    first, _ = await _allowed(at)
    second, _ = await _allowed(at)
    for made in (first, second):
        assert (await at.place.settled(made))["status"] == "ready"
    assert (await at.place.ada.call("DELETE", f"/connections/{first}")).status_code == 204
    assert (await at.place.synced(second))["status"] == "ready"
    assert (await at.place.ada.call("DELETE", f"/connections/{second}")).status_code == 204
    assert not at.service.consents.access


async def test_a_consent_that_is_not_kept_ends_no_other_of_the_same_account(at: GitHubPlace) -> None:
    at.service.world.account("eva", "eva@example.com")
    adas, _ = await _allowed(at)
    evas, _ = await _allowed(at, "eva")
    for made in (adas, evas):
        assert (await at.place.settled(made))["status"] == "ready"
    again = await at.place.ada.call("POST", f"/connections/{adas}/reauthorize", json={"return_to": "/connections"})
    assert "error=another_account" in await _back(at, again.json()["authorize_url"])
    assert (await at.place.synced(evas))["status"] == "ready"

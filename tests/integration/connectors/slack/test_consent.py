"""Allowing the app at Slack's own page; tokens of twelve hours that are renewed, and given back."""

import pytest

from tests.integration.connectors.slack.conftest import ADA, Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def allowed(desk: Desk) -> str:
    body = {"type": "slack", "mode": "workspace", "options": {}}
    answer = await desk.place.ada.call("POST", "/connections", json=body)
    assert answer.status_code == 201, answer.text
    back = await desk.stage.consent(answer.json()["authorize_url"])
    await desk.place.ada.http.get(back, follow_redirects=False)
    return str(answer.json()["id"])


async def test_a_token_that_slack_calls_expired_is_renewed_once(desk: Desk) -> None:
    desk.thread(desk.channel("harbour"), "Words.", "Yes.")
    made = await allowed(desk)
    assert (await desk.place.settled(made))["status"] == "ready"
    desk.stage.expire_token()
    before = len(desk.stage.wire.journal)
    await desk.synced(made)
    renewed = [one for one in desk.stage.wire.journal[before:] if one.path.endswith("oauth.v2.access")]
    assert len(renewed) == 1


async def test_disconnecting_gives_back_the_access_token_also_when_it_has_ended(desk: Desk) -> None:
    desk.thread(desk.channel("harbour"), "Words.", "Yes.")
    made = await allowed(desk)
    await desk.place.settled(made)
    access = set(desk.slack.consents.access)
    assert (await desk.place.ada.call("DELETE", f"/connections/{made}")).status_code == 204
    assert set(desk.slack.consents.given_back) <= access
    assert len(desk.slack.consents.given_back) == 1
    assert not desk.slack.consents.refresh


async def test_a_scope_that_was_not_granted_is_named_and_nothing_is_connected(desk: Desk) -> None:
    desk.channel("harbour", ADA)
    desk.slack.consents.unticked = frozenset({"users:read.email"})
    made = await allowed(desk)
    shown = await desk.place.shown(made)
    assert shown["account"] is None
    assert len(desk.slack.consents.given_back) == 1  # what is not kept is given back

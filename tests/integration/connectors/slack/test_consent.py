"""Allowing the app at Slack's own page; tokens of twelve hours that are renewed, and given back."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.connectors.slack.conftest import ADA, BEN, Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def allowed(desk: Desk, mode: str = "workspace", **options: Any) -> str:
    body = {"type": "slack", "mode": mode, "options": options}
    answer = await desk.place.ada.call("POST", "/connections", json=body)
    assert answer.status_code == 201, answer.text
    desk.asked = parse_qs(urlsplit(answer.json()["authorize_url"]).query)
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


async def test_a_person_allows_their_own_account_and_reads_what_they_may_read(desk: Desk) -> None:
    desk.thread(desk.channel("harbour", bot=False), "Words of the harbour.", "Yes.")
    desk.thread(desk.channel("yard", BEN, bot=False), "Words of the yard.", "Yes.", user=BEN)
    desk.thread(desk.channel("", ADA, BEN, kind="im", bot=False), "Words between us.", "Yes.")
    made = await allowed(desk, "personal")
    assert "scope" not in desk.asked
    (asked,) = desk.asked["user_scope"]
    assert "groups:history" in asked
    assert "im:history" not in asked
    assert "channels:join" not in asked
    assert (await desk.place.settled(made))["status"] == "ready"
    (words,) = (await desk.ada_sees(made)).values()
    assert "Words of the harbour." in words


async def test_direct_messages_are_asked_for_where_they_were_chosen(desk: Desk) -> None:
    desk.thread(desk.channel("", ADA, BEN, kind="im", bot=False), "Words between us.", "Yes.")
    made = await allowed(desk, "personal", direct=True)
    assert {"im:history", "mpim:history"} <= set(desk.asked["user_scope"][0].split(","))
    assert (await desk.place.settled(made))["status"] == "ready"
    for seen in (await desk.ada_sees(made), await desk.ben_sees(made)):
        assert any("Words between us." in words for words in seen.values())


async def test_whoever_connected_their_own_account_sees_it_under_any_address_while_they_belong_there(
    desk: Desk,
) -> None:
    harbour = desk.channel("harbour", bot=False)
    desk.thread(harbour, "Words of the harbour.", "Yes.")
    desk.channel("yard", bot=False)
    desk.slack.users[ADA].email = "ada.lovelace@elsewhere.example"
    made = await allowed(desk, "personal")
    assert (await desk.place.settled(made))["status"] == "ready"
    assert len(await desk.ada_sees(made)) == 1
    harbour.members.clear()
    await desk.place.synced(made)
    assert await desk.ada_sees(made) == {}
    desk.slack.users[ADA].email = "ada@example.com"


async def test_a_persons_token_is_renewed_and_they_join_nothing_by_it(desk: Desk) -> None:
    desk.thread(desk.channel("harbour", bot=False), "Words of the harbour.", "Yes.")
    desk.channel("port", BEN, kind="public_channel", bot=False)
    made = await allowed(desk, "personal", join=True)
    await desk.place.settled(made)
    desk.stage.expire_token()
    await desk.synced(made)
    assert not [one for one in desk.stage.wire.journal if one.path.endswith("conversations.join")]
    assert (await desk.place.ada.call("DELETE", f"/connections/{made}")).status_code == 204
    assert not desk.slack.consents.access


async def test_an_app_of_a_whole_enterprise_organisation_is_refused_with_what_to_do(desk: Desk) -> None:
    desk.slack.organisation = True
    body = {"type": "slack", "mode": "workspace", "credentials": {"token": desk.slack.token()}, "options": {}}
    refused = await desk.place.ada.call("POST", "/connections", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_config")
    assert "one workspace" in refused.json()["detail"]
    made = await allowed(desk)
    assert (await desk.place.shown(made))["account"] is None

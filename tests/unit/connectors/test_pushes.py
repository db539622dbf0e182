"""What providers push: only what they signed counts, and it says no more than whose account to look at."""

import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier

from backend.connectors.github.auth import GitHubSettings
from backend.connectors.github.push import read_push as read_github
from backend.connectors.google_drive.push import read_push as read_drive
from backend.connectors.manifest import Incoming, Pushed
from backend.connectors.notion.auth import NotionSettings
from backend.connectors.notion.push import read_push as read_notion
from backend.connectors.signatures import require_signature
from backend.connectors.slack.auth import SlackConnectorSettings
from backend.connectors.slack.push import read_push as read_slack
from backend.errors import InvalidInput, Unauthenticated
from tests.support.incoming import incoming

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "providers" / "slack" / "events"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # of Slack's own example
SLACK = SlackConnectorSettings(signing_secret=SecretStr(SECRET))
NOTION = NotionSettings(verification_token=SecretStr("secret_first, secret_second,"))
GITHUB = GitHubSettings(webhook_secret=SecretStr("It's a Secret to Everybody"))  # of GitHub's own example


def slack(told: Any, *, sent_at: int | None = None, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    body, at = json.dumps(told).encode(), str(int(time.time()) if sent_at is None else sent_at)
    signature = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={signature}"}


async def test_the_example_that_github_publishes_for_its_signatures_is_taken() -> None:
    """https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries (2026-11)"""
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    with pytest.raises(InvalidInput):  # signed, and no JSON
        await read_github(incoming(b"Hello, World!", {"x-hub-signature-256": signature}, GITHUB))
    with pytest.raises(Unauthenticated):
        await read_github(incoming(b"Hello, World?", {"x-hub-signature-256": signature}, GITHUB))


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("installation", {"action": "suspend", "installation": {"id": 42}, "sender": {"id": 7}}),
        ("installation_repositories", {"action": "removed", "installation": {"id": 42}, "sender": {"id": 7}}),
        ("member", {"action": "removed", "member": {"id": 8}, "installation": {"id": 42}}),
        ("membership", {"action": "removed", "team": {"id": 1}, "organization": {"id": 9}, "installation": {"id": 42}}),
        ("team", {"action": "removed_from_repository", "team": {"id": 1}, "installation": {"id": 42}}),
        ("repository", {"action": "privatized", "repository": {"id": 3}, "installation": {"id": 42}}),
    ],
)
async def test_what_github_tells_an_installation_of_its_people_and_repositories_is_looked_at(
    event: str, told: dict[str, Any]
) -> None:
    assert (await github(event, told)).accounts == {"installation:42"}


async def test_who_takes_back_what_they_allowed_at_github_is_looked_at_themselves() -> None:
    told = {"action": "revoked", "sender": {"id": 7}}
    assert (await github("github_app_authorization", told)).accounts == {"user:7"}


async def github(event: str, told: dict[str, Any]) -> Pushed:
    body = json.dumps(told).encode()
    signature = hmac.new(GITHUB.webhook_secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={signature}", "x-github-event": event, "x-github-delivery": "1"}
    return await read_github(incoming(body, headers, GITHUB))


def test_the_example_that_slack_publishes_for_its_signatures_is_taken() -> None:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack (2026-11)"""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    require_signature("Slack", SLACK.signing_secret, b"v0:1531420618:" + body, signature, prefix="v0=")


async def test_github_names_the_installation_and_the_delivery() -> None:
    body = json.dumps({"action": "opened", "installation": {"id": 42}}).encode()
    signature = hmac.new(b"It's a Secret to Everybody", body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={signature}", "x-github-delivery": "guid"}
    assert await read_github(incoming(body, headers, GITHUB)) == Pushed(
        accounts=frozenset({"installation:42"}), delivery="guid"
    )


async def test_slack_names_the_workspace_and_the_event() -> None:
    body, headers = slack({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "message"}})
    assert await read_slack(incoming(body, headers, SLACK)) == Pushed(beginnings=frozenset({"T1:"}), delivery="Ev1")


async def test_slacks_first_word_is_answered() -> None:
    body, headers = slack({"type": "url_verification", "challenge": "3eZbrw1aB"})
    assert await read_slack(incoming(body, headers, SLACK)) == Pushed(reply={"challenge": "3eZbrw1aB"})


@pytest.mark.parametrize(
    ("name", "pushed"),
    [
        ("url_verification", Pushed(reply={"challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"})),
        ("event", Pushed(beginnings=frozenset({"TXXXXXXXX:"}), delivery="Ev08MFMKH6")),
    ],
)
async def test_the_examples_that_slack_publishes_are_taken_as_slacks_own_client_signs_them(
    name: str, pushed: Pushed
) -> None:
    body = json.dumps(json.loads((PUBLISHED / f"{name}.json").read_text())["event"])
    at = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
    assert signature is not None
    headers = {"x-slack-request-timestamp": at, "x-slack-signature": signature}
    assert await read_slack(incoming(body.encode(), headers, SLACK)) == pushed


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_what_slack_signed_at_another_time_is_refused(seconds: int) -> None:
    body, headers = slack({"type": "event_callback"}, sent_at=int(time.time()) + seconds)
    with pytest.raises(Unauthenticated, match="too long ago"):
        await read_slack(incoming(body, headers, SLACK))


@pytest.mark.parametrize(
    "changed",
    [
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0="},
        {"x-slack-signature": "v0=\udcff"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "soon"},
        {"x-slack-request-timestamp": "1"},
    ],
)
async def test_a_signature_that_does_not_fit_is_refused(changed: dict[str, str]) -> None:
    body, headers = slack({"type": "event_callback", "team_id": "T1", "event_id": "Ev1"})
    with pytest.raises(Unauthenticated):
        await read_slack(incoming(body, {**headers, **changed}, SLACK))
    with pytest.raises(Unauthenticated):
        await read_slack(incoming(body + b" ", headers, SLACK))


async def test_without_a_secret_nothing_is_taken() -> None:
    body, headers = slack({"type": "event_callback"}, secret="")
    with pytest.raises(Unauthenticated):
        await read_slack(incoming(body, headers, SlackConnectorSettings()))


@pytest.mark.parametrize("told", [[], "text", 7, None, {"team_id": 7, "event_id": []}, {"team_id": "T1"}])
async def test_what_names_nobody_wakes_nobody(told: Any) -> None:
    body, headers = slack(told)
    if isinstance(told, dict):
        assert await read_slack(incoming(body, headers, SLACK)) == Pushed()
    else:
        with pytest.raises(InvalidInput):
            await read_slack(incoming(body, headers, SLACK))


def notion(told: Any, **given: Any) -> Incoming:
    body = json.dumps(told).encode()
    signature = hmac.new(b"secret_second", body, hashlib.sha256).hexdigest()
    return incoming(body, {"x-notion-signature": f"sha256={signature}"} | given, NOTION)


async def test_notion_names_the_workspace_and_the_event() -> None:
    told = {"id": "e1", "workspace_id": "w1", "type": "page.deleted", "accessible_by": [{"id": "u1", "type": "person"}]}
    assert await read_notion(notion(told)) == Pushed(beginnings=frozenset({"w1:"}), delivery="e1")


async def test_notion_names_who_may_open_what_changed_where_nobody_lost_it() -> None:
    told = {
        "id": "e1",
        "workspace_id": "w1",
        "type": "page.content_updated",
        "accessible_by": [{"id": "u1"}, {"id": 7}],
    }
    assert await read_notion(notion(told)) == Pushed(accounts=frozenset({"w1:u1"}), delivery="e1")
    for cut in ([], [{"id": f"u{number}"} for number in range(100)], "all", None):
        pushed = await read_notion(notion({**told, "accessible_by": cut}))
        assert pushed.beginnings == frozenset({"w1:"}), cut


async def test_notions_first_word_is_offered_and_never_believed() -> None:
    body = b'{"verification_token": "secret_new"}'
    for settings in (NOTION, NotionSettings()):
        assert await read_notion(incoming(body, {}, settings)) == Pushed(offered="secret_new")
    with pytest.raises(Unauthenticated):
        await read_notion(incoming(b'{"id": "e1", "workspace_id": "w1"}', {}, NotionSettings()))


@pytest.mark.parametrize("told", [{}, {"id": 7, "workspace_id": "w1"}, {"id": "e1", "workspace_id": None}])
async def test_what_notion_signed_and_names_nobody_wakes_nobody(told: Any) -> None:
    assert await read_notion(notion(told)) == Pushed()


async def test_a_message_of_drive_names_its_channel_with_the_proof() -> None:
    headers = {
        "x-goog-channel-id": "c1", "x-goog-channel-token": "t", "x-goog-resource-state": "change",
        "x-goog-message-number": "10",
    }  # fmt: skip
    assert await read_drive(incoming(b"", headers, None)) == Pushed(watch="c1", token="t", delivery="c1:10")
    assert await read_drive(incoming(b"", {**headers, "x-goog-resource-state": "sync"}, None)) == Pushed()
    assert await read_drive(incoming(b"", {}, None)) == Pushed(watch="", token="")

"""A decision that is pressed in Slack: signed, of this person, of exactly this, once."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send

from backend.actions.repository import ACTIONS
from backend.ids import new_id
from tests.integration.actions.slack_place import ADA, BEN, DANA, SIGNING_SECRET, Place, slack_place
from tests.integration.actions.test_email import becomes, mail_to, proposed
from tests.support.accounts import Person
from tests.support.slack_posting import slack_signed
from tests.support.slack_service import BOT, TEAM, Conversation
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

_URL = "/api/v1/actions/slack"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with slack_place(tmp_path_factory.mktemp("data")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def slack(module_place: Place) -> AsyncIterator[Place]:
    module_place.clear()
    yield module_place
    module_place.wire.mend()


def _signed(body: bytes, *, at: int | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
    return slack_signed(body, secret, at=at)


def _pressed(card: tuple[Conversation, dict[str, Any]], button: str, *, by: str = ADA, team: str = TEAM) -> bytes:
    """As Slack sends it, with more fields than are read: …/reference/interaction-payloads/block_actions-payload"""
    where, message = card
    [buttons] = [one for one in message["blocks"] if one["type"] == "actions"]
    [pressed] = [one for one in buttons["elements"] if one["text"]["text"] == button]
    payload = {
        "type": "block_actions",
        "team": {"id": team, "domain": "subarachnoid"},
        "user": {"id": by, "username": "somebody", "team_id": team},
        "api_app_id": "A0KRD7HC3",
        "trigger_id": f"1.{time.time_ns()}",
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": where.id},
        "channel": {"id": where.id, "name": "directmessage"},
        "message": message,
        "response_url": "https://hooks.slack.com/actions/T1/1/1",
        "actions": [{**pressed, "type": "button", "block_id": buttons["block_id"]}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


async def _sent(slack: Place, body: bytes, **more: Any) -> httpx.Response:
    return await slack.world.browser().post(_URL, content=body, headers=_signed(body, **more))


async def _asked(
    slack: Place, action: dict[str, Any], person: Person | None = None, id_: str = ADA
) -> tuple[Conversation, dict[str, Any]]:
    answer = await (person or slack.ada).call("POST", f"/actions/{action['id']}/slack")
    assert answer.status_code == 204, answer.text
    [where] = [one for one in slack.service.conversations.values() if one.kind == "im" and one.members == {BOT, id_}]
    return where, list(where.messages.values())[-1]


async def _new(slack: Place) -> dict[str, Any]:
    """In words of its own: what was sent before would need a confirmation, which a button cannot give."""
    return await slack.proposed(text=" ".join(new_id() for _ in range(6)))


async def _says(card: tuple[Conversation, dict[str, Any]], words: str) -> None:
    where, message = card

    async def seen() -> bool:
        return words in str(where.messages[message["ts"]]["text"])

    await until_true(seen)
    assert not any(one["type"] == "actions" for one in where.messages[message["ts"]]["blocks"])


async def test_what_is_pressed_counts_and_the_card_says_who_decided(slack: Place) -> None:
    action = await slack.proposed(text="We launch, <@U0DANA0001>.")
    card = await _asked(slack, action)
    assert action["preview"]["text"] in json.dumps(card[1]["blocks"], ensure_ascii=False).replace("\\n", "\n")
    answer = await _sent(slack, _pressed(card, "Approve"))
    assert (answer.status_code, answer.json()) == (200, {})
    done = await becomes(slack.ada, action["id"], "succeeded")
    assert [step["actor_id"] for step in done["timeline"] if step["to"] == "approved"] == [slack.ada.id]
    await _says(card, "Approved by ada")
    [event, *_] = await slack.world.events("action.approved", user_id=slack.ada.id)
    assert (event.details["action_id"], event.details["by"]) == (action["id"], "slack")


async def test_a_rejection_leaves_nothing(slack: Place) -> None:
    action = await _new(slack)
    card = await _asked(slack, action)
    before = slack.posts()
    assert (await _sent(slack, _pressed(card, "Reject"))).status_code == 200
    assert (await becomes(slack.ada, action["id"], "rejected"))["attempts"] == []
    await _says(card, "Rejected by ada")
    assert slack.said(slack.general) == []
    assert slack.posts() == before + 1  # the card alone


async def test_whoever_comes_later_learns_who_decided(slack: Place) -> None:
    action = await _new(slack)
    card = await _asked(slack, action)
    assert (await slack.ada.call("POST", f"/actions/{action['id']}/reject", json={})).status_code == 200
    assert (await _sent(slack, _pressed(card, "Approve"))).status_code == 200
    await _says(card, "Rejected by ada")
    assert (await slack.ada.call("GET", f"/actions/{action['id']}")).json()["status"] == "rejected"


@pytest.mark.parametrize("button", ["Approve", "Reject"])
async def test_what_has_changed_since_is_not_decided_on(slack: Place, button: str) -> None:
    action = await _new(slack)
    card = await _asked(slack, action)
    changed = {"payload": {"channel": slack.general.id, "text": "We do not launch."}}
    assert (await slack.ada.call("PATCH", f"/actions/{action['id']}", json=changed)).status_code == 200
    assert (await _sent(slack, _pressed(card, button))).status_code == 200
    await _says(card, "It has changed since it was shown to you.")
    assert (await slack.ada.call("GET", f"/actions/{action['id']}")).json()["status"] == "awaiting_approval"


async def test_one_decision_of_many_counts(slack: Place) -> None:
    action = await _new(slack)
    card = await _asked(slack, action)
    page = [slack.ada.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]}) for _ in range(8)]
    pressed = [_sent(slack, _pressed(card, button)) for button in ("Approve", "Reject") * 8]
    await asyncio.gather(*page, *pressed)

    async def ended() -> dict[str, Any] | None:
        shown: dict[str, Any] = (await slack.ada.call("GET", f"/actions/{action['id']}")).json()
        return shown if shown["status"] in ("succeeded", "rejected") else None

    shown = await until_true(ended)
    assert shown is not None
    assert sum(step["to"] in ("approved", "rejected") for step in shown["timeline"]) == 1
    assert len(slack.said(slack.general)) == (1 if shown["status"] == "succeeded" else 0)


async def test_the_same_press_again_is_none(slack: Place) -> None:
    card = await _asked(slack, await _new(slack))
    body = _pressed(card, "Reject")
    headers = _signed(body)
    answers = [await slack.world.browser().post(_URL, content=body, headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 401]
    assert answers[1].json()["code"] == "replayed"


@pytest.mark.parametrize("what", ["secret", "old", "future", "body", "none"])
async def test_what_slack_did_not_sign_now_is_refused(slack: Place, what: str) -> None:
    action = await _new(slack)
    body = _pressed(await _asked(slack, action), "Approve")
    now = int(time.time())
    more: dict[str, dict[str, Any]] = {"secret": {"secret": "x"}, "old": {"at": now - 400}, "future": {"at": now + 400}}
    headers = {} if what == "none" else _signed(body, **more.get(what, {}))
    sent = body + b"&a=b" if what == "body" else body
    answer = await slack.world.browser().post(_URL, content=sent, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    assert (await slack.ada.call("GET", f"/actions/{action['id']}")).json()["status"] == "awaiting_approval"


@pytest.mark.parametrize(
    ("by", "team"), [(BEN, TEAM), (DANA, TEAM), (BOT, TEAM), (ADA, "T0OTHER001"), ("U0NOBODY01", TEAM)]
)
async def test_nobody_else_decides(slack: Place, by: str, team: str) -> None:
    action = await _new(slack)
    card = await _asked(slack, action)
    answer = await _sent(slack, _pressed(card, "Approve", by=by, team=team))
    assert answer.status_code == 404
    assert (await slack.ada.call("GET", f"/actions/{action['id']}")).json()["status"] == "awaiting_approval"


@pytest.mark.parametrize(
    "body", [b"", b"payload=", b"payload={}", b"payload=%5B%5D", b"a=b", b"\xff", b"payload=%7B%22"]
)
async def test_what_is_signed_and_means_nothing_is_refused(slack: Place, body: bytes) -> None:
    answer = await _sent(slack, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "push_malformed")


async def test_a_card_shows_all_or_is_not_sent(slack: Place) -> None:
    broadcast = await slack.proposed(text="<!channel> now")
    long = await slack.proposed(text=("word " * 500 + "\n\n") * 2)
    for action, code in ((broadcast, "confirmation_needed"), (long, "not_shown_whole")):
        answer = await slack.ada.call("POST", f"/actions/{action['id']}/slack")
        assert (answer.status_code, answer.json()["code"]) == (409, code)


def _tomorrow() -> tuple[str, str]:
    """A time as it is asked for in another zone, and as a card says it."""
    at = datetime.now(UTC) + timedelta(days=1)
    return at.astimezone(timezone(timedelta(hours=5))).isoformat(), f"{at:%Y-%m-%d %H:%M} UTC"


def _words(message: dict[str, Any]) -> list[str]:
    """The lines of what is shown whole."""
    [shown] = [
        part["text"]
        for block in message["blocks"]
        for one in block.get("elements", ())
        if one["type"] == "rich_text_preformatted"
        for part in one["elements"]
    ]
    return str(shown).splitlines()


async def test_a_card_shows_who_posts_what_it_answers_and_when_it_leaves(slack: Place) -> None:
    thread = slack.service.post(slack.general, DANA, "When?")
    at, said = _tomorrow()
    body = {**slack.body(slack.general.id, thread_ts=thread), "schedule_at": at}
    action = await proposed(slack.ada, body)
    _, message = await _asked(slack, action)
    assert _words(message)[:5] == [
        f"From: {action['preview']['sender']}",
        f"To: general (channel {slack.general.id}, reply)",
        f"Answers in the thread of: When? ({thread})",
        f"Leaves: {said}",
        "",
    ]


async def test_a_card_shows_which_message_is_replaced(slack: Place) -> None:
    first = await slack.approved(text="We lunch.")
    ts = (await becomes(slack.ada, first["id"], "succeeded"))["receipt"]["id"]
    action = await slack.proposed(update_ts=ts)
    _, message = await _asked(slack, action)
    assert f"Takes the place of: {action['preview']['replaces']['excerpt']} ({ts})" in _words(message)
    assert "Leaves: at once" in _words(message)


async def test_a_card_of_a_mail_shows_names_and_whom_answers_go_to(slack: Place) -> None:
    body = mail_to("dana@example.com", cc=[{"address": "sam@example.com"}])
    at, said = _tomorrow()
    _, message = await _asked(slack, await proposed(slack.ada, {**body, "schedule_at": at}))
    lines = _words(message)
    assert f"Answers to: ada <{slack.ada.email}>" in lines
    assert {"To: Dana <dana@example.com>", "Cc: sam@example.com", f"Leaves: {said}"} <= set(lines)


async def test_a_card_of_an_answer_says_which_mail_it_answers(slack: Place) -> None:
    file = (
        b"From: Dana Roe <dana@partner.example>\r\nMessage-ID: <first@partner.example>\r\nSubject: Launch\r\n"
        b"Date: Mon, 02 Nov 2026 10:00:00 +0200\r\n\r\nShall we?"
    )
    files = {"files": ("launch.eml", file, "message/rfc822")}
    document = (await slack.ada.call("POST", "/documents", files=files)).json()["items"][0]["id"]

    async def indexed() -> bool:
        return bool((await slack.ada.call("GET", f"/documents/{document}")).json()["status"] == "indexed")

    await until_true(indexed)
    body = mail_to("dana@partner.example", subject="Re: Launch", in_reply_to=document)
    _, message = await _asked(slack, await proposed(slack.ada, body))
    [line] = [one for one in _words(message) if one.startswith("Answers the mail:")]
    assert "'Launch' from Dana Roe <dana@partner.example>, 2026-11-02 08:00 UTC" in line


async def test_what_changes_while_slack_is_asked_who_pressed_is_not_rejected(slack: Place) -> None:
    action = await proposed(slack.ben, slack.body(slack.general.id))
    card = await _asked(slack, action, slack.ben, BEN)
    records = slack.world.app.container.database.collection(ACTIONS)
    asked: list[str] = []

    async def changed_first(scope: Scope, receive: Receive, send: Send) -> None:
        """Slack answers who pressed when another content is stored."""
        if scope["path"].endswith("/users.info") and not asked:
            asked.append(scope["path"])
            edit: dict[str, dict[str, Any]] = {"$set": {"artefact.hash": "0" * 64}, "$inc": {"revision": 1}}
            await records.update_one({"_id": action["id"]}, edit)
        await answering(scope, receive, send)

    answering, slack.wire.app = slack.wire.app, changed_first
    try:
        assert (await _sent(slack, _pressed(card, "Reject", by=BEN))).status_code == 200
    finally:
        slack.wire.app = answering
    assert asked
    await _says(card, "It has changed since it was shown to you.")
    assert (await slack.ben.call("GET", f"/actions/{action['id']}")).json()["status"] == "awaiting_approval"


async def test_words_of_the_card_mention_nobody(slack: Place) -> None:
    _, message = await _asked(slack, await slack.proposed(text="`<!channel>` \\<!here> <@U0NOBODY01>"))
    found = json.dumps(message["blocks"])
    assert not any(f'"type": "{kind}"' in found for kind in ("user", "broadcast", "link", "usergroup"))

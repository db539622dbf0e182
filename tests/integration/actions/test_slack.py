"""A message in Slack: looked at before it is approved, posted once, found again when the answer is lost."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from backend.actions.base import NotDone, Outgoing
from backend.actions.channels.slack import SlackChannel
from backend.actions.policy import Policy
from backend.actions.repository import ACTIONS
from backend.connectors.acting.slack import SlackActionSettings
from backend.connectors.acting.slack_desk import SlackDesk
from backend.connectors.base import Options, StaticCredential
from backend.connectors.manifest import Setup
from tests.integration.actions.slack_place import ADA, DANA, Place, is_post, slack_place
from tests.integration.actions.test_email import becomes, proposed
from tests.support.provider_wire import Fault
from tests.support.slack_service import BOT
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with slack_place(tmp_path_factory.mktemp("data")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def slack(module_place: Place) -> AsyncIterator[Place]:
    module_place.clear()
    yield module_place
    module_place.wire.mend()


async def test_it_is_posted_once_as_it_was_shown_with_a_receipt(slack: Place) -> None:
    text = "# Launch\n\nWe launch, <@U0DANA0001>: see <https://example.com/a?b=1&c=2|the plan>."
    action = await slack.proposed(text=text)
    shown = action["preview"]
    assert shown["text"].startswith(
        "Launch\n\nWe launch, @dana: see the plan (https://example.com/a?b=1&c=2).\n\nSent for "
    )
    assert shown["channel"] == {"id": slack.general.id, "name": "general", "kind": "channel", "members": 4}
    assert shown["mentions"] == [{"kind": "person", "id": DANA, "name": "dana", "people": 1}]
    assert (shown["operation"], shown["thread"]) == ("post", None)
    await slack.approve(action)
    done = await becomes(slack.ada, action["id"], "succeeded")
    [message] = slack.said(slack.general)
    assert message["user"] == BOT
    assert message["blocks"] == shown["blocks"]
    assert "&lt;" not in message["text"]
    assert "<https://example.com/a?b=1&amp;c=2|the plan>" in message["text"]
    assert done["receipt"]["id"] == message["ts"]
    assert done["receipt"]["url"].endswith(f"/archives/{slack.general.id}/p{message['ts'].replace('.', '')}")
    assert slack.posts() == 1


async def test_everything_that_goes_out_is_within_the_hash(slack: Place) -> None:
    hashes = {(await slack.proposed())["hash"] for _ in range(2)}
    hashes |= {(await slack.proposed(slack.harbour.id))["hash"], (await slack.proposed(via=slack.own))["hash"]}
    thread = slack.service.post(slack.general, DANA, "When?")
    hashes.add((await slack.proposed(thread_ts=thread))["hash"])
    assert len(hashes) == 5


async def test_ones_own_account_posts_as_oneself(slack: Place) -> None:
    action = await slack.approved(slack.harbour.id, via=slack.own)
    assert action["preview"]["text"] == "We launch."
    await becomes(slack.ada, action["id"], "succeeded")
    assert [one["user"] for one in slack.said(slack.harbour)] == [ADA]


async def test_a_person_is_written_to_in_the_conversation_with_them(slack: Place) -> None:
    action = await slack.proposed(DANA)
    assert action["preview"]["channel"] == {"id": DANA, "name": "dana", "kind": "person", "members": 1}
    assert not any("conversations.open" in one.path for one in slack.wire.journal)
    await slack.approve(action)
    done = await becomes(slack.ada, action["id"], "succeeded")
    [where] = [one for one in slack.service.conversations.values() if one.kind == "im" and slack.said(one)]
    assert where.members == {BOT, DANA}
    assert done["receipt"]["details"]["channel"] == where.id


async def test_an_answer_stands_in_its_thread(slack: Place) -> None:
    ts = slack.service.post(slack.general, DANA, "When do <@U0ADA00001> and you launch?")
    action = await slack.approved(thread_ts=ts)
    assert action["preview"]["thread"] == {"ts": ts, "excerpt": "When do @Somebody and you launch?"}
    assert action["preview"]["operation"] == "reply"
    await becomes(slack.ada, action["id"], "succeeded")
    assert [one["thread_ts"] for one in slack.said(slack.general)] == [ts]


async def test_only_what_one_posted_oneself_can_be_changed(slack: Place) -> None:
    first = await slack.approved(text="We lunch.")
    ts = (await becomes(slack.ada, first["id"], "succeeded"))["receipt"]["id"]
    action = await slack.approved(text="We launch.", update_ts=ts)
    assert action["preview"]["operation"] == "update"
    assert action["preview"]["replaces"]["excerpt"].startswith("We lunch.")
    await becomes(slack.ada, action["id"], "succeeded")
    [message] = slack.said(slack.general)
    assert message["text"].startswith("We launch.")
    strange = slack.service.post(slack.general, DANA, "Mine.")
    assert await slack.refused(slack.general.id, update_ts=strange) == ("payload.update_ts", "not_own")
    bens = await slack.ben.call("POST", "/actions", json=slack.body(slack.general.id, update_ts=ts))
    assert (bens.status_code, bens.json()["errors"][0]["code"]) == (422, "not_own")


async def test_where_it_cannot_go_is_said_when_it_is_proposed(slack: Place) -> None:
    service = slack.service
    old = service.conversation("old", ADA, kind="public_channel")
    old.is_archived = True
    away = service.conversation("away", ADA, kind="public_channel", bot=False)
    service.user("U0GONE0001", "gone", None, deleted=True)
    assert await slack.refused("C0NOWHERE1") == ("payload.channel", "channel_unknown")
    assert await slack.refused(old.id) == ("payload.channel", "channel_archived")
    assert await slack.refused(away.id) == ("payload.channel", "not_in_channel")
    assert await slack.refused("U0GONE0001") == ("payload.channel", "person_unknown")
    assert await slack.refused(BOT) == ("payload.channel", "person_unknown")
    assert await slack.refused(slack.general.id, thread_ts="1793606400.000001") == (
        "payload.thread_ts",
        "thread_unknown",
    )
    assert slack.posts() == 0


async def test_the_apps_private_channels_are_shown_to_their_members_alone(slack: Place) -> None:
    assert await slack.refused(slack.vault.id) == ("payload.channel", "channel_unknown")
    assert (await slack.proposed(slack.harbour.id))["preview"]["channel"]["kind"] == "private_channel"
    direct = slack.service.conversation("", BOT, DANA, kind="im", bot=False)
    ts = slack.service.post(direct, DANA, "A secret for the app.")
    assert await slack.refused(direct.id) == ("payload.channel", "channel_unknown")
    assert await slack.refused(DANA, thread_ts=ts) == ("payload.thread_ts", "not_shown")


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("", "payload.text", "missing"),
        (" \n ", "payload.text", "missing"),
        ("a\0b", "payload.text", "value_error"),
        ("word " * 601, "payload.text", "too_long"),
        ("word\n\n" * 51, "payload.text", "too_long"),
        (("word " * 599 + "\n\n") * 14, "payload.text", "too_long"),
        ("<@U0DANA0001> " + " ".join(f"<@U{n:08d}>" for n in range(30)), "payload.text", "too_many_mentions"),
    ],
)
async def test_what_slack_would_cut_is_refused(slack: Place, text: str, field: str, code: str) -> None:
    assert await slack.refused(slack.general.id, text) == (field, code)


async def test_everybody_and_groups_are_confirmed_with_their_number(slack: Place) -> None:
    team = slack.service.group("team", ADA, DANA)
    text = f"<!here> and <!subteam^{team.id}>, also @everyone and <@U0NOBODY01>"
    action = await slack.proposed(text=text)
    warnings = {one["code"]: (one["message"], one["confirm"]) for one in action["warnings"]}
    assert warnings["mentions_here"] == ("@here notifies whoever is there now of the 4 people in general.", True)
    assert warnings["mentions_group"] == ("It notifies @team (2 people).", True)
    assert warnings["no_mention"][1] is False
    assert warnings["mention_unknown"][1] is False
    assert "<@U0NOBODY01>" in action["preview"]["text"]
    kinds = [(one["kind"], one["people"]) for one in action["preview"]["mentions"]]
    assert kinds == [("here", 4), ("group", 2)]
    for confirm in ([], ["mentions_here"], ["mentions_group"]):
        body = {"hash": action["hash"], "confirm": confirm}
        answer = await slack.ada.call("POST", f"/actions/{action['id']}/approve", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "confirmation_needed")
    await slack.approve(action)
    await becomes(slack.ada, action["id"], "succeeded")
    [message] = slack.said(slack.general)
    assert "&lt;@U0NOBODY01&gt;" in message["text"]
    assert "<@U0NOBODY01>" not in message["text"]


async def _ruled(slack: Place, when: dict[str, Any], where: str, text: str = "We launch.", **more: Any) -> bool:
    """Whether a rule about this forbids it."""
    policies = slack.world.app.container.actions.policies
    then = {"effect": "forbid", "reason": "Not there."}
    rules = [{"id": "r", "name": "Rule", "when": when, "then": then}]
    await policies.replace(
        Policy.model_validate({"rules": rules}), version=(await policies.now()).version, by=slack.ada.id
    )
    try:
        answer = await slack.ada.call("POST", "/actions", json=slack.body(where, text, **more))
    finally:
        await policies.replace(Policy(), version=(await policies.now()).version, by=slack.ada.id)
    assert answer.status_code in (201, 403), answer.text
    return bool(answer.status_code == 403)


async def test_the_policy_sees_where_it_goes_and_how_many_it_reaches(slack: Place) -> None:
    general, team = slack.general, slack.service.group("team", *(f"U0TEAM{number:04d}" for number in range(9)))
    assert await _ruled(slack, {"channels": [general.id]}, general.id)
    assert not await _ruled(slack, {"channels": [general.id]}, slack.harbour.id)
    assert await _ruled(slack, {"channels": [DANA]}, DANA)
    assert await _ruled(slack, {"more_than": 3}, general.id)
    assert not await _ruled(slack, {"more_than": 4}, general.id)
    assert await _ruled(slack, {"more_than": 9}, general.id, f"<!subteam^{team.id}> and <@{DANA}>")
    assert not await _ruled(slack, {"more_than": 10}, general.id, f"<!subteam^{team.id}> and <@{DANA}>")
    assert not await _ruled(slack, {"outside": True}, general.id)
    general.is_shared = True
    try:
        assert await _ruled(slack, {"outside": True}, general.id)
    finally:
        general.is_shared = False


async def test_the_policy_sees_whom_a_conversation_is_with(slack: Place) -> None:
    slack.service.user("U0STRANGE1", "stranger", None, is_stranger=True)
    strange = slack.service.conversation("", ADA, "U0STRANGE1", kind="im", bot=False)
    dana = slack.service.conversation("", ADA, DANA, kind="im", bot=False)
    assert await _ruled(slack, {"outside": True}, strange.id, via=slack.own)
    assert await _ruled(slack, {"outside": True}, "U0STRANGE1", via=slack.own)
    assert not await _ruled(slack, {"outside": True}, dana.id, via=slack.own)
    assert await _ruled(slack, {"channels": [DANA]}, dana.id, via=slack.own)


async def test_a_link_that_reads_like_another_is_told(slack: Place) -> None:
    action = await slack.proposed(text="<https://evil.example.net/|https://bank.example.com/>")
    assert [one["code"] for one in action["warnings"]] == ["masked_link"]
    assert "(https://evil.example.net/)" in action["preview"]["text"]


async def _later(slack: Place, text: str = "We launch.", **more: Any) -> dict[str, Any]:
    """Approved, and not yet due."""
    at = datetime.fromtimestamp(time.time() + 3600, UTC).isoformat()
    action = await proposed(slack.ada, {**slack.body(slack.general.id, text, **more), "schedule_at": at})
    return await slack.approve(action)


async def _failed_when_due(slack: Place, action: dict[str, Any]) -> dict[str, Any]:
    records = slack.world.app.container.database.collection(ACTIONS)
    await records.update_one({"_id": action["id"]}, {"$set": {"due_at": datetime.now(UTC)}})
    return await becomes(slack.ada, action["id"], "failed")


@pytest.mark.parametrize("change", ["archived", "renamed", "shared", "crowded", "left", "deleted"])
async def test_a_channel_that_is_another_meanwhile_gets_nothing(slack: Place, change: str) -> None:
    ts = slack.service.post(slack.general, DANA, "When?")
    text, more = ("<!channel> now", {}) if change == "crowded" else ("Now", {"thread_ts": ts})
    action = await _later(slack, text, **more)
    before = set(slack.general.members)
    try:
        match change:
            case "archived":
                slack.general.is_archived = True
            case "renamed":
                slack.general.name = "customers"
            case "shared":
                slack.general.is_shared = True
            case "crowded":
                slack.general.members.update(f"U{n:08d}" for n in range(100))
            case "left":
                slack.general.members.discard(BOT)
            case _:
                slack.service.delete(slack.general, ts)
        failed = await _failed_when_due(slack, action)
    finally:
        slack.general.is_archived, slack.general.name, slack.general.is_shared = False, "general", False
        slack.general.members = before
    codes = {
        "archived": "channel_archived",
        "renamed": "channel_changed",
        "shared": "channel_changed",
        "crowded": "more_people",
        "left": "not_in_channel",
        "deleted": "thread_unknown",
    }
    assert (failed["reason"]["code"], slack.posts()) == (codes[change], 0)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=429, headers=(("retry-after", "1"),), body={"ok": False}), "source_rate_limited"),
        (Fault(status=200, body={"ok": False, "error": "ratelimited"}), "ratelimited"),
        (Fault(status=200, body={"ok": False, "error": "token_expired"}), "token_expired"),
    ],
)
async def test_what_certainly_did_not_happen_waits_for_its_next_attempt(slack: Place, fault: Fault, code: str) -> None:
    slack.wire.fail(1, fault, where=is_post)
    action = await slack.approved()

    async def tried() -> dict[str, Any] | None:
        shown: dict[str, Any] = (await slack.ada.call("GET", f"/actions/{action['id']}")).json()
        return shown if shown["attempts"] and shown["status"] == "scheduled" else None

    waiting = await until_true(tried)
    assert waiting is not None
    assert (waiting["attempts"][0]["outcome"], waiting["reason"]["code"]) == ("not_done", code)
    assert (slack.said(slack.general), slack.posts()) == ([], 1)
    assert (await slack.ada.call("POST", f"/actions/{action['id']}/cancel")).status_code == 200


@pytest.mark.parametrize(
    "word",
    ["channel_not_found", "not_in_channel", "is_archived", "msg_too_long", "invalid_auth", "missing_scope", "no_text"],
)
async def test_what_slack_refuses_is_asked_once_and_has_failed(slack: Place, word: str) -> None:
    slack.wire.fail(1, Fault(status=200, body={"ok": False, "error": word}), where=is_post)
    action = await slack.approved()
    failed = await becomes(slack.ada, action["id"], "failed")
    assert (failed["reason"]["code"], slack.said(slack.general), slack.posts()) == (word, [], 1)


_WORDS = ("internal_error", "fatal_error", "request_timeout", "service_unavailable", "something_new")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("after"),
        Fault("cut"),
        Fault("garble"),
        *(Fault(status=status) for status in (401, 403, 500, 502, 503)),
        *(Fault(status=200, body={"ok": False, "error": word}) for word in _WORDS),
        Fault(status=200, body={"ok": True}),
        Fault(status=200, body=[]),
    ],
)
async def test_what_may_have_happened_is_unknown_until_it_is_seen_and_never_posted_again(
    slack: Place, fault: Fault
) -> None:
    slack.wire.fail(1, fault, where=is_post)
    action = await slack.approved()
    unknown = await becomes(slack.ada, action["id"], "unknown")
    assert unknown["attempts"][0]["outcome"] == "lost"
    left = slack.said(slack.general)
    assert len(left) == (1 if fault.how != "answer" else 0)
    shown = await slack.look_now(action["id"])
    assert (shown["status"], slack.posts()) == ("succeeded" if left else "unknown", 1)
    if left:
        assert shown["receipt"]["id"] == left[0]["ts"]


@pytest.mark.parametrize("where", ["thread", "person", "update", "no_metadata"])
async def test_what_was_lost_is_found_wherever_it_is(slack: Place, where: str) -> None:
    ts = slack.service.post(slack.general, DANA, "When?")
    if where == "update":
        first = await slack.approved(text="We lunch.")
        ts = (await becomes(slack.ada, first["id"], "succeeded"))["receipt"]["id"]
    slack.wire.fail(1, Fault("after"), where=is_post)
    match where:
        case "thread":
            action = await slack.approved(thread_ts=ts)
        case "person":
            action = await slack.approved(DANA)
        case "update":
            action = await slack.approved(update_ts=ts)
        case _:
            action = await slack.approved()
    await becomes(slack.ada, action["id"], "unknown")
    if where == "no_metadata":
        for one in slack.said(slack.general):
            del one["metadata"]
    shown = await slack.look_now(action["id"])
    assert shown["status"] == "succeeded", shown["reason"]


async def test_what_others_post_is_not_taken_for_it(slack: Place) -> None:
    slack.wire.fail(1, Fault(status=500), where=is_post)
    action = await slack.approved()
    await becomes(slack.ada, action["id"], "unknown")
    forged = {"event_type": "bibliosai_action", "event_payload": {"action": action["id"]}}
    slack.service.post(slack.general, DANA, "We launch.", metadata=forged)
    assert (await slack.look_now(action["id"]))["status"] == "unknown"


async def test_a_look_that_fails_proves_nothing(slack: Place) -> None:
    slack.wire.fail(1, Fault("after"), where=is_post)
    action = await slack.approved()
    await becomes(slack.ada, action["id"], "unknown")
    slack.wire.fail_all(lambda request: "conversations.history" in request.path, Fault(status=500))
    assert (await slack.look_now(action["id"]))["status"] == "unknown"
    slack.wire.mend()
    assert (await slack.look_now(action["id"]))["status"] == "succeeded"


async def test_a_call_that_never_arrived_did_not_happen() -> None:
    settings = SlackActionSettings(api_url="http://127.0.0.1:9")  # nobody listens there
    channel = SlackChannel(SlackDesk(Setup("token", StaticCredential(SecretStr("xoxb-1")), Options(), settings)))
    request = {"method": "chat.postMessage", "channel": "C0"}
    outgoing = Outgoing(b"{}", request, "a1", {"channel": "C0", "url": ""})
    with pytest.raises(NotDone) as refused:
        await channel.send(outgoing, now=datetime.now(UTC))
    assert (refused.value.reason.code, refused.value.again_after_seconds) == ("source_unavailable", 0.0)
    await channel.close()


async def _reach(slack: Place, action: dict[str, Any]) -> dict[str, Any]:
    records = slack.world.app.container.database.collection(ACTIONS)
    (record,) = await records.find({"_id": action["id"]})
    return dict(record["artefact"]["reach"])


async def test_a_person_and_the_conversation_with_them_are_one_place_to_the_policy(slack: Place) -> None:
    before = await _reach(slack, await slack.proposed(DANA, via=slack.own))
    assert (before["channels"][0], before["addresses"]) == (DANA, ["dana@example.com"])
    (direct,) = before["channels"][1:] or [slack.service.conversation("", ADA, DANA, kind="im", bot=False).id]
    to_person = await _reach(slack, await slack.proposed(DANA, via=slack.own))
    to_direct = await _reach(slack, await slack.proposed(direct, via=slack.own))
    assert set(to_direct["channels"]) == set(to_person["channels"]) == {DANA, direct}
    assert to_person["addresses"] == to_direct["addresses"] == ["dana@example.com"]
    assert not to_person["outside"]


async def test_addresses_of_whom_a_message_mentions_are_seen_by_the_policy_where_slack_vouches_for_them(
    slack: Place,
) -> None:
    slack.service.user("U0UNSURE01", "eve", "eve@partner.example", is_email_confirmed=False)
    action = await slack.proposed(text=f"<@{DANA}> and <@U0UNSURE01> launch.")
    assert (await _reach(slack, action))["addresses"] == ["dana@example.com"]


@pytest.mark.parametrize("standing", [{"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True}])
async def test_guests_and_strangers_are_outside(slack: Place, standing: dict[str, bool]) -> None:
    slack.service.user("U0GUEST001", "guest", "guest@example.com", **standing)
    for action in (await slack.proposed(text="<@U0GUEST001> look."), await slack.proposed("U0GUEST001", via=slack.own)):
        assert (await _reach(slack, action))["outside"]

"""What a synchronisation asks of Slack, and what it does when Slack asks it to wait."""

from collections import Counter
from urllib.parse import parse_qs

import pytest

from tests.contract.connectors.slack_stage import SlackStage
from tests.integration.connectors.slack.conftest import ADA, BEN, Desk
from tests.support.provider_wire import Fault, Request

pytestmark = pytest.mark.asyncio(loop_scope="module")

THREADS, DAYS = 12, 5


def asked(stage: SlackStage, since: int = 0) -> Counter[str]:
    return Counter(request.path.rpartition("/")[2] for request in stage.wire.journal[since:])


def fill(desk: Desk) -> None:
    """One private channel with threads, and days on which something stands alone."""
    where = desk.channel("harbour", ADA, BEN)
    for number in range(THREADS):
        desk.thread(where, f"Question {number}?", "Answer.")
    for number in range(DAYS):
        desk.slack.later(86_400)
        desk.slack.post(where, ADA, f"Words of day {number}.")


async def test_a_first_synchronisation_costs_one_call_a_thread_and_one_for_a_page_of_messages(desk: Desk) -> None:
    fill(desk)
    made = await desk.connected(files=False)
    # Whose token it is, when it is pasted and when it is used; one look whether anything and whose members can be read.
    assert asked(desk.stage) == {
        "auth.test": 2,
        "users.list": 1,
        "conversations.list": 1,
        "conversations.members": 2,
        "conversations.history": 2,
        "conversations.replies": THREADS,
    }
    assert len(await desk.ada_sees(made)) == THREADS + DAYS


async def test_an_increment_with_nothing_new_costs_four_calls_and_two_a_private_channel(desk: Desk) -> None:
    fill(desk)
    made = await desk.connected()
    before = len(desk.stage.wire.journal)
    await desk.synced(made)
    assert asked(desk.stage, before) == {
        "auth.test": 1,
        "users.list": 1,
        "conversations.list": 1,
        "conversations.members": 1,
        "conversations.history": 1,
        "files.list": 1,
    }


async def test_public_channels_cost_no_look_at_their_members_where_nobody_is_a_guest(desk: Desk) -> None:
    for number in range(3):
        desk.thread(desk.channel(f"square-{number}", ADA, kind="public_channel"), "Words.", "Yes.")
    await desk.connected()
    assert "conversations.members" not in asked(desk.stage)


async def test_somebody_who_is_unknown_costs_one_call_however_often_they_wrote(desk: Desk) -> None:
    where = desk.channel("harbour")
    for number in range(5):
        desk.thread(where, f"Question {number}?", "Answer.", user="U0GONE0001")
    made = await desk.connected()
    assert asked(desk.stage)["users.info"] == 1
    assert all("Somebody (" in text for text in (await desk.ada_sees(made)).values())


async def test_a_limit_in_the_middle_of_asking_for_members_does_not_send_it_back_to_the_first(desk: Desk) -> None:
    channels = [desk.channel(f"room-{number}") for number in range(4)]
    made = await desk.connected()
    limited = Fault(status=429, headers=(("Retry-After", "1"),), body={"ok": False, "error": "ratelimited"})
    before = len(desk.stage.wire.journal)
    desk.stage.wire.fail(6, limited)  # auth.test, users.list, conversations.list, two channels, and the third of them
    await desk.synced(made)
    found = [
        parse_qs(request.query)["channel"][0]
        for request in desk.stage.wire.journal[before:]
        if request.path.endswith("conversations.members")
    ]
    assert Counter(found) == {**Counter(one.id for one in channels), channels[2].id: 2}


async def test_a_limit_in_the_middle_of_a_sweep_does_not_send_it_back_to_the_first_channel(desk: Desk) -> None:
    for number in range(24):
        desk.thread(desk.channel(f"square-{number:02d}", ADA, kind="public_channel"), "Words.", "Yes.")
    made = await desk.connected()
    limited = Fault(status=429, headers=(("Retry-After", "1"),), body={"ok": False, "error": "ratelimited"})
    before = len(desk.stage.wire.journal)
    desk.stage.wire.fail(3 + 15, limited)
    await desk.synced(made)
    assert asked(desk.stage, before)["conversations.history"] <= 24 + 6


async def test_an_app_that_slack_throttles_is_told_so_and_what_to_do(desk: Desk) -> None:
    where = desk.channel("harbour")
    for number in range(20):
        desk.slack.post(where, ADA, f"Words {number}.")
    desk.slack.throttled, desk.slack.throttled_seconds = True, 1
    made = await desk.place.connect()
    shown = await desk.place.settled(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "invalid_config")
    report = {one["name"]: (one["state"], one["message"]) for one in shown["capabilities"]}
    assert report["indexing"][0] == "failed"
    assert "Create an app of your own in your workspace" in report["indexing"][1]


@pytest.mark.parametrize("nth", range(1, 9))
async def test_a_refusal_in_slacks_own_shape_at_any_call_takes_nothing_away(desk: Desk, nth: int) -> None:
    fill(desk)
    made = await desk.connected()
    desk.stage.wire.fail(nth, Fault(status=200, body={"ok": False, "error": "internal_error"}))
    assert (await desk.place.synced(made))["status"] in ("ready", "waiting")
    assert len(await desk.ben_sees(made)) == THREADS + DAYS


async def test_a_scope_that_is_missing_needs_a_person_and_is_named(desk: Desk) -> None:
    desk.thread(desk.channel("harbour"), "Words.", "Yes.")
    made = await desk.connected()
    told = {"ok": False, "error": "missing_scope", "needed": "groups:history", "provided": "groups:read"}

    def history(request: Request) -> bool:
        return request.path.endswith("conversations.history")

    desk.stage.wire.fail_all(history, Fault(status=200, body=told))
    shown = await desk.place.synced(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "permission_missing")
    assert "groups:history" in shown["status_reason"]["message"]
    assert len(await desk.ada_sees(made)) == 1

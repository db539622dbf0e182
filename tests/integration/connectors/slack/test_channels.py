"""Which channels are read, and who may read them: membership there is membership here."""

import pytest

from tests.integration.connectors.slack.conftest import ADA, BEN, Desk
from tests.support.provider_wire import Fault
from tests.support.slack_service import BOT

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_channel_that_the_app_joins_later_is_read_from_its_beginning(desk: Desk) -> None:
    desk.thread(desk.channel("first"), "Known words.", "Yes.")
    later = desk.channel("later", ADA, bot=False)
    for number in range(3):
        desk.thread(later, f"Old words {number}.", "Yes.")
        desk.slack.later(20 * 86_400)
    made = await desk.connected()
    assert len(await desk.ada_sees(made)) == 1
    later.members.add(BOT)
    await desk.synced(made)
    assert len(await desk.ada_sees(made)) == 4


async def test_a_lost_channel_is_hidden_and_returns_without_being_read_again(desk: Desk) -> None:
    desk.thread(desk.channel("kept"), "Kept words.", "Yes.")
    lost = desk.channel("lost", ADA)
    desk.thread(lost, "Lost words.", "Yes.")
    made = await desk.connected()
    lost.members.discard(BOT)
    await desk.synced(made)
    assert len(await desk.ada_sees(made)) == 1
    lost.members.add(BOT)
    run = await desk.synced(made)
    assert run["indexed"] == 0
    assert len(await desk.ada_sees(made)) == 2


async def test_an_archived_channel_is_read_and_not_joined(desk: Desk) -> None:
    old = desk.channel("old", ADA)
    desk.thread(old, "Words of long ago.", "Yes.")
    old.is_archived = True
    foreign = desk.channel("foreign", ADA, kind="public_channel", bot=False)
    foreign.is_archived = True
    desk.stage.wire.journal.clear()
    made = await desk.connected(join=True)
    assert len(await desk.ada_sees(made)) == 1
    assert BOT not in foreign.members
    assert not [one for one in desk.stage.wire.journal if foreign.id in one.query]
    other = await desk.connected(archived=False)
    assert await desk.ada_sees(other) == {}


async def test_a_public_channel_that_is_archived_keeps_what_was_read_though_slack_takes_the_app_out(desk: Desk) -> None:
    kept, old = (desk.channel(name, ADA, kind="public_channel") for name in ("kept", "old"))
    desk.thread(old, "Words of long ago.", "Yes.")
    gone = desk.thread(kept, "Words that go.", "Yes.")
    desk.thread(kept, "Words that stay.", "Yes.")
    made = await desk.connected()
    desk.slack.archive(old)
    desk.slack.delete_thread(kept, gone)
    for _ in range(3):
        await desk.relisted(made)
    titles = {text.split("\n")[0] for text in (await desk.ben_sees(made)).values()}
    assert titles == {"Words of long ago.", "Words that stay."}
    old.is_archived = False  # somebody takes it out of the archive: the app is not in it, and it counts as lost
    await desk.synced(made)
    assert {text.split("\n")[0] for text in (await desk.ben_sees(made)).values()} == {"Words that stay."}


async def test_a_refused_channel_keeps_what_it_has_and_holds_up_no_deletion_elsewhere(desk: Desk) -> None:
    kept, odd = desk.channel("kept"), desk.channel("odd")
    desk.thread(odd, "Odd words.", "Yes.")
    gone = desk.thread(kept, "Words that go.", "Yes.")
    desk.slack.later(40 * 86_400)
    desk.thread(kept, "Words that stay.", "Yes.")
    made = await desk.connected()
    desk.slack.delete_thread(kept, gone)
    refused = Fault(status=200, body={"ok": False, "error": "some_new_word"})
    desk.stage.wire.fail_all(lambda one: one.path.endswith("history") and odd.id in one.query, refused)
    await desk.relisted(made)
    assert {text.split("\n")[0] for text in (await desk.ada_sees(made)).values()} == {"Odd words.", "Words that stay."}


async def test_public_channels_are_joined_by_choice(desk: Desk) -> None:
    square = desk.channel("square", ADA, kind="public_channel", bot=False)
    desk.thread(square, "Words of the square.", "Yes.")
    assert await desk.ada_sees(await desk.connected()) == {}
    assert BOT not in square.members
    assert len(await desk.ada_sees(await desk.connected(join=True))) == 1


async def test_only_chosen_channels_are_read(desk: Desk) -> None:
    chosen, other = desk.channel("chosen"), desk.channel("other")
    desk.thread(chosen, "Chosen words.", "Yes.")
    desk.thread(other, "Other words.", "Yes.")
    seen = await desk.ada_sees(await desk.connected(channels=[chosen.id]))
    assert [text.split("\n")[0] for text in seen.values()] == ["Chosen words."]


async def test_a_public_channel_is_for_full_members_and_not_for_guests_outside_of_it(desk: Desk) -> None:
    square = desk.channel("square", ADA, kind="public_channel")
    desk.thread(square, "Words of the square.", "Yes.")
    made = await desk.connected()
    assert len(await desk.ben_sees(made)) == 1  # no member, but a full one of the workspace
    desk.slack.users[BEN].fields["is_restricted"] = True
    await desk.synced(made)
    assert await desk.ben_sees(made) == {}
    square.members.add(BEN)
    await desk.synced(made)
    assert len(await desk.ben_sees(made)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"deleted": True},
        {"is_stranger": True},
        {"team_id": "T0ELSEWHERE"},
        {"is_ultra_restricted": True},
        {"is_email_confirmed": False},
    ],
    ids=lambda fields: next(iter(fields)),
)
async def test_whoever_is_no_full_member_sees_no_public_channel(desk: Desk, fields: dict[str, object]) -> None:
    desk.thread(desk.channel("square", ADA, kind="public_channel"), "Words.", "Yes.")
    desk.slack.users[BEN].fields |= fields
    made = await desk.connected()
    assert len(await desk.ada_sees(made)) == 1
    assert await desk.ben_sees(made) == {}


async def test_people_of_other_organisations_see_nothing_of_a_channel_that_they_share(desk: Desk) -> None:
    desk.thread(desk.channel("shared", ADA, BEN), "Words.", "Yes.")
    desk.slack.users[BEN].fields |= {"team_id": "T0ELSEWHERE", "is_stranger": True}
    assert await desk.ben_sees(await desk.connected()) == {}


async def test_a_channel_that_turns_private_narrows_with_the_next_run_and_nothing_is_read_again(desk: Desk) -> None:
    square = desk.channel("square", ADA, kind="public_channel")
    for number in range(30):
        desk.thread(square, f"Words {number}.", "Yes.")
        desk.slack.later(86_400)
    made = await desk.connected()
    assert len(await desk.ben_sees(made)) == 30
    square.kind = "private_channel"
    before = len(desk.stage.wire.journal)
    run = await desk.synced(made)
    assert await desk.ben_sees(made) == {}
    assert len(await desk.ada_sees(made)) == 30
    assert run["indexed"] == 0
    assert not [one for one in desk.stage.wire.journal[before:] if one.path.endswith("conversations.replies")]
    square.kind = "public_channel"
    await desk.synced(made)
    assert len(await desk.ben_sees(made)) == 30


async def test_who_leaves_a_channel_sees_it_no_more_and_no_document_is_written(desk: Desk) -> None:
    where = desk.channel("harbour", ADA, BEN)
    desk.thread(where, "Words.", "Yes.")
    made = await desk.connected()
    assert len(await desk.ben_sees(made)) == 1
    where.members.discard(BEN)
    run = await desk.synced(made)
    assert await desk.ben_sees(made) == {}
    assert run["indexed"] == 0


async def test_an_answer_without_any_channel_takes_nothing_from_anybody(desk: Desk) -> None:
    desk.thread(desk.channel("harbour", ADA, BEN), "Words.", "Yes.")
    made = await desk.connected()
    desk.slack.no_channels = True
    assert (await desk.place.synced(made))["status"] == "waiting"
    assert len(await desk.ben_sees(made)) == 1


async def test_members_that_cannot_be_told_stay_what_they_were(desk: Desk) -> None:
    desk.thread(desk.channel("harbour", ADA, BEN), "Words.", "Yes.")
    made = await desk.connected()
    refused = Fault(status=200, body={"ok": False, "error": "some_new_word"})
    desk.stage.wire.fail_all(lambda one: one.path.endswith("conversations.members"), refused)
    await desk.synced(made)
    assert len(await desk.ben_sees(made)) == 1


async def test_a_channel_that_is_refused_is_named_and_the_others_are_read(desk: Desk) -> None:
    desk.thread(desk.channel("fine"), "Fine words.", "Yes.")
    odd = desk.channel("odd")
    refused = Fault(status=200, body={"ok": False, "error": "some_new_word"})
    desk.stage.wire.fail_all(lambda one: one.path.endswith("history") and odd.id in one.query, refused)
    made = await desk.place.connect()
    await desk.place.settled(made)
    assert len(await desk.ada_sees(made)) == 1
    row = (await desk.place.items(made))[f"channel:{odd.id}"]
    assert (row["status"], row["reason"]["code"]) == ("failed", "not_readable")


async def test_direct_messages_are_read_by_choice_with_a_persons_own_token(desk: Desk) -> None:
    talk = desk.channel("", ADA, BEN, kind="im", bot=False)
    desk.thread(talk, "Between us.", "Yes.")
    token = {"token": desk.slack.token(ADA)}
    quiet = await desk.place.connect(mode="personal", credentials=token)
    await desk.place.settled(quiet)
    assert await desk.ada_sees(quiet) == {}
    made = await desk.place.connect(mode="personal", credentials=token, options={"direct": True})
    await desk.place.settled(made)
    for seen in (await desk.ada_sees(made), await desk.ben_sees(made)):
        assert [text.split("\n")[0] for text in seen.values()] == ["Between us."]
    documents = await desk.place.ada.call("GET", "/documents", params={"connection": made})
    assert documents.json()["items"][0]["path"] == "Direct messages with ben"


async def test_without_mail_addresses_the_report_says_so_and_nobody_sees_anything(desk: Desk) -> None:
    desk.thread(desk.channel("harbour", ADA), "Words.", "Yes.")
    token = desk.slack.token(scopes="channels:read,channels:history,groups:read,groups:history,users:read,files:read")
    made = await desk.place.connect(credentials={"token": token})
    shown = await desk.place.settled(made)
    report = {one["name"]: one["state"] for one in shown["capabilities"]}
    assert report == {"indexing": "passed", "membership": "passed", "groups": "failed", "permissions": "passed"}
    assert await desk.ada_sees(made) == {}


async def test_members_without_a_confirmed_address_are_listed_by_their_id_and_can_be_matched_by_hand(
    desk: Desk,
) -> None:
    room = desk.channel("room", ADA, BEN)
    desk.thread(room, "Words of the room.", "Yes.")
    desk.slack.users[BEN].fields |= {"is_email_confirmed": False}
    made = await desk.connected()
    assert await desk.ben_sees(made) == {}
    path = f"/connections/{made}/people"
    unmatched = (await desk.place.ada.call("GET", path, params={"matched": "no"})).json()["items"]
    row = next(row for row in unmatched if row["external_id"] == BEN)
    assert (row["name"], row["address"], row["groups"]) == ("ben", None, 2)
    body = {"user_id": desk.place.ben.id}
    (await desk.place.ada.call("PUT", f"{path}/{row['id']}", json=body)).raise_for_status()
    assert len(await desk.ben_sees(made)) == 1


async def test_channels_can_be_chosen_by_name(desk: Desk) -> None:
    where = desk.channel("harbour")
    made = await desk.connected()
    answer = await desk.place.ada.call("GET", f"/connections/{made}/choices/channels")
    assert answer.status_code == 200, answer.text
    assert {"value": where.id, "label": "#harbour"} in answer.json()["items"]

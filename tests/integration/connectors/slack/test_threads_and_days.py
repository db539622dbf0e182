"""Messages that come late, are edited or deleted: found in the channel's window, or by the next listing."""

import pytest

from backend.connectors.slack.processor import day_id, thread_id
from backend.connectors.slack.timestamps import day_of
from tests.integration.connectors.slack.conftest import ADA, BEN, Desk
from tests.support.slack_service import DAY_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_thread_is_one_document_that_says_who_wrote_when(desk: Desk) -> None:
    where = desk.channel("harbour", ADA, BEN)
    ts = desk.slack.post(where, ADA, "Where are the herrings, <@U0BEN00001>?")
    desk.slack.post(where, BEN, "On the <https://pier.example|third pier>.", thread=ts)
    made = await desk.connected()
    text = (await desk.ben_sees(made))[thread_id(where.id, ts)]
    assert "ada (2026-11-02 08:00 UTC): Where are the herrings, @ben?" in text
    assert "ben (2026-11-02 08:00 UTC): On the third pier (https://pier.example)." in text


async def test_what_stands_outside_of_threads_is_one_document_a_day(desk: Desk) -> None:
    where = desk.channel("harbour")
    first, _ = [desk.slack.post(where, ADA, words) for words in ("Good morning.", "The boat is late.")]
    desk.slack.later(DAY_SECONDS)
    second = desk.slack.post(where, ADA, "The boat is here.")
    seen = await desk.ada_sees(await desk.connected())
    assert set(seen) == {day_id(where.id, day_of(first)), day_id(where.id, day_of(second))}
    assert seen[day_id(where.id, day_of(first))].index("morning") < seen[day_id(where.id, day_of(first))].index("late")


async def test_a_late_reply_is_found(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.thread(where, "Who repairs the nets?", "I do.")
    made = await desk.connected()
    desk.slack.later(DAY_SECONDS // 2)
    desk.slack.post(where, ADA, "Not before Friday.", thread=ts)
    await desk.synced(made)
    assert "Not before Friday." in (await desk.ada_sees(made))[thread_id(where.id, ts)]


async def test_a_late_reply_to_an_old_thread_is_found_by_the_next_listing(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.thread(where, "Who repairs the nets?", "I do.")
    desk.slack.later(20 * DAY_SECONDS)
    desk.slack.post(where, ADA, "Something newer.")
    made = await desk.connected()
    desk.slack.post(where, ADA, "They are repaired.", thread=ts)
    await desk.relisted(made)
    assert "They are repaired." in (await desk.ada_sees(made))[thread_id(where.id, ts)]


async def test_an_edited_reply_is_found_by_the_next_listing_though_nothing_tells(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.thread(where, "Who repairs the nets?", "I do.")
    made = await desk.connected()
    desk.slack.edit(where, str(where.replies(ts)[0]["ts"]), "Ben does.")
    await desk.relisted(made)
    text = (await desk.ada_sees(made))[thread_id(where.id, ts)]
    assert "Ben does." in text
    assert "I do." not in text


async def test_an_edited_first_message_and_a_deleted_reply_are_found(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.thread(where, "Who repairs the nets?", "I do.", "Not I.")
    made = await desk.connected()
    desk.slack.edit(where, ts, "Who mends the nets?")
    desk.slack.delete(where, str(where.replies(ts)[1]["ts"]))
    await desk.synced(made)
    text = (await desk.ada_sees(made))[thread_id(where.id, ts)]
    assert "Who mends the nets?" in text
    assert "Not I." not in text


async def test_replies_outlive_their_first_message(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.thread(where, "A secret about nets.", "The answer stays.")
    made = await desk.connected()
    desk.slack.delete(where, ts)
    await desk.synced(made)
    text = (await desk.ada_sees(made))[thread_id(where.id, ts)]
    assert "The answer stays." in text
    assert "A secret" not in text


async def test_a_thread_and_a_day_that_are_deleted_in_the_window_are_gone_with_the_next_run(desk: Desk) -> None:
    where = desk.channel("harbour")
    alone = desk.slack.post(where, ADA, "Words of a day.")
    thread = desk.thread(where, "Words of a thread.", "And more.")
    desk.slack.later(DAY_SECONDS // 2)
    desk.thread(where, "This one stays.", "Yes.")
    made = await desk.connected()
    desk.slack.delete_thread(where, thread)
    desk.slack.delete(where, alone)
    await desk.synced(made)
    assert [text.split("\n")[0] for text in (await desk.ada_sees(made)).values()] == ["This one stays."]


async def test_a_message_that_is_answered_leaves_its_day_for_a_thread_and_comes_back(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.slack.post(where, ADA, "Is the tide out?")
    made = await desk.connected()
    assert set(await desk.ada_sees(made)) == {day_id(where.id, day_of(ts))}
    reply = desk.slack.post(where, ADA, "It is.", thread=ts)
    await desk.synced(made)
    assert set(await desk.ada_sees(made)) == {thread_id(where.id, ts)}
    desk.slack.delete(where, reply)
    await desk.synced(made)
    assert set(await desk.ada_sees(made)) == {day_id(where.id, day_of(ts))}


async def test_an_answer_without_any_message_takes_nothing_away(desk: Desk) -> None:
    where = desk.channel("harbour")
    desk.thread(where, "Words of a thread.", "And more.")
    made = await desk.connected()
    desk.slack.empty = True
    await desk.synced(made)
    assert len(await desk.ada_sees(made)) == 1
    assert where.messages


async def test_messages_of_apps_are_read_by_choice(desk: Desk) -> None:
    where = desk.channel("harbour")
    desk.slack.post(where, "U0BOT00001", "Build 17 failed.", bot_id="B1", bot_profile={"name": "Builder"})
    answered = desk.slack.post(where, "U0BOT00001", "Build 18 failed.", bot_id="B1", bot_profile={"name": "Builder"})
    desk.slack.post(where, ADA, "I am on it.", thread=answered)
    desk.slack.post(where, ADA, "joined", subtype="channel_join")
    made = await desk.connected()
    seen = await desk.ada_sees(made)
    assert set(seen) == {thread_id(where.id, answered)}
    assert "Build 18 failed." in seen[thread_id(where.id, answered)]  # what people answered keeps its beginning
    other = await desk.connected(bots=True)
    assert any(
        "Builder (2026-11-02 08:00 UTC): Build 17 failed." in text for text in (await desk.ada_sees(other)).values()
    )


async def test_long_threads_are_read_over_all_their_pages(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.thread(where, "Counting.", *(f"Reply {number}." for number in range(25)))
    desk.slack.page = 10
    text = (await desk.ada_sees(await desk.connected()))[thread_id(where.id, ts)]
    assert all(f"Reply {number}." in text for number in range(25))
    assert text.count("Counting.") == 2  # the title, and once in the text

"""Messages as items: what is told of them, what is left out, what makes another revision."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.connectors.slack.markup import Names
from backend.connectors.slack.processor import (
    Where,
    begins_thread,
    day_item,
    is_notice,
    is_of_an_app,
    is_reply,
    people_in,
    revision,
    thread_item,
)
from backend.connectors.source_events import ItemFailure
from backend.documents.incoming import TextItem
from backend.documents.models import Kind, Person

WHERE = Where("C024BE7LR", "#harbour", "https://acme.slack.com")
NAMES = Names({"U1": "Ada", "U2": "Ben"}, {"C024BE7LR": "harbour"})
ADDRESSES = {"U1": "ada@example.com"}
FIRST = "1793606400.000100"


def message(text: Any = "Words", *, second: int = 0, user: Any = "U1", **fields: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": f"{1793606400 + second}.000100", **fields}


def thread(*messages: dict[str, Any], bots: bool = False) -> TextItem:
    found = thread_item(WHERE, messages, NAMES, ADDRESSES, bots=bots)
    assert isinstance(found, TextItem), found
    return found


def test_a_thread_names_who_said_what_and_when_as_sections() -> None:
    item = thread(message("Where are the nets?\nAnybody?"), message("Here.", second=90, user="U2", thread_ts=FIRST))
    assert item.external_id == f"thread:C024BE7LR:{FIRST}"
    assert item.title == "Where are the nets?"
    assert item.text == (
        "Ada (2026-11-02 08:00 UTC): Where are the nets?\nAnybody?\n\nBen (2026-11-02 08:01 UTC): Here.\n\n"
    )
    whole, first, second = item.sections
    assert (whole.heading, whole.level, whole.start, whole.end) == ("#harbour", 1, 0, len(item.text))
    assert (first.heading, first.level) == ("Ada, 2026-11-02 08:00 UTC", 2)
    assert item.text[second.start : second.end] == "Ben (2026-11-02 08:01 UTC): Here.\n\n"
    assert item.people == (
        Person(role="author", name="Ada", address="ada@example.com"),
        Person(role="participant", name="Ben"),
    )
    assert (item.kind, item.path, item.author) == (Kind.message, "#harbour", "Ada")
    assert item.url == "https://acme.slack.com/archives/C024BE7LR/p1793606400000100"
    assert item.modified_at == datetime(2026, 11, 2, 8, 1, 30, 100, tzinfo=UTC)


def test_an_edit_is_when_it_was_modified_last() -> None:
    item = thread(message(edited={"user": "U1", "ts": "1793700000.000000"}))
    assert item.modified_at == datetime.fromtimestamp(1793700000, UTC)
    assert thread(message(edited="yes")).modified_at == datetime(2026, 11, 2, 8, 0, 0, 100, tzinfo=UTC)


def test_a_day_is_named_by_its_channel_and_date() -> None:
    item = day_item(WHERE, date(2026, 11, 2), [message("One."), message("Two.", second=5)], NAMES, ADDRESSES)
    assert isinstance(item, TextItem)
    assert (item.external_id, item.title) == ("day:C024BE7LR:2026-11-02", "#harbour, 2026-11-02")
    assert (item.path, item.sections[0].heading) == ("#harbour", "#harbour, 2026-11-02")


def test_blocks_count_where_the_text_is_empty_and_files_are_named() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "From a block"}}
    files = [{"id": "F1", "title": "tides.pdf"}, {"id": "F2", "mode": "tombstone", "title": "gone.pdf"}, None]
    assert "From a block\n[File: tides.pdf]" in thread(message("", blocks=[block], files=files)).text
    assert "From a block" not in thread(message("Text", blocks=[block])).text
    assert "gone.pdf" not in thread(message("", blocks=[block], files=files)).text


@pytest.mark.parametrize("subtype", ["channel_join", "channel_topic", "tombstone", "pinned_item"])
def test_what_slack_writes_by_itself_is_no_message(subtype: str) -> None:
    assert is_notice(message(subtype=subtype))
    assert not is_notice(message())
    assert not is_notice(message(subtype="thread_broadcast"))
    assert not is_notice(message(subtype="file_share"))


def test_messages_of_apps_are_known_by_what_they_carry() -> None:
    assert is_of_an_app(message(subtype="bot_message"))
    assert is_of_an_app(message(bot_id="B1"))
    assert not is_of_an_app(message())


def test_a_thread_of_apps_alone_is_left_out_and_one_that_people_answered_keeps_its_beginning() -> None:
    alert = message("Disk is full", bot_id="B1", bot_profile={"name": "Monitor"})
    left_out = thread_item(WHERE, [alert, message("Still", second=1, bot_id="B1")], NAMES, {}, bots=False)
    assert isinstance(left_out, ItemFailure)
    assert (left_out.code, left_out.skipped) == ("only_apps", True)
    answered = thread(alert, message("I clean it.", second=2))
    assert answered.text.startswith("Monitor (2026-11-02 08:00 UTC): Disk is full")
    assert "Still" in thread(alert, message("Still", second=1, bot_id="B1"), bots=True).text


def test_a_thread_whose_beginning_was_deleted_keeps_its_replies() -> None:
    stone = message("This message was deleted.", user="USLACKBOT", subtype="tombstone", reply_count=1, thread_ts=FIRST)
    item = thread(stone, message("The answer.", second=3, thread_ts=FIRST))
    assert item.external_id == f"thread:C024BE7LR:{FIRST}"
    assert item.title == "The answer."
    assert "deleted" not in item.text


def test_without_any_text_there_is_no_document() -> None:
    for found in (
        thread_item(WHERE, [message("")], NAMES, {}, bots=False),
        day_item(WHERE, date(2026, 11, 2), [message(None)], NAMES, {}),
    ):
        assert isinstance(found, ItemFailure)
        assert (found.code, found.skipped) == ("no_text", True)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": None, "blocks": "x"},
        {"text": 17},
        {"user": None},
        {"user": {"id": "U1"}},
        {"files": [None, {"id": 3}], "attachments": [None]},
        {"edited": {"ts": 5}},
        {"bot_profile": "x", "bot_id": 7, "username": 3},
        {"user_profile": ["x"]},
        {"text": "\ud800 lone"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_malformed_message_spoils_nothing_but_itself(fields: dict[str, Any]) -> None:
    odd, fine = {**message(), **fields}, message("A fine one.", second=4)
    found = day_item(WHERE, date(2026, 11, 2), [odd, fine], NAMES, {})
    assert isinstance(found, TextItem)
    assert "A fine one." in found.text
    assert revision([odd], bots=False)
    people_in([odd])


def test_long_first_lines_are_cut_for_the_title() -> None:
    assert thread(message("word " * 100)).title == f"{('word ' * 100)[:99].rstrip()}…"


def test_beginning_of_a_thread_a_reply_and_a_broadcast_are_told_apart() -> None:
    first = message(thread_ts=FIRST, reply_count=2)
    broadcast = message(second=9, thread_ts=FIRST, subtype="thread_broadcast")
    assert begins_thread(first)
    assert not is_reply(first)
    assert is_reply(broadcast)
    assert not begins_thread(broadcast)
    assert not begins_thread(message())
    assert not begins_thread(message(thread_ts=FIRST, reply_count=0))


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Other"},
        {"edited": {"ts": "1793700000.000000"}},
        {"reply_count": 3},
        {"latest_reply": "1793700000.000000"},
        {"files": [{"id": "F1"}]},
        {"blocks": [{"type": "divider"}]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_revision_follows_whatever_an_item_is_made_of(changed: dict[str, Any]) -> None:
    first = message(reply_count=2, latest_reply="1793606500.000000")
    assert revision([{**first, **changed}], bots=False) != revision([first], bots=False)


def test_a_revision_does_not_follow_reactions_or_who_reads() -> None:
    first = message()
    for beside in ({"reactions": [{"name": "+1"}]}, {"subscribed": True, "last_read": FIRST}, {"unread_count": 4}):
        assert revision([{**first, **beside}], bots=False) == revision([first], bots=False)
    assert revision([first], bots=True) != revision([first], bots=False)
    assert revision([first], bots=False, beside="r1") != revision([first], bots=False)


def test_names_that_messages_bring_along_are_hints() -> None:
    ids, hints = people_in([message("<@U2>", user="U9", user_profile={"display_name": "", "real_name": "Grace"})])
    assert (ids, hints) == ({"U2", "U9"}, {"U9": "Grace"})


def test_a_reply_is_linked_within_its_thread() -> None:
    link = WHERE.link("1793606490.000100", FIRST)
    assert link.endswith("/p1793606490000100?thread_ts=1793606400.000100&cid=C024BE7LR")

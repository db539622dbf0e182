"""Markup, blocks and attachments as people read them in Slack."""

from typing import Any

import pytest

from backend.connectors.slack.markup import Names, mentioned, of_attachments, of_blocks, plain

NAMES = Names({"U012AB3CD": "Ada"}, {"C024BE7LR": "harbour"})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hi <@U012AB3CD>!", "Hi @Ada!"),
        ("Hi <@U0STRANGE>!", "Hi @Somebody!"),
        ("Hi <@U0STRANGE|grace>!", "Hi @grace!"),
        ("See <#C024BE7LR>", "See #harbour"),
        ("See <#C0PRIVATE1|>", "See #a channel"),
        ("See <#C0OTHER001|pier>", "See #pier"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S012AB|@crew> and <!subteam^S012AB>", "@crew and @a group"),
        ("<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("<https://a.example/x|https://a.example/x>", "https://a.example/x"),
        ("<https://a.example/x|the plan>", "the plan (https://a.example/x)"),
        ("<mailto:ada@example.com|ada@example.com>", "ada@example.com"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt; stays what was written", "&lt; stays what was written"),
        ("<> and < alone", "<> and < alone"),
        ("<!unknown^x>", ""),
    ],
)
def test_mentions_links_and_signs_are_resolved(written: str, read: str) -> None:
    assert plain(written, NAMES) == read


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Ask "},
                {"type": "user", "user_id": "U012AB3CD"},
                {"type": "text", "text": " about "},
                {"type": "link", "url": "https://a.example", "text": "nets"},
                {"type": "emoji", "name": "fish"},
            ],
        },
        {
            "type": "rich_text_list",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]},
            ],
        },
    ],
}


def test_rich_text_is_read_line_by_line() -> None:
    lines = [line for line in of_blocks([RICH], NAMES).split("\n") if line.strip()]
    assert lines == ["Ask @Ada about nets (https://a.example):fish:", "one", "two"]


def test_sections_headers_fields_and_unknown_blocks_give_their_texts() -> None:
    blocks: list[Any] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Tides"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*High*"}, {"type": "mrkdwn", "text": "noon"}]},
        {"type": "divider"},
        {"type": "invented_next_year", "elements": [{"type": "also_new", "text": "still read"}]},
        {"type": "image", "alt_text": "A boat", "image_url": "https://a.example/b.png"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
        None,
        "no block",
    ]
    text = of_blocks(blocks, NAMES)
    for words in ("Tides", "*High*", "noon", "still read", "A boat", "a", "b"):
        assert words in text


def test_attachments_of_apps_are_read_and_previews_of_links_are_not() -> None:
    attachments = [
        {"pretext": "Alert", "title": "Disk", "text": "90%", "fields": [{"title": "Host", "value": "quay"}]},
        {"fallback": "Only this"},
        {"from_url": "https://secret.example", "text": "text of another place"},
        {"is_msg_unfurl": True, "text": "a message of another channel"},
    ]
    text = of_attachments(attachments, NAMES)
    assert text.split("\n") == ["Alert", "Disk", "90%", "Host: quay", "Only this"]


@pytest.mark.parametrize("given", [None, "none", 17, {}, [None, 3, "x"], [{"type": 5, "elements": 3, "text": []}]])
def test_what_is_no_block_is_passed_over(given: Any) -> None:
    assert of_blocks(given, NAMES) == ""
    assert of_attachments(given, NAMES) == ""


def test_blocks_without_end_are_followed_only_so_far() -> None:
    block: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(1000):
        block = {"type": "wrapper", "elements": [block]}
    assert of_blocks([block], NAMES) == ""
    assert mentioned({"blocks": [block]}) == set()


def test_people_are_found_wherever_they_are_mentioned() -> None:
    message = {"text": "<@U0AAAAAA1> <@W0BBBBBB2|b>", "blocks": [RICH], "attachments": [{"text": "<@U0CCCCCC3>"}]}
    assert mentioned(message) == {"U0AAAAAA1", "W0BBBBBB2", "U012AB3CD", "U0CCCCCC3"}
    assert mentioned({"text": None, "blocks": 3}) == set()

"""What a person writes for Slack: whatever it is, nothing becomes a mention or a link that was not written as one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.actions.services.slack_blocks import Names, blocks_of, fallback, readable, too_long
from backend.actions.services.slack_tree import (
    Broadcast,
    Channel,
    Code,
    Divider,
    Group,
    Items,
    Link,
    Paragraph,
    Person,
    Text,
    literal,
    mentions,
    parse,
    parts_of,
    written,
)

#: What people, templates and documents may try.
HOSTILE = [
    "<!channel>", "<!everyone>", "<!here|here>", "<@U0DANA0001>", "<@U0DANA0001|dana>", "<@u0dana0001>", "@here",
    "@channel", "<!subteam^S0TEAM0001>", "<!subteam^S0TEAM0001|@team>", "<#C0GENERAL1|general>", "&lt;!channel&gt;",
    "&amp;lt;!here&amp;gt;", "<https://bank.example.com|https://evil.example.net>", "<javascript:alert(1)|x>",
    "<mailto:a@example.com|b>", "<<!channel>>", "<!\u200bchannel>", "<\u202e!channel>", "\\<!channel>",
    "\\\\<!channel>",
    "`<!channel>`", "```\n<!channel>\n```", "*<!channel>*", "> <!channel>", "<!date^1^{date}|x>",
    "https://a.example/<!here>", "https://a.example/~x/_y_",
    "<https://a.example/|<!channel>>", "<https://a.example/|a|b>", "]|(https://a.example)", "&<>", "\u2028<!here>",
]  # fmt: skip
_REFERENCE = re.compile(r"<([^<>]*)>")
_text = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8), st.sampled_from("<>&|!@#*_~`\\\n- "))).map(
    "".join
)


def _by_slack(text: str) -> list[str]:
    """What Slack takes for a reference in `text`: https://docs.slack.dev/messaging/formatting-message-text"""
    return [match[1].partition("|")[0] for match in _REFERENCE.finditer(text)]


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)


def test_each_form_is_what_it_says() -> None:
    tree = parse(
        "# Head\n<@U0DANA0001> <!subteam^S0TEAM0001> <#C0GENERAL1> <!here>\n<https://a.example/x|label> https://b.example."
        "\n\n*b* _i_ ~s~ `c` snake_case_name\n- one\n- two\n> q\n---\n```\n<!here>\n```"
    )
    assert tree == (
        Paragraph("heading", (Text("Head"),)),
        Paragraph(
            "text",
            (
                Person("U0DANA0001"), Text(" "), Group("S0TEAM0001"), Text(" "), Channel("C0GENERAL1"), Text(" "),
                Broadcast("here"), Text("\n"), Link("https://a.example/x", "label"), Text(" "),
                Link("https://b.example"), Text("."),
            ),
        ),
        Paragraph(
            "text",
            (
                Text("b", "bold"), Text(" "), Text("i", "italic"), Text(" "), Text("s", "strike"), Text(" "),
                Text("c", "code"), Text(" snake_case_name"),
            ),
        ),
        Items(((Text("one"),), (Text("two"),))),
        Paragraph("quote", (Text("q"),)),
        Divider(),
        Code("<!here>"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["@dana", "@here", "@channel", "@everyone", "#general", "<@dana>", "<!all>", "<@U1|x>"]
)
def test_a_name_alone_mentions_nobody(name: str) -> None:
    assert list(mentions(parse(name))) == []
    assert "&lt;" in fallback(parse(name)) or "<" not in name


@given(_text)
def test_slack_finds_no_reference_that_is_not_in_the_tree(text: str) -> None:
    tree = parse(text)
    meant = [part for part in parts_of(tree) if not isinstance(part, Text)]
    escaped = [
        part.url.replace("&", "&amp;") if isinstance(part, Link) else written(part).strip("<>") for part in meant
    ]
    assert _by_slack(fallback(tree)) == escaped
    kinds = {"link": Link, "user": Person, "usergroup": Group, "channel": Channel, "broadcast": Broadcast}
    found = [node["type"] for node in _nodes(blocks_of(tree, key="k")) if node.get("type") in kinds]
    assert [kinds[one] for one in found] == [type(part) for part in meant]


@given(_text)
def test_every_link_is_read_with_its_address(text: str) -> None:
    tree = parse(text)
    shown = readable(tree, Names())
    assert all(part.url in shown for part in parts_of(tree) if isinstance(part, Link) and part.url.isprintable())


@given(_text)
def test_words_that_are_meant_literally_mention_nobody_and_stay_what_they_are(text: str) -> None:
    value = text.replace("\r", "")
    tree = parse(literal(value))
    assert list(mentions(tree)) == []
    assert all(isinstance(block, Paragraph) and block.kind == "text" for block in tree)
    assert all(part.style is None for part in parts_of(tree) if isinstance(part, Text))
    words = [
        part.text if isinstance(part, Text) else part.url for part in parts_of(tree) if isinstance(part, (Text, Link))
    ]
    assert "".join("".join(words).split()) == "".join(value.split())


def test_limits_are_told_and_nothing_is_cut() -> None:
    assert too_long(parse("word " * 600)) is None
    assert "3,000" in (too_long(parse("word " * 601)) or "")
    assert "50" in (too_long(parse("a\n\n" * 51)) or "")
    assert "40,000" in (too_long(parse(("&" * 2900 + "\n\n") * 13)) or "")

"""Notion's Markdown as plain lines."""

import pytest

from backend.connectors.notion.lines import Line, assemble
from backend.connectors.notion.markdown import id_in, lines_of, named_in, without_signature

ID = "5c6a2821-6bb1-4a7e-b6e1-c50111515c3d"
HEX = ID.replace("-", "")
SIGNED = (
    "https://prod-files-secure.s3.us-west-2.amazonaws.com/a/b/plan%20of%20nets.png?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Date={moment}&X-Amz-Signature=0123"
)


def plain(markdown: str) -> list[str]:
    return [line.text for line in lines_of(markdown, {})]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Herring **and** *cod* ~~eel~~", "Herring and cod eel"),
        (r"2 \* 3 \< 7 \[sic\]", "2 * 3 < 7 [sic]"),
        (r"\<page url=\"x\"\>", r"<page url=\"x\">"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("3 * 4 = 12", "3 * 4 = 12"),
        ('Words {color="red_bg"}', "Words"),
        ('<span color="red">Red</span> words', "Red words"),
        ("[the plan](https://example.com/plan)", "the plan (https://example.com/plan)"),
        (f"[a page](https://www.notion.so/A-page-{HEX})", "a page"),
        ('<mention-user url="user://x">Ada</mention-user> asks', "Ada asks"),
        ('until <mention-date start="2026-03-11" end="2026-03-12"/>', "until 2026-03-11 2026-03-12"),
        ("first<br>second", "first\nsecond"),
        ("- [x] done", "- [x] done"),
        ("<tr>\n\t<td>herring</td>\n\t<td>**2** kg</td>\n</tr>", "herring | 2 kg"),
        ('<video src="https://example.com/a.mp4">The catch</video>', "https://example.com/a.mp4 The catch"),
    ],
)
def test_forms_are_read_and_words_are_kept(markdown: str, expected: str) -> None:
    assert "\n".join(plain(markdown)) == expected


def test_frames_leave_no_empty_lines() -> None:
    assert plain('<callout icon="💡">\n\tMind the nets.\n</callout>') == ["Mind the nets."]
    assert plain("<columns>\n\t<column>\n\t\tleft\n\t</column>\n</columns>") == ["left"]


def test_code_is_literal() -> None:
    assert plain("```python\na = b ** c  # <page>\n```\nafter") == ["a = b ** c  # <page>", "after"]
    assert named_in(f'```\n<page url="https://www.notion.so/{HEX}">x</page>\n```').pages == frozenset()


def test_headings_are_sections_and_a_hash_within_code_is_none() -> None:
    text, sections = assemble(lines_of("before\n# One\nfirst\n## Two\n```\n# no heading\n```", {}))
    assert [(one.heading, one.level, text[one.start : one.end].strip()) for one in sections] == [
        (None, 0, "before"),
        ("One", 1, "One\nfirst"),
        ("Two", 2, "Two\n# no heading"),
    ]


def test_unknown_block_types_leave_a_mark() -> None:
    assert plain(f'<unknown url="https://www.notion.so/x#{HEX}" alt="bookmark"/>') == ["[not readable here: bookmark]"]


def test_what_was_read_apart_stands_in_its_place() -> None:
    markdown = f'before\n<unknown url="https://www.notion.so/{"0" * 32}#{HEX}" alt="paragraph"/>\nafter'
    assert named_in(markdown).unknown == {ID}
    assert [line.text for line in lines_of(markdown, {ID: [Line("between")]})] == ["before", "between", "after"]


def test_subpages_and_databases_are_named_and_mentions_are_not() -> None:
    markdown = (
        f'\t<page url="https://www.notion.so/Sub-{HEX}" color="red">Sub</page>\n'
        f'<database url="https://www.notion.so/{"a" * 32}?v={"b" * 32}" inline="true">Nets</database>\n'
        f'<mention-page url="https://www.notion.so/{"c" * 32}">Other</mention-page>'
    )
    named = named_in(markdown)
    assert named.pages == {ID}
    assert "Sub" in plain(markdown)


def test_a_database_shown_in_a_view_is_named_by_its_own_id() -> None:
    markdown = f'<database url="https://www.notion.so/works/{"a" * 32}?v={"b" * 32}">Nets</database>'
    assert named_in(markdown).databases == {id_in("a" * 32)}


def test_signed_addresses_never_make_a_new_version() -> None:
    first, second = (f"![Plan]({SIGNED.format(moment=one)})" for one in ("20260311T120000Z", "20260311T130000Z"))
    assert plain(first) == plain(second) == ["Plan"]
    assert without_signature(SIGNED) == "plan of nets.png"
    assert plain(f"![]({SIGNED})") == ["plan of nets.png"]
    assert without_signature("https://example.com/a.png?size=2") == "https://example.com/a.png?size=2"


def test_what_is_no_markdown_ends_nothing() -> None:
    assert plain("<<<>>> {{{ \\ [ ](") == ["<<<>>> {{{ \\ [ ]("]
    assert plain("```\nnever closed") == ["never closed"]
    assert plain("") == []

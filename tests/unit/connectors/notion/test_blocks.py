"""Blocks as plain lines, and the walk through what is below them."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import pytest

from backend.connectors.notion.blocks import Budget, Walk, Walked, lines_of
from backend.connectors.notion.client import Results
from backend.errors import SourceRefused


def rich(words: str) -> list[dict[str, Any]]:
    return [{"plain_text": words}]


def block(id_: str, type_: str = "paragraph", words: str = "", *, below: bool = False, **body: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "has_children": below, type_: {"rich_text": rich(words), **body}}


def below(tree: Mapping[str, list[dict[str, Any]]]) -> Any:
    """Two blocks at once."""

    async def children(block_id: str) -> AsyncGenerator[Results]:
        if block_id not in tree:
            raise SourceRefused("gone", status=404)
        blocks = tree[block_id]
        for start in range(0, max(len(blocks), 1), 2):
            after = str(start) if start + 2 < len(blocks) else None
            yield Results(tuple(blocks[start : start + 2]), after, True, None)

    return children


async def walked(tree: Mapping[str, list[dict[str, Any]]], calls: int = 100) -> Walked:
    return await Walk(below(tree), Budget(calls)).below("page")


def words(found: Walked) -> list[str]:
    return [line.text for line in found.lines]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"type": "heading_4", "heading_4": {"rich_text": rich("Nets")}}, "Nets"),
        ({"type": "to_do", "to_do": {"rich_text": rich("Mend"), "checked": True}}, "[x] Mend"),
        ({"type": "equation", "equation": {"expression": "a^2"}}, "a^2"),
        ({"type": "table_row", "table_row": {"cells": [rich("a"), [], rich("b")]}}, "a |  | b"),
        (
            {"type": "bookmark", "bookmark": {"url": "https://example.com", "caption": rich("Tides")}},
            "https://example.com Tides",
        ),
        (
            {"type": "image", "image": {"type": "external", "external": {"url": "https://a.b/c.png"}}},
            "https://a.b/c.png",
        ),
        ({"type": "pdf", "pdf": {"type": "file", "file": {"url": "https://s3/x/a.pdf?X-Amz-Signature=1"}}}, "a.pdf"),
        ({"type": "child_page", "child_page": {"title": "Sub"}}, "Sub"),
        ({"type": "divider", "divider": {}}, None),
        ({"type": "hologram", "hologram": {"x": 1}}, "[not readable here: hologram]"),
        ({"type": "unsupported"}, "[not readable here: unsupported]"),
        ({"type": "paragraph", "paragraph": None}, ""),
        ({}, "[not readable here: unsupported]"),
    ],
)
def test_kinds_of_blocks(found: dict[str, Any], expected: str | None) -> None:
    assert [line.text for line in lines_of(found)] == ([] if expected is None else [expected])


async def test_nested_blocks_are_read_to_any_depth_and_page_by_page() -> None:
    tree = {"page": [block(str(number), words=f"top {number}", below=number == 1) for number in range(5)]}
    tree["1"] = [block("deep-0", words="below", below=True)]
    for depth in range(30):
        tree[f"deep-{depth}"] = [block(f"deep-{depth + 1}", words=f"deeper {depth}", below=depth < 29)]
    found = words(await walked(tree))
    assert found[:4] == ["top 0", "top 1", "below", "deeper 0"]
    assert found[-1] == "top 4"
    assert "deeper 29" in found


async def test_a_page_beyond_the_budget_is_cut_and_says_so() -> None:
    tree = {"page": [block(str(number), words=f"top {number}") for number in range(100)]}
    found = words(await walked(tree, calls=3))
    assert found == [
        *(f"top {number}" for number in range(6)),
        "[not readable here: the rest of this page: it is too large]",
    ]
    whole = words(await walked({"page": tree["page"][:6]}, calls=3))
    assert whole == [f"top {number}" for number in range(6)]


async def test_a_synced_block_is_read_where_it_stands() -> None:
    copy = {"id": "copy", "type": "synced_block", "synced_block": {"synced_from": {"block_id": "original"}}}
    found = words(await walked({"page": [copy], "original": [block("a", words="synced words")]}))
    assert found == ["synced words"]


async def test_a_synced_block_of_a_page_that_is_not_shared_leaves_a_mark() -> None:
    copy = {"id": "copy", "type": "synced_block", "synced_block": {"synced_from": {"block_id": "elsewhere"}}}
    found = words(await walked({"page": [copy, block("b", words="after")]}))
    assert found == ["[not readable here: something of a page that is not shared]", "after"]


async def test_subpages_and_databases_are_named_and_not_walked_into() -> None:
    page = {"id": "sub", "type": "child_page", "has_children": True, "child_page": {"title": "Sub"}}
    database = {"id": "nets", "type": "child_database", "has_children": True, "child_database": {"title": "Nets"}}
    found = await walked({"page": [page, database]})
    assert (found.pages, found.databases, words(found)) == ({"sub"}, {"nets"}, ["Sub", "Nets"])


async def test_nesting_without_end_ends() -> None:
    tree = {"page": [block("page", words="again", below=True)]}
    assert "[not readable here: what is nested deeper]" in words(await walked(tree))

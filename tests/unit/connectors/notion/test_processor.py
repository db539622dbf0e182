"""Pages, rows and data sources as the library's items."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.connectors.notion.lines import Line
from backend.connectors.notion.processor import (
    ROUNDS,
    Content,
    Malformed,
    Who,
    data_source_item,
    overlap,
    page_item,
    revision_of,
    turn_of,
    users_of,
)
from backend.connectors.notion.properties import cut_properties, lines_of, title_of, with_values

EDITED = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
LATER = EDITED + timedelta(hours=1)
ADA = "e450a39e-9051-4d36-bc4e-8581611fc592"


def rich(words: str) -> list[dict[str, Any]]:
    return [{"plain_text": words}]


def page(title: str = "Nets", **given: Any) -> dict[str, Any]:
    properties = given.pop("properties", {})
    return {
        "object": "page",
        "id": "5c6a2821-6bb1-4a7e-b6e1-c50111515c3d",
        "last_edited_time": "2026-03-11T12:00:00.000Z",
        "created_by": {"object": "user", "id": ADA},
        "last_edited_by": {"object": "user", "id": ADA},
        "parent": {"type": "workspace", "workspace": True},
        "properties": {"title": {"id": "title", "type": "title", "title": rich(title) if title else []}, **properties},
        "url": "https://www.notion.so/Nets-5c6a28216bb14a7eb6e1c50111515c3d",
        **given,
    }


def content(*lines: str, **given: Any) -> Content:
    whole: dict[str, Any] = {"comments": (), "path": (), "parent": None, "titles": {}, "people": {}}
    return Content([Line(one) for one in lines], **{**whole, **given})


def revision(found: dict[str, Any], at: datetime = LATER, *, comments: bool = True, round_: int = 0) -> str:
    return revision_of(found, at=at, comments=comments, round_=round_)


def test_each_page_has_one_turn_in_so_many_listings_and_not_all_in_the_same() -> None:
    ids = [f"page-{number}" for number in range(200)]
    turns = {id_: [turn_of(id_, round_) for round_ in range(ROUNDS + 1)] for id_ in ids}
    assert all(len(set(found)) == 2 for found in turns.values())
    first = [sum(found[at] != found[at + 1] for found in turns.values()) for at in range(ROUNDS)]
    assert max(first) < len(ids) / 4
    assert len({revision(page(), round_=round_) for round_ in range(ROUNDS)}) <= 2


def test_an_empty_title_is_called_as_notion_calls_it() -> None:
    item = page_item(page(""), content("words"))
    assert (item.title, item.path, item.text) == ("Untitled", "Untitled", "words")


def test_a_page_without_content_is_its_title() -> None:
    assert page_item(page("Nets"), content()).text == "Nets"


def test_the_hierarchy_is_the_path_and_a_slash_in_a_title_is_no_step() -> None:
    item = page_item(page("Nets"), content("words", path=["Works", "In/out"], parent="above"))
    assert (item.path, item.parent) == ("Works/In∕out/Nets", "above")


def test_comments_follow_the_content_with_who_and_when() -> None:
    said = {"created_by": {"id": ADA}, "created_time": "2026-03-11T12:05:00.000Z", "rich_text": rich("Mend them.")}
    item = page_item(page(), content("words", comments=[said], people={ADA: Who("Ada", "ada@example.com")}))
    assert item.text == "words\n\nComments\nAda (2026-03-11): Mend them."
    assert item.sections[-1].heading == "Comments"
    assert item.author == "Ada"
    assert item.people is not None
    assert {(one.role, one.address) for one in item.people} == {
        (role, "ada@example.com") for role in ("author", "editor", "commenter")
    }


def test_unknown_or_deleted_people_are_left_out() -> None:
    item = page_item(page(), content("words", comments=[{"rich_text": rich("Hm."), "created_by": {"id": "gone"}}]))
    assert (item.author, item.people) == (None, ())
    assert item.text.endswith("Somebody: Hm.")
    assert users_of([{"id": "x", "name": None, "type": "bot", "bot": {}}]) == {"x": Who(None, None)}


def test_rows_carry_their_properties() -> None:
    found = page(
        properties={
            "Status": {"type": "status", "status": {"name": "Mending"}},
            "Tags": {"type": "multi_select", "multi_select": [{"name": "cod"}, {"name": "eel"}]},
            "Due": {"type": "date", "date": {"start": "2026-03-11", "end": "2026-03-12"}},
            "Done": {"type": "checkbox", "checkbox": False},
            "Weight": {"type": "number", "number": 2.5},
            "Count": {"type": "number", "number": 0},
            "Who": {"type": "people", "people": [{"id": "1", "name": "Ada"}, {"id": "2"}]},
            "Boat": {"type": "relation", "relation": [{"id": "b1"}, {"id": "b2"}]},
            "Files": {"type": "files", "files": [{"name": "plan.pdf", "file": {"url": "https://s3/x?X-Amz-Date=1"}}]},
            "Sum": {"type": "formula", "formula": {"type": "number", "number": 7}},
            "Names": {
                "type": "rollup",
                "rollup": {"type": "array", "array": [{"type": "title", "title": rich("One")}]},
            },
            "Number": {"type": "unique_id", "unique_id": {"prefix": "NET", "number": 7}},
            "Link": {"type": "url", "url": "https://example.com"},
            "Empty": {"type": "select", "select": None},
            "Odd": {"type": "hologram", "hologram": {"x": 1}},
            "Broken": None,
        }
    )
    assert lines_of(found, {"b1": "Ketch"}) == [
        "Status: Mending",
        "Tags: cod, eel",
        "Due: 2026-03-11 to 2026-03-12",
        "Done: no",
        "Weight: 2.5",
        "Count: 0",
        "Who: Ada",
        "Boat: Ketch, 1 more",
        "Files: plan.pdf",
        "Sum: 7",
        "Names: One",
        "Number: NET-7",
        "Link: https://example.com",
    ]


def test_values_beyond_25_are_asked_for_and_replace_those_of_the_page() -> None:
    people = [{"id": str(number), "name": f"P{number}"} for number in range(30)]
    found = page(properties={"Who": {"id": "w", "type": "people", "people": people[:25]}})
    assert cut_properties(found) == ["w"]
    whole = with_values(found, "w", [{"type": "people", "people": one} for one in people])
    assert lines_of(whole, {})[0].endswith("P29")
    assert cut_properties(
        page(properties={"B": {"id": "b", "type": "relation", "relation": [], "has_more": True}})
    ) == ["b"]


def test_a_data_source_tells_what_its_rows_tell() -> None:
    found = {**page(), "object": "data_source", "title": rich("Nets"), "description": rich("All of them.")}
    found["properties"] = {"Name": {"type": "title"}, "Status": {"type": "status"}}
    item = data_source_item(found, ["Works"], None, {})
    assert item.external_id == f"data_source:{found['id']}"
    assert item.text == "Nets\nAll of them.\nProperties: Name, Status"
    assert (title_of(found), item.path) == ("Nets", "Works/Nets")


def test_a_revision_tells_edits_moves_and_other_values() -> None:
    first = revision(page())
    assert revision(page()) == first
    assert revision(page("Other nets")) != first
    assert revision(page(last_edited_time="2026-03-11T12:01:00.000Z")) != first
    assert revision(page(parent={"type": "page_id", "page_id": "x"})) != first
    assert revision(page(), comments=False) != first


def test_signed_file_addresses_never_make_a_new_version() -> None:
    first, second = (
        page(properties={"F": {"type": "files", "files": [{"name": "a.pdf", "file": {"url": f"https://s3/a?{one}"}}]}})
        for one in ("X-Amz-Signature=1", "X-Amz-Signature=2")
    )
    assert revision(first) == revision(second)
    assert page_item(first, content()).text == page_item(second, content()).text


def test_what_notion_computes_is_no_edit() -> None:
    first, second = (
        page(properties={"Age": {"type": "formula", "formula": {"type": "number", "number": one}}}) for one in (1, 2)
    )
    assert revision(first) == revision(second)


def test_an_edit_within_the_same_minute_is_noticed() -> None:
    """The time of the last edit stays; a look before the minute was over does not count as the last one."""
    during = revision(page(), EDITED + timedelta(seconds=20))
    still = revision(page(), EDITED + timedelta(seconds=50))
    after = revision(page(), EDITED + timedelta(seconds=70))
    assert len({during, still, after}) == 3
    assert revision(page(), LATER) == after  # from here on it is settled


def test_changes_are_looked_at_with_an_overlap_of_a_minute() -> None:
    assert overlap("2026-03-11T12:00:00.000Z") == EDITED - timedelta(minutes=1)


@pytest.mark.parametrize("moment", [None, "", "yesterday", 7])
def test_a_page_without_the_time_of_its_edit_is_malformed(moment: object) -> None:
    with pytest.raises(Malformed, match="time of its last edit"):
        revision(page(last_edited_time=moment))

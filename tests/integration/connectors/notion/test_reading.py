"""What is read of pages, rows and databases, over a real server and the stand-in."""

from typing import Any

import pytest

from backend.connectors.notion.processor import turn_of
from tests.integration.connectors.notion.conftest import Notion
from tests.support.notion_service import rich
from tests.support.provider_wire import Fault

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_nested_blocks_and_every_form_are_in_the_text(notion: Notion) -> None:
    service = notion.service
    deep = service.text("deepest words")
    for number in range(6):
        deep = service.text(f"level {number}", deep, type_="bulleted_list_item")
    row = service.block("table_row", cells=[rich("cod"), rich("2 * 3 <kg>")])
    page = service.page(
        "Nets",
        service.text("Mending", type_="heading_1"),
        service.text("Mind the knots.", type_="callout"),
        deep,
        service.block("table", row),
        service.text("a = b ** c", type_="code"),
        service.text("Folded", service.text("inside"), type_="toggle"),
    )
    before = notion.calls("/blocks/")
    made = await notion.connected()
    text = (await notion.texts(made))[page.id]
    assert "deepest words" in text
    assert "cod | 2 * 3 <kg>" in text
    assert "a = b ** c" in text
    assert "Folded\ninside" in text
    assert notion.calls("/blocks/") == before


async def test_a_page_beyond_the_limit_of_its_markdown_is_read_from_its_blocks(notion: Notion) -> None:
    service = notion.service
    service.markdown_limit = 4
    below = [service.text(f"below {number}") for number in range(7)]
    blocks = [service.text(f"line {number}") for number in range(4)]
    page = service.page("Long", *blocks, service.text("beyond", *below), service.text("last"))
    text = (await notion.texts(await notion.connected()))[page.id]
    assert all(f"{words}\n" in f"{text}\n" for words in ("line 3", "beyond", "below 6", "last"))
    assert "not readable here" not in text


async def test_a_block_without_markdown_leaves_a_mark(notion: Notion) -> None:
    bookmark = notion.service.block("bookmark", url="https://example.com", caption=[])
    bookmark.in_markdown = False
    page = notion.service.page("Links", "before", bookmark, "after")
    text = (await notion.texts(await notion.connected()))[page.id]
    assert "before\n[not readable here: bookmark]\nafter" in text


@pytest.mark.parametrize(("status", "code"), [(400, "validation_error"), (504, "gateway_timeout")])
async def test_a_page_without_markdown_is_read_from_its_blocks(notion: Notion, status: int, code: str) -> None:
    page = notion.service.page("Nets", notion.service.text("outer", notion.service.text("inner")))
    refusal = Fault(status=status, body={"object": "error", "status": status, "code": code, "message": "…"})
    notion.wire.fail_all(lambda request: request.path.endswith("/markdown"), refusal)
    text = (await notion.texts(await notion.connected()))[page.id]
    assert "outer\ninner" in text


async def test_a_page_whose_content_is_refused_is_named_and_ends_nothing(notion: Notion) -> None:
    bad, good = notion.service.page("Bad", "bad words"), notion.service.page("Good", "good words")
    refusal = Fault(status=403, body={"object": "error", "status": 403, "code": "restricted_resource", "message": "…"})
    notion.wire.fail_all(lambda request: bad.id in request.path, refusal)
    made = await notion.place.connect()
    await notion.place.settled(made)
    rows = await notion.place.items(made)
    assert (rows[bad.id]["status"], rows[bad.id]["reason"]["code"]) == ("failed", "permission_missing")
    assert rows[good.id]["status"] == "indexed"


async def test_an_answer_without_content_is_evidence_of_nothing(notion: Notion) -> None:
    page = notion.service.page("Nets", "words")
    made = await notion.connected()
    notion.wire.fail_all(lambda request: request.path.endswith("/search"), Fault(status=200, body={"object": "list"}))
    assert (await notion.named_again(made))["status"] == "waiting"
    assert page.id in await notion.texts(made)


async def test_a_database_with_several_data_sources_gives_its_rows_with_their_properties(notion: Notion) -> None:
    service = notion.service
    top = service.page("Works", "words")
    nets, boats = service.database("Stock", "Nets", "Boats", parent=top, Status={"type": "status"})
    ketch = service.page("Ketch", "A ketch.", parent=boats)
    properties: dict[str, Any] = {
        "Status": {"type": "status", "status": {"id": "1", "name": "Mending", "color": "red"}},
        "Boat": {"type": "relation", "relation": [{"id": ketch.id}]},
    }
    row = service.page("Seine", "A seine.", parent=nets, **properties)
    made = await notion.connected()
    texts = await notion.texts(made)
    assert "Status: Mending\nBoat: Ketch\n\nA seine." in texts[row.id]
    assert "Properties: Name, Status" in texts[f"data_source:{nets.id}"]
    document = await notion.document(made, row.id)
    assert document["path"] == "Works/Stock/Nets/Seine"
    assert (await notion.document(made, ketch.id))["path"] == "Works/Stock/Boats/Ketch"
    run = (await notion.place.runs(made))[0]
    assert (run["indexed"], run["unchanged"]) == (5, 0)  # each is named once


async def test_values_beyond_25_are_all_there(notion: Notion) -> None:
    (source,) = notion.service.database("Crew")
    people = [{"object": "user", "id": notion.service.new_id(), "name": f"Sailor {number}"} for number in range(40)]
    row = notion.service.page("All hands", "words", parent=source, Who={"type": "people", "people": people})
    assert "Sailor 39" in (await notion.texts(await notion.connected()))[row.id]


async def test_an_empty_title_is_no_trouble(notion: Notion) -> None:
    page = notion.service.page("", "words")
    made = await notion.connected()
    assert (await notion.document(made, page.id))["title"] == "Untitled"


async def test_comments_are_read_with_their_people(notion: Notion) -> None:
    page = notion.service.page("Nets", "words")
    notion.service.comment(page, "Mend them first.", notion.service.user("Ada", "ada@example.com"))
    text = (await notion.texts(await notion.connected()))[page.id]
    assert "Comments\nAda (2026-03-11): Mend them first." in text


@pytest.mark.parametrize("capability", ["read_comments", "read_users"])
async def test_a_capability_that_is_missing_is_noticed_once_and_done_without(notion: Notion, capability: str) -> None:
    notion.service.capabilities.discard(capability)
    pages = [notion.service.page(f"Page {number}", f"words {number}") for number in range(8)]
    before = notion.calls("/comments" if capability == "read_comments" else "/users")
    made = await notion.connected()
    assert set(await notion.texts(made)) == {page.id for page in pages}
    asked = notion.calls("/comments" if capability == "read_comments" else "/users") - before
    assert asked <= 4  # who it is, before and after connecting; the report; the one notice
    shown = await notion.place.shown(made)
    report = {one["name"]: one for one in shown["capabilities"]}
    assert report["indexing"]["state"] == "passed"
    assert ("Comments are left out" in report["indexing"]["message"]) is (capability == "read_comments")


async def test_comments_that_are_allowed_later_are_read_when_everything_is_named_again(notion: Notion) -> None:
    page = notion.service.page("Nets", "words")
    notion.service.comment(page, "Mend them.", notion.service.user("Ada", "ada@example.com"))
    notion.service.capabilities.discard("read_comments")
    made = await notion.connected()
    assert "Mend them." not in (await notion.texts(made))[page.id]
    notion.service.capabilities.add("read_comments")
    await notion.named_again(made)
    assert "Mend them." in (await notion.texts(made))[page.id]


async def test_a_new_comment_is_found_when_it_is_its_pages_turn_though_nothing_tells(notion: Notion) -> None:
    """Every page has one in a day's listings; those of these pages that have it in the next one are read again."""
    pages = [notion.service.page(f"Page {number}", "words") for number in range(60)]
    soon = next(page for page in pages if turn_of(page.id, 0) != turn_of(page.id, 1))
    later = next(page for page in pages if turn_of(page.id, 0) == turn_of(page.id, 1))
    made = await notion.connected()
    for page in (soon, later):
        notion.service.comment(page, "Mend them.", notion.service.user("Ada", "ada@example.com"))
    await notion.named_again(made)
    texts = await notion.texts(made)
    assert ("Mend them." in texts[soon.id], "Mend them." in texts[later.id]) == (True, False)


async def test_signed_file_addresses_never_make_a_new_version(notion: Notion) -> None:
    address = "https://prod-files-secure.s3.us-west-2.amazonaws.com/a/b/plan.png?X-Amz-Signature={}"
    image = notion.service.block("image", type="file", file={"url": address.format(1)}, caption=[])
    page = notion.service.page("Plan", "words", image)
    made = await notion.connected()
    assert page.id in await notion.texts(made)
    version = (await notion.document(made, page.id))["version"]
    image.body["file"]["url"] = address.format(2)
    notion.service.touch(page)
    await notion.place.synced(made)
    text = (await notion.texts(made))[page.id]
    assert (await notion.document(made, page.id))["version"] == version
    assert "plan.png" in text
    assert "X-Amz" not in text

"""What is found and what is gone, although search does not tell everything."""

import asyncio

import pytest

from backend.connectors.sync import runner
from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.notion.conftest import Notion
from tests.support.provider_wire import Fault
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_subpages_and_databases_that_search_overlooks_are_found_where_they_stand(notion: Notion) -> None:
    service = notion.service
    top = service.page("Works", "top words")
    sub = service.page("Sub", "sub words", parent=top)
    deeper = service.page("Deeper", "deeper words", parent=sub)
    source, sibling = service.database("Stock", "Nets", "Boats", parent=deeper)
    rows = [service.page("Seine", "row words", parent=source), service.page("Ketch", "a ketch", parent=sibling)]
    for overlooked in (sub, deeper, source, sibling, *rows):
        overlooked.indexed = False
    made = await notion.connected()
    found = await notion.texts(made)
    pages = {thing.id for thing in (top, sub, deeper, *rows)}
    assert set(found) == pages | {f"data_source:{one.id}" for one in (source, sibling)}
    assert (await notion.document(made, rows[0].id))["path"] == "Works/Sub/Deeper/Stock/Nets/Seine"


async def test_what_was_only_heard_of_survives_the_end_of_a_run(notion: Notion) -> None:
    top = notion.service.page("Works", "top words")
    sub = notion.service.page("Sub", "sub words", parent=top)
    sub.indexed = False
    for event in range(8):
        notion.place.crashing.after = event
        made = await notion.place.connect()
        await notion.place.settled(made)
        notion.place.crashing.after = None
        await notion.place.synced_until_ready(made)
        assert set(await notion.texts(made)) == {top.id, sub.id}, event
        await notion.place.ada.call("DELETE", f"/connections/{made}")


async def test_a_subpage_that_is_not_shared_is_never_here(notion: Notion) -> None:
    top = notion.service.page("Works", "top words")
    hidden = notion.service.page("Hidden", "hidden words", parent=top)
    hidden.shared = False
    made = await notion.connected()
    found = await notion.texts(made)
    assert set(found) == {top.id}
    assert "[not readable here" in found[top.id]
    assert (await notion.place.shown(made))["status"] == "ready"


async def test_a_page_that_search_forgets_stays_because_asking_for_it_finds_it(notion: Notion) -> None:
    kept = [notion.page(f"Page {number}", f"words {number}") for number in range(7)]
    made = await notion.connected()
    before = await notion.texts(made)
    for page in kept[:5]:
        page.indexed = False
    for _ in range(2):
        calls = notion.calls("/markdown")
        await notion.named_again(made)
        assert notion.calls("/markdown") == calls  # it is asked for, and not read
    assert await notion.texts(made) == before


async def test_a_page_that_is_no_longer_shared_is_hidden_and_then_deleted(notion: Notion) -> None:
    pages = [notion.service.page(f"Page {number}", f"words {number}") for number in range(7)]
    made = await notion.connected()
    pages[0].shared = False
    await notion.named_again(made)
    assert (await notion.place.items(made))[pages[0].id]["status"] == "hidden"
    assert set(await notion.texts(made)) == {page.id for page in pages[1:]}
    await notion.named_again(made)
    assert (await notion.place.items(made))[pages[0].id]["status"] == "deleted"


async def test_a_page_that_is_shared_again_is_shown_without_being_read(notion: Notion) -> None:
    pages = [notion.page(f"Page {number}", f"words {number}") for number in range(7)]
    made = await notion.connected()
    pages[0].shared = False
    await notion.named_again(made)
    pages[0].shared = True
    calls = notion.calls("/markdown")
    await notion.named_again(made)
    assert notion.calls("/markdown") == calls
    assert pages[0].id in await notion.texts(made)


async def test_what_is_in_the_trash_goes_at_the_next_look_and_costs_hardly_a_call(notion: Notion) -> None:
    page, other = notion.service.page("Page", "words"), notion.service.page("Other", "other words")
    made = await notion.connected()
    page.in_trash = True
    notion.service.touch(page)
    await notion.place.synced(made)
    assert (await notion.place.items(made))[page.id]["status"] == "deleted"
    assert set(await notion.texts(made)) == {other.id}
    calls = notion.calls()
    await notion.place.synced(made)
    assert notion.calls() - calls == 2


async def test_the_trash_is_found_by_a_listing_where_search_does_not_look_into_it(notion: Notion) -> None:
    notion.service.trash_search = False
    page, other = notion.service.page("Page", "words"), notion.service.page("Other", "other words")
    made = await notion.connected()
    page.in_trash = True
    notion.service.touch(page)
    assert (await notion.place.synced(made))["status"] == "ready"
    await notion.named_again(made)
    assert set(await notion.texts(made)) == {other.id}


async def test_an_edit_within_the_same_minute_is_found_at_the_next_look(notion: Notion) -> None:
    service = notion.service
    page = service.page("Page", "words")
    made = await notion.connected()
    service.now = service.now.replace(second=10)
    service.write(page, "first words")
    service.now = page.edited.replace(second=20)
    await notion.place.synced(made)
    assert "first words" in (await notion.texts(made))[page.id]
    service.now = page.edited.replace(second=40)
    service.write(page, "second words")
    service.now = page.edited.replace(second=50)
    await notion.place.synced(made)
    assert "second words" in (await notion.texts(made))[page.id]
    service.wait(minutes=5)
    await notion.place.synced(made)  # once more, now that nothing can be added to that minute
    calls = notion.calls("/markdown")
    await notion.place.synced(made)
    assert notion.calls("/markdown") == calls


async def test_a_page_that_moves_has_another_path_and_is_the_same_document(notion: Notion) -> None:
    there = notion.service.page("There", "words of there")
    page = notion.service.page("Page", "words")
    made = await notion.connected()
    before = await notion.document(made, page.id)
    page.parent = ("page", there.id)  # its time may stay as it is
    await notion.named_again(made)
    after = await notion.document(made, page.id)
    assert (before["id"], before["path"], after["id"], after["path"]) == (
        after["id"],
        "Page",
        after["id"],
        "There/Page",
    )


async def test_rows_beyond_the_limit_of_a_query_are_read_in_windows(notion: Notion) -> None:
    service = notion.service
    (source,) = service.database("Log")
    rows = [service.page(f"Entry {number}", f"words {number}", parent=source) for number in range(17)]
    service.query_limit = 6
    made = await notion.connected()
    assert set(await notion.texts(made)) == {f"data_source:{source.id}", *(row.id for row in rows)}
    rows[3].shared = False  # and the listing counts as complete
    await notion.named_again(made)
    assert (await notion.place.items(made))[rows[3].id]["status"] == "hidden"


async def test_rows_of_one_minute_beyond_the_limit_take_nothing_away(notion: Notion) -> None:
    service = notion.service
    (source,) = service.database("Log")
    rows = [service.page(f"Entry {number}", f"words {number}", parent=source) for number in range(6)]
    made = await notion.connected()
    for row in rows:
        row.created = rows[0].created
    service.query_limit = 3
    for _ in range(2):
        await notion.named_again(made)
    assert {row.id for row in rows} < set(await notion.texts(made))


async def test_a_data_source_that_cannot_be_queried_takes_nothing_away(notion: Notion) -> None:
    (source,) = notion.service.database("Log")
    rows = [notion.service.page(f"Entry {number}", f"words {number}", parent=source) for number in range(4)]
    made = await notion.connected()
    missing = Fault(status=404, body={"object": "error", "status": 404, "code": "object_not_found", "message": "…"})
    notion.wire.fail_all(lambda request: request.path.endswith("/query"), missing)
    for _ in range(2):
        assert (await notion.named_again(made))["status"] == "ready"
    assert {row.id for row in rows} < set(await notion.texts(made))


async def test_an_old_cursor_of_a_search_is_followed_by_a_listing(notion: Notion) -> None:
    pages = [notion.service.page(f"Page {number}", f"words {number}") for number in range(12)]
    refusal = Fault(status=400, body={"object": "error", "status": 400, "code": "validation_error", "message": "…"})
    made = await notion.place.connect()
    await notion.place.settled(made)
    for page in pages:
        notion.service.touch(page)
    notion.wire.fail(2, refusal)  # the second page of the changes
    await notion.place.synced(made)
    await notion.place.synced_until_ready(made)
    assert set(await notion.texts(made)) == {page.id for page in pages}


async def test_a_first_synchronisation_costs_two_calls_a_page(notion: Notion) -> None:
    """One for the content and one for the comments; beside them the lists, 100 at a time, and who it is."""
    notion.service.page_limit = 100
    for number in range(40):
        notion.service.page(f"Page {number}", f"words {number}")
    before = notion.calls()
    await notion.connected()
    assert notion.calls() - before <= 2 * 40 + 12


async def test_a_first_synchronisation_without_comments_costs_one_call_a_page(notion: Notion) -> None:
    notion.service.page_limit = 100
    (source,) = notion.service.database("Log")
    for number in range(40):
        notion.service.page(f"Entry {number}", f"words {number}", parent=source)
    before = notion.calls()
    await notion.connected(comments=False)
    assert notion.calls() - before <= 40 + 12


async def test_naming_everything_again_costs_a_call_for_a_hundred_pages(notion: Notion) -> None:
    notion.service.page_limit = 100
    for number in range(40):
        notion.page(f"Page {number}", f"words {number}")
    made = await notion.connected()
    before = notion.calls()
    await notion.named_again(made)
    assert notion.calls() - before <= 6


async def test_named_people_see_it_and_taking_one_off_hides_it_from_them_without_reading(notion: Notion) -> None:
    page = notion.page("Page", "words")
    made = await notion.connected(visible_to="people", people=[BEN.upper()])
    assert set(await notion.texts(made, notion.place.ben)) == {page.id}
    calls = notion.calls("/markdown")
    await _change(notion, made, {"visible_to": "people", "people": [ADA]})
    assert await notion.texts(made, notion.place.ben) == {}
    assert set(await notion.texts(made)) == {page.id}
    assert notion.calls("/markdown") == calls


async def test_the_workspace_sees_it_only_while_that_is_chosen(notion: Notion) -> None:
    page = notion.page("Page", "words")
    made = await notion.connected(visible_to="workspace")
    assert set(await notion.texts(made, notion.place.ben)) == {page.id}
    calls = notion.calls("/markdown")
    await _change(notion, made, {"visible_to": "owner"})
    assert await notion.texts(made, notion.place.ben) == {}
    assert notion.calls("/markdown") == calls


async def _change(notion: Notion, connection_id: str, options: dict[str, object]) -> None:
    ended = sum(run["ended_at"] is not None for run in await notion.place.runs(connection_id))
    answer = await notion.place.ada.call("PATCH", f"/connections/{connection_id}", json={"options": options})
    assert answer.status_code == 200, answer.text
    await notion.place.settled(connection_id, ended=ended + 1)


async def test_asking_one_by_one_goes_on_where_a_slice_ended_and_asks_nothing_twice(
    notion: Notion, monkeypatch: pytest.MonkeyPatch
) -> None:
    notion.service.page_limit = 100
    pages = [notion.page(f"Page {number}", f"words {number}") for number in range(60)]
    made = await notion.connected(comments=False)
    for page in pages[:55]:
        page.shared = False
    before = notion.calls("/v1/pages/")
    monkeypatch.setattr(runner, "SLICE_SECONDS", 0.0)
    again = asyncio.create_task(notion.named_again(made))
    await until(lambda: notion.calls("/v1/pages/") - before >= 55)
    monkeypatch.undo()
    await again
    assert notion.calls("/v1/pages/") - before == 55
    # Most of it at once: nothing goes unless a second listing agrees.
    assert {row["status"] for row in (await notion.place.items(made)).values()} == {"indexed"}
    shown = await notion.named_again(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("quarantined", "many_missing")
    assert set(await notion.texts(made)) == {page.id for page in pages[55:]}


async def test_a_limit_in_the_middle_of_asking_one_by_one_is_gone_on_after(notion: Notion) -> None:
    pages = [notion.service.page(f"Page {number}", f"words {number}") for number in range(8)]
    made = await notion.connected()
    for page in pages[:3]:
        page.indexed = False
    body = {"object": "error", "status": 429, "code": "rate_limited", "message": "…"}
    limited = Fault(status=429, headers=(("retry-after", "1"),), body=body)
    notion.wire.fail(8, limited)  # the second that is asked for
    await notion.named_again(made)
    assert (await notion.place.shown(made))["status"] == "ready"
    assert set(await notion.texts(made)) == {page.id for page in pages}

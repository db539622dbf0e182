"""The list with every status, and pages that load, fail and recover."""

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e.connections.place import ADA, Picture, Place, connected, notes
from tests.e2e.test_states import fail


def test_a_full_page_with_every_status(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 4)
    real = connected(page, name="Notes of the team")

    def some(**changes: Any) -> dict[str, Any]:
        return {**real, "id": f"c{len(shown)}", "items": {"indexed": 1234, "hidden": 30, "failed": 3}, **changes}

    shown: list[dict[str, Any]] = [real]
    later = "2099-01-05T14:05:00Z"
    account = {"id": "a", "name": "Ada Lovelace", "address": ADA}
    why = "Toy no longer accepts what was allowed. Allow it again."
    for changes in (
        {"name": "Mail", "status": "attention", "status_reason": {"code": "reauth_required", "message": why}},
        {
            "name": "A channel list with a name that is longer than any reasonable person would choose for it",
            "type": "wide", "status": "syncing", "account": account, "documents": 423,
            "progress": {"seen": 501, "indexed": 423, "skipped": 3, "failed": 0, "rate": 8.4, "eta_s": 185},
        },
        {
            "name": "Drive", "status": "waiting", "next_sync_at": later, "documents": 12_345,
            "status_reason": {"code": "source_rate_limited", "message": "Toy asks us to wait."},
        },
        {
            "name": "Wiki", "status": "quarantined",
            "status_reason": {"code": "many_missing", "message": "30 of 1,264 items are no longer at the source. They "
            "are hidden and kept. Say whether they are to be deleted."},
        },
        {"name": "Code", "status": "paused", "next_sync_at": None, "mode": "personal"},
        {
            "name": "Toy", "status": "connecting", "account": None, "next_sync_at": None, "documents": 0, "items": {},
            "status_reason": {"code": "not_allowed_yet", "message": ""},
        },
        {
            "name": "Ready to start", "status": "connecting", "next_sync_at": None, "documents": 0, "items": {},
            "status_reason": {"code": "not_started", "message": ""},
        },
        {
            "name": "Nothing read", "status": "waiting", "next_sync_at": later, "documents": 0, "items": {"failed": 3},
            "status_reason": {"code": "nothing_read", "message": "Not one item could be read. Look at the "
            "reasons in the list of items; it is tried again by itself."},
        },
        {
            "name": "Feed", "type": "feed", "status": "attention", "next_sync_at": None,
            "status_reason": {"code": "connector_removed", "message": "This server does not offer this service any "
            "more. What is here still answers, and nothing new is read. Ask your operator to bring it back, or "
            "disconnect it."},
        },
    ):  # fmt: skip
        shown += [some(**changes)]

    def answer(route: Route) -> None:
        name = route.request.url.partition("?")[0].rpartition("/")[2]
        one = next((item for item in shown if item["id"] == name), None)
        route.fulfill(json=one if one is not None else {"items": shown})

    page.route(re.compile(r"/api/v1/connections(/c\d|/[0-9a-f]{24,})?(\?purpose=sync)?$"), answer)
    page.goto("/connections")
    expect(page.get_by_text("Needs a decision")).to_be_visible()
    expect(page.get_by_text("423 of 501 indexed so far")).to_be_visible()
    picture(page, "connections-full")
    page.get_by_text("How its rights are copied").first.click()
    page.get_by_role("heading", name="Connect a service").scroll_into_view_if_needed()
    picture(page, "connections-catalogue")


def test_loading_and_failing_pages_say_so_and_recover(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 2)
    made = connected(page)
    everything = re.compile(r"/api/v1/(connections|connectors)")
    held: list[Route] = []
    paths = ("/connections", "/connections/new/toy", f"/connections/{made['id']}/overview")
    page.route(everything, lambda route: held.append(route))
    for name, path in zip(("connections", "connections-connect", "connection"), paths, strict=True):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("[aria-busy=true]").first).to_be_attached()
        picture(page, f"{name}-loading")
    for route in held:
        route.abort()
    page.unroute(everything)
    page.route(everything, fail)
    for name, path, title in zip(
        ("connections", "connections-connect", "connection"),
        paths,
        (
            "The connections could not be loaded",
            "The services could not be loaded",
            "This connection could not be loaded",
        ),
        strict=True,
    ):
        page.goto(path)
        expect(page.get_by_text(title)).to_be_visible(timeout=30_000)
        picture(page, f"{name}-error")
    page.unroute(everything)
    # The page may have asked again by itself meanwhile.
    page.get_by_role("button", name="Try again").or_(page.get_by_text("Up to date")).first.click()
    expect(page.get_by_text("Up to date")).to_be_visible()
    page.goto("/connections/0123456789abcdef0123456789abcdef")
    expect(page.get_by_text("This connection is not here")).to_be_visible()
    picture(page, "connection-gone")

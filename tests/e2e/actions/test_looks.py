"""The pages of actions empty, loading, failing and full, and an action of each kind in each state."""

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import Place
from tests.e2e.actions.samples import ANSWER, CALENDAR, SLACK, sample
from tests.e2e.actions.writing import card, composer, proposed
from tests.e2e.test_states import fail


def test_empty_loading_and_failing_pages_say_so_and_recover(page: Page, picture: Any, server: Place) -> None:
    everything = re.compile(r"/api/v1/actions(\?|$|/[0-9a-f]{24,})")
    page.route(everything, lambda route: route.fulfill(json={"items": [], "next_cursor": None}))
    page.goto("/actions")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    picture(page, "actions-empty")
    page.unroute(everything)
    held: list[Route] = []
    page.route(everything, lambda route: held.append(route))
    page.goto("/actions")
    expect(page.get_by_role("heading", level=1, name="Actions")).to_be_visible()
    expect(page.locator("[aria-busy=true]").first).to_be_attached()
    picture(page, "actions-loading")
    for route in held:
        route.abort()
    page.unroute(everything)
    page.route(everything, fail)
    page.goto("/actions")
    expect(page.get_by_text("The actions could not be loaded").first).to_be_visible(timeout=30_000)
    picture(page, "actions-error")
    page.unroute(everything)
    page.goto("/actions/0123456789abcdef0123456789abcdef")
    expect(page.get_by_text("This action is not here")).to_be_visible()
    picture(page, "action-gone")


def test_a_full_page_with_every_state(page: Page, picture: Any, server: Place) -> None:
    awaiting = [
        sample("awaiting_approval", number=1),
        sample("awaiting_approval", CALENDAR, number=2),
        sample("awaiting_approval", SLACK, number=3),
    ]
    way = [sample("scheduled", number=4, scheduled_at="2099-01-05T14:05:00Z"), sample("executing", number=5)]
    states = ("succeeded", "failed", "unknown", "rejected", "cancelled", "expired")
    past = [sample(state, number=10 + at) for at, state in enumerate(states)]

    def answer(route: Route) -> None:
        query = route.request.url.partition("?")[2]
        items = awaiting if "awaiting=me" in query else way if "status=executing" in query else past
        route.fulfill(json={"items": items, "next_cursor": None})

    page.route(re.compile(r"/api/v1/actions\?"), answer)
    page.goto("/actions")
    expect(page.get_by_role("region", name="History").get_by_role("listitem")).to_have_count(len(past))
    picture(page, "actions-full")
    page.get_by_role("heading", name="History").scroll_into_view_if_needed()
    page.get_by_role("button", name="State").click()
    page.get_by_role("menuitemradio", name="Unknown").click()
    expect(page.get_by_role("button", name="Clear all")).to_be_visible()
    picture(page, "actions-history")


def test_each_kind_and_each_end_has_a_card(page: Page, picture: Any, server: Place) -> None:
    shown: dict[str, Any] = {}

    def answer(route: Route) -> None:
        route.fulfill(json=shown)

    page.route(re.compile(r"/api/v1/actions/[0-9a-f]{32}$"), answer)
    for name, action in {
        "mail": sample("awaiting_approval"),
        "answer": sample("awaiting_approval", ANSWER),
        "event": sample("awaiting_approval", CALENDAR),
        "message": sample("awaiting_approval", SLACK),
        "sent": sample("succeeded"),
        "failed": sample("failed"),
        "unknown": sample("unknown"),
        "scheduled": sample("scheduled", scheduled_at="2099-01-05T14:05:00Z"),
    }.items():
        shown.clear()
        shown.update(action)
        page.goto(f"/actions/{action['id']}")
        expect(page.get_by_role("heading", name="What happened")).to_be_visible()
        picture(page, f"action-{name}")


def test_the_editors(page: Page, picture: Any, server: Place) -> None:
    ways = {
        "items": [
            {"via": "smtp", "kind": "email", "name": "Workspace mail", "address": "biblios@example.com"},
            {"via": "c1", "kind": "calendar", "name": "Calendar of Ada", "address": "ada@example.com"},
            {"via": "c2", "kind": "slack", "name": "Slack of Ada", "address": None},
        ]
    }
    page.route(re.compile(r"/api/v1/actions/ways"), lambda route: route.fulfill(json=ways))
    page.goto("/")
    composer(page).fill("/")
    expect(page.get_by_role("option")).to_have_count(3)
    picture(page, "composer-commands")
    for typed, name in (("/mail Launch", "mail"), ("/event Review", "event"), ("/slack We launch.", "message")):
        composer(page).fill(typed)
        composer(page).press("Enter")
        editor = page.get_by_role("dialog", name=f"New {name}")
        expect(editor).to_be_visible()
        if name == "mail":
            editor.get_by_label("To", exact=True).fill("Dana Roe <dana@example.com>, nobody,")
            editor.get_by_role("button", name="Add Cc and Bcc").click()
            expect(editor.get_by_text("One of these is no mail address")).to_be_visible()
        picture(page, f"editor-{name}")
        editor.get_by_role("button", name="Cancel").click()
        expect(composer(page)).to_have_value(typed)
    page.goto("/actions")
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.get_by_role("menuitem", name="New event")).to_be_visible()


def test_the_keyboard_approves_only_what_was_on_screen(page: Page, server: Place) -> None:
    long = "\n".join(f"Herring number {one} swims in the fjord." for one in range(120))
    made = proposed(page, "Long herring", text=long)
    page.goto(f"/actions/{made['id']}")
    shown = card(page, "Long herring")
    button = shown.get_by_role("button", name="Edit")
    page.keyboard.press("Control+Enter")  # the focus is not inside the card
    button.evaluate("one => one.focus({preventScroll: true})")
    page.keyboard.press("Control+Enter")
    expect(shown.get_by_text("Not all of it was on screen")).to_be_attached()
    assert steps.api(page, "GET", f"/actions/{made['id']}")["status"] == "awaiting_approval"
    for _ in range(20):  # more than it takes; what is approved takes no more of them
        page.keyboard.press("Control+Enter")
    expect(shown.get_by_role("timer")).to_be_visible()
    page.keyboard.press("Escape")
    shown.get_by_role("button", name="Undo").click()
    expect(shown.get_by_text("Withdrawn", exact=True)).to_be_visible()


def test_another_tab_changes_what_is_shown_and_nothing_is_decided(page: Page, picture: Any, server: Place) -> None:
    made = proposed(page, "Before")
    page.goto(f"/actions/{made['id']}")
    expect(card(page, "Before")).to_be_visible()
    payload = {**made["payload"], "subject": "After"}
    steps.api(page, "PATCH", f"/actions/{made['id']}", {"payload": payload})
    shown = card(page, "After")
    expect(shown.get_by_text("This has changed since you opened it")).to_be_visible()
    expect(shown.get_by_role("button", name="Approve")).to_be_disabled()
    picture(page, "action-changed")
    shown.get_by_role("button", name="I have seen it").click()
    shown.get_by_role("button", name="Reject").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("Not now.")
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    expect(shown.get_by_text("Rejected", exact=True)).to_be_visible()
    expect(page.get_by_text("Not now.")).to_be_visible()

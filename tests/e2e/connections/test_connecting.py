"""Connecting a source through the pages: by token and at its own page, by mouse and by keyboard alone; and its end."""

import itertools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, Route, expect

from backend.errors import SourceRateLimited
from tests.e2e import steps
from tests.e2e.connections.place import LONG, Picture, Place, notes
from tests.support.toy_source import TOKEN


def test_an_account_is_connected_followed_asked_and_disconnected(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 48)
    server.service.fail = limited_once(7)
    page.goto("/connections")
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()
    expect(page.get_by_text("This service is not set up here.", exact=False)).to_be_visible()
    picture(page, "connections-empty")

    page.get_by_role("link", name="Connect Toy").click()
    expect(page.get_by_role("heading", name="Connect Toy", level=1)).to_be_visible()
    expect(page.get_by_text("To read the notes that you choose.")).to_be_visible()
    page.get_by_role("radio", name="Token").check()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Enter the token.")).to_be_visible()
    page.get_by_label("Token of Toy").fill("wrong")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("This token is not accepted.", exact=False)).to_be_visible()
    picture(page, "connections-connect-refused")
    page.get_by_label("Token of Toy").fill(TOKEN)
    page.get_by_role("button", name="Connect", exact=True).click()

    expect(page.get_by_role("heading", name="Toy: Toy of the test")).to_be_visible()
    expect(page.get_by_text("The account is connected")).to_be_visible()
    expect(page.get_by_text("Toy gives its notes.")).to_be_visible()
    picture(page, "connection-first-steps")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("This synchronisation so far")).to_be_visible()
    expect(page.get_by_text("limit of the provider", exact=False)).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=re.compile("^20$")).first).to_be_visible()
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("48 of 50 indexed")).to_be_visible()
    expect(page.get_by_text("Reading content")).to_be_visible()
    picture(page, "connection-overview")

    page.get_by_role("link", name="Items").click()
    ledger = page.get_by_role("table", name="Items")
    expect(ledger.get_by_role("link", name="Note 00000")).to_be_visible()
    page.get_by_role("button", name="Status").click()
    page.get_by_role("menuitemradio", name="Failed (2)").click()
    expect(ledger.get_by_text("Toy did not give this note.")).to_have_count(2)
    expect(ledger.get_by_text("Note locked-0")).to_be_visible()
    expect(ledger.get_by_role("button", name="Read again: Note locked-1")).to_be_visible()
    picture(page, "connection-items-failed")
    page.get_by_role("button", name="Clear all").click()
    expect(ledger.get_by_role("link", name="Note 00000")).to_be_visible()
    picture(page, "connection-items")
    page.get_by_role("link", name="Synchronisations").click()
    expect(page.get_by_text("50 seen, 48 indexed, 2 failed", exact=False)).to_be_visible()
    picture(page, "connection-runs")

    steps.wait_until_read(page, at_least=48)
    page.goto("/search?q=herring number 7&source=toy")
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("button", name="Connection").click()
    page.get_by_role("checkbox", name="Toy: Toy of the test").click()
    expect(page).to_have_url(re.compile("connection="))
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Remove filter Source: Toy")).to_be_visible()
    expect(page.get_by_role("link", name="Note 00007")).to_be_visible()
    picture(page, "search-connection")

    page.goto("/library?source=toy")
    page.get_by_role("button", name="Connection").click()
    page.get_by_role("menuitemradio", name="Toy: Toy of the test").click()
    expect(page.get_by_role("link", name="Note 00047")).to_be_visible()
    page.get_by_role("button", name="Actions for Note 00047").click()
    page.get_by_role("menuitem", name="Details").click()
    page.get_by_role("dialog").get_by_role("link", name="Toy: Toy of the test").click()

    page.get_by_role("button", name="Actions for Toy: Toy of the test").click()
    page.get_by_role("menuitem", name="Disconnect").click()
    question = page.get_by_role("dialog", name="Disconnect “Toy: Toy of the test”?")
    expect(question.get_by_text("48 documents, which stop answering at once")).to_be_visible()
    picture(page, "connection-disconnect")
    question.get_by_role("button", name="Disconnect").click()
    expect(page).to_have_url(re.compile("/connections$"))
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()
    page.goto("/search?q=herring number 7")
    expect(page.get_by_text("Nothing found").or_(page.get_by_text("There is nothing to search yet"))).to_be_visible()


def limited_once(nth: int) -> Callable[[int], None]:
    """The service takes so many calls, then asks once to wait for as long as somebody needs to see it."""
    calls = itertools.count(1)

    def fail_once(_page: int) -> None:
        if next(calls) == nth:
            raise SourceRateLimited("Toy asks us to wait.", retry_after_seconds=10)

    return fail_once


def test_allowed_at_the_provider_or_not_it_is_said_what_happened(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 3)
    page.goto("/connections/new/toy")
    page.get_by_role("radio", name="Sign in there").check()
    page.get_by_label("Name", exact=True).fill("Notes of the team")
    page.route(re.compile("/authorize"), refuse)
    page.get_by_role("button", name="Continue to Toy").click()
    expect(page.get_by_text("It was not allowed at Toy.", exact=False)).to_be_visible()
    expect(page).to_have_url(re.compile("/connections$"))
    expect(page.get_by_text("Not allowed yet")).to_be_visible()
    picture(page, "connections-denied")
    page.unroute_all(behavior="ignoreErrors")

    page.get_by_role("button", name="Allow: Notes of the team").click()
    page.get_by_role("radio", name="Sign in there").check()
    page.get_by_role("button", name="Continue to Toy").click()
    expect(page.get_by_text("The account is connected")).to_be_visible()
    expect(page).to_have_url(re.compile("/connections/[0-9a-f]+/overview$"))
    page.get_by_label("Folder").fill("fish")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("definition").filter(has_text=re.compile("^fish$"))).to_be_visible()


def refuse(route: Route) -> None:
    """What a provider answers when somebody does not allow it at its page."""
    asked = parse_qs(urlsplit(route.request.url).query)
    back = urlencode({"error": "access_denied", "state": asked["state"][0]})
    route.fulfill(status=302, headers={"Location": f"{asked['redirect_uri'][0]}?{back}"})


def test_the_keyboard_alone_connects_pauses_and_disconnects(page: Page, server: Place) -> None:
    notes(server, 2)
    page.goto("/connections/new/toy")
    way = page.get_by_role("radio", name="Token")
    reach(page, page.get_by_role("radio", name="Mine"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="The workspace’s")).to_be_checked()
    reach(page, way)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Sign in there")).to_be_checked()
    page.keyboard.press("ArrowLeft")
    reach(page, page.get_by_label("Token of Toy"))
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("button", name="Start"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    reach(page, page.get_by_role("button", name="Pause"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is paused:", exact=False).first).to_be_visible()
    reach(page, page.get_by_role("button", name="Resume").first)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    reach(page, page.get_by_role("button", name=re.compile("^Actions for")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Disconnect")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Disconnect")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    reach(page, dialog.get_by_role("button", name="Disconnect"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()


def reach(page: Page, target: Any) -> None:
    """Presses Tab until the target has the focus."""
    expect(target).to_be_visible()
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


def test_the_form_has_a_field_for_each_kind_of_option(page: Page, picture: Picture, server: Place) -> None:
    page.goto("/connections/new/wide")
    page.get_by_label("Token of Wide Chat").fill(TOKEN)
    picture(page, "connections-connect")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("group", name="Kinds")).to_be_visible()
    page.get_by_label("Days").fill("-3")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Input should be greater than or equal to 1")).to_be_visible()
    picture(page, "connection-first-steps-wide")
    page.goto("/connections/new/wide")
    page.get_by_role("radio", name="Service account").check()
    expect(page.get_by_label("Mailboxes")).to_be_visible()
    page.get_by_label("Key of the service account").fill("no key")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("This is no key:", exact=False)).to_be_visible()
    page.mouse.wheel(0, 5000)
    picture(page, "connections-connect-key")

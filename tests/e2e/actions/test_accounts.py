"""An account is connected to act with, apart from what is read, and disconnected."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import Place


def test_an_account_to_act_with_is_connected_shown_and_disconnected(page: Page, picture: Any, server: Place) -> None:
    page.goto("/connections")
    section = page.get_by_role("region", name="Accounts to act with")
    section.get_by_role("link", name="Connect Toy to act with").click()
    expect(page.get_by_role("heading", level=1, name="Connect Toy to act with")).to_be_visible()
    expect(page.get_by_text("To post what you approved.")).to_be_visible()
    page.get_by_label("Token").fill("not the token")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Toy does not know this token.")).to_be_visible()
    picture(page, "acting-refused")
    page.get_by_label("Token").fill("toy-token-to-act-with")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Connections")).to_be_visible()
    expect(section.get_by_text("Toy · ada@example.com")).to_be_visible()
    # Nothing of it is read.
    expect(page.get_by_role("region", name="Connected", exact=True).get_by_role("listitem")).to_have_count(0)
    [made] = steps.api(page, "GET", "/connections?purpose=actions")["items"]
    assert (made["purpose"], made["status"]) == ("actions", "ready")
    section.scroll_into_view_if_needed()
    picture(page, "acting-accounts")
    section.get_by_role("button", name="Disconnect").click()
    steps.confirm(page, "Disconnect")
    expect(section.get_by_text("Toy · ada@example.com")).to_have_count(0)
    assert steps.api(page, "GET", "/connections?purpose=actions")["items"] == []


def test_who_has_no_account_is_led_to_where_one_is_connected(page: Page, server: Place) -> None:
    page.route("**/api/v1/actions/ways", lambda route: route.fulfill(json={"items": []}))
    page.goto("/actions")
    page.get_by_role("banner").or_(page.locator("main")).get_by_role("button", name="New mail").first.click()
    page.get_by_role("link", name="Connect an account").click()
    expect(page.get_by_role("heading", name="Accounts to act with")).to_be_in_viewport()

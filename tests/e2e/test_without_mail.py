"""A server that sends no mail: invitations, new passwords and proven addresses, from one person to the next by hand."""

import re

import httpx
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Elsewhere
from tests.support.server import ServerProcess

ADMIN = "ada@example.com"
INVITED = "grace@example.com"
NEW_PASSWORD = "another horse battery"


def shown_link(page: Page) -> str:
    return page.get_by_role("region", name="Link").inner_text().strip()


def test_the_whole_journey_of_an_invitation(page: Page, elsewhere: Elsewhere) -> None:
    steps.register(page)
    page.goto("/admin/invitations?invite")
    page.get_by_label("Mail address").fill(INVITED)
    page.get_by_role("button", name="Send invitation").click()
    dialog = page.get_by_role("dialog", name="Hand this link on")
    link = shown_link(page)
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row").filter(has_text=INVITED)).to_be_visible()

    grace = elsewhere()
    grace.goto("/" + link.partition("//")[2].partition("/")[2])
    expect(grace.get_by_text("Ada Lovelace invites you")).to_be_visible()
    grace.get_by_label("Name").fill("Grace Hopper")
    grace.get_by_label("Password", exact=True).fill(steps.PASSWORD)
    grace.get_by_role("button", name="Create account").click()
    expect(grace).to_have_url(re.compile(r"/$"))
    expect(grace.get_by_role("navigation").first).to_be_visible()
    expect(grace.get_by_text("Sign out and accept")).to_have_count(0)
    grace.reload()
    expect(grace.get_by_role("navigation").first).to_be_visible()
    assert steps.api(grace, "GET", "/auth/me")["email_verified"] is True


def test_a_forgotten_password_goes_through_an_administrator(page: Page, elsewhere: Elsewhere) -> None:
    grace = elsewhere()
    grace.goto("/forgot")
    expect(grace.get_by_text("No mail is sent from here")).to_be_visible()

    steps.sign_in(page, ADMIN)
    page.goto("/admin/people")
    page.get_by_role("link", name="Grace Hopper").click()
    page.get_by_role("button", name="Make a reset link").click()
    link = shown_link(page)
    grace.goto("/" + link.partition("//")[2].partition("/")[2])
    grace.get_by_label("New password").fill(NEW_PASSWORD)
    grace.get_by_role("button", name="Set the password").click()
    expect(grace.get_by_text("Your password is set")).to_be_visible()


def test_an_administrator_marks_an_address_as_proven(page: Page, elsewhere: Elsewhere, server: ServerProcess) -> None:
    steps.account(server.url, "kay@example.com", "Kay")
    kay = elsewhere()
    steps.sign_in(kay, "kay@example.com")
    kay.goto("/settings/profile")
    expect(kay.get_by_text("Your address is not proven")).to_be_visible()

    steps.sign_in(page, ADMIN)
    page.goto("/admin/people")
    page.get_by_role("link", name="Kay").click()
    page.get_by_role("button", name="Mark as proven").click()
    page.get_by_role("dialog", name="Mark this address as proven?").get_by_role("button", name="Mark as proven").click()
    expect(page.get_by_text("kay@example.com counts as proven")).to_be_visible()
    page.goto("/admin/audit")
    expect(page.get_by_text("Address marked as proven").first).to_be_visible()

    kay.reload()
    expect(kay.get_by_text("Confirmed", exact=True)).to_be_visible()
    expect(kay.get_by_text("Your address is not proven")).to_have_count(0)


def test_the_first_account_counts_as_proven(page: Page, server: ServerProcess) -> None:
    steps.sign_in(page, ADMIN)
    assert steps.api(page, "GET", "/auth/me")["email_verified"] is True
    answer = httpx.get(f"{server.url}/api/v1/auth/registration", timeout=60)
    assert answer.json()["mail"] == "console"

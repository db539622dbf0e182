"""Every page in each of its states: empty, loading, error, full; pictures and axe in both themes and widths."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.support.server import ServerProcess

type Picture = Callable[[Page, str], None]

_PROBLEM = {
    "type": "urn:bibliosai:problem:unavailable",
    "title": "Service Unavailable",
    "status": 503,
    "code": "unavailable",
    "detail": "The database does not answer. Try again in a moment.",
    "request_id": "4f1c2d",
}


def fail(route: Route) -> None:
    route.fulfill(status=503, content_type="application/problem+json", json=_PROBLEM)


def test_first_visit_is_the_set_up_at_any_address(page: Page, picture: Picture) -> None:
    for path in ("/", "/login", "/library?q=x", "/forgot", "/register"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up your workspace")
        expect(page).to_have_url(re.compile(r"/register"))
    picture(page, "register")
    page.get_by_label("Mail address").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("password1")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("among the most used", exact=False).first).to_be_visible()
    picture(page, "register-refused")


def test_sign_in_pages(page: Page, picture: Picture, server: ServerProcess) -> None:
    steps.account(server.url, "ada@example.com", "Ada Lovelace")
    page.goto("/login")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    picture(page, "login")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Enter your mail address.")).to_be_visible()
    page.get_by_label("Mail address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Address or password is wrong.")).to_be_visible()
    expect(page.get_by_label("Mail address")).to_have_value("nobody@example.com")
    picture(page, "login-refused")
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create your account")).to_be_visible()


def test_full_pages(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    page.goto("/search")
    expect(page.get_by_role("searchbox").or_(page.get_by_role("textbox")).first).to_be_visible()
    picture(page, "search-start")
    steps.load_demo(page)
    page.goto("/library")
    expect(page.get_by_role("cell", name="Ready").first).to_be_visible()
    picture(page, "library-full")
    page.goto("/search?q=calibration interval")
    expect(page.locator("mark").first).to_be_visible()
    picture(page, "search-results")
    page.goto("/search?q=zzzzqqqq&kind=pdf&author=Nobody At All")
    expect(page.get_by_text("Nothing found").first).to_be_visible()
    picture(page, "search-nothing")
    page.goto("/library?q=zzzzqqqq")
    expect(page.get_by_text("No documents match").first).to_be_visible()
    picture(page, "library-no-match")
    page.goto("/settings")
    expect(page.get_by_role("heading", name="Settings").first).to_be_visible()
    picture(page, "settings")
    page.goto("/nowhere")
    expect(page.get_by_role("heading", name="There is nothing at this address").last).to_be_visible()
    picture(page, "not-found")


def test_command_palette_and_shortcuts(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, "command-palette")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+/")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    picture(page, "shortcuts")


def test_the_button_of_an_open_menu_closes_it(page: Page) -> None:
    steps.sign_in(page)
    button = page.get_by_role("button", name="Account")
    for _ in range(2):
        button.click()
        expect(page.get_by_role("menuitem", name="Settings")).to_be_visible()
        button.click(delay=100)  # as long as a finger rests on it: pressing alone closes the menu
        expect(button).to_have_attribute("aria-expanded", "false")
        expect(page.get_by_role("menu")).to_have_count(0)
    # By keyboard the button still opens it.
    button.press("Enter")
    expect(page.get_by_role("menuitem", name="Settings")).to_be_visible()


def test_loading_pages_show_what_will_come(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    held: list[Route] = []
    page.route(re.compile(r"/api/v1/(documents|search)\?"), lambda route: held.append(route))
    page.goto("/library")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true]").first).to_be_attached()
    picture(page, "library-loading")
    page.goto("/search?q=sensor")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true]").first).to_be_attached()
    picture(page, "search-loading")
    for route in held:
        route.abort()


def test_failing_pages_say_so_and_recover(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    failing = re.compile(r"/api/v1/(documents|search|conversations/)")
    page.route(failing, fail)
    page.goto("/library")
    expect(page.get_by_text("The library could not be loaded")).to_be_visible()
    expect(page.get_by_text("The database does not answer.", exact=False)).to_be_visible()
    picture(page, "library-error")
    page.goto("/search?q=sensor")
    expect(page.get_by_text("The search failed")).to_be_visible()
    picture(page, "search-error")
    page.goto("/c/0123456789abcdef0123456789abcdef")
    expect(page.get_by_text("This conversation could not be loaded")).to_be_visible()
    picture(page, "chat-error")
    page.goto("/documents/0123456789abcdef0123456789abcdef")
    expect(page.get_by_text("This document could not be opened")).to_be_visible()
    picture(page, "document-error")
    page.unroute(failing)
    page.goto("/library")
    expect(page.get_by_role("cell", name="Ready").first).to_be_visible()


def test_retry_button_brings_the_page_back(page: Page) -> None:
    steps.sign_in(page)
    page.route(re.compile(r"/api/v1/documents\?"), fail)
    page.goto("/library")
    expect(page.get_by_text("The library could not be loaded")).to_be_visible()
    page.unroute(re.compile(r"/api/v1/documents\?"))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("cell", name="Ready").first).to_be_visible()


def test_theme_is_kept_and_applied_before_the_first_paint(page: Page) -> None:
    steps.sign_in(page)
    page.goto("/settings/appearance")
    page.get_by_role("radio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload(wait_until="commit")
    # Right after the commit there may be no element yet; once there is one, it is not light.
    assert page.evaluate("document.documentElement?.dataset.theme") in ("dark", None)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

"""What the settings pages say while they load, when they fail, and where they are found."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.e2e.account_settings.conftest import ADMIN
from tests.e2e.account_settings.steps import open_settings
from tests.e2e.test_states import fail

type Picture = Callable[[Page, str], None]
TABS = [("profile", "Profile"), ("sign-in", "Sign-in"), ("sessions", "Sessions"), ("api-keys", "API keys")]
OWN = re.compile(r"/api/v1/auth/(me|sessions|api-keys|linked-accounts|providers)$")


def test_tabs_say_that_they_are_loading(page: Page, picture: Picture) -> None:
    steps.sign_in(page, ADMIN)
    held: list[Route] = []
    page.route(OWN, lambda route: held.append(route))
    for tab, heading in TABS:
        open_settings(page, tab, heading)
        expect(page.get_by_role("main").locator("[aria-busy=true]").first).to_be_visible()
        if tab == "sessions":
            picture(page, "settings-sessions-loading")
    for route in held:
        route.abort()


def test_tabs_say_what_failed_and_recover(page: Page, picture: Picture) -> None:
    steps.sign_in(page, ADMIN)
    for tab, heading in TABS:
        page.route(OWN, fail)
        open_settings(page, tab, heading)
        again = page.get_by_role("main").get_by_role("button", name="Try again")
        expect(again.first).to_be_visible()
        if tab in ("sign-in", "api-keys"):
            picture(page, f"settings-{tab}-error")
        page.unroute(OWN)
        while again.count():
            again.first.click()
            page.wait_for_timeout(100)
        expect(page.get_by_role("main").get_by_role("alert").filter(has_text="could not be loaded")).to_have_count(0)


def test_settings_are_found_where_people_look(page: Page) -> None:
    steps.sign_in(page, ADMIN)
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("delete account")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/settings/data$"))
    page.get_by_role("button", name="Grace Admin").click()
    page.get_by_role("menuitem", name="API keys").click()
    expect(page).to_have_url(re.compile(r"/settings/api-keys$"))

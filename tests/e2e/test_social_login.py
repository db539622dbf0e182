"""Signing in at a strict OpenID provider on another site, in a browser: the way in, and what each failure tells."""

import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Elsewhere
from tests.support.in_thread import in_thread
from tests.support.oidc_provider import Persona, StrictProvider
from tests.support.ports import free_port
from tests.support.server import ServerProcess, environment, serving

type Picture = Callable[[Page, str], None]

CONTINUE = "Continue with Strict"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: StrictProvider) -> Iterator[ServerProcess]:
    """The first account is taken, so that the people of these tests are members."""
    settings = environment("oidc", provider.settings)
    with serving(tmp_path_factory.mktemp("server") / "data", settings) as running:
        steps.account(running.url, "admin@example.com", "Grace Admin")
        yield running


@pytest.fixture(autouse=True)
def honest(provider: StrictProvider) -> None:
    """Each test begins with an honest provider that names somebody new."""
    who = secrets.token_hex(4)
    provider.persona = Persona(subject=who, email=f"hedy-{who}@example.com", name="Hedy Lamarr")
    provider.deny, provider.state, provider.forge, provider.code_seconds = False, None, None, 60


def press(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("link", name=CONTINUE).click()


def is_in(page: Page, name: str = "Hedy Lamarr") -> str:
    """Waits until the page shows whose it is; the id of the account."""
    expect(page.get_by_role("button", name=name)).to_be_visible()
    return str(steps.api(page, "GET", "/auth/me")["id"])


def is_told(page: Page, words: str) -> None:
    """The sign-in page says the reason as an alert, and offers both ways again."""
    expect(page).to_have_url(re.compile(r"/login\?"))
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    expect(page.get_by_label("Mail address")).to_be_visible()
    expect(page.get_by_role("link", name=CONTINUE)).to_be_visible()


def nobody_is_in(page: Page) -> None:
    assert page.evaluate("async () => (await fetch('/api/v1/auth/refresh', {method: 'POST'})).status") == 401


# -- in ----------------------------------------------------------------------------------------------------------


def test_new_browser_signs_in_on_the_way_to_a_page_and_another_finds_the_account(
    page: Page, elsewhere: Elsewhere
) -> None:
    page.goto("/library?view=list")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.get_by_role("link", name=CONTINUE).click()
    expect(page).to_have_url(re.compile(r"/library\?view=list$"))
    first = is_in(page)
    page.reload()
    assert is_in(page) == first

    other = elsewhere()
    other.goto("/register")
    other.get_by_role("link", name=CONTINUE).click()
    assert is_in(other) == first


def test_rotated_keys_of_the_provider_go_unnoticed(page: Page, provider: StrictProvider, elsewhere: Elsewhere) -> None:
    press(page)
    first = is_in(page)
    provider.rotate()
    other = elsewhere()
    press(other)
    assert is_in(other) == first


# -- turned away -------------------------------------------------------------------------------------------------


def another_nonce(claims: dict[str, Any], _: dict[str, Any]) -> None:
    claims["nonce"] = "of another sign-in"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"deny": True}, "You did not allow the sign-in at Strict. Try again, or use your password."),
        ({"state": "made-up"}, "was begun in another browser. Start it again here."),
        ({"code_seconds": -1}, "The sign-in at Strict took too long or was used already. Start it again."),
        ({"forge": another_nonce}, "What Strict sent could not be verified, so nobody was signed in. Start again"),
    ],
    ids=["consent denied", "wrong state", "expired code", "wrong nonce"],
)
def test_failed_sign_in_says_why_and_the_next_one_works(
    page: Page, picture: Picture, provider: StrictProvider, fault: dict[str, Any], words: str
) -> None:
    healthy = {name: getattr(provider, name) for name in fault}
    for name, value in fault.items():
        setattr(provider, name, value)
    press(page)
    is_told(page, words)
    nobody_is_in(page)
    if "deny" in fault:
        picture(page, "login-provider-error")

    for name, value in healthy.items():
        setattr(provider, name, value)
    page.get_by_role("link", name=CONTINUE).click()
    is_in(page)


def test_way_back_that_was_used_leads_nobody_else_in(page: Page, elsewhere: Elsewhere) -> None:
    page.goto("/login")
    with page.expect_request(re.compile("/oauth/oidc/callback")) as back:
        page.get_by_role("link", name=CONTINUE).click()
    first = is_in(page)

    thief = elsewhere()
    thief.goto(back.value.url)
    is_told(thief, "was begun in another browser. Start it again here.")
    nobody_is_in(thief)

    page.goto(back.value.url)
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="This sign-in took too long")).to_be_visible()
    page.get_by_role("link", name="Go to the start page").click()
    assert is_in(page) == first


def test_provider_that_is_down_is_told_and_works_again_once_it_is_up(
    elsewhere: Elsewhere, provider: StrictProvider, tmp_path: Path
) -> None:
    port = free_port()
    strict = StrictProvider(f"http://localhost:{port}", persona=provider.persona)
    with serving(tmp_path / "data", environment("oidc", strict.settings)) as server:
        page = elsewhere(base_url=server.url)
        press(page)
        is_told(page, "Strict does not answer right now. Try again in a moment, or use your password.")
        with in_thread(strict.app(), port=port):
            page.get_by_role("link", name=CONTINUE).click()
            first = is_in(page)
            on_the_way = elsewhere(base_url=server.url)
            back = way_back(on_the_way)
        on_the_way.goto(back)
        is_told(on_the_way, "Strict does not answer right now.")
        nobody_is_in(on_the_way)
        page.reload()
        assert is_in(page) == first


def way_back(page: Page) -> str:
    """Goes to the provider with the browser's cookies, step by step; the address that it sends the browser back to."""
    there = page.context.request.get("/api/v1/auth/oauth/oidc/start", max_redirects=0)
    return page.context.request.get(there.headers["location"], max_redirects=0).headers["location"]


# -- linking -----------------------------------------------------------------------------------------------------


def test_account_with_the_same_address_is_linked_by_its_password_and_both_ways_lead_in(
    page: Page, picture: Picture, provider: StrictProvider, server: ServerProcess, elsewhere: Elsewhere
) -> None:
    email = str(provider.persona.email)
    owner = steps.account(server.url, email, "Hedy Lamarr")
    with page.expect_response(re.compile("/oauth/oidc/callback")) as back:
        press(page)
    expect(page.get_by_role("heading", name="Is this account yours?")).to_be_visible()
    expect(page.get_by_text("An account here has the same address as yours at Strict.", exact=False)).to_be_visible()
    nobody_is_in(page)
    picture(page, "link")

    password = page.get_by_label("Password of your account here")
    password.press("Enter")
    expect(page.get_by_text("Enter your password.")).to_be_visible()
    password.fill("not the password")
    password.press("Enter")
    expect(page.get_by_text("This is not the password of this account.")).to_be_visible()
    expect(password).to_be_focused()
    expect(password).to_have_value("not the password")
    nobody_is_in(page)
    picture(page, "link-refused")

    password.fill(steps.PASSWORD)
    password.press("Enter")
    assert is_in(page) == owner["id"]
    by_password, by_provider, too_late = elsewhere(), elsewhere(), elsewhere()
    steps.sign_in(by_password, email)
    assert is_in(by_password) == owner["id"]
    press(by_provider)
    assert is_in(by_provider) == owner["id"]

    too_late.goto(back.value.headers["location"])
    too_late.get_by_label("Password of your account here").fill(steps.PASSWORD)
    too_late.get_by_role("button", name="Link and sign in").click()
    expect(too_late.get_by_role("heading", name="This can no longer be confirmed")).to_be_visible()
    picture(too_late, "link-too-late")
    too_late.get_by_role("link", name="Back to sign-in").click()
    expect(too_late.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_link_that_is_declined_changes_nothing(page: Page, provider: StrictProvider, server: ServerProcess) -> None:
    email = str(provider.persona.email)
    steps.account(server.url, email, "Hedy Lamarr")
    press(page)
    page.get_by_role("link", name="Do not link").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    nobody_is_in(page)
    steps.sign_in(page, email)
    is_in(page)
    assert steps.api(page, "GET", "/auth/linked-accounts")["items"] == []


def test_link_begun_in_the_settings_that_fails_on_the_way_is_told_to_the_person_signed_in(
    page: Page, picture: Picture, provider: StrictProvider
) -> None:
    """The server no longer knows where it was begun, and sends the browser to the sign-in page."""
    steps.register(page, "Hedy Lamarr", str(provider.persona.email))
    provider.state = "made-up"
    page.goto("/settings/sign-in")
    page.get_by_role("button", name="Link Strict", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="This sign-in took too long")).to_be_visible()
    picture(page, "login-provider-error-signed-in")

    provider.state = None
    page.get_by_role("link", name="Sign-in settings").click()
    page.get_by_role("button", name="Link Strict", exact=True).click()
    expect(page.get_by_text("Strict is linked")).to_be_visible()

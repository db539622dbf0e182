"""Signing in with Google, Microsoft and GitHub, in a browser, at stateful emulators of them."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Elsewhere
from tests.support.emulators import emulators
from tests.support.fault_proxy import FaultProxy
from tests.support.in_thread import in_thread
from tests.support.ports import free_port
from tests.support.provider_people import DISCOVERY, KEYS, multi_tenant, seed
from tests.support.server import ServerProcess, environment, serving

type Picture = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The first account is taken, so that the people of these tests are members."""
    port = free_port()
    with emulators(seed(f"http://127.0.0.1:{port}"), tmp_path_factory.mktemp("emulators")) as running:
        google, microsoft, github = (running.services[name] for name in ("google", "microsoft", "github"))
        wire = FaultProxy(microsoft)
        wire.inject(DISCOVERY, status=200, body=multi_tenant(microsoft))
        with in_thread(wire) as tenants:
            settings = {
                **environment("google", {**KEYS, "discovery_url": f"{google}/.well-known/openid-configuration"}),
                **environment("microsoft", {**KEYS, "discovery_url": tenants + DISCOVERY}),
                **environment("github", {**KEYS, "url": github, "api_url": github}),
            }
            with serving(tmp_path_factory.mktemp("server") / "data", settings, port=port) as server:
                steps.account(server.url, "admin@example.com", "Grace Admin")
                yield server


def test_all_three_are_offered_beside_the_password(page: Page, picture: Picture) -> None:
    for path in ("/register", "/login"):
        page.goto(path)
        offered = page.get_by_role("link", name=re.compile("Continue with"))
        expect(offered).to_have_text(["Continue with Google", "Continue with Microsoft", "Continue with GitHub"])
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
    picture(page, "login-providers")


@pytest.mark.parametrize(
    ("label", "who", "name", "email"),
    [
        ("Google", "gina@example.com", "Gina Google", "gina@example.com"),
        ("Microsoft", "mia@example.com", "Mia Microsoft", "mia@example.com"),
        ("GitHub", "gil", "Gil Hub", "gil@example.com"),
    ],
)
def test_person_chooses_the_account_there_and_is_found_again(
    page: Page, elsewhere: Elsewhere, label: str, who: str, name: str, email: str
) -> None:
    found = sign_in(page, label, who, name)
    assert (found["email"], found["email_verified"], found["role"]) == (email, True, "member")
    assert sign_in(elsewhere(), label, who, name)["id"] == found["id"]


def sign_in(page: Page, label: str, who: str, name: str) -> dict[str, object]:
    """The whole way, in a browser that has never been here; the account."""
    page.goto("/login")
    assert page.evaluate("() => localStorage.length") == 0
    page.get_by_role("link", name=f"Continue with {label}").click()
    expect(page.get_by_text(f"{label} Emulator", exact=True)).to_be_visible()
    page.get_by_role("button").filter(has=page.get_by_text(who, exact=True)).click()
    expect(page.get_by_role("button", name=name)).to_be_visible()
    return steps.api(page, "GET", "/auth/me")

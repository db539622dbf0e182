"""Sign-in with Google, Microsoft and GitHub, against stateful emulators of them, with faults put on the wire."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape

import httpx
import pytest
import pytest_asyncio

from tests.support.accounts import AUTH, World, world
from tests.support.app import running_app, settings_for
from tests.support.emulators import emulators
from tests.support.fault_proxy import FaultProxy, fault_proxy
from tests.support.mailbox import mailbox
from tests.support.ports import free_port
from tests.support.provider_journey import Page, begin, come_back, me
from tests.support.provider_people import DISCOVERY, KEYS, multi_tenant, seed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(slots=True)
class Place:
    here: World
    wires: dict[str, FaultProxy]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    app_port = free_port()
    people = seed(f"http://127.0.0.1:{app_port}")
    with emulators(people, tmp_path_factory.mktemp("emulators")) as running, mailbox() as mail:
        async with (
            fault_proxy(running.services["google"]) as google,
            fault_proxy(running.services["microsoft"]) as microsoft,
            fault_proxy(running.services["github"]) as github,
        ):
            settings = settings_for(
                tmp_path_factory.mktemp("data"),
                mail=mail.settings,
                google={**KEYS, "discovery_url": f"{running.services['google']}/.well-known/openid-configuration"},
                microsoft={**KEYS, "discovery_url": microsoft.url + DISCOVERY},
                github={**KEYS, "url": github.url, "api_url": github.url},
            )
            async with running_app(settings, port=app_port) as app, world(app, mail) as here:
                await here.administrator()
                microsoft.inject(DISCOVERY, status=200, body=multi_tenant(running.services["microsoft"]))
                await begin(here.browser(), "microsoft")
                yield Place(here, {"google": google, "microsoft": microsoft, "github": github})


async def choose(url: str, who: str) -> str:
    """Picks a person on the emulator's page; the address that it sends the browser back to."""
    async with httpx.AsyncClient(timeout=60) as browser:
        page = (await browser.get(url)).text
        form = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'value="{who}"' in form)
        action = re.search(r'action="([^"]*)"', form)
        assert action
        fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form))
        values = {name: unescape(value) for name, value in fields.items()}
        answer = await browser.post(str(httpx.URL(url).join(unescape(action[1]))), data=values)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


async def sign_in(browser: httpx.AsyncClient, provider: str, who: str) -> Page:
    return await come_back(browser, await choose(await begin(browser, provider), who))


@pytest.fixture(autouse=True)
def healed(place: Place) -> None:
    for wire in place.wires.values():
        wire.heal()


async def test_all_three_are_offered_in_order(place: Place) -> None:
    items = (await place.here.browser().get(f"{AUTH}/providers")).json()["items"]
    assert [item["label"] for item in items] == ["Google", "Microsoft", "GitHub"]


@pytest.mark.parametrize(
    ("provider", "who", "email", "name"),
    [
        ("google", "gina@example.com", "gina@example.com", "Gina Google"),
        ("microsoft", "mia@example.com", "mia@example.com", "Mia Microsoft"),
        ("github", "gil", "gil@example.com", "Gil Hub"),
    ],
)
async def test_person_signs_in_and_is_found_again(place: Place, provider: str, who: str, email: str, name: str) -> None:
    browser = place.here.browser()
    assert (await sign_in(browser, provider, who)).path == "/"
    first = await me(browser)
    assert (first["email"], first["name"], first["email_verified"]) == (email, name, True)
    again = place.here.browser()
    await sign_in(again, provider, who)
    assert (await me(again))["id"] == first["id"]


async def test_microsoft_work_account_is_not_believed_its_address(place: Place) -> None:
    """Entra ID lets an organisation write any address into its accounts."""
    browser = place.here.browser()
    await sign_in(browser, "microsoft", "worker@corp.example")
    assert (await me(browser))["email_verified"] is False


@pytest.mark.parametrize(("provider", "who"), [("google", "gina@example.com"), ("github", "gil")])
async def test_code_that_was_used_already_is_refused(place: Place, provider: str, who: str) -> None:
    browser = place.here.browser()
    back = await choose(await begin(browser, provider), who)
    assert (await come_back(browser, back)).path == "/"
    code = httpx.URL(back).params["code"]
    thief = place.here.browser()
    state = httpx.URL(await begin(thief, provider)).params["state"]
    page = Page.of(await thief.get(f"{AUTH}/oauth/{provider}/callback", params={"code": code, "state": state}))
    assert (page.path, page.query["error"]) == ("/login", "provider_refused")
    assert await me(thief) == {}


async def test_denied_consent_returns_to_the_sign_in_page(place: Place) -> None:
    """The emulators have no button for it; this is what the real ones send."""
    browser = place.here.browser()
    state = httpx.URL(await begin(browser, "github")).params["state"]
    denied = {"error": "access_denied", "error_description": "The user has denied access", "state": state}
    page = Page.of(await browser.get(f"{AUTH}/oauth/github/callback", params=denied))
    assert (page.path, page.query) == ("/login", {"error": "provider_denied", "provider": "github"})


async def test_github_address_that_is_not_verified_reaches_no_existing_account(place: Place) -> None:
    owner = await place.here.person()
    mails = [
        {"email": "old@example.com", "primary": False, "verified": True},
        {"email": owner.email, "primary": True, "verified": False},
    ]
    place.wires["github"].inject("/user/emails", status=200, body=json.dumps(mails).encode())
    place.wires["github"].inject("/user", status=200, body=b'{"id": 4711, "login": "mallory", "name": null}')
    browser = place.here.browser()
    page = await sign_in(browser, "github", "gil")
    assert page.query["error"] == "email_unverified"
    assert await me(browser) == {}


async def test_github_takes_the_primary_address_not_the_first(place: Place) -> None:
    mails = [
        {"email": "second@example.com", "primary": False, "verified": True},
        {"email": "primary@example.com", "primary": True, "verified": True},
    ]
    place.wires["github"].inject("/user/emails", status=200, body=json.dumps(mails).encode())
    place.wires["github"].inject("/user", status=200, body=b'{"id": 4712, "login": "pia", "name": null}')
    browser = place.here.browser()
    await sign_in(browser, "github", "gil")
    who = await me(browser)
    assert (who["email"], who["name"]) == ("primary@example.com", "pia")


@pytest.mark.parametrize("path", ["/login/oauth/access_token", "/user", "/user/emails"])
async def test_github_that_is_down_anywhere_on_the_way_is_told(place: Place, path: str) -> None:
    place.wires["github"].inject(path, status=502)
    browser = place.here.browser()
    assert (await sign_in(browser, "github", "gil")).query["error"] == "provider_unavailable"
    assert await me(browser) == {}


async def test_github_that_breaks_off_is_told(place: Place) -> None:
    place.wires["github"].inject("/user", drop=True)
    assert (await sign_in(place.here.browser(), "github", "gil")).query["error"] == "provider_unavailable"


async def test_github_error_in_a_200_answer_is_a_refusal(place: Place) -> None:
    """GitHub answers an expired code with 200 and an error inside."""
    body = b'{"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}'
    place.wires["github"].inject("/login/oauth/access_token", status=200, body=body)
    assert (await sign_in(place.here.browser(), "github", "gil")).query["error"] == "provider_refused"

"""A browser's way to a sign-in provider and back, step by step."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

from tests.support.accounts import AUTH, World


@dataclass(frozen=True, slots=True)
class Page:
    """Where the browser ended up: path, query and fragment of one of our pages."""

    path: str
    query: dict[str, str]
    fragment: dict[str, str]

    @classmethod
    def of(cls, answer: httpx.Response) -> "Page":
        assert answer.status_code == 303, answer.text
        parts = urlsplit(answer.headers["location"])
        return cls(parts.path, dict(parse_qsl(parts.query)), dict(parse_qsl(parts.fragment)))


async def begin(browser: httpx.AsyncClient, provider: str, *, return_to: str = "/") -> str:
    """The provider's address that the browser is sent to."""
    answer = await browser.get(f"{AUTH}/oauth/{provider}/start", params={"return_to": return_to})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def at_provider(url: str) -> str:
    """Says yes (or no) at the strict provider; the address that it sends the browser back to."""
    async with httpx.AsyncClient(timeout=60) as browser:
        answer = await browser.get(url)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


async def come_back(browser: httpx.AsyncClient, url: str) -> Page:
    """Follows the provider's redirect to us."""
    return Page.of(await browser.get(url))


async def sign_in(browser: httpx.AsyncClient, provider: str = "oidc", *, return_to: str = "/") -> Page:
    """The whole way."""
    return await come_back(browser, await at_provider(await begin(browser, provider, return_to=return_to)))


async def me(browser: httpx.AsyncClient) -> dict[str, Any]:
    """Who the browser is signed in as: what its pages do first."""
    refreshed = await browser.post(f"{AUTH}/refresh")
    if refreshed.status_code != 200:
        return {}
    headers = {"Authorization": f"Bearer {refreshed.json()['access_token']}"}
    return dict((await browser.get(f"{AUTH}/me", headers=headers)).json())


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def refused(here: World) -> str:
    """Signs in with a new browser, which must not be signed in afterwards; the code that the page is given."""
    browser = here.browser()
    page = await sign_in(browser)
    assert page.path == "/login"
    assert await me(browser) == {}
    return page.query["error"]

"""One session in several tabs of one browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.support.server import ServerProcess, serving

ACCESS_SECONDS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Its access tokens last as short as settings allow."""
    data = tmp_path_factory.mktemp("server") / "data"
    with serving(data, {"BIBLIOS_AUTH_ACCESS_TTL_SECONDS": str(ACCESS_SECONDS)}) as running:
        yield running


def test_tabs_whose_tokens_have_ended_renew_once_and_stay_signed_in(page: Page) -> None:
    steps.register(page, name="Tab", email="tab@example.com")
    tabs = [page, *(page.context.new_page() for _ in range(4))]
    for tab in tabs[1:]:
        tab.goto("/library")
        expect(tab.get_by_role("heading", name="Your library is empty")).to_be_visible()
    page.wait_for_timeout((ACCESS_SECONDS + 2) * 1000)
    renewals: list[int] = []
    page.context.on(
        "response", lambda answer: renewals.append(answer.status) if "/auth/refresh" in answer.url else None
    )
    # A click in each tab at the same moment: each needs a token, and none holds one that still counts.
    moment = page.evaluate("Date.now()") + 1000
    for tab in tabs:
        tab.evaluate(
            """moment => {
                setTimeout(() => document.querySelector('a[href="/search"]').click(), moment - Date.now());
            }""",
            moment,
        )
    for tab in tabs:
        expect(tab).to_have_url(re.compile("/search"))
    for tab in tabs:
        tab.get_by_role("link", name="Library").first.click()
        expect(tab.get_by_role("heading", name="Your library is empty")).to_be_visible()
    assert renewals == [200]

"""One browser for these tests, a real server for each module, and pictures of what was seen.

The browser goes with this folder's last test: while it runs, its event loop occupies the thread that asynchronous
tests need.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.support.browser import LAUNCH_ARGS, ROOT, axe_violations, find_browser
from tests.support.in_thread import in_thread
from tests.support.oidc_provider import StrictProvider
from tests.support.server import ServerProcess, serving

type Elsewhere = Callable[..., Page]

WIDTHS = {"1280": (1280, 800), "390": (390, 844)}
THEMES = ("light", "dark")
#: Each theme and each layout once: colours depend on the one, structure on the other.
AXE_LOOKS_AT = {("light", "1280"), ("dark", "390")}
#: An inherited colour passes down one element a frame, and without a picture the browser may draw none: asking draws.
_COLOURS_STAND = "() => !document.getAnimations().some(running => running instanceof CSSTransition)"
_TWO_FRAMES = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))"
#: What still stands while something newer is on its way is pale on purpose, for as long as that takes.
_NOTHING_PALE = (
    "() => [...document.querySelectorAll('[aria-busy=true]')].every(busy => getComputedStyle(busy).opacity === '1')"
)

#: Every call of a page waits up to so many milliseconds before it leaves and before its answer is seen.
_SLOWLY = """
{
  const send = window.fetch;
  const wait = () => new Promise(go => setTimeout(go, Math.random() * MILLISECONDS));
  window.fetch = async (...call) => {
    await wait();
    const answer = await send(...call);
    await wait();
    return answer;
  };
}
"""

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = find_browser(playwright)
    if path is None:
        pytest.skip("no Chromium or Chrome on this machine: install chromium to run the end-to-end tests")
    if not (ROOT / "frontend" / "dist" / "index.html").is_file():
        pytest.skip("the pages are not built: run `make build`")
    fonts = str(Path(__file__).parent / "fonts.conf")
    chromium = playwright.chromium.launch(
        executable_path=path, args=LAUNCH_ARGS, env={**os.environ, "FONTCONFIG_FILE": fonts}
    )
    slowly = os.environ.get("BIBLIOS_TEST_SLOW_CALLS")
    if slowly:
        make_slow(chromium, int(slowly))
    yield chromium
    chromium.close()


def make_slow(chromium: Browser, milliseconds: int) -> None:
    """What a busy machine or a far server shows: a test that does not wait for what it asserts fails."""
    new_context = chromium.new_context

    def new_slow_context(**given: Any) -> BrowserContext:
        context = new_context(**given)
        context.add_init_script(_SLOWLY.replace("MILLISECONDS", str(milliseconds)))
        return context

    chromium.new_context = new_slow_context  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with serving(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: ServerProcess) -> Iterator[Page]:
    """A page in a profile of its own at 1280 × 800. Errors on the page's console fail the test."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": 1280, "height": 800},
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"errors on the page: {errors}"


@pytest.fixture
def elsewhere(browser: Browser, server: ServerProcess) -> Iterator[Elsewhere]:
    """Opens a page in another browser profile, that is on another device."""
    contexts: list[BrowserContext] = []

    def open_page(**given: str) -> Page:
        context = browser.new_context(**{"base_url": server.url, "locale": "en-GB", "timezone_id": "UTC", **given})  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def provider() -> Iterator[StrictProvider]:
    strict = StrictProvider()
    with in_thread(strict.app()) as url:
        strict.url = url
        yield strict


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Takes the page in light and dark at 1280 and 390 pixels, and asks axe about each theme and layout.

    Pictures go to `BIBLIOS_TEST_SCREENSHOTS` when set (`make screenshots`), else nowhere; axe always looks.
    """
    target = os.environ.get("BIBLIOS_TEST_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        # What stands while the code of a page is on its way has no heading yet, and is not what is to be looked at.
        expect(page.locator("h1").first).to_be_attached()
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            # A page learns of it with its next frame, which a busy machine may be long in drawing.
            page.evaluate(_TWO_FRAMES)
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            for width, (pixels, height) in WIDTHS.items():
                page.set_viewport_size({"width": pixels, "height": height})
                page.wait_for_timeout(150)
                page.wait_for_function(_NOTHING_PALE, polling=100)
                page.wait_for_function(_COLOURS_STAND, polling=100)
                if target:
                    folder = ROOT / target
                    folder.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=folder / f"{name}-{theme}-{width}.png", animations="disabled", caret="hide")
                if (theme, width) in AXE_LOOKS_AT:
                    violations = axe_violations(page)
                    assert not violations, f"{name}, {theme}, {width} pixels: {violations}"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 800})

    return take

"""Narrowing the library and a search to a folder, and what results and sources say of where they are from."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from backend.connectors.registry import Registry
from tests.e2e import steps
from tests.e2e.serving_here import serving_here
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.toy_source import TOKEN, Note, ToyService

type Picture = Callable[[Page, str], None]

ADA = frozenset({"ada@example.com"})
WORDS = "The quokka contract was signed in Bergen by both sides. "
FOLDERS = ("Team/Plans", "Team/Plans/2026", "Team/Plans2", "Archive/50% & more")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    service = ToyService()
    service.put(*(Note(f"{one}", f"{WORDS}Page {one}.", ADA, folder=name) for one, name in enumerate(FOLDERS)))
    service.put(Note("shared", "Salmon is sold by the crate on Fridays.", ADA, folder="Inbox", same_as="mid:1"))
    settings = settings_for(tmp_path_factory.mktemp("data"), sync={"interval_seconds": 86_400})
    with serving_here(lambda: running_app(settings, connectors=Registry([service.manifest]))) as app:
        yield app


@pytest.fixture
def both(page: Page) -> None:
    """Ada, with the same notes through two connections."""
    steps.register(page)
    me = steps.api(page, "GET", "/auth/me")
    steps.api(page, "PATCH", f"/admin/users/{me['id']}", {"email_verified": True})
    body = {"type": "toy", "mode": "personal", "credentials": {"token": TOKEN}}
    for name in ("Notes at work", "Notes at home"):
        made = steps.api(page, "POST", "/connections", {**body, "name": name})
        assert "id" in made, made
    deadline = time.monotonic() + 60
    while steps.api(page, "GET", "/documents/stats")["by_status"]["indexed"] < 10:
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)


def test_search_library_and_answers_are_narrowed_to_folders_and_name_their_connections(
    page: Page, both: None, picture: Picture
) -> None:
    page.goto("/search?q=salmon+by+the+crate")
    result = page.get_by_role("article").first
    expect(result.get_by_text("Also in:")).to_be_visible()
    expect(page.get_by_role("link", name="Note shared")).to_have_count(1)
    named = {"Notes at work", "Notes at home"}
    assert {name for name in named if name in result.inner_text()} == named
    picture(page, "search-also-in")

    page.goto("/search?q=quokka+contract")
    page.get_by_role("button", name="Folder").focus()
    page.keyboard.press("Enter")
    picker = page.get_by_role("dialog", name="Folder")
    expect(picker.get_by_role("button", name=re.compile("^Team"))).to_be_visible()
    picture(page, "search-folders")
    for _ in range(3):  # past the way back: Archive, Inbox, Team
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("path=Team$"))
    picker.get_by_role("button", name=re.compile(r"^Plans\b")).click()
    expect(page).to_have_url(re.compile("path=Team%2FPlans$"))
    picture(page, "search-folders-inside")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Remove filter Folder: Team/Plans")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(4)
    expect(page.get_by_text("Team/Plans2")).to_have_count(0)
    picture(page, "search-in-folder")
    page.reload()
    expect(page.get_by_role("article")).to_have_count(4)

    page.goto("/library")
    page.get_by_role("button", name="Folder").click()
    page.get_by_role("dialog", name="Folder").get_by_role("button", name=re.compile("^Archive")).click()
    page.get_by_role("dialog", name="Folder").get_by_role("button", name=re.compile("^50% & more")).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Note 3")).to_have_count(2)
    expect(page.get_by_role("link", name="Note 0")).to_have_count(0)
    picture(page, "library-in-folder")

    page.goto("/")
    steps.ask(page, "When is salmon sold?")
    chip = page.get_by_role("link", name=re.compile("Note shared")).first
    chip.hover()
    expect(page.get_by_text(re.compile("Notes at (work|home)")).first).to_be_visible()
    picture(page, "chat-source-connection")

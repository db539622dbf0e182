"""Who may see what of a connection: people matched by hand, why somebody sees an item, what was narrowed."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.connectors.registry import Registry
from tests.e2e import steps
from tests.e2e.conftest import Elsewhere
from tests.e2e.serving_here import serving_here
from tests.support.app import running_app, settings_for
from tests.support.toy_source import TOKEN, Note, ToyService

type Picture = Callable[[Page, str], None]

ADA = "ada@example.com"
OLD = "grace.old@elsewhere.example"


@dataclass(frozen=True, slots=True)
class Place:
    """What the pages stand on, and the service that is connected."""

    url: str
    service: ToyService


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    service = ToyService()
    settings = settings_for(tmp_path_factory.mktemp("data"), sync={"interval_seconds": 86_400})
    with serving_here(lambda: running_app(settings, connectors=Registry([service.manifest]))) as app:
        yield Place(app.url, service)


def synchronised(page: Page, connection_id: str, runs: int) -> None:
    """Waits until so many of its runs have ended."""
    deadline = time.monotonic() + 60
    while True:
        found = steps.api(page, "GET", f"/connections/{connection_id}/runs")["items"]
        if sum(run["ended_at"] is not None for run in found) >= runs:
            return
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(100)


def titles(page: Page) -> set[str]:
    return {item["title"] for item in steps.api(page, "GET", "/documents")["items"]}


def test_a_person_of_the_source_is_matched_asked_about_and_taken_back(
    page: Page, elsewhere: Elsewhere, picture: Picture, server: Place
) -> None:
    service = server.service
    service.put(
        Note("plain", "Herrings swim.", frozenset({ADA})),
        Note("room", "Herrings sing in the fjord.", groups=frozenset({"channel:herrings"})),
        Note("secret", "Herrings hide.", frozenset({ADA}), access_told=False),
    )
    service.members["channel:herrings"] = frozenset({OLD, "U77"})
    service.names = {OLD: "Grace Hopper", "U77": "Somebody Without Address"}
    page.goto("/login")
    steps.register(page)
    me = steps.api(page, "GET", "/auth/me")
    steps.api(page, "PATCH", f"/admin/users/{me['id']}", {"email_verified": True})
    body = {"type": "toy", "mode": "workspace", "credentials": {"token": TOKEN}, "name": "Notes of the team"}
    made: dict[str, Any] = steps.api(page, "POST", "/connections", body)
    synchronised(page, made["id"], 1)
    grace = elsewhere()
    steps.register(grace, "Grace", "grace@example.com")
    assert titles(grace) == set()

    page.goto(f"/connections/{made['id']}")
    expect(page.get_by_text("Rights and deletions")).to_be_visible()
    expect(page.get_by_text("Nothing was deleted there yet", exact=False)).to_be_visible()
    picture(page, "connection-access")
    page.get_by_role("link", name="See who matches nobody here").click()
    people = page.get_by_role("table", name="People")
    expect(people.get_by_text("Grace Hopper")).to_be_visible()
    expect(people.get_by_text("No address is told · U77")).to_be_visible()
    expect(people.get_by_text(ADA)).to_have_count(0)
    picture(page, "connection-people")

    page.get_by_role("button", name="Match Grace Hopper").click()
    dialog = page.get_by_role("dialog", name="Who is Grace Hopper here?")
    dialog.get_by_role("searchbox").fill("grace@")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    dialog.get_by_role("radio").check()
    picture(page, "connection-people-match")
    dialog.get_by_role("button", name="Match").click()
    expect(page.get_by_text("Grace Hopper is matched")).to_be_visible()
    assert titles(grace) == {"Note room"}

    page.get_by_role("button", name="Clear all").click()
    expect(people.get_by_text("by an administrator")).to_be_visible()
    expect(people.get_by_text("by proven address")).to_be_visible()
    picture(page, "connection-people-matched")

    page.get_by_role("link", name="Items").click()
    ledger = page.get_by_role("table", name="Items")
    expect(ledger.get_by_text("Narrowed")).to_be_visible()
    picture(page, "connection-items-narrowed")
    page.get_by_role("button", name="Who sees room?").click()
    why = page.get_by_role("dialog", name="Who sees this item?")
    expect(why.get_by_text("Its title is not told to you", exact=False)).to_be_visible()
    expect(why.get_by_text("Ada Lovelace does not see it")).to_be_visible()
    picture(page, "connection-why-not")
    why.get_by_role("radio", name=re.compile("grace@example.com")).check()
    expect(why.get_by_text(f"Member of the channel herrings, as {OLD}, matched by an administrator")).to_be_visible()
    picture(page, "connection-why")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Rights", exact=True).click()
    page.get_by_role("menuitemradio", name="Narrowed").click()
    expect(ledger.get_by_role("link", name="Note secret")).to_be_visible()
    expect(ledger.get_by_role("link", name="Note plain")).to_have_count(0)

    page.goto("/library")
    expect(page.get_by_text("Only you", exact=True)).to_be_visible()
    picture(page, "library-narrowed")
    page.get_by_role("button", name="Actions for Note secret").click()
    page.get_by_role("menuitem", name="Details").click()
    details = page.get_by_role("dialog", name="Note secret")
    expect(details.get_by_text("Only you: Toy did not tell all its rights.")).to_be_visible()
    expect(details.get_by_text("Connected the account")).to_be_visible()
    expect(details.get_by_text("Rights as of", exact=False)).to_be_visible()
    details.get_by_text("Why can I see this?").scroll_into_view_if_needed()
    picture(page, "library-why")

    page.goto(f"/connections/{made['id']}/people")
    page.get_by_role("button", name="Take back: Grace Hopper").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The match of Grace Hopper is taken back")).to_be_visible()
    assert titles(grace) == set()

    service.remove("plain")
    steps.api(page, "POST", f"/connections/{made['id']}/sync")
    synchronised(page, made["id"], 2)
    page.goto(f"/connections/{made['id']}/overview")
    expect(page.get_by_text("Measured from when it was noticed", exact=False)).to_be_visible()
    picture(page, "connection-access-measured")

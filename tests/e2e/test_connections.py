"""Connecting a source through the pages: by token and at its own page, by mouse and by keyboard alone; and its end."""

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect
from pydantic import Field
from starlette.applications import Starlette

from backend.connectors.registry import Registry
from backend.errors import SourceRateLimited
from tests.e2e import steps
from tests.e2e.serving_here import serving_here
from tests.e2e.test_states import fail
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.in_thread import in_thread
from tests.support.toy_source import TOKEN, Note, ToyOptions, ToyService

type Picture = Callable[[Page, str], None]

ADA = "ada@example.com"
LONG = 60_000


class WideOptions(ToyOptions):
    """One option of each kind that a form has."""

    channels: list[str] = Field(default=[], title="Channels", description="Only these; none means all.")
    kinds: list[Literal["issues", "pull_requests"]] = Field(default=["issues"], title="Kinds")
    files: bool = Field(True, title="Files", description="Read attached files as well.")
    days: int | None = Field(None, title="Days", description="How far back; empty means all.", ge=1, le=3650)
    drafts: Literal["never", "own_drafts"] = Field("never", title="Drafts")


@dataclass(frozen=True, slots=True)
class Place:
    """What the pages stand on, and the service that is connected."""

    url: str
    service: ToyService


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server in this process, since only here the service can be told what to hold."""
    service = ToyService()
    toy = service.manifest
    wide = replace(
        toy,
        slug="wide",
        name="Wide Chat",
        icon="hash",
        options=WideOptions,
        credentials=("token", "service_account"),
        rights=(
            ("members of a channel", "the same people, by their proven addresses"),
            ("public channels", "everybody who belongs to the workspace there, guests not"),
        ),
    )
    unset = replace(toy, slug="unset", name="Unset Mail", icon="mail", credentials=("oauth",))
    consents = Starlette(routes=service.consents.routes("/authorize", "/token", "/revoke"))
    with in_thread(consents) as provider:
        settings = settings_for(
            tmp_path_factory.mktemp("data"),
            sync={"interval_seconds": 86_400},
            connectors={
                "toy_client_id": CLIENT_ID,
                "toy_client_secret": CLIENT_SECRET,
                "toy_authorize_url": f"{provider}/authorize",
                "toy_token_url": f"{provider}/token",
            },
        )
        with serving_here(lambda: running_app(settings, connectors=Registry([toy, wide, unset]))) as app:
            yield Place(app.url, service)


@pytest.fixture(autouse=True)
def nothing_connected(server: Place, page: Page) -> Iterator[None]:
    """Ada is signed in, her address proven; what she connected goes after each test."""
    service = server.service
    service.notes.clear()
    service.changes.clear()
    service.fail, service.token = None, TOKEN
    page.goto("/login")
    # On a server without accounts every address leads to its set-up.
    expect(page.get_by_role("button", name=re.compile("^(Sign in|Create account)$"))).to_be_visible()
    if "/register" in page.url:
        steps.register(page)
        me = steps.api(page, "GET", "/auth/me")
        steps.api(page, "PATCH", f"/admin/users/{me['id']}", {"email_verified": True})
    else:
        steps.sign_in(page)
    yield
    page.unroute_all(behavior="ignoreErrors")
    for connection in steps.api(page, "GET", "/connections")["items"]:
        steps.api(page, "DELETE", f"/connections/{connection['id']}")


def notes(server: Place, number: int, **given: Any) -> None:
    """Notes that Ada may open, two of which cannot be read."""
    server.service.put(
        *(
            Note(f"{one:05d}", f"Herring number {one} swims in the fjord.", frozenset({ADA}), **given)
            for one in range(number)
        ),
        *(Note(f"locked-{one}", "", frozenset({ADA}), readable=False) for one in range(2)),
    )


def connected(page: Page, **given: Any) -> dict[str, Any]:
    """A connection that stands, made without the page, and synchronised."""
    body = {"type": "toy", "mode": "workspace", "credentials": {"token": TOKEN}, "return_to": "/connections", **given}
    made = steps.api(page, "POST", "/connections", body)
    assert "id" in made, made
    deadline = time.monotonic() + 60
    while (shown := steps.api(page, "GET", f"/connections/{made['id']}"))["status"] in ("connecting", "syncing"):
        assert time.monotonic() < deadline, shown
        page.wait_for_timeout(100)
    return shown


def test_an_account_is_connected_followed_asked_and_disconnected(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 48)
    server.service.fail = limited_once(6)
    page.goto("/connections")
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()
    expect(page.get_by_text("This service is not set up here.", exact=False)).to_be_visible()
    picture(page, "connections-empty")

    page.get_by_role("link", name="Connect Toy").click()
    expect(page.get_by_role("heading", name="Connect Toy", level=1)).to_be_visible()
    expect(page.get_by_text("To read the notes that you choose.")).to_be_visible()
    page.get_by_role("radio", name="Token").check()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Enter the token.")).to_be_visible()
    page.get_by_label("Token of Toy").fill("wrong")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("This token is not accepted.", exact=False)).to_be_visible()
    picture(page, "connections-connect-refused")
    page.get_by_label("Token of Toy").fill(TOKEN)
    page.get_by_role("button", name="Connect", exact=True).click()

    expect(page.get_by_role("heading", name="Toy: Toy of the test")).to_be_visible()
    expect(page.get_by_text("This synchronisation so far")).to_be_visible()
    expect(page.get_by_text("limit of the provider", exact=False)).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=re.compile("^20$")).first).to_be_visible()
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("All items")).to_be_visible()
    expect(page.get_by_text("Reading content")).to_be_visible()
    picture(page, "connection-overview")

    page.get_by_role("link", name="Items").click()
    ledger = page.get_by_role("table", name="Items")
    expect(ledger.get_by_role("link", name="Note 00000")).to_be_visible()
    page.get_by_role("button", name="Status").click()
    page.get_by_role("menuitemradio", name="Failed (2)").click()
    expect(ledger.get_by_text("Toy did not give this note.")).to_have_count(2)
    expect(ledger.get_by_text("The title is not told")).to_have_count(2)
    picture(page, "connection-items-failed")
    page.get_by_role("button", name="Clear all").click()
    expect(ledger.get_by_role("link", name="Note 00000")).to_be_visible()
    picture(page, "connection-items")
    page.get_by_role("link", name="Synchronisations").click()
    expect(page.get_by_text("50 seen, 48 indexed, 2 failed", exact=False)).to_be_visible()
    picture(page, "connection-runs")

    steps.wait_until_read(page, at_least=48)
    page.goto("/search?q=herring number 7&source=toy")
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("button", name="Connection").click()
    page.get_by_role("checkbox", name="Toy: Toy of the test").click()
    expect(page).to_have_url(re.compile("connection="))
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Remove filter Source: Toy")).to_be_visible()
    expect(page.get_by_role("link", name="Note 00007")).to_be_visible()
    picture(page, "search-connection")

    page.goto("/library?source=toy")
    page.get_by_role("button", name="Connection").click()
    page.get_by_role("menuitemradio", name="Toy: Toy of the test").click()
    expect(page.get_by_role("link", name="Note 00047")).to_be_visible()
    page.get_by_role("button", name="Actions for Note 00047").click()
    page.get_by_role("menuitem", name="Details").click()
    page.get_by_role("dialog").get_by_role("link", name="Toy: Toy of the test").click()

    page.get_by_role("button", name="Actions for Toy: Toy of the test").click()
    page.get_by_role("menuitem", name="Disconnect").click()
    question = page.get_by_role("dialog", name="Disconnect “Toy: Toy of the test”?")
    expect(question.get_by_text("48 documents, which stop answering at once")).to_be_visible()
    picture(page, "connection-disconnect")
    question.get_by_role("button", name="Disconnect").click()
    expect(page).to_have_url(re.compile("/connections$"))
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()
    page.goto("/search?q=herring number 7")
    expect(page.get_by_text("Nothing found").or_(page.get_by_text("There is nothing to search yet"))).to_be_visible()


def limited_once(nth: int) -> Callable[[int], None]:
    """The service takes so many calls, then asks once to wait for as long as somebody needs to see it."""
    calls = itertools.count(1)

    def fail_once(_page: int) -> None:
        if next(calls) == nth:
            raise SourceRateLimited("Toy asks us to wait.", retry_after_seconds=10)

    return fail_once


def test_allowed_at_the_provider_or_not_it_is_said_what_happened(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 3)
    page.goto("/connections/new/toy")
    page.get_by_role("radio", name="Sign in there").check()
    page.get_by_label("Name", exact=True).fill("Notes of the team")
    page.route(re.compile("/authorize"), refuse)
    page.get_by_role("button", name="Continue to Toy").click()
    expect(page.get_by_text("It was not allowed at Toy.", exact=False)).to_be_visible()
    expect(page).to_have_url(re.compile("/connections$"))
    expect(page.get_by_text("Not allowed yet")).to_be_visible()
    picture(page, "connections-denied")
    page.unroute_all(behavior="ignoreErrors")

    page.get_by_role("button", name="Allow: Notes of the team").click()
    page.get_by_role("radio", name="Sign in there").check()
    page.get_by_role("button", name="Continue to Toy").click()
    expect(page.get_by_text("“Notes of the team” is connected")).to_be_visible()
    expect(page).to_have_url(re.compile("/connections/[0-9a-f]+/overview$"))
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)


def refuse(route: Route) -> None:
    """What a provider answers when somebody does not allow it at its page."""
    asked = parse_qs(urlsplit(route.request.url).query)
    back = urlencode({"error": "access_denied", "state": asked["state"][0]})
    route.fulfill(status=302, headers={"Location": f"{asked['redirect_uri'][0]}?{back}"})


def test_the_keyboard_alone_connects_pauses_and_disconnects(page: Page, server: Place) -> None:
    notes(server, 2)
    page.goto("/connections/new/toy")
    way = page.get_by_role("radio", name="Token")
    reach(page, page.get_by_role("radio", name="Mine"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="The workspace’s")).to_be_checked()
    reach(page, way)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Sign in there")).to_be_checked()
    page.keyboard.press("ArrowLeft")
    reach(page, page.get_by_label("Token of Toy"))
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    reach(page, page.get_by_role("button", name="Pause"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is paused:", exact=False).first).to_be_visible()
    reach(page, page.get_by_role("button", name="Resume").first)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    reach(page, page.get_by_role("button", name=re.compile("^Actions for")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Disconnect")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Disconnect")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    reach(page, dialog.get_by_role("button", name="Disconnect"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()


def reach(page: Page, target: Any) -> None:
    """Presses Tab until the target has the focus."""
    expect(target).to_be_visible()
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


def test_options_names_and_credentials_are_changed(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 2, folder="fish")
    server.service.put(Note("zz-other", "Cod elsewhere.", frozenset({ADA}), folder="cod"))
    made = connected(page)
    page.goto(f"/connections/{made['id']}")
    menu = page.get_by_role("button", name=re.compile("^Actions for"))
    menu.click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("The fish")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="The fish")).to_be_visible()
    menu.click()
    page.get_by_role("menuitem", name="Change options").click()
    page.get_by_role("dialog").get_by_label("Folder").fill("fish")
    picture(page, "connection-options")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("definition").filter(has_text=re.compile("^fish$"))).to_be_visible()
    menu.click()
    page.get_by_role("menuitem", name="Hand over").click()
    page.get_by_role("radio", name=re.compile("Ada")).check()
    picture(page, "connection-hand-over")
    page.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Handed over")).to_be_visible()

    with page.expect_download() as download:
        menu.click()
        page.get_by_role("menuitem", name="Download diagnostics").click()
    found = Path(download.value.path()).read_text(encoding="utf-8")
    assert json.loads(found)["connection"]["id"] == made["id"]
    for told in ("The fish", "Toy of the test", "toy@example.com", "Note ", "cod"):
        assert told not in found

    server.service.token = "another"
    page.get_by_role("button", name="Synchronise now").click()
    expect(page.get_by_text("Needs attention")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Allow again: The fish").click()
    page.get_by_role("radio", name="Token").check()
    picture(page, "connection-renew")
    page.get_by_role("dialog").get_by_label("Token of Toy").fill("another")
    page.get_by_role("dialog").get_by_role("button", name="Allow again").click()
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)


def test_missing_items_wait_for_a_decision(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 60)
    made = connected(page)
    server.service.remove(*(f"{one:05d}" for one in range(24)), silently=True)
    page.goto(f"/connections/{made['id']}")
    steps.api(page, "POST", f"/connections/{made['id']}/sync?everything=true")
    page.reload()
    expect(page.get_by_text("Needs a decision")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name=re.compile("^Decide")).click()
    dialog = page.get_by_role("dialog", name="Is this meant to be gone?")
    expect(dialog.get_by_text("24 of 62 items", exact=False)).to_be_visible()
    dialog.get_by_role("radio", name=re.compile("^Delete 24 items")).check()
    picture(page, "connection-decide")
    dialog.get_by_role("button", name="Delete 24 items").click()
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    assert steps.api(page, "GET", f"/connections/{made['id']}")["documents"] == 36


def test_a_limit_of_the_provider_is_said_with_its_time(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 12)

    def limited(number: int) -> None:
        if number > first + 2:
            raise SourceRateLimited("Toy asks us to wait.", retry_after_seconds=3600)

    first = server.service.pages
    server.service.fail = limited
    made = connected(page)
    page.goto(f"/connections/{made['id']}")
    expect(page.get_by_text("limit of the provider", exact=False).first).to_be_visible()
    picture(page, "connection-waiting")


def test_the_form_has_a_field_for_each_kind_of_option(page: Page, picture: Picture, server: Place) -> None:
    page.goto("/connections/new/wide")
    expect(page.get_by_role("group", name="Kinds")).to_be_visible()
    picture(page, "connections-connect")
    page.get_by_label("Days").fill("-3")
    page.get_by_label("Token of Wide Chat").fill(TOKEN)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Input should be greater than or equal to 1")).to_be_visible()
    page.get_by_role("radio", name="Service account").check()
    page.get_by_label("Key of the service account").fill("no key")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("This is no key:", exact=False)).to_be_visible()
    page.mouse.wheel(0, 5000)
    picture(page, "connections-connect-key")


def test_a_full_page_with_every_status(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 4)
    real = connected(page, name="Notes of the team")

    def some(**changes: Any) -> dict[str, Any]:
        return {**real, "id": f"c{len(shown)}", "items": {"indexed": 1234, "hidden": 30, "failed": 3}, **changes}

    shown: list[dict[str, Any]] = [real]
    later = "2099-01-05T14:05:00Z"
    account = {"id": "a", "name": "Ada Lovelace", "address": ADA}
    why = "Toy no longer accepts what was allowed. Allow it again."
    for changes in (
        {"name": "Mail", "status": "attention", "status_reason": {"code": "reauth_required", "message": why}},
        {
            "name": "A channel list with a name that is longer than any reasonable person would choose for it",
            "type": "wide", "status": "syncing", "account": account, "documents": 423,
            "progress": {"seen": 501, "indexed": 423, "skipped": 3, "failed": 0},
        },
        {
            "name": "Drive", "status": "waiting", "next_sync_at": later, "documents": 12_345,
            "status_reason": {"code": "source_rate_limited", "message": "Toy asks us to wait."},
        },
        {
            "name": "Wiki", "status": "quarantined",
            "status_reason": {"code": "many_missing", "message": "30 of 1,264 items are no longer at the source. They "
            "are hidden and kept. Say whether they are to be deleted."},
        },
        {"name": "Code", "status": "paused", "next_sync_at": None, "mode": "personal"},
        {"name": "Toy", "status": "connecting", "account": None, "next_sync_at": None, "documents": 0},
    ):  # fmt: skip
        shown += [some(**changes)]

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        one = next((item for item in shown if item["id"] == name), None)
        route.fulfill(json=one if one is not None else {"items": shown})

    page.route(re.compile(r"/api/v1/connections(/c\d|/[0-9a-f]{24,})?$"), answer)
    page.goto("/connections")
    expect(page.get_by_text("Needs a decision")).to_be_visible()
    expect(page.get_by_text("423 of 501 indexed so far")).to_be_visible()
    picture(page, "connections-full")
    page.get_by_text("How its rights are copied").first.click()
    page.get_by_role("heading", name="Connect a service").scroll_into_view_if_needed()
    picture(page, "connections-catalogue")


def test_loading_and_failing_pages_say_so_and_recover(page: Page, picture: Picture, server: Place) -> None:
    notes(server, 2)
    made = connected(page)
    everything = re.compile(r"/api/v1/(connections|connectors)")
    held: list[Route] = []
    paths = ("/connections", "/connections/new/toy", f"/connections/{made['id']}/overview")
    page.route(everything, lambda route: held.append(route))
    for name, path in zip(("connections", "connections-connect", "connection"), paths, strict=True):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("[aria-busy=true]").first).to_be_attached()
        picture(page, f"{name}-loading")
    for route in held:
        route.abort()
    page.unroute(everything)
    page.route(everything, fail)
    for name, path, title in zip(
        ("connections", "connections-connect", "connection"),
        paths,
        (
            "The connections could not be loaded",
            "The services could not be loaded",
            "This connection could not be loaded",
        ),
        strict=True,
    ):
        page.goto(path)
        expect(page.get_by_text(title)).to_be_visible(timeout=30_000)
        picture(page, f"{name}-error")
    page.unroute(everything)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Up to date")).to_be_visible()
    page.goto("/connections/0123456789abcdef0123456789abcdef")
    expect(page.get_by_text("This connection is not here")).to_be_visible()
    picture(page, "connection-gone")

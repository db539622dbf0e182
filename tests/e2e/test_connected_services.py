"""Each service connected through the pages and its own consent page: asked, shared again, deleted, and silent then."""

import contextlib
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.connectors.registry import Registry
from tests.contract.connectors.conftest import stage_of
from tests.contract.connectors.stage import ADA, BEN, Stage
from tests.e2e import steps
from tests.e2e.serving_here import serving_here
from tests.support.app import RunningApp, running_app, settings_for

LONG = 60_000
SERVICES = ("gmail", "slack", "google_drive", "notion", "github")
SECRET = "The lighthouse of Skerryvore is painted in quartzharbour blue."
QUESTION = "In which colour is the lighthouse of Skerryvore painted?"


@dataclass(frozen=True, slots=True)
class Place:
    """What the pages stand on, and the service that is connected."""

    url: str
    stage: Stage


@pytest.fixture(scope="module", params=SERVICES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    stage = stage_of(request.param)

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[RunningApp]:
        async with stage.serving() as connector_settings:
            settings = settings_for(
                tmp_path_factory.mktemp("data"),
                sync={"interval_seconds": 86_400, "reconcile_seconds": 86_400},
                connectors=dict(connector_settings),
            )
            async with running_app(settings, connectors=Registry([stage.manifest])) as app:
                yield app

    with serving_here(opened) as app:
        stage.reset()
        yield Place(app.url, stage)


def synchronised(page: Page, connection_id: str, *, everything: bool = False) -> dict[str, Any]:
    """The connection after one more run."""
    ended = len([run for run in runs(page, connection_id) if run["ended_at"]])
    steps.api(page, "POST", f"/connections/{connection_id}/sync?everything={str(everything).lower()}")
    return settled(page, connection_id, runs_ended=ended + 1)


def settled(page: Page, connection_id: str, *, runs_ended: int = 1) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        ended = len([run for run in runs(page, connection_id) if run["ended_at"]])
        shown = steps.api(page, "GET", f"/connections/{connection_id}")
        if ended >= runs_ended and shown["status"] not in ("connecting", "syncing"):
            return shown
        assert time.monotonic() < deadline, shown
        page.wait_for_timeout(100)


def runs(page: Page, connection_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = steps.api(page, "GET", f"/connections/{connection_id}/runs")["items"]
    return found


def ask(page: Page) -> None:
    """A new conversation with the question, whose answer is whole and on the page."""
    known = {one["id"] for one in steps.api(page, "GET", "/conversations")["items"]}
    page.goto("/")
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_text(QUESTION).first).to_be_visible()
    deadline = time.monotonic() + 60
    while True:
        new = [one for one in steps.api(page, "GET", "/conversations")["items"] if one["id"] not in known]
        messages = steps.api(page, "GET", f"/conversations/{new[0]['id']}/messages")["items"] if new else []
        if messages and messages[-1]["role"] == "assistant" and new[0]["answering"] is None:
            break
        assert time.monotonic() < deadline, (new, messages)
        page.wait_for_timeout(100)
    page.reload()
    expect(page.get_by_text(QUESTION).first).to_be_visible()
    expect(page.get_by_role("article").or_(page.get_by_text(messages[-1]["content"][:30]).first).first).to_be_visible()


def test_a_service_is_connected_answers_and_falls_silent(page: Page, server: Place) -> None:
    stage, name = server.stage, server.stage.manifest.name
    steps.register(page, email=ADA)
    me = steps.api(page, "GET", "/auth/me")
    steps.api(page, "PATCH", f"/admin/users/{me['id']}", {"email_verified": True})
    item = stage.add(SECRET, ADA)

    page.goto("/connections")
    page.get_by_role("link", name=f"Connect {name}").click()
    expect(page.get_by_role("heading", name=f"Connect {name}", level=1)).to_be_visible()
    way = page.get_by_role("radio", name="Sign in there")
    if way.count():
        way.check()
    page.get_by_role("button", name=f"Continue to {name}").click()
    page.get_by_role("button", name="Start").click(timeout=LONG)
    expect(page).to_have_url(re.compile("/connections/[0-9a-f]+/overview$"), timeout=LONG)
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=LONG)
    connection_id = page.url.split("/")[-2]
    assert settled(page, connection_id)["documents"] >= 1
    steps.wait_until_read(page)

    ask(page)
    expect(page.get_by_text("quartzharbour").first).to_be_visible()
    first = page.url

    if "share" in stage.can:
        stage.share(item, BEN)
        synchronised(page, connection_id)
        ask(page)
        # Who owns an item there cannot be left out of its readers.
        expect(page.get_by_text("quartzharbour")).to_have_count(int(ADA in stage.truth()[item].readers))
        stage.share(item, ADA)
        synchronised(page, connection_id)
        ask(page)
        expect(page.get_by_text("quartzharbour").first).to_be_visible()

    stage.remove(item)
    synchronised(page, connection_id)
    for _ in range(2):  # where only a listing can tell, an empty one is believed when a second one agrees
        synchronised(page, connection_id, everything=True)
    ask(page)
    expect(page.get_by_text("quartzharbour")).to_have_count(0)
    if steps.api(page, "GET", "/documents")["items"]:
        return  # the item was a part of a document that goes on; its former words stay with who cited them
    page.goto(first)  # the answer of before, whose source is closed now
    expect(page.get_by_text(QUESTION).first).to_be_visible()
    expect(page.get_by_text("quartzharbour")).to_have_count(0)

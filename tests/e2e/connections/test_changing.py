"""What is changed of a connection, and what waits for a person or a time."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from backend.errors import SourceRateLimited
from tests.e2e import steps
from tests.e2e.connections.place import ADA, LONG, Picture, Place, connected, notes
from tests.support.toy_source import Note


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
    assert json.loads(found)["id"] == made["id"]
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

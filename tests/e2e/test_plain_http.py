"""The pages at a name of the local network over plain http, where a browser gives them less (an insecure context)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e import steps
from tests.support.browser import LAUNCH_ARGS, find_browser
from tests.support.server import ServerProcess

HOST = "lan.example"


@pytest.fixture(scope="module")
def lan_browser(playwright: Playwright, browser: Browser) -> Iterator[Browser]:
    """A browser that finds `lan.example` on the loopback address. (`browser` skips where there is none.)"""
    chromium = playwright.chromium.launch(
        executable_path=find_browser(playwright),
        args=[*LAUNCH_ARGS, f"--host-resolver-rules=MAP {HOST} 127.0.0.1"],
        env={**os.environ},
    )
    yield chromium
    chromium.close()


@pytest.fixture
def lan(lan_browser: Browser, server: ServerProcess) -> Iterator[Page]:
    context = lan_browser.new_context(
        base_url=f"http://{HOST}:{server.port}", locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, f"errors on the page: {errors}"


def test_signing_in_asking_uploading_and_staying_signed_in_work(lan: Page, tmp_path: Path) -> None:
    steps.register(lan)
    assert lan.evaluate("window.isSecureContext") is False
    assert lan.evaluate("typeof crypto.randomUUID") == "undefined"

    lan.reload()
    expect(lan).to_have_url(re.compile(r"/$"))
    expect(lan.get_by_role("navigation").first).to_be_visible()

    note = tmp_path / "marmalade.md"
    note.write_text("# Marmalade\n\nMarmalade is made of bitter oranges from Seville.\n", encoding="utf-8")
    lan.goto("/library")
    lan.locator("input[type=file]").first.set_input_files(note)
    steps.wait_until_read(lan)

    lan.goto("/")
    lan.get_by_role("textbox").fill("What is marmalade made of?")
    lan.keyboard.press("Enter")
    expect(lan.get_by_role("main").get_by_text("bitter oranges").first).to_be_visible()

    lan.get_by_role("button", name="Copy with sources").click()
    expect(lan.get_by_text("Copied").first).to_be_visible()
    box = lan.get_by_role("textbox")
    box.click()
    lan.keyboard.press("Control+V")
    expect(box).to_have_value(re.compile("bitter oranges"))

    lan.reload()
    expect(lan.get_by_role("main").get_by_text("bitter oranges").first).to_be_visible()


def test_pages_say_that_the_connection_is_not_encrypted(lan: Page, page: Page) -> None:
    lan.goto("/login")
    expect(lan.get_by_text("This connection is not encrypted")).to_be_visible()
    page.goto("/login")  # the loopback address
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_text("This connection is not encrypted")).to_have_count(0)


def test_a_link_to_hand_on_leads_other_machines_to_the_server(lan: Page, lan_browser: Browser) -> None:
    steps.sign_in(lan)
    lan.goto("/admin/invitations?invite")
    lan.get_by_label("Mail address").fill("grace@example.com")
    lan.get_by_role("button", name="Send invitation").click()
    dialog = lan.get_by_role("dialog", name="Hand this link on")
    link = dialog.get_by_role("region", name="Link").inner_text().strip()
    expect(dialog.get_by_text("This link works on this machine only")).to_have_count(0)

    elsewhere = lan_browser.new_context(locale="en-GB", timezone_id="UTC")
    grace = elsewhere.new_page()
    grace.goto(link)
    expect(grace.get_by_text("Ada Lovelace invites you")).to_be_visible()
    expect(grace).to_have_url(re.compile(rf"^http://{HOST}:"))
    elsewhere.close()

"""A person's data, and the end of their account."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.account_settings.conftest import ADMIN
from tests.e2e.account_settings.steps import is_out, open_settings
from tests.e2e.conftest import Elsewhere
from tests.support.server import ServerProcess

type Picture = Callable[[Page, str], None]
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def test_deleted_account_is_gone_and_every_tab_is_told(
    page: Page, picture: Picture, elsewhere: Elsewhere, server: ServerProcess, tmp_path: Path
) -> None:
    email = "katherine@example.com"
    steps.register(page, "Katherine Johnson", email)
    note = {"external_id": "note-1", "title": "Orbit", "text": "The capsule lands at ten."}
    steps.api(page, "POST", "/documents/text", {"items": [note]})
    steps.wait_until_read(page)
    other_tab, phone = page.context.new_page(), elsewhere(user_agent=IPHONE)
    other_tab.goto("/library")
    expect(other_tab.get_by_role("cell", name="Orbit").first).to_be_visible()
    steps.sign_in(phone, email)
    page.bring_to_front()  # a browser draws hardly anything of a tab behind another
    open_settings(page, "data", "Your data")
    picture(page, "settings-data")

    page.get_by_role("button", name="Delete account…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This cannot be undone.")
    picture(page, "settings-delete-account")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download archive").click()
    saved = tmp_path / "mine.zip"
    download.value.save_as(saved)
    assert any("Orbit" in zipfile.ZipFile(saved).read(name).decode(errors="replace") for name in names_in(saved))

    delete = dialog.get_by_role("button", name="Delete for good")
    dialog.get_by_label("Type katherine@example.com to confirm").fill("kathrine@example.com")
    dialog.get_by_label("Current password").fill("not the password")
    delete.click()
    expect(dialog.get_by_text("Type the address of your account to confirm.")).to_be_visible()
    dialog.get_by_label("Type katherine@example.com to confirm").fill(email)
    delete.click()
    expect(dialog.get_by_text("This is not your current password.")).to_be_visible()
    picture(page, "settings-delete-account-refused")
    dialog.get_by_label("Current password").fill(steps.PASSWORD)
    delete.click()

    for tab in (page, other_tab):
        expect(tab.get_by_role("heading", name="Your account is deleted")).to_be_visible()
        expect(tab.get_by_text("Orbit")).to_have_count(0)
    picture(page, "account-deleted")
    is_out(phone)
    page.reload()
    page.get_by_role("link", name="To the sign-in page").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    gone = httpx.post(f"{server.url}/api/v1/auth/login", json={"email": email, "password": steps.PASSWORD}, timeout=60)
    assert gone.json()["code"] == "bad_credentials"


def names_in(archive: Path) -> list[str]:
    return zipfile.ZipFile(archive).namelist()


def test_last_administrator_cannot_delete_the_account(page: Page) -> None:
    steps.sign_in(page, ADMIN)
    open_settings(page, "data", "Your data")
    page.get_by_role("button", name="Delete account…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(f"Type {ADMIN} to confirm").fill(ADMIN)
    dialog.get_by_label("Current password").fill(steps.PASSWORD)
    dialog.get_by_role("button", name="Delete for good").click()
    expect(dialog.get_by_text("This is the only active administrator.", exact=False)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Your data")).to_be_visible()

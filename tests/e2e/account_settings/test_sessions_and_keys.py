"""Where a person is signed in and what signs in for them, on the settings pages."""

import re
import subprocess
from collections.abc import Callable

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps
from tests.e2e.account_settings.steps import is_out, open_settings
from tests.e2e.conftest import Elsewhere
from tests.support.server import ServerProcess

type Picture = Callable[[Page, str], None]
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_ended_sessions_are_out_at_once(page: Page, picture: Picture, elsewhere: Elsewhere) -> None:
    email = "lise@example.com"
    steps.register(page, "Lise Meitner", email)
    open_settings(page, "sessions", "Sessions")
    expect(page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    picture(page, "settings-sessions-only")
    phone, office, library = elsewhere(user_agent=IPHONE), elsewhere(user_agent=FIREFOX), elsewhere()
    for device in (phone, office, library):
        steps.sign_in(device, email)
    page.reload()
    expect(page.get_by_text("This device")).to_have_count(1)
    expect(page.get_by_role("listitem").filter(has_text="Safari on iPhone")).to_contain_text("With your password")
    expect(page.get_by_role("time").first).to_have_attribute("title", re.compile(r"\d{4}.*\d:\d\d"))
    picture(page, "settings-sessions")

    held = token_of(phone)
    page.get_by_role("button", name="End the session on Safari on iPhone").click()
    expect(page.get_by_text("Safari on iPhone is signed out")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Safari on iPhone")).to_have_count(0)
    assert held(phone) == 401
    is_out(phone)

    page.get_by_role("button", name="End all 2 other sessions").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("End 2 other sessions?")
    dialog.get_by_role("button", name="End them").click()
    expect(page.get_by_text("2 other sessions ended")).to_be_visible()
    expect(page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    is_out(office)
    is_out(library)

    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def token_of(page: Page) -> Callable[[Page], int]:
    """Takes an access token of the page's session; the status that a call with it gets later."""
    steps.api(page, "GET", "/auth/me")

    def call(page: Page) -> int:
        status: int = page.evaluate(
            """async () => (await fetch('/api/v1/auth/me', {
                headers: {Authorization: 'Bearer ' + globalThis.__token},
            })).status"""
        )
        return status

    return call


def test_api_key_made_with_the_keyboard_works_within_its_scopes_until_it_is_revoked(
    page: Page, picture: Picture, server: ServerProcess
) -> None:
    steps.register(page, "Radia Perlman", "radia@example.com")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_settings(page, "api-keys", "API keys")
    expect(page.get_by_role("heading", name="No keys yet")).to_be_visible()
    picture(page, "settings-api-keys-empty")

    page.get_by_role("button", name="Create key").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Enter a name.")).to_be_visible()
    page.keyboard.type("nightly import")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("checkbox", name=re.compile("Read and search"))).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(dialog.get_by_role("radio", name="30 days")).to_be_checked()
    picture(page, "settings-api-key-create")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Copy the key now")).to_be_visible()
    picture(page, "settings-api-key-created")

    key = shown_key(dialog)
    dialog.get_by_role("button", name="Copy", exact=True).first.click()
    assert page.evaluate("() => navigator.clipboard.readText()") == key
    page.mouse.click(5, 5)
    expect(dialog).to_be_visible()
    lines = dialog.get_by_role("region", name="Lines for a terminal").inner_text()
    answer = subprocess.run(["bash", "-c", lines], capture_output=True, text=True, timeout=20, check=True).stdout
    assert '"hits"' in answer, answer
    dialog.get_by_role("button", name="I have copied it").press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Create key")).to_be_focused()

    item = page.get_by_role("listitem").filter(has_text="nightly import")
    expect(item).to_contain_text(key[:10])
    expect(item).to_contain_text("Add and delete")
    assert key not in page.content()
    with httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60
    ) as script:
        note = {"external_id": "note-1", "text": "The vault opens at nine."}
        assert script.post("/documents/text", json={"items": [note]}).status_code == 202
        assert script.get("/documents").json()["items"][0]["external_id"] == "note-1"
        refused = script.post("/conversations", json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
        page.reload()
        expect(item).to_contain_text("Last used now")
        make_key(page, "read-only dashboard", lifetime="Never")
        picture(page, "settings-api-keys")

        page.get_by_role("button", name="Revoke nightly import").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        expect(page.get_by_text("“nightly import” is revoked")).to_be_visible()
        expect(item).to_have_count(0)
        assert script.get("/documents").status_code == 401


def shown_key(dialog: Locator) -> str:
    key = dialog.get_by_role("region", name="The new key").inner_text().strip()
    assert re.fullmatch(r"bib_[\w-]{40,}", key), key
    return key


def make_key(page: Page, name: str, *, lifetime: str) -> None:
    page.get_by_role("button", name="Create key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_text(lifetime, exact=True).click()
    dialog.get_by_role("button", name="Create key").click()
    dialog.get_by_role("button", name="I have copied it").click()
    expect(dialog).to_have_count(0)

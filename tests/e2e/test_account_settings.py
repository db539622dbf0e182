"""A person's own account on the settings pages: who they are, the ways in, where they are signed in, keys, and the end.

The server sends real mail, and accounts are linked at a strict OpenID provider on another site.
"""

import re
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e import steps
from tests.e2e.conftest import Elsewhere
from tests.e2e.test_states import fail
from tests.support.mailbox import Mailbox, mailbox, secret_in
from tests.support.oidc_provider import Persona, StrictProvider
from tests.support.server import ServerProcess, environment, serving

type Picture = Callable[[Page, str], None]

ADMIN = "admin@example.com"
NEW_PASSWORD = "a much better passphrase"
MAIL_SECONDS = 10
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(scope="module")
def mail() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, mail: Mailbox, provider: StrictProvider
) -> Iterator[ServerProcess]:
    """The first account is taken, so that the people of these tests are members."""
    settings = environment("mail", mail.settings)
    settings |= environment("oidc", provider.settings)
    with serving(tmp_path_factory.mktemp("server") / "data", settings) as running:
        steps.account(running.url, ADMIN, "Grace Admin")
        yield running


def arrived(page: Page, mail: Mailbox, address: str, subject: str, *, count: int = 1) -> EmailMessage:
    """The `count`-th mail to an address, as soon as it is there."""
    deadline = time.monotonic() + MAIL_SECONDS
    while len(mail.to(address, subject)) < count:
        assert time.monotonic() < deadline, [(item["To"], item["Subject"]) for item in mail.mails]
        page.wait_for_timeout(50)
    return mail.to(address, subject)[count - 1]


def come_back_to(page: Page) -> None:
    """What the browser tells a page that is looked at again."""
    page.evaluate("() => window.dispatchEvent(new Event('visibilitychange'))")


def open_settings(page: Page, tab: str, heading: str) -> None:
    page.goto(f"/settings/{tab}")
    expect(page.get_by_role("heading", level=2, name=heading)).to_be_visible()


def to_the_end(page: Page) -> None:
    page.get_by_role("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")


def is_out(page: Page) -> None:
    """Whoever was signed in here has to sign in again, whatever they press."""
    page.get_by_role("link", name="Library", exact=True).first.click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def sign_in_at_provider(page: Page, return_to: str) -> None:
    """Goes to the provider and back, as a browser in which somebody has signed in before."""
    page.goto("/login")
    page.evaluate("() => localStorage.setItem('biblios:session', '1')")
    page.goto(f"/api/v1/auth/oauth/oidc/start?return_to={return_to}")


# -- profile -----------------------------------------------------------------------------------------------------


def test_name_changes_everywhere_at_once(page: Page, picture: Picture) -> None:
    steps.register(page, "Ada Byron", "ada@example.com")
    other_tab = page.context.new_page()
    other_tab.goto("/library")
    expect(other_tab.get_by_role("button", name="Ada Byron")).to_be_visible()
    open_settings(page, "profile", "Profile")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_value("Ada Byron")
    picture(page, "settings-profile")

    name.fill("   ")
    name.press("Enter")
    expect(page.get_by_text("Enter a name.")).to_be_visible()
    name.fill("Ada Lovelace")
    name.press("Enter")
    expect(page.get_by_text("Your name is saved")).to_be_visible()
    expect(page.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    expect(other_tab.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Lovelace")


def test_groups_that_an_administrator_gave_are_shown(page: Page, server: ServerProcess) -> None:
    steps.register(page, "Mary Somerville", "mary@example.com")
    api = f"{server.url}/api/v1"
    signed_in = httpx.post(f"{api}/auth/login", json={"email": ADMIN, "password": steps.PASSWORD}).json()
    admin = httpx.Client(headers={"Authorization": f"Bearer {signed_in['access_token']}"})
    mary = steps.api(page, "GET", "/auth/me")["id"]
    admin.patch(f"{api}/admin/users/{mary}", json={"groups": ["finance", "board"]}).raise_for_status()
    open_settings(page, "profile", "Profile")
    expect(page.get_by_text("finance", exact=True)).to_be_visible()
    expect(page.get_by_text("Member. Sees what is their own", exact=False)).to_be_visible()


def test_address_changes_when_the_mailed_link_is_opened(
    page: Page, picture: Picture, mail: Mailbox, server: ServerProcess, elsewhere: Elsewhere
) -> None:
    old, new = "emmy@example.com", "emmy@new-place.example"
    steps.register(page, "Emmy Noether", old)
    open_settings(page, "profile", "Profile")
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    page.get_by_role("button", name="Send the link again").click()
    expect(page.get_by_text(f"A new link is on its way to {old}").first).to_be_visible()
    arrived(page, mail, old, "Confirm", count=2)
    picture(page, "settings-profile-verify-sent")

    page.get_by_role("button", name="Change address").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New mail address").fill(ADMIN)
    dialog.get_by_label("Current password").fill("not the password")
    dialog.get_by_role("button", name="Send the link").click()
    expect(dialog.get_by_text("This is not your current password.")).to_be_visible()
    picture(page, "settings-address-refused")
    dialog.get_by_label("Current password").fill(steps.PASSWORD)
    dialog.get_by_role("button", name="Send the link").click()
    expect(dialog.get_by_text("Another account has this address already. Use a different one.")).to_be_visible()
    dialog.get_by_label("New mail address").fill(new)
    dialog.get_by_role("button", name="Send the link").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text(f"Waiting for you at {new}")).to_be_visible()
    picture(page, "settings-address-pending")
    page.reload()
    expect(page.get_by_text(f"Waiting for you at {new}")).to_be_visible()

    arrived(page, mail, old, "being changed")
    secret = secret_in(arrived(page, mail, new, "Confirm"))
    httpx.post(f"{server.url}/api/v1/auth/email/verify", json={"token": secret}).raise_for_status()
    come_back_to(page)
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    expect(page.get_by_text("Waiting for you")).to_have_count(0)
    expect(page.get_by_role("complementary").get_by_text(new)).to_be_visible()
    steps.sign_in(elsewhere(), new)


# -- ways in -----------------------------------------------------------------------------------------------------


def test_new_password_ends_every_other_session(
    page: Page, picture: Picture, mail: Mailbox, elsewhere: Elsewhere
) -> None:
    email = "sofia@example.com"
    steps.register(page, "Sofia Kovalevskaya", email)
    phone = elsewhere(user_agent=IPHONE)
    steps.sign_in(phone, email)
    open_settings(page, "sign-in", "Sign-in")
    expect(page.get_by_label("Current password")).to_be_visible()
    picture(page, "settings-password")

    current, new = page.get_by_label("Current password"), page.get_by_label("New password")
    change = page.get_by_role("button", name="Change password")
    current.fill("not the password")
    new.fill(NEW_PASSWORD)
    change.click()
    expect(page.get_by_text("This is not your current password.")).to_be_visible()
    expect(current).to_be_focused()
    picture(page, "settings-password-refused")
    current.fill(steps.PASSWORD)
    new.fill("password1")
    change.click()
    expect(page.get_by_text("among the most used", exact=False)).to_be_visible()
    expect(new).to_be_focused()
    new.fill(NEW_PASSWORD)
    change.click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    expect(new).to_have_value("")
    arrived(page, mail, email, "was changed")

    is_out(phone)
    page.get_by_role("link", name="Library", exact=True).first.click()
    expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible()
    phone.get_by_label("Mail address").fill(email)
    phone.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone).to_have_url(re.compile(r"/library$"))


def test_account_at_a_provider_is_linked_leads_in_and_is_unlinked(
    page: Page, picture: Picture, provider: StrictProvider, elsewhere: Elsewhere
) -> None:
    email = "hedy@example.com"
    provider.persona = Persona(subject="hedy-there", email="hedy@elsewhere.example", name="Hedy L.")
    steps.register(page, "Hedy Lamarr", email)
    open_settings(page, "sign-in", "Sign-in")
    link = page.get_by_role("button", name="Link Strict", exact=True)
    expect(link).to_be_visible()
    picture(page, "settings-linked-accounts")

    provider.deny = True
    link.click()
    expect(page.get_by_text("Strict was not linked")).to_be_visible()
    expect(page.get_by_text("You said no at Strict.", exact=False)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/settings/sign-in$"))
    picture(page, "settings-linked-accounts-denied")
    provider.deny = False

    page.get_by_role("button", name="Link Strict", exact=True).click()
    expect(page.get_by_text("Strict is linked")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/settings/sign-in$"))
    expect(page.get_by_text("hedy@elsewhere.example", exact=False)).to_be_visible()
    to_the_end(page)
    picture(page, "settings-linked-accounts-linked")
    page.reload()
    expect(page.get_by_role("button", name="Unlink Strict")).to_be_visible()
    expect(page.get_by_text("Strict is linked")).to_have_count(0)

    phone = elsewhere(user_agent=IPHONE)
    sign_in_at_provider(phone, "/settings/sessions")
    expect(phone.get_by_text("With Strict", exact=False)).to_be_visible()
    assert steps.api(phone, "GET", "/auth/me")["email"] == email

    page.get_by_role("button", name="Unlink Strict").click()
    page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("Strict is unlinked")).to_be_visible()
    expect(page.get_by_role("button", name="Link Strict", exact=True)).to_be_visible()


def test_account_linked_by_somebody_else_is_refused(page: Page, provider: StrictProvider, elsewhere: Elsewhere) -> None:
    provider.persona = Persona(subject="taken-there", email="taken@elsewhere.example", name="Somebody")
    elsewhere().goto("/api/v1/auth/oauth/oidc/start")
    steps.register(page, "Rosalind Franklin", "rosalind@example.com")
    open_settings(page, "sign-in", "Sign-in")
    page.get_by_role("button", name="Link Strict", exact=True).click()
    expect(page.get_by_text("That account is linked to another one here", exact=False)).to_be_visible()


def test_last_way_in_stays_until_there_is_another(page: Page, picture: Picture, provider: StrictProvider) -> None:
    provider.persona = Persona(subject="chien-there", email="chien@example.com", name="Chien-Shiung Wu")
    sign_in_at_provider(page, "/settings/sign-in")
    expect(page.get_by_role("heading", name="Set a password")).to_be_visible()
    expect(page.get_by_label("Current password")).to_have_count(0)
    expect(page.get_by_role("button", name="Unlink Strict")).to_be_visible()
    picture(page, "settings-password-first")
    page.get_by_role("button", name="Unlink Strict").click()
    page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("this is the only way into your account", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Unlink Strict")).to_be_visible()

    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set a password").click()
    expect(page.get_by_role("heading", name="Password", exact=True)).to_be_visible()
    page.get_by_role("button", name="Unlink Strict").click()
    page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("Strict is unlinked")).to_be_visible()


# -- sessions ----------------------------------------------------------------------------------------------------


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


# -- API keys ----------------------------------------------------------------------------------------------------


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
    with httpx.Client(base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {key}"}) as script:
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


# -- data and the end --------------------------------------------------------------------------------------------


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
    gone = httpx.post(f"{server.url}/api/v1/auth/login", json={"email": email, "password": steps.PASSWORD})
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


# -- states and ways ---------------------------------------------------------------------------------------------

TABS = [("profile", "Profile"), ("sign-in", "Sign-in"), ("sessions", "Sessions"), ("api-keys", "API keys")]
OWN = re.compile(r"/api/v1/auth/(me|sessions|api-keys|linked-accounts|providers)$")


def test_tabs_say_that_they_are_loading(page: Page, picture: Picture) -> None:
    steps.sign_in(page, ADMIN)
    held: list[Route] = []
    page.route(OWN, lambda route: held.append(route))
    for tab, heading in TABS:
        open_settings(page, tab, heading)
        expect(page.get_by_role("main").locator("[aria-busy=true]").first).to_be_visible()
        if tab == "sessions":
            picture(page, "settings-sessions-loading")
    for route in held:
        route.abort()


def test_tabs_say_what_failed_and_recover(page: Page, picture: Picture) -> None:
    steps.sign_in(page, ADMIN)
    for tab, heading in TABS:
        page.route(OWN, fail)
        open_settings(page, tab, heading)
        again = page.get_by_role("main").get_by_role("button", name="Try again")
        expect(again.first).to_be_visible()
        if tab in ("sign-in", "api-keys"):
            picture(page, f"settings-{tab}-error")
        page.unroute(OWN)
        while again.count():
            again.first.click()
            page.wait_for_timeout(100)
        expect(page.get_by_role("main").get_by_role("alert").filter(has_text="could not be loaded")).to_have_count(0)


def test_settings_are_found_where_people_look(page: Page) -> None:
    steps.sign_in(page, ADMIN)
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("delete account")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/settings/data$"))
    page.get_by_role("button", name="Grace Admin").click()
    page.get_by_role("menuitem", name="API keys").click()
    expect(page).to_have_url(re.compile(r"/settings/api-keys$"))

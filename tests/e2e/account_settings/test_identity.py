"""Who a person is and their ways in, on the settings pages."""

import re
from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.account_settings.conftest import ADMIN
from tests.e2e.account_settings.steps import (
    arrived,
    come_back_to,
    is_out,
    open_settings,
    sign_in_at_provider,
    to_the_end,
)
from tests.e2e.conftest import Elsewhere
from tests.support.mailbox import Mailbox, secret_in
from tests.support.oidc_provider import Persona, StrictProvider
from tests.support.server import ServerProcess

type Picture = Callable[[Page, str], None]
NEW_PASSWORD = "a much better passphrase"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


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
    signed_in = httpx.post(f"{api}/auth/login", json={"email": ADMIN, "password": steps.PASSWORD}, timeout=60).json()
    admin = httpx.Client(headers={"Authorization": f"Bearer {signed_in['access_token']}"}, timeout=60)
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
    httpx.post(f"{server.url}/api/v1/auth/email/verify", json={"token": secret}, timeout=60).raise_for_status()
    come_back_to(page)
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    expect(page.get_by_text("Waiting for you")).to_have_count(0)
    expect(page.get_by_role("complementary").get_by_text(new)).to_be_visible()
    steps.sign_in(elsewhere(), new)


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

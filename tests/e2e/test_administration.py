"""Administration in a real browser: people, invitations, the audit log, signing keys; and nothing of it for members."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e import steps
from tests.e2e.test_states import fail
from tests.support.server import ServerProcess

type Picture = Callable[[Page, str], None]

ADMIN = "ada@example.com"
MEMBER = "grace@example.com"


@pytest.fixture(scope="module", autouse=True)
def accounts(server: ServerProcess) -> None:
    """Ada, who administers, and Grace, a member."""
    for name, email in (("Ada Lovelace", ADMIN), ("Grace Hopper", MEMBER)):
        register(server, name, email)


@pytest.fixture
def other(browser: Browser, server: ServerProcess) -> Iterator[Page]:
    """Somebody else's browser."""
    context = browser.new_context(base_url=server.url, locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def register(server: ServerProcess, name: str, email: str) -> str:
    body = {"email": email, "password": steps.PASSWORD, "name": name}
    answer = httpx.post(f"{server.url}/api/v1/auth/register", json=body, timeout=60)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["user"]["id"])


def open_person(page: Page, name: str) -> Locator:
    """Opens the details of an account from the list; the drawer."""
    page.goto("/admin/people")
    page.get_by_label("Find by name or address").fill(name)
    expect(page).to_have_url(re.compile(r"q="))
    page.get_by_role("link", name=name).click()
    drawer = page.get_by_role("dialog", name=name)
    expect(drawer.get_by_text("Account since")).to_be_visible()
    return drawer


def confirm(page: Page, action: str) -> None:
    """Answers the question that is on top; it goes when the server has done it."""
    question = page.get_by_role("dialog").last
    question.get_by_role("button", name=action).click()
    expect(page.get_by_role("dialog", name=re.compile(r"\?$"))).to_have_count(0)


def shown_link(page: Page) -> str:
    """The link that is shown where no mail is sent."""
    return page.get_by_role("region", name="Link").inner_text().strip()


def handed_on(page: Page) -> str:
    """The link of an invitation, once its dialog is done with."""
    dialog = page.get_by_role("dialog", name="Hand this link on")
    link = shown_link(page)
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    return link


def test_members_see_neither_link_nor_page(page: Page, other: Page) -> None:
    steps.sign_in(other, MEMBER)
    expect(other.get_by_role("link", name="Library")).to_be_visible()
    expect(other.get_by_role("link", name="Administration")).to_have_count(0)
    other.get_by_role("button", name="Account").click()
    expect(other.get_by_role("menuitem", name="Settings")).to_be_visible()
    expect(other.get_by_role("menuitem", name="Administration")).to_have_count(0)
    for path in ("/admin", "/admin/people", "/admin/audit"):
        other.goto(path)
        expect(other.get_by_role("heading", name="There is nothing at this address").last).to_be_visible()
    assert steps.api(other, "GET", "/admin/users")["code"] == "admin_required"

    steps.sign_in(page)
    page.get_by_role("link", name="Administration").click()
    expect(page).to_have_url(re.compile(r"/admin/people$"))
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Command palette")).to_be_focused()
    page.keyboard.type("administration")
    expect(page.get_by_role("option", name="Administration", exact=True)).to_be_visible()


def test_people_are_found_and_paged(page: Page, picture: Picture, server: ServerProcess) -> None:
    for number in range(52):
        person = "Barbara Liskov" if number == 0 else f"Reader {number}"
        httpx.post(
            f"{server.url}/api/v1/auth/register",
            json={"email": f"reader{number}@example.com", "password": steps.PASSWORD, "name": person},
            timeout=60,
        ).raise_for_status()
    steps.sign_in(page)
    page.goto("/admin/people")
    rows = page.get_by_role("table", name="People").get_by_role("row")
    expect(rows).to_have_count(51)
    picture(page, "admin-people")
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(55)
    page.get_by_label("Find by name or address").fill("liskov")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile(r"q=liskov"))
    page.reload()
    expect(page.get_by_label("Find by name or address")).to_have_value("liskov")
    expect(rows).to_have_count(2)
    page.get_by_label("Find by name or address").fill("nobody at all")
    expect(page.get_by_text("Nobody fits")).to_be_visible()
    picture(page, "admin-people-nothing")
    page.get_by_role("button", name="Clear all").last.click()
    page.get_by_role("button", name="Role").click()
    page.get_by_role("menuitemradio", name="Administrator").click()
    expect(rows).to_have_count(2)
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()


def test_role_and_groups_hold_at_once(page: Page, other: Page, picture: Picture) -> None:
    steps.sign_in(page)
    text = "The finance group closes its books on the ninth."
    body = {"items": [{"external_id": "close", "title": "Closing", "text": text, "access": ["group:finance"]}]}
    stored = steps.api(page, "POST", "/documents/text", body)["items"][0]["id"]
    steps.wait_until_read(page)
    steps.sign_in(other, MEMBER)
    other.goto(f"/documents/{stored}")
    expect(other.get_by_text("This document is not here")).to_be_visible()

    drawer = open_person(page, "Grace Hopper")
    drawer.get_by_label("Add a group").fill("!")
    drawer.get_by_role("button", name="Add", exact=True).click()
    expect(drawer.get_by_text("A group's name is up to 64 letters", exact=False)).to_be_visible()
    drawer.get_by_label("Add a group").fill("finance")
    drawer.get_by_label("Add a group").press("Enter")
    expect(drawer.get_by_role("button", name="Remove finance")).to_be_visible()
    picture(page, "admin-person")
    other.reload()
    expect(other.get_by_text("closes its books", exact=False)).to_be_visible()

    drawer.get_by_text("Own limit").click()
    drawer.get_by_label("Requests a minute for this account").fill("some")
    drawer.get_by_role("button", name="Save limit").click()
    expect(drawer.get_by_text("Enter a whole number from 1.")).to_be_visible()
    drawer.get_by_label("Requests a minute for this account").fill("5000")
    drawer.get_by_role("button", name="Save limit").click()
    expect(page.get_by_text("Limit saved")).to_be_visible()
    expect(drawer.get_by_role("button", name="Save limit")).to_have_count(0)

    drawer.get_by_text("Administrator", exact=True).click()
    confirm(page, "Make an administrator")
    other.goto("/admin/people")
    expect(other.get_by_role("link", name="Ada Lovelace")).to_be_visible()
    drawer.get_by_text("Member", exact=True).click()
    confirm(page, "Make a member")
    other.goto("/admin/people")
    expect(other.get_by_role("heading", name="There is nothing at this address").last).to_be_visible()


def test_last_administrator_stays(page: Page) -> None:
    steps.sign_in(page)
    refusal = page.get_by_text("This is the only active administrator.", exact=False)
    drawer = open_person(page, "Ada Lovelace")
    drawer.get_by_text("Member", exact=True).click()
    page.get_by_role("button", name="Make a member").click()
    expect(refusal).to_be_visible()
    page.keyboard.press("Escape")
    drawer.get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").last.get_by_role("button", name="Deactivate").click()
    expect(refusal).to_be_visible()
    page.keyboard.press("Escape")
    drawer.get_by_role("button", name="Delete account").click()
    page.get_by_label(f"Type {ADMIN} to confirm").fill(ADMIN)
    page.get_by_role("dialog").last.get_by_role("button", name="Delete account").click()
    expect(refusal).to_be_visible()


def test_deactivated_person_is_out_and_comes_back(
    page: Page, other: Page, picture: Picture, server: ServerProcess
) -> None:
    steps.sign_in(page)
    steps.sign_in(other, MEMBER)
    drawer = open_person(page, "Grace Hopper")
    drawer.get_by_role("button", name="Deactivate").click()
    confirm(page, "Deactivate")
    expect(drawer.get_by_role("button", name="Reactivate")).to_be_visible()
    expect(drawer.get_by_role("button", name="Make a reset link")).to_be_disabled()
    expect(drawer.get_by_text("Reactivate the account first", exact=False)).to_be_visible()
    picture(page, "admin-person-deactivated")
    other.get_by_role("link", name="Library").click()  # the tab that was open
    expect(other).to_have_url(re.compile(r"/login"))
    other.get_by_label("Mail address").fill(MEMBER)
    other.get_by_label("Password", exact=True).fill(steps.PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_text("Address or password is wrong.")).to_be_visible()

    drawer.get_by_role("button", name="Reactivate").click()
    expect(drawer.get_by_role("button", name="Deactivate")).to_be_visible()
    steps.sign_in(other, MEMBER)
    drawer.get_by_role("button", name="Make a reset link").click()
    assert "/reset#token=" in shown_link(page)

    page.reload()
    drawer = page.get_by_role("dialog", name="Grace Hopper")
    drawer.get_by_role("button", name="End all sessions").click()
    picture(page, "admin-person-question")
    confirm(page, "End all sessions")
    expect(drawer.get_by_text("Not signed in anywhere.")).to_be_visible()
    other.get_by_role("link", name="Library").click()
    expect(other).to_have_url(re.compile(r"/login"))


def test_deleted_account_is_gone(page: Page, picture: Picture, server: ServerProcess) -> None:
    register(server, "Charles Babbage", "charles@example.com")
    steps.sign_in(page)
    drawer = open_person(page, "Charles Babbage")
    drawer.get_by_role("button", name="Delete account").click()
    question = page.get_by_role("dialog", name="Delete Charles Babbage?")
    question.get_by_label("Type charles@example.com to confirm").fill("ada@example.com")
    question.get_by_role("button", name="Delete account").click()
    expect(question.get_by_text("This is not the address of the account.")).to_be_visible()
    picture(page, "admin-person-delete")
    question.get_by_label("Type charles@example.com to confirm").fill("Charles@Example.com")
    question.get_by_role("button", name="Delete account").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert steps.api(page, "GET", "/admin/users?q=charles")["items"] == []


def test_invitations_are_sent_resent_and_withdrawn(
    page: Page, other: Page, picture: Picture, server: ServerProcess
) -> None:
    steps.sign_in(page)
    page.goto("/admin/invitations")
    expect(page.get_by_text("Nobody is waiting for an answer")).to_be_visible()
    expect(page.get_by_text("Mails are not sent from here")).to_be_visible()
    picture(page, "admin-invitations-empty")

    page.get_by_role("button", name="Invite").click()
    form = page.get_by_role("dialog", name="Invite somebody")
    form.get_by_role("button", name="Send invitation").click()
    expect(form.get_by_text("Enter your mail address.").or_(form.get_by_text("Enter a mail address."))).to_be_visible()
    form.get_by_label("Mail address").fill(MEMBER)
    form.get_by_role("button", name="Send invitation").click()
    expect(form.get_by_text("Somebody with this address has an account here already.")).to_be_visible()
    picture(page, "admin-invite-refused")
    form.get_by_label("Mail address").fill("alan@example.com")
    form.get_by_label("Groups").fill("ops")
    form.get_by_label("Groups").press("Enter")
    form.get_by_role("button", name="Send invitation").click()
    first = handed_on(page)
    expect(form).to_have_count(0)
    row = page.get_by_role("row").filter(has_text="alan@example.com")
    expect(row.get_by_text("Open", exact=True)).to_be_visible()
    steps.api(page, "POST", "/admin/invitations", {"email": "edsger@example.com", "role": "admin", "groups": []})
    page.reload()
    expect(row).to_be_visible()
    picture(page, "admin-invitations")

    page.get_by_role("button", name="Actions for alan@example.com").click()
    page.get_by_role("menuitem", name="Send again").click()
    second = handed_on(page)
    assert look_up(server, first) == 422
    assert look_up(server, second) == 200

    page.get_by_role("button", name="Actions for alan@example.com").click()
    page.get_by_role("menuitem", name="Withdraw").click()
    confirm(page, "Withdraw")
    expect(row).to_have_count(0)
    assert look_up(server, second) == 422


def test_audit_log_says_what_happened(page: Page, picture: Picture, tmp_path: Path) -> None:
    steps.sign_in(page)
    page.goto("/admin/audit")
    expect(page.get_by_text("Entries are kept for 365 days.", exact=False)).to_be_visible()
    log = page.get_by_role("table", name="Entries of the audit log")
    entries = log.get_by_role("row").filter(has=page.get_by_role("button", name=re.compile("^Show details")))
    expect(entries).to_have_count(50)
    picture(page, "admin-audit")
    page.get_by_role("button", name="Show more").click()
    expect(entries.nth(50)).to_be_visible()

    page.get_by_role("button", name="Event").click()
    page.get_by_role("menuitemradio", name="Role changed").click()
    expect(page).to_have_url(re.compile(r"event=user\.role_changed"))
    expect(entries).to_have_count(2)
    expect(entries.last).to_contain_text("Member → Administrator")
    expect(entries.last).to_contain_text(ADMIN)
    expect(entries.last).to_contain_text(MEMBER)
    entries.first.get_by_role("button").press("ArrowDown")
    expect(entries.last.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(log.get_by_text("user.role_changed")).to_be_visible()
    expect(log.get_by_role("definition")).to_contain_text(["Member", "Administrator"])
    picture(page, "admin-audit-entry")

    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Person").click()
    page.get_by_placeholder("Name or address…").fill("grace")
    page.keyboard.press("Enter")  # at once: who fits is not known yet
    expect(page).to_have_url(re.compile(r"user="))
    expect(page.get_by_role("button", name="Person")).to_contain_text("Grace Hopper")
    page.get_by_role("button", name="Outcome").click()
    page.get_by_role("menuitemradio", name="Refused").click()
    expect(entries).to_have_count(1)
    expect(entries.first).to_contain_text("Sign-in")

    for choice, name in (("NDJSON", "audit.ndjson"), ("CSV", "audit.csv")):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=re.compile(choice)).click()
        download.value.save_as(tmp_path / name)
        assert download.value.suggested_filename.startswith("bibliosai-audit-")
    [line] = (tmp_path / "audit.ndjson").read_text(encoding="utf-8").splitlines()
    [row] = csv.DictReader(io.StringIO((tmp_path / "audit.csv").read_text(encoding="utf-8")))
    assert json.loads(line)["id"] == row["id"]
    assert (row["event"], row["outcome"], row["actor"]) == ("login", "refused", MEMBER)

    page.goto("/admin/audit?from=2001-01-01&to=2001-01-02")
    expect(page.get_by_text("No entry fits")).to_be_visible()
    picture(page, "admin-audit-empty")
    page.get_by_role("button", name="Clear all").last.click()
    expect(entries.first).to_contain_text("Audit log exported")


def test_new_signing_key_signs_nobody_out(page: Page, other: Page, picture: Picture) -> None:
    steps.sign_in(other, MEMBER)
    steps.sign_in(page)
    page.goto("/admin/workspace")
    expect(page.get_by_text("Open: anybody who reaches this server", exact=False)).to_be_visible()
    expect(page.get_by_text("Signs", exact=True)).to_have_count(1)
    page.get_by_role("button", name="Change the signing key").click()
    confirm(page, "Change the signing key")
    expect(page.get_by_text("Still accepted")).to_have_count(1)
    picture(page, "admin-workspace")
    for somebody in (page, other):
        somebody.get_by_role("link", name="Library").click()
        expect(somebody.get_by_role("heading", name="Library")).to_be_visible()
        somebody.reload()
        expect(somebody.get_by_role("heading", name="Library", exact=True)).to_be_visible()


def test_loading_and_failing_pages_say_so_and_recover(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    held: list[Route] = []
    everything = re.compile(r"/api/v1/admin/")
    page.route(everything, lambda route: held.append(route))
    for tab in ("people", "invitations", "audit", "workspace"):
        page.goto(f"/admin/{tab}")
        expect(page.locator("[aria-busy=true]").first).to_be_attached()
        picture(page, f"admin-{tab}-loading")
    for route in held:
        route.abort()
    page.unroute(everything)

    page.route(everything, fail)
    for tab, title in (
        ("people", "The accounts could not be loaded"),
        ("invitations", "The invitations could not be loaded"),
        ("audit", "The audit log could not be loaded"),
        ("workspace", "The workspace could not be loaded"),
    ):
        page.goto(f"/admin/{tab}")
        expect(page.get_by_text(title)).to_be_visible(timeout=30_000)
        picture(page, f"admin-{tab}-error")
    page.goto("/admin/people")
    expect(page.get_by_text("The accounts could not be loaded")).to_be_visible(timeout=30_000)
    page.unroute(everything)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()


def look_up(server: ServerProcess, link: str) -> int:
    body = {"token": link.partition("#invitation=")[2]}
    return httpx.post(f"{server.url}/api/v1/auth/invitations/look-up", json=body, timeout=60).status_code

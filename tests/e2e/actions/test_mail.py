"""Mail from the composer to the mail server: what was approved arrives once, what was undone never."""

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import UNDO_SECONDS, Place
from tests.e2e.actions.writing import card, composer, proposed, write
from tests.support.mailbox import text_of

LEAVES = (UNDO_SECONDS + 30) * 1000


def test_a_mail_is_written_edited_approved_and_arrives_once(page: Page, server: Place) -> None:
    page.goto("/")
    composer(page).click()
    page.keyboard.type("/")
    expect(page.get_by_role("option", name="/mail Write a mail")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("option", name="/event Write an event")).to_be_attached()  # which leaves by mail as well
    expect(page.get_by_role("option")).to_have_count(2)  # nothing is connected for Slack
    page.keyboard.press("Tab")
    page.keyboard.type("Herring for all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Subject")).to_have_value("Herring for all")
    write(page, "Dana Roe <dana@elsewhere.example>, ben@example.com", "Herring for all", "Dear Dana.")

    page.reload()
    shown = card(page, "Herring for all")
    expect(shown.get_by_text("<dana@elsewhere.example>")).to_be_visible()
    expect(shown.get_by_text("Goes outside of example.com: elsewhere.example.")).to_be_visible()
    expect(page.get_by_role("link", name="Actions").get_by_text("1 action waits for you")).to_be_attached()

    shown.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("dialog", name="Edit the mail")
    editor.get_by_role("button", name="Remove ben@example.com").click()
    editor.get_by_label("Text", exact=True).fill("Dear Dana, the herring is here.")
    editor.get_by_role("button", name="Save").click()
    changes = page.get_by_role("group", name="What has changed")
    expect(changes).to_contain_text("now: Dear Dana, the herring is here.")
    expect(changes).to_contain_text("before: Dana Roe <dana@elsewhere.example>, ben@example.com")
    assert _herring(server) == []

    shown.get_by_role("button", name="Approve").click()
    expect(shown.get_by_role("timer")).to_have_text(re.compile(r"Goes out in 0:\d\d"))
    expect(shown.get_by_text("Sent", exact=True)).to_be_visible(timeout=LEAVES)
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    [mail] = _herring(server)
    assert (mail["To"], text_of(mail).strip()) == (
        "Dana Roe <dana@elsewhere.example>",
        "Dear Dana, the herring is here.",
    )
    page.goto("/")
    expect(composer(page)).to_have_value("")


def _herring(server: Place) -> list[EmailMessage]:
    return [mail for mail in server.mail.mails if mail["Subject"] == "Herring for all"]


def test_what_is_undone_in_time_never_arrives(page: Page, server: Place) -> None:
    undone, other = proposed(page, "Undone"), proposed(page, "Other")
    for action, name in ((undone, "Undone"), (other, "Other")):
        page.goto(f"/actions/{action['id']}")
        card(page, name).get_by_role("button", name="Approve").click()
        expect(card(page, name).get_by_role("timer")).to_be_visible()
        if action is undone:
            page.goto("/actions")
            page.get_by_role("listitem").filter(has_text="Undone").get_by_role("button", name="Undo").click()
            expect(page.get_by_role("region", name="History")).to_contain_text("Withdrawn")
    expect(card(page, "Other").get_by_text("Sent", exact=True)).to_be_visible(timeout=LEAVES)
    # What was approved later has left, so what was undone would have as well.
    assert [mail["Subject"] for mail in server.mail.mails if mail["Subject"] in ("Undone", "Other")] == ["Other"]
    assert steps.api(page, "GET", f"/actions/{undone['id']}")["status"] == "cancelled"

"""A mail in the library is answered from where it is read; a formatted one is shown in both of its forms."""

from email.message import EmailMessage
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import UNDO_SECONDS, Place
from tests.e2e.actions.writing import card, proposed
from tests.support.hostile_pages import HOSTILE_PAGES

LEAVES = (UNDO_SECONDS + 30) * 1000


def letter_file() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Dana Roe <dana@elsewhere.example>", "ada@example.com, Ben <ben@elsewhere.example>"
    message["Reply-To"] = "Launch list <launch@lists.example>"
    message["Subject"] = "Herring by mail"
    message["Message-ID"], message["References"] = "<second@elsewhere.example>", "<first@elsewhere.example>"
    message["Date"] = "Fri, 27 Nov 2026 16:20:00 +0000"
    message.set_content("Shall we send the herring by mail?\n")
    return message.as_bytes()


def test_a_mail_is_answered_from_where_it_is_read(page: Page, picture: Any, server: Place) -> None:
    page.goto("/library")
    file: FilePayload = {"name": "herring.eml", "mimeType": "message/rfc822", "buffer": letter_file()}
    page.locator("input[type=file]").first.set_input_files([file])
    expect(page.get_by_text("Herring by mail").first).to_be_visible(timeout=60_000)
    [document] = [one for one in steps.api(page, "GET", "/documents")["items"] if one["title"] == "Herring by mail"]
    page.goto(f"/documents/{document['id']}")
    expect(page.get_by_role("button", name="Reply to all")).to_be_visible(timeout=30_000)
    picture(page, "viewer-of-a-mail")
    page.get_by_role("button", name="Reply to all").click()
    editor = page.get_by_role("dialog", name="Answer")
    expect(editor.get_by_text("<launch@lists.example>").first).to_be_visible()
    expect(editor.get_by_text("<ben@elsewhere.example>")).to_be_visible()
    expect(editor.get_by_text("The mail asks for answers to Launch list <launch@lists.example>")).to_be_visible()
    expect(editor.get_by_label("Subject")).to_have_value("Re: Herring by mail")
    expect(editor.get_by_role("link", name="Herring by mail")).to_be_visible()
    picture(page, "editor-answer")
    editor.get_by_label("Text", exact=True).fill("We do.")
    editor.get_by_role("button", name="Continue to approval").click()
    shown = card(page, "Re: Herring by mail")
    expect(shown.get_by_text("In answer to")).to_be_visible()
    expect(shown.get_by_text("Dana Roe <dana@elsewhere.example>, ")).to_be_visible()
    shown.get_by_role("button", name="Approve").click()
    expect(shown.get_by_text("Sent", exact=True)).to_be_visible(timeout=LEAVES)
    [mail] = [one for one in server.mail.mails if one["Subject"] == "Re: Herring by mail"]
    assert (mail["In-Reply-To"], mail["References"]) == (
        "<second@elsewhere.example>",
        "<first@elsewhere.example> <second@elsewhere.example>",
    )
    assert "ada@example.com" not in mail["To"]


def test_what_cannot_be_answered_says_why(page: Page, picture: Any, server: Place) -> None:
    file: FilePayload = {
        "name": "odd.eml",
        "mimeType": "message/rfc822",
        "buffer": b"Subject: Odd one\r\n\r\nNobody wrote this.\r\n",
    }
    page.goto("/library")
    page.locator("input[type=file]").first.set_input_files([file])
    expect(page.get_by_text("Odd one").first).to_be_visible(timeout=60_000)
    [document] = [one for one in steps.api(page, "GET", "/documents")["items"] if one["title"] == "Odd one"]
    page.goto(f"/documents/{document['id']}")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_role("dialog").get_by_text("Of this mail only its words are kept here")).to_be_visible()
    picture(page, "editor-answer-error")


def test_a_formatted_mail_is_shown_in_both_forms_and_fetches_nothing(page: Page, picture: Any, server: Place) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    html = "<p>Dear <b>Dana</b></p>" + "<hr>".join(HOSTILE_PAGES.values()).replace("ok", "fine")
    action = proposed(page, "Formatted herring", html=html, text="")
    page.goto(f"/actions/{action['id']}")
    shown = card(page, "Formatted herring")
    formatted = shown.get_by_role("group", name="Formatted text")
    expect(formatted.get_by_text("Dana", exact=True)).to_be_visible()
    expect(shown.get_by_role("group", name="Text", exact=True)).to_contain_text("Dear Dana")
    expect(shown.get_by_text("Links lead to")).to_be_visible()
    assert formatted.locator("img, script, style, iframe, form, input, svg, a[href], [style], [onclick]").count() == 0
    picture(page, "action-formatted")
    assert [one for one in asked if not one.startswith(server.url)] == []
    shown.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("dialog").get_by_text("If you change the text, only the text is sent.")).to_be_visible()

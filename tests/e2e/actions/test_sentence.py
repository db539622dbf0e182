"""One sentence in the chat: a mail and an event on their cards, changed, approved, one undone; each is there once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import UNDO_SECONDS
from tests.e2e.serving_here import serving_here
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.google_calendar import GoogleCalendarService
from tests.support.in_thread import in_thread
from tests.support.mailbox import Mailbox, mailbox, text_of
from tests.support.openai_server import Called
from tests.support.scripted_model import ScriptedModel, scripted_model

SENTENCE = "Mail Dana the launch summary and book 30 minutes with her on Thursday"
LEAVES = (UNDO_SECONDS + 30) * 1000


@dataclass(frozen=True, slots=True)
class SentencePlace:
    """What the sentence reaches."""

    url: str
    mail: Mailbox
    model: ScriptedModel
    calendar: GoogleCalendarService


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentencePlace]:
    calendar = GoogleCalendarService()
    with mailbox() as mail, scripted_model() as model, in_thread(calendar.app) as google:
        registered = {
            "google_client_id": CLIENT_ID,
            "google_client_secret": CLIENT_SECRET,
            "google_api_url": google,
            **{f"google_{name}_url": f"{google}/{name}" for name in ("authorize", "token", "revoke")},
        }
        changes: dict[str, Any] = {
            "mail": mail.settings,
            "actions": {"undo_seconds": UNDO_SECONDS, **registered},
            "llm": {"base_url": model.base_url, "api_key": "none", "model": "scripted"},
        }
        settings = settings_for(tmp_path_factory.mktemp("data"), **changes)
        with serving_here(lambda: running_app(settings)) as app:
            yield SentencePlace(app.url, mail, model, calendar)


def _connect_calendar(page: Page, server: SentencePlace) -> None:
    if steps.api(page, "GET", "/connections?purpose=actions")["items"]:
        return
    server.calendar.consents.account = "ada@example.com"
    server.calendar.calendar("ada@example.com")
    page.goto("/connections")
    section = page.get_by_role("region", name="Accounts to act with")
    section.get_by_role("link", name="Connect Google Calendar to act with").click()
    page.get_by_role("button", name=re.compile("^Connect|^Continue")).click()
    expect(section.get_by_text("ada@example.com").first).to_be_visible()


def _prepare(server: SentencePlace, subject: str) -> tuple[Called, Called]:
    mail = {"to": ["Dana"], "cc": [], "subject": subject, "text": "We launch on Monday.", "attachments": []}
    event = {
        "title": "Launch talk", "when": "on Thursday", "duration": "30 minutes", "attendees": ["Dana"],
        "location": "", "description": "",
    }  # fmt: skip
    return Called("prepare_mail", mail), Called("prepare_event", event)


def test_a_mail_and_an_event_out_of_one_sentence(page: Page, server: SentencePlace, picture: Any) -> None:
    _connect_calendar(page, server)
    dana = steps.account(server.url, "dana@example.com", "Dana Fox")
    steps.api(page, "PATCH", f"/admin/users/{dana['id']}", {"email_verified": True})

    server.model.answer_with_pieces(*_prepare(server, "Launch summary"))
    page.goto("/")
    steps.ask(page, SENTENCE)
    mail, event = (
        page.get_by_role("region", name="Mail: Launch summary"),
        page.get_by_role("region", name="Event: Launch talk"),
    )
    expect(mail.get_by_text("<dana@example.com>")).to_be_visible()
    expect(event.get_by_text("This is only begun")).to_be_visible()
    expect(event.get_by_text("on Thursday", exact=True)).to_be_visible()
    page.reload()  # the same cards are there
    expect(event.get_by_text("This is only begun")).to_be_visible()
    picture(page, "sentence")

    mail.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("dialog", name="Edit the mail")
    editor.get_by_label("Text", exact=True).fill("We launch on Monday, at ten.")
    editor.get_by_role("button", name="Save").click()
    expect(mail.get_by_role("group", name="What has changed")).to_be_visible()
    mail.get_by_role("button", name="Approve").click()

    event.get_by_role("button", name="Complete it").click()
    editor = page.get_by_role("dialog", name="Edit the event")
    editor.get_by_label("Start", exact=True).fill("2030-01-03T10:00")
    editor.get_by_label("End", exact=True).fill("2030-01-03T10:30")
    editor.get_by_role("button", name="Save").click()
    expect(event.get_by_text("Thursday").first).to_be_visible()
    picture(page, "sentence-event")
    for tick in event.get_by_role("checkbox").all():
        tick.check()
    event.get_by_role("button", name="Approve").click()
    expect(mail.get_by_text("Sent", exact=True)).to_be_visible(timeout=LEAVES)
    expect(event.get_by_text("Sent", exact=True)).to_be_visible(timeout=LEAVES)

    server.model.answer_with_pieces(_prepare(server, "Second thoughts")[0])
    steps.ask(page, "Mail Dana once more about the launch")
    undone = page.get_by_role("region", name="Mail: Second thoughts")
    undone.get_by_role("button", name="Approve").click()
    undone.get_by_role("button", name="Undo").click()
    expect(undone.get_by_text("Withdrawn", exact=True)).to_be_visible()

    [sent] = [one for one in server.mail.mails if one["Subject"] == "Launch summary"]
    assert (sent["To"], text_of(sent).strip()) == ("Dana Fox <dana@example.com>", "We launch on Monday, at ten.")
    [made] = server.calendar.calendar("ada@example.com").events.values()
    assert (made["summary"], [guest["email"] for guest in made["attendees"]]) == ("Launch talk", ["dana@example.com"])
    assert made["start"]["dateTime"].startswith("2030-01-03T10:00")
    assert not [one for one in server.mail.mails if one["Subject"] == "Second thoughts"]


def test_the_same_without_a_model_by_commands(page: Page, server: SentencePlace) -> None:
    _connect_calendar(page, server)
    before = len(server.calendar.calendar("ada@example.com").events)
    page.goto("/")
    page.get_by_role("textbox", name="Your question").fill("/event Planning")
    page.keyboard.press("Enter")
    editor = page.get_by_role("dialog", name="New event")
    expect(editor.get_by_label("Title")).to_have_value("Planning")
    editor.get_by_label("Start", exact=True).fill("2030-02-07T10:00")
    editor.get_by_label("End", exact=True).fill("2030-02-07T10:30")
    editor.get_by_role("button", name="Continue to approval").click()
    card = page.get_by_role("region", name="Event: Planning")
    card.get_by_role("button", name="Approve").click()
    expect(card.get_by_text("Sent", exact=True)).to_be_visible(timeout=LEAVES)
    events = list(server.calendar.calendar("ada@example.com").events.values())
    assert [event["summary"] for event in events[before:]] == ["Planning"]

"""From a claim on a card to the words that it is known from, and back from an edit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.serving_here import serving_here
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox
from tests.support.openai_server import Called
from tests.support.scripted_model import ScriptedModel, scripted_model

PLAN = "The launch is on Thursday at noon. The budget is 4,000 euros."
TEXT = "Dear Dana,\n\nThe launch is on Thursday at noon. Everybody gets a free bicycle and two hats."


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    url: str
    model: ScriptedModel


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvidencePlace]:
    with mailbox() as mail, scripted_model() as model:
        changes: dict[str, Any] = {
            "mail": mail.settings,
            "llm": {"base_url": model.base_url, "api_key": "none", "model": "scripted"},
        }
        settings = settings_for(tmp_path_factory.mktemp("data"), **changes)
        with serving_here(lambda: running_app(settings)) as app:
            yield EvidencePlace(app.url, model)


def test_a_claim_opens_its_source_at_the_words_and_one_without_says_so(
    page: Page, server: EvidencePlace, picture: Any
) -> None:
    dana = steps.account(server.url, "dana@example.com", "Dana Fox")
    steps.api(page, "PATCH", f"/admin/users/{dana['id']}", {"email_verified": True})
    items = [{"external_id": "plan", "title": "Launch plan", "text": PLAN}]
    steps.api(page, "POST", "/documents/text", {"items": items})
    steps.wait_until_read(page)

    mail = {"to": ["Dana"], "cc": [], "subject": "Launch", "text": TEXT, "attachments": []}
    server.model.answer_with_pieces(Called("prepare_mail", mail))
    page.goto("/")
    steps.ask(page, "Mail Dana when the launch is")
    card = page.get_by_role("region", name="Mail: Launch")
    known = card.get_by_role("list", name="Where this is known from")
    expect(known.get_by_role("listitem").filter(has_text="To").get_by_text("Directory")).to_be_visible()
    expect(known.get_by_role("listitem").filter(has_text="bicycle")).to_contain_text("no source")
    picture(page, "evidence")
    page.reload()
    source = known.get_by_role("link", name="Open Launch plan at these words")
    source.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/documents/[^/]+\?version=1&start=0&end=34$"))
    expect(page.locator("mark").first).to_have_text("The launch is on Thursday at noon.")

    page.go_back()
    card.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("dialog", name="Edit the mail")
    editor.get_by_label("Text", exact=True).fill("The launch is on Friday at noon. " + TEXT.partition("noon. ")[2])
    editor.get_by_role("button", name="Save").click()
    expect(card.get_by_role("group", name="What has changed")).to_be_visible()
    expect(source).to_have_count(0)
    expect(known.get_by_role("listitem").filter(has_text="bicycle")).to_contain_text("no source")

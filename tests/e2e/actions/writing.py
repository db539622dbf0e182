"""What a person does with actions, as the tests say it."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your question")


def write(page: Page, to: str, subject: str, text: str) -> None:
    """Fills the editor that is open, by keyboard alone, and proposes the mail."""
    editor = page.get_by_role("dialog", name="New mail")
    expect(editor).to_be_visible()
    page.keyboard.type(to)
    page.keyboard.press("Enter")
    editor.get_by_label("Subject").fill(subject)
    editor.get_by_label("Text", exact=True).fill(text)
    editor.get_by_role("button", name="Continue to approval").press("Enter")
    expect(page.get_by_role("heading", level=1, name=subject)).to_be_visible()


def card(page: Page, subject: str) -> Locator:
    return page.get_by_role("region", name=f"Mail: {subject}")


def proposed(page: Page, subject: str, to: str = "dana@example.com", **payload: Any) -> dict[str, Any]:
    """A mail that waits for an approval, made without the page."""
    body = {
        "kind": "email",
        "payload": {"to": [{"name": "Dana Roe", "address": to}], "subject": subject, "text": "We launch.", **payload},
    }
    made = steps.api(page, "POST", "/actions", body)
    assert "id" in made, made
    return made

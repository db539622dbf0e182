"""How a talk goes on by what is offered beneath an answer: questions to ask next, choices, and the steps to it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e import steps

type Picture = Callable[[Page, str], None]

LEAVE = """# Leave policy

## Annual leave

Every employee has thirty days of paid annual leave each year.

## Carry-over

Up to five days of annual leave move to the next year and end on 31 March.

## Sick notes

Whoever is ill sends a sick note to the office before ten o'clock.
"""
ROWERS = "The boats are locked up by Dana Kim, phone number 4411."
BAKERS = "The oven is looked after by Dana Roth, phone number 5522."


def test_a_talk_goes_on_by_what_is_offered(page: Page, tmp_path: Path, picture: Picture) -> None:
    steps.register(page, name="Ada", email="goes-on@example.com")
    items = [
        {"external_id": "rowers", "title": "Rowers", "text": ROWERS},
        {"external_id": "bakers", "title": "Bakers", "text": BAKERS},
    ]
    steps.api(page, "POST", "/documents/text", {"items": items})
    written = tmp_path / "Leave policy.md"
    written.write_text(LEAVE)
    page.locator("input[type=file]").first.set_input_files([written])
    steps.wait_until_read(page, at_least=3)
    page.goto("/")
    answers = page.get_by_role("button", name="Copy with sources")

    steps.ask(page, "How many days of paid annual leave does every employee have?")
    offered = page.get_by_role("list", name="Ask next")
    expect(offered.get_by_role("button")).to_have_count(2)
    picture(page, "ask-next")

    offered.get_by_role("button", name="Carry-over").focus()
    page.keyboard.press("Enter")
    expect(answers).to_have_count(2, timeout=30_000)
    expect(page.get_by_text("31 March").first).to_be_visible()
    expect(page.get_by_role("log")).to_be_focused()

    steps.ask(page, "What is the phone number of Dana?")
    choices = page.get_by_role("list", name="Which one is meant")
    expect(choices.get_by_role("button")).to_have_count(2)
    picture(page, "which-is-meant")

    choices.get_by_role("button", name="Dana Roth").click()
    expect(answers).to_have_count(4, timeout=30_000)
    expect(page.get_by_text("5522").last).to_be_visible()
    expect(choices).to_have_count(0)
    folded = page.get_by_text("Looked up in other words")
    folded.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“What is the phone number of Dana Roth?”")).to_be_visible()
    picture(page, "steps-of-an-answer")

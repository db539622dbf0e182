"""Asking in a document, in a source and in everything; telling the demo apart and removing it."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps

type Picture = Callable[[Page, str], None]

_LEAVE = "How many days of paid leave do we have?"
_TEXTS = [
    {"external_id": "leave", "title": "Leave policy", "text": "We have thirty days of paid leave."},
    {"external_id": "ferry", "title": "Ferry times", "text": "The night ferry to Oban leaves at nine."},
]


def where(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Where to ask"))


def test_a_question_is_asked_in_a_document_then_in_everything(page: Page, picture: Picture) -> None:
    steps.register(page)
    steps.api(page, "POST", "/documents/text", {"items": _TEXTS})
    steps.wait_until_read(page, at_least=2)
    page.goto("/")
    expect(where(page)).to_have_text("Everything")
    field = page.get_by_role("textbox", name="Your question")
    field.press_sequentially("In @")
    menu = page.get_by_role("dialog", name="Where to ask")
    finder = menu.get_by_role("combobox", name="Find a document by title")
    expect(finder).to_be_focused()
    finder.press_sequentially("ferry")
    expect(menu.get_by_role("option")).to_have_count(1)
    picture(page, "scope-menu")
    page.keyboard.press("Enter")
    expect(menu).to_have_count(0)
    expect(page.get_by_role("button", name="Do not restrict to: Ferry times")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("In ")
    field.fill(_LEAVE)
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Ask in everything")
    expect(again).to_be_visible()
    expect(page.get_by_text("Not where you asked")).to_be_visible()
    picture(page, "scope-refused")
    page.reload()
    expect(page.get_by_role("button", name="Do not restrict to: Ferry times")).to_be_visible()
    again.click()
    expect(page.get_by_text("thirty days of paid leave").first).to_be_visible()
    where(page).click()
    menu.get_by_role("radio", name="API").check()
    page.keyboard.press("Escape")
    expect(where(page)).to_have_text("API")
    expect(page.get_by_role("button", name="Do not restrict to: Ferry times")).to_have_count(0)
    page.reload()
    expect(where(page)).to_have_text("API")
    picture(page, "scope-source")


def test_the_demo_is_told_apart_and_removed(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    steps.api(page, "POST", "/demo")
    steps.wait_until_read(page, at_least=150)
    page.goto("/library?source=demo")
    expect(page.get_by_role("row").filter(has_text="Demo").first).to_be_visible()
    expect(page.get_by_text("Ferry times")).to_have_count(0)
    picture(page, "library-demo")
    page.goto("/")
    where(page).click()
    page.get_by_role("radio", name="Demo library").check()
    page.keyboard.press("Escape")
    expect(where(page)).to_have_text("Demo library")
    page.goto("/settings/data")
    page.get_by_role("button", name="Remove the demo").click()
    picture(page, "demo-remove")
    steps.confirm(page, "Remove the demo")
    expect(page.get_by_text("demo documents were removed")).to_be_visible()
    expect(page.get_by_role("button", name="Remove the demo")).to_have_count(0)
    assert sum(steps.document_counts(page).values()) == 2
    picture(page, "demo-removed")

"""A conversation of 120 messages, and what stands beside it."""

import itertools
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.support.server import ServerProcess

type Picture = Callable[[Page, str], None]

FACTS = (
    "The compost heap is turned every nineteen days.",
    "The greenhouse is aired at noon.",
    "The pond is cleaned in March.",
)
QUESTIONS = 60
_people = itertools.count(1)


@pytest.fixture
def conversation(page: Page, server: ServerProcess) -> str:
    """Asked through the API: 60 questions with their answers. Gives its address."""
    steps.register(page, name="Ada", email=f"long{next(_people)}@example.com")
    items = [{"external_id": str(n), "title": f"Garden book, part {n}", "text": text} for n, text in enumerate(FACTS)]
    steps.api(page, "POST", "/documents/text", {"items": items})
    steps.wait_until_read(page, at_least=3)
    conversation_id = str(steps.api(page, "POST", "/conversations", {"title": "Garden"})["id"])
    token = page.evaluate("globalThis.__token")
    with httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as client:
        for number in range(QUESTIONS):
            content = f"How often is the compost heap turned, number {number}?"
            answer = client.post(f"/conversations/{conversation_id}/messages", json={"content": content}, timeout=30)
            assert "message.completed" in answer.text
    return f"/c/{conversation_id}"


def test_every_message_is_reached_by_keyboard_and_the_place_is_kept(
    page: Page, conversation: str, picture: Picture
) -> None:
    page.goto(conversation)
    question = page.get_by_text(re.compile(r"compost heap turned, number \d+\?$"))
    expect(question.last).to_have_text(re.compile("number 59"))
    assert question.count() == 25
    thread = page.get_by_role("log")
    held: list[Route] = []
    page.route("**/messages?*cursor=*", lambda route: held.append(route))
    thread.evaluate("box => box.scrollTo({top: 300})")
    while not held:
        page.wait_for_timeout(50)
    first_seen = """box => [...box.querySelectorAll('[data-message]')]
        .find(element => element.getBoundingClientRect().top > 150).dataset.message"""
    seen = page.locator(f'[data-message="{thread.evaluate(first_seen)}"]')
    before = seen.bounding_box()
    held[0].continue_()
    page.unroute("**/messages?*cursor=*")
    expect(question).to_have_count(50)
    after = seen.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 3, "what is being read has moved"
    thread.focus()
    for _ in range(20):
        page.keyboard.press("Home")
        if question.count() == QUESTIONS:
            break
        page.wait_for_timeout(300)
    expect(question).to_have_count(QUESTIONS)
    expect(page.get_by_role("button", name="Earlier messages")).to_have_count(0)
    page.keyboard.press("Home")
    expect(page.get_by_text("number 0?", exact=False)).to_be_in_viewport()
    picture(page, "chat-long-conversation-start")
    page.get_by_role("button", name="Go to the newest").click()
    expect(page.get_by_text("number 59?", exact=False)).to_be_in_viewport()


def test_panel_notice_and_other_tabs_beside_a_conversation(page: Page, conversation: str, picture: Picture) -> None:
    page.goto(conversation)
    page.get_by_role("button", name="Sources", exact=True).last.click()
    sources = page.get_by_role("region", name="Sources")
    sources.get_by_role("link", name=re.compile("Garden book")).first.click()
    expect(page.get_by_role("region", name="Highlighted passage")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sources).to_be_visible()
    picture(page, "chat-sources-panel")
    page.get_by_role("button", name="Answer again").click()
    expect(page.get_by_role("button", name="Answer again")).to_be_visible()
    expect(sources.get_by_role("link", name=re.compile("Garden book")).first).to_be_visible()
    page.keyboard.press("Escape")
    # A notice leaves the field for the next question free.
    page.get_by_role("button", name="Copy with sources").last.click()
    notice = page.locator("[data-sonner-toast]").last
    expect(notice).to_be_visible()
    page.wait_for_timeout(600)
    toast, field = notice.bounding_box(), page.get_by_role("textbox", name="Your question").bounding_box()
    assert toast is not None
    assert field is not None
    assert toast["y"] + toast["height"] <= field["y"]
    # Another tab, side by side: neither is hidden, so only events can tell.
    steps.api(page, "PATCH", conversation.replace("/c/", "/conversations/"), {"title": "Renamed elsewhere"})
    expect(page.get_by_role("link", name="Renamed elsewhere")).to_be_visible()
    steps.api(page, "DELETE", conversation.replace("/c/", "/conversations/"))
    expect(page.get_by_role("link", name="Renamed elsewhere")).to_have_count(0)
    # Over the page itself, where the event of the deletion comes before the answer to it.
    other = steps.api(page, "POST", "/conversations", {"title": "Ponds"})["id"]
    page.goto(f"/c/{other}")
    page.get_by_role("link", name="Ponds").hover()
    page.get_by_role("button", name="Actions for “Ponds”").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Conversation deleted")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    expect(page.get_by_role("link", name="Ponds")).to_have_count(0)

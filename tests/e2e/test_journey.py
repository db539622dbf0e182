"""The first five minutes: register, load the demo or drop a folder, ask, and follow a citation to the exact words."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.support.files import pdf

type Picture = Callable[[Page, str], None]


def test_demo_library_answers_with_citations_that_open_at_the_exact_words(page: Page, picture: Picture) -> None:
    steps.register(page)
    expect(page.get_by_role("heading", name="Welcome, Ada")).to_be_visible()
    picture(page, "welcome")

    steps.load_demo(page)
    page.goto("/")
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    picture(page, "chat-empty")

    page.get_by_role("textbox", name="Your question").fill("How many weeks of parental leave does a partner get?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy with sources")).to_be_visible()
    expect(page.get_by_text("Quoting", exact=True)).to_be_visible()
    chips = page.get_by_role("link", name=re.compile(r"^Source \d+: "))
    assert chips.count() >= 1
    picture(page, "chat-answer")

    chips.first.hover()
    card = page.locator("[data-radix-popper-content-wrapper]")
    expect(card).to_be_visible()
    quoted = steps.squash(card.locator("mark").inner_text()).rstrip("…")
    chips.first.click()
    passage = page.locator("[data-passage]").first
    expect(passage).to_be_in_viewport()
    shown = steps.squash(" ".join(page.locator("[data-passage]").all_inner_texts()))
    assert quoted
    assert quoted in shown
    picture(page, "chat-viewer")


def test_every_sentence_of_the_answer_carries_a_citation_that_verifies(page: Page) -> None:
    steps.sign_in(page)
    steps.ask(page, "What is the current price of the gateway?")
    conversation_id = page.url.rpartition("/c/")[2].partition("?")[0]
    answer = steps.api(page, "GET", f"/conversations/{conversation_id}")["messages"][-1]
    assert answer["citations"]
    for citation in answer["citations"]:
        text = steps.api(page, "GET", f"/documents/{citation['document_id']}/text?version={citation['version']}")[
            "text"
        ]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_longest_tooltip_stays_within_its_border(page: Page) -> None:
    steps.sign_in(page)
    steps.ask(page, "What is the current price of the gateway?")
    page.get_by_role("button", name="Quoting").hover()
    box = page.get_by_role("tooltip").locator("> span")
    expect(box).to_be_visible()
    words, room = box.evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert words <= room


def test_what_the_library_does_not_know_is_said(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    steps.ask(page, "Who won the football world cup in 1974?")
    expect(page.get_by_text("Not in your library")).to_be_visible()
    picture(page, "chat-abstained")


def test_own_folder_is_read_and_answers(page: Page, picture: Picture, tmp_path: Path) -> None:
    steps.register(page, name="Grace Hopper", email="grace@example.com")
    page.goto("/library")
    expect(page.get_by_role("heading", name="Your library is empty")).to_be_visible()
    picture(page, "library-empty")

    folder = tmp_path / "garden"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "compost.md").write_text(
        "# Compost\n\nThe compost heap is turned every nineteen days.\n", encoding="utf-8"
    )
    (folder / "roses.pdf").write_bytes(
        pdf(
            [["Roses in the north bed are", "pruned in the last week of February."], ["The second page is about soil."]]
        )
    )
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of use")
    page.locator("input[type=file][webkitdirectory]").set_input_files(str(folder))
    counts = steps.wait_until_read(page, at_least=3)
    assert (counts["indexed"], counts["failed"]) == (2, 1)
    expect(page.get_by_role("cell", name="Failed").first).to_be_visible()
    expect(page.get_by_role("cell", name="Ready").first).to_be_visible()
    picture(page, "library")

    page.goto("/")
    steps.ask(page, "How often is the compost heap turned?")
    expect(page.get_by_text("every nineteen days").first).to_be_visible()

    steps.ask(page, "When are the roses pruned?")
    expect(page.get_by_text("last week of February").first).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Source \d+: ")).last.click()
    expect(page.locator("[data-passage]").first).to_be_visible()


def test_pdf_page_is_shown_with_the_passage_marked(page: Page, picture: Picture) -> None:
    steps.sign_in(page, "grace@example.com")
    page.goto("/search?q=roses pruned")
    page.get_by_role("link", name=re.compile("roses", re.IGNORECASE)).first.click()
    expect(page.locator("[data-passage]").first).to_be_visible()
    page.get_by_role("radio", name="Page", exact=True).or_(
        page.get_by_role("tab", name="Page", exact=True)
    ).first.click()
    expect(page.get_by_role("img", name=re.compile("Image of page 1"))).to_be_visible()
    expect(page.locator("[data-passage-box]").first).to_be_visible()
    picture(page, "document-pdf-page")


def test_dropped_files_are_taken(page: Page) -> None:
    steps.sign_in(page, "grace@example.com")
    page.goto("/library")
    transfer = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            const text = 'Tulip bulbs go into the ground in October.';
            data.items.add(new File([text], 'tulips.txt', {type: 'text/plain'}));
            return data;
        }"""
    )
    target = page.get_by_role("main")
    for event in ("dragenter", "dragover", "drop"):
        target.dispatch_event(event, {"dataTransfer": transfer})
    expect(page.get_by_text("tulips", exact=False).first).to_be_visible()
    steps.wait_until_read(page, at_least=4)


def test_deleted_document_stops_answering_but_its_citation_still_verifies(page: Page) -> None:
    steps.sign_in(page, "grace@example.com")
    steps.ask(page, "When do tulip bulbs go into the ground?")
    expect(page.get_by_text("in October").first).to_be_visible()
    chat = page.url
    page.goto("/library?q=tulips")
    page.get_by_role("button", name=re.compile("Actions for .*tulips")).first.click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").or_(page.get_by_role("alertdialog")).get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted “").first).to_be_visible()

    page.goto("/")
    steps.ask(page, "When do tulip bulbs go into the ground?")
    expect(page.get_by_text("in October")).to_have_count(0)
    page.goto(chat)
    page.get_by_role("link", name=re.compile(r"^Source \d+: ")).first.click()
    expect(page.locator("[data-passage]").first).to_contain_text("Tulip bulbs go into the ground in October.")


def test_nobody_sees_what_belongs_to_another(page: Page) -> None:
    steps.sign_in(page, "grace@example.com")
    page.goto("/library")
    document_id = steps.api(page, "GET", "/documents?limit=1")["items"][0]["id"]
    conversation_id = steps.api(page, "GET", "/conversations?limit=1")["items"][0]["id"]
    page.context.clear_cookies()
    steps.register(page, name="Eve", email="eve@example.com")
    page.goto(f"/documents/{document_id}")
    expect(page.get_by_role("heading", name="This document is not here")).to_be_visible()
    page.goto(f"/c/{conversation_id}")
    expect(page.get_by_role("heading", name="There is nothing at this address").last).to_be_visible()


def test_everything_can_be_done_by_keyboard(page: Page) -> None:
    page.goto("/register")
    page.get_by_label("Name").focus()
    page.keyboard.type("Keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("keys@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(steps.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Welcome, Keyboard")).to_be_visible()
    steps.api(
        page,
        "POST",
        "/documents/text",
        {"items": [{"external_id": "1", "title": "Tea", "text": "Tea brews four minutes."}]},
    )
    steps.wait_until_read(page)
    page.goto("/")
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    page.keyboard.press("Shift+Escape")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.keyboard.type("How long does tea brew?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tea brews four minutes.").first).to_be_visible()
    chip = page.get_by_role("link", name=re.compile(r"^Source 1: "))
    chip.first.focus()
    expect(page.locator("[data-radix-popper-content-wrapper]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-radix-popper-content-wrapper]")).to_have_count(0)
    expect(page.locator("[data-passage]").first).to_be_visible()
    expect(page.get_by_role("region", name="Highlighted passage").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-passage]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Command palette")).to_be_focused()
    page.keyboard.type("library")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/library"))

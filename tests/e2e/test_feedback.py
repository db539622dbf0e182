"""What somebody thinks of an answer: said by keyboard, kept over a reload, taken back, and seen by no other person."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps

type Picture = Callable[[Page, str], None]

TEXT = "Every employee has thirty days of paid leave per year. Part-timers have as many days as they work."


def opinion(page: Page) -> dict[str, object]:
    """The last answer's, as the server has it."""
    conversation_id = page.url.rpartition("/c/")[2].partition("?")[0]
    answer = steps.api(page, "GET", f"/conversations/{conversation_id}")["messages"][-1]
    return {name: answer[f"feedback{name}"] for name in ("", "_reasons", "_comment")}


def test_a_bad_answer_is_called_so_with_its_reasons_by_keyboard(page: Page, picture: Picture) -> None:
    steps.register(page)
    item = {"external_id": "leave", "title": "Leave policy", "text": TEXT}
    steps.api(page, "POST", "/documents/text", {"items": [item]})
    steps.wait_until_read(page)
    steps.ask(page, "How many days of paid leave does every employee have?")
    bad = page.get_by_role("button", name="Bad answer")
    expect(bad).to_have_attribute("aria-pressed", "false")
    bad.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="What is wrong with this answer?")
    expect(dialog.get_by_role("checkbox")).to_have_count(5)
    expect(dialog.get_by_text("neither your question nor your words")).to_be_visible()
    dialog.get_by_role("checkbox", name="Something is missing").focus()
    page.keyboard.press("Space")
    expect(dialog.get_by_role("checkbox", name="Something is missing")).to_be_checked()
    for _ in range(3):  # over the two reasons after it, to the words
        page.keyboard.press("Tab")
    page.keyboard.type("Part-timers are not named.")
    picture(page, "feedback-why")
    dialog.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(bad).to_be_focused()
    assert opinion(page) == {"": "down", "_reasons": ["missing"], "_comment": "Part-timers are not named."}
    page.reload()
    expect(page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    picture(page, "feedback-kept")

    page.get_by_role("button", name="Bad answer").click()
    expect(page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "false")
    assert opinion(page) == {"": None, "_reasons": [], "_comment": None}


def test_administrators_are_told_counts_and_no_words(page: Page, elsewhere: Callable[..., Page]) -> None:
    steps.sign_in(page)  # Ada administers: hers was the first account
    grace = elsewhere()
    steps.register(grace, name="Grace Hopper", email="grace@example.com")
    steps.ask(grace, "Who won the football world cup in 1974?")
    grace.get_by_role("button", name="Bad answer").click()
    steps.confirm(grace, "Send")
    disliked, unanswered = (steps.api(page, "GET", f"/admin/{name}") for name in ("feedback", "unanswered"))
    assert (disliked["down"], unanswered["abstain"]) == (1, 1)
    assert [item["question"] for item in disliked["items"] + unanswered["items"]] == [None, None]
    assert "football" not in str((disliked, unanswered))
    assert steps.api(grace, "GET", "/admin/feedback")["code"] == "admin_required"
    page.goto("/settings/answers")
    expect(page.get_by_text("Administrators are not shown them")).to_be_visible()

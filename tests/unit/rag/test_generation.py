"""A model's stream on its way to the person."""

import pytest

from backend.llm.prompts import ANSWER_INSTRUCTIONS, NOT_FOUND_MARK
from backend.rag.generation import GeneratedText


def stream(text: str, size: int = 3) -> tuple[GeneratedText, str]:
    written = GeneratedText(())
    shown = [written.feed(text[i : i + size]) for i in range(0, len(text), size)]
    return written, "".join(shown) + written.finish()


@pytest.mark.parametrize(
    "mark", [NOT_FOUND_MARK, f"`{NOT_FOUND_MARK}`", f' "{NOT_FOUND_MARK}."\n', f"**{NOT_FOUND_MARK}**"]
)
@pytest.mark.parametrize("size", [1, 4, 100])
def test_the_mark_alone_is_an_abstention_and_never_seen(mark: str, size: int) -> None:
    written, shown = stream(mark, size)
    assert written.abstains
    assert shown == ""


@pytest.mark.parametrize("text", ["NOT really.", "Notice period: 3 months.", "N", "No.", "NOT_IN"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_an_answer_that_begins_alike_is_shown_whole(text: str, size: int) -> None:
    written, shown = stream(text, size)
    assert not written.abstains
    assert shown == written.text == text


def test_a_mark_at_the_end_is_taken_out_of_the_answer() -> None:
    written, _ = stream(f"Thirty days. {NOT_FOUND_MARK}")
    assert written.text == "Thirty days."


def test_reciting_the_instructions_ends_the_answer_before_the_sentence() -> None:
    written, shown = stream(f"Thirty days. Five weeks. Well, {ANSWER_INSTRUCTIONS}")
    assert written.leaking
    assert written.text == "Thirty days. Five weeks."
    assert len(shown) < 120

"""Names from first questions."""

import pytest

from backend.conversation.title import LONGEST_TITLE_CHARS, rule_title


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How many days of leave?", "How many days of leave"),
        ("please tell me who approves travel?", "Who approves travel"),
        ("Hi, can you show the  budget\n of 2025 ?!", "Show the budget of 2025"),
        ("有几天年假？", "有几天年假？"),
        ("???", ""),
        ("x" * 80, "X" + "x" * (LONGEST_TITLE_CHARS - 2) + "…"),
    ],
)
def test_a_question_becomes_a_title(question: str, title: str) -> None:
    assert rule_title(question) == title


def test_a_long_question_is_cut_between_words() -> None:
    title = rule_title("What did the committee decide about the cold chain monitoring pilot in the Nordic warehouses?")
    assert len(title) <= LONGEST_TITLE_CHARS
    assert title == "What did the committee decide about the cold chain…"

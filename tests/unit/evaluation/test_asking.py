"""What is right of an answer, and what is wrong with it."""

from typing import Any

import pytest

from backend.evaluation.asked import AskedQuestion
from backend.evaluation.asking import judge

NAMES = {"d1": "hr/leave.md", "d2": "hr/old.md"}
ASKED = AskedQuestion(
    "x-fact-01",
    "fact",
    "how many days off",
    "answer",
    holds=(("28 days", "28 Tage"), ("Dana",)),
    lacks=("25 days",),
    cites=("hr/leave.md",),
    cites_not=("hr/old.md",),
)


def message(content: str, *cited: str, **told: Any) -> dict[str, Any]:
    return {"content": content, "citations": [{"document_id": one} for one in cited], "abstained": False, **told}


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        (message("28\n  DAYS, says Dana", "d1"), ()),
        (message("28 Tage, sagt Dana", "d1"), ()),
        (message("28 days", "d1"), ("lacks “Dana”",)),
        (message("28 days, not 25 days, says Dana", "d1"), ("holds “25 days”",)),
        (message("28 days, says Dana", "d2"), ("does not cite hr/leave.md", "cites hr/old.md")),
        (message("28 days, says Dana", "d1", outcome="partial"), ("partial, not answer",)),
    ],
)
def test_an_answer_is_right_by_what_it_holds_lacks_and_cites(answer: dict[str, Any], faults: tuple[str, ...]) -> None:
    judged = judge(ASKED, answer, NAMES)
    assert judged.faults == faults
    assert judged.right is not bool(faults)
    assert not judged.refused


def test_a_refusal_of_what_is_there_is_a_wrong_refusal() -> None:
    judged = judge(ASKED, message("Not there.", abstained=True), NAMES)
    assert judged.refused
    assert judged.faults[0] == "abstain, not answer"


def test_of_a_summary_some_facts_suffice() -> None:
    asked = AskedQuestion("x", "summary", "sum up", "answer", holds=(("a1",), ("b2",), ("c3",)), at_least=2)
    assert judge(asked, message("a1 c3", "d1"), NAMES).right
    few = judge(asked, message("a1", "d1"), NAMES)
    assert few.faults == ("lacks “b2”", "lacks “c3”")
    assert few.near == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("wanted", "shown", "stands"),
    [
        ("€52", "Up to €52 per day.", True),
        ("€52", "Up to €520 per day.", False),
        ("2%", "Canary: 2% of gateways", True),
        ("2%", "12% of gateways", False),
        ("95", "höchstens 95,00 EUR", True),
        ("95", "höchstens 95,50 EUR", False),
        ("95", "höchstens 1.95 EUR", False),
        ("95", "höchstens 95.", True),
        ("3", "31 and 13 and 3.5", False),
        ("3", "31, or 3, or 4", True),
        ("bus", "busy", False),
        ("bus", "by bus.", True),
    ],
)
def test_a_short_word_or_a_figure_stands_there_as_a_whole(wanted: str, shown: str, stands: bool) -> None:
    asked = AskedQuestion("x", "fact", "how much", "answer", holds=((wanted,),))
    assert judge(asked, message(shown, "d1"), NAMES).right is stands


def test_a_greeting_is_replied_to_without_documents() -> None:
    asked = AskedQuestion("x", "greeting", "hi", "reply")
    assert judge(asked, message("Hello!"), NAMES).right
    assert not judge(asked, message("Hello, she wrote.", "d1"), NAMES).right


@pytest.mark.parametrize(
    ("content", "right"), [("There are 3.", True), ("There are 3, all told", True), ("There are 31", False),
                           ("3.5 of them", False), ("1,3", False), ("v3", False)]
)  # fmt: skip
def test_a_figure_stands_by_itself(content: str, right: bool) -> None:
    asked = AskedQuestion("x", "count", "how many", "answer", holds=(("3",),), computed=True)
    assert judge(asked, message(content, "d1"), NAMES).right is right

import pytest

from backend.llm.answer_types import AnswerType, answer_type, offers
from backend.llm.terms import content_terms


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When does the lease end?", AnswerType.date),
        ("In which year was it founded?", AnswerType.date),
        ("How many seats are there?", AnswerType.number),
        ("What is the price of a licence?", AnswerType.number),
        ("Who signs the contract?", AnswerType.person),
        ("Where is the office?", AnswerType.place),
        ("Why did it fail?", AnswerType.reason),
        ("Wie viele Tage?", AnswerType.number),
        ("What does the column mean?", AnswerType.other),
    ],
)
def test_the_question_tells_what_it_asks_for(question: str, kind: AnswerType) -> None:
    assert answer_type(question) is kind


@pytest.mark.parametrize(
    ("kind", "question", "answering", "repeating"),
    [
        (AnswerType.date, "What happened in 2024?", "It opened on 3 May.", "In 2024 much happened."),
        (AnswerType.number, "How many of the 12?", "There were 7.", "Of the 12 some."),
        (AnswerType.person, "Who leads Orion?", "The lead is Ann Lee.", "The lead of Orion is new."),
        (AnswerType.reason, "Why?", "Because the pump broke.", "The pump broke."),
    ],
)
def test_an_answer_offers_something_that_the_question_does_not_have(
    kind: AnswerType, question: str, answering: str, repeating: str
) -> None:
    known = content_terms(question)
    assert offers(kind, answering, known)
    assert not offers(kind, repeating, known)

import pytest

from backend.quoting.answer_types import AnswerType, answer_type, asked_detail, names, offers
from backend.text.terms import content_terms


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


def test_the_asked_detail_is_told_from_what_it_is_asked_of() -> None:
    assert asked_detail("What is the phone number of Ann Lee?") == content_terms("phone")
    assert asked_detail("How many parking spaces for cars does the office have?") == content_terms("parking spaces")
    assert asked_detail("Welche Versicherung hat das Werk?") == content_terms("Versicherung")


def test_a_question_word_or_the_kind_of_a_thing_is_no_detail() -> None:
    assert asked_detail("Who won the race?") == frozenset()
    assert asked_detail("In which year was the office opened?") == frozenset()


def test_a_name_in_the_possessive_is_the_name() -> None:
    assert names("We think that Lithra's insurer pays.") == ["Lithra"]

"""The steps to an answer are told where there was more than one look, or one in other words."""

from backend.access import Caller
from backend.embedding.search.models import Hit
from backend.rag.composing import Asked
from backend.rag.models import Answered, Cited, Outcome, Question, Source, Step
from backend.rag.steps import steps_to
from tests.support.hits import hit

FILM = hit("The Long Pier is a drama directed by Ada Verne.", document_id="film", title="The Long Pier")
ADA = hit("Ada Verne was born in Ghent.", document_id="ada", title="Ada Verne")
NOISE = hit("Directors were born somewhere.", document_id="noise", title="Note")
QUESTION = "Where was the director of The Long Pier born?"
FOLLOWED = Step("Ada Verne", (ADA,), named_in="film")


def _asked(query: str, *hits: Hit, steps: tuple[Step, ...] = ()) -> Asked:
    return Asked(Question(Caller.of("ann"), QUESTION), query, tuple(map(Source, hits)), steps=steps)


def _answered(*cited: Hit, abstained: bool = False) -> Answered:
    citations = tuple(Cited(n, one, 0, 3, one.text[:3], "matched", 0, 3) for n, one in enumerate(cited, 1))
    outcome: Outcome = "abstain" if abstained else "answer"
    return Answered("…", citations, abstained=abstained, mode="extractive", model=None, outcome=outcome)


def _told(steps: tuple[Step, ...]) -> list[tuple[str, list[str]]]:
    return [(step.text, [one.document_id for one in step.found]) for step in steps]


def test_a_second_look_is_told_where_the_answer_rests_on_it() -> None:
    asked = _asked(QUESTION, NOISE, FILM, ADA, steps=(FOLLOWED,))
    told = steps_to(_answered(ADA, FILM), asked, QUESTION)
    assert _told(told) == [(QUESTION, ["film", "noise"]), ("Ada Verne", ["ada"])]
    assert told[1].named_in == "film"
    assert steps_to(_answered(FILM), asked, QUESTION) == ()


def test_a_question_that_was_searched_in_other_words_is_told() -> None:
    asked = _asked("How long is parental leave in Spain?", FILM, ADA, FILM)
    assert _told(steps_to(_answered(ADA), asked, "And in Spain?")) == [
        ("How long is parental leave in Spain?", ["ada", "film"])
    ]
    refused = steps_to(_answered(abstained=True), asked, "And in Spain?")
    assert _told(refused) == [("How long is parental leave in Spain?", [])]


def test_what_was_typed_and_found_at_once_has_no_steps() -> None:
    assert steps_to(_answered(FILM), _asked("Who directed it?", FILM), "who directed it") == ()

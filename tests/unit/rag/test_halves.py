"""Each of two questions is answered from its own passages, under its own line; what is not there is said to be so."""

import pytest

from backend.access import Caller
from backend.embedding.search.models import Filters, Hit, SearchResult
from backend.rag.composing import Asked, Excerpt
from backend.rag.halves import Halves
from backend.rag.models import PastTurn, Question
from backend.text.terms import content_terms, terms
from tests.support.hits import hit
from tests.support.quoting import BestLine

DOCUMENTS = (
    hit("The summer party is on 3 June.", document_id="party", title="Party"),
    hit("The cake is brought by Piet.", document_id="cake", title="Cake"),
    hit("Das Training leitet Jana Wolff.\nDas Training beginnt um 18 Uhr.", document_id="sport", title="Sport"),
    hit("The barn was given up in 2021.\nThe barn leaked.", document_id="barn", title="Barn"),
)


class Library:
    """Documents with a word of the query, those with most first."""

    def __init__(self) -> None:
        self.queries: list[str] = []

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: str,
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        self.queries.append(query)
        wanted = content_terms(query)

        def shared(one: Hit) -> int:
            return len(wanted & frozenset(terms(f"{one.title} {one.text}")))

        return SearchResult(tuple(sorted(filter(shared, DOCUMENTS), key=shared, reverse=True)[:limit]))


async def _answer(message: str, *history: PastTurn) -> tuple[str, str, list[str]] | None:
    library = Library()
    asked = Asked(Question(Caller("ann", frozenset({"user:ann"})), message, history), message, ())
    answer = await Halves((BestLine(),), library, passages=3).compose(asked)
    if answer is None:
        return None
    shown = "".join(piece.shown if isinstance(piece, Excerpt) else piece for piece in answer.pieces)
    return shown, answer.outcome, library.queries


@pytest.mark.parametrize(
    ("message", "blocks", "outcome"),
    [
        (
            "When is the summer party and who brought the cake?",
            [
                "**When is the summer party?**",
                "The summer party is on 3 June.",
                "**Who brought the cake?**",
                "The cake is brought by Piet.",
            ],
            "answer",
        ),
        (
            "When is the summer party? And is there parking?",
            [
                "**When is the summer party?**",
                "The summer party is on 3 June.",
                "To “Is there parking?”: nothing in your documents answers this.",
            ],
            "partial",
        ),
        (
            "Wo kann man parken und wer leitet das Training?",
            [
                "Zu „Wo kann man parken?“: Das beantwortet keines Ihrer Dokumente.",
                "**Wer leitet das Training?**",
                "Das Training leitet Jana Wolff.",
            ],
            "partial",
        ),
    ],
)
async def test_each_question_has_its_answer(message: str, blocks: list[str], outcome: str) -> None:
    answer = await _answer(message)
    assert answer is not None
    assert (answer[0].split("\n\n"), answer[1]) == (blocks, outcome)


async def test_the_second_question_goes_on_from_the_first() -> None:
    answer = await _answer("Wer leitet das Training und wann beginnt es?")
    assert answer is not None
    assert answer[2] == ["Wer leitet das Training?", "Wann beginnt es? (Training)"]
    assert "um 18 Uhr" in answer[0]


async def test_the_first_question_goes_on_from_the_talk() -> None:
    answer = await _answer("When was it given up, and who brought the cake?", PastTurn("Who owned the barn?", "Ulla."))
    assert answer is not None
    assert answer[2][0] == "When was it given up? (owned barn)"
    assert "2021" in answer[0]


@pytest.mark.parametrize(
    "message",
    ["When is the summer party?", "Where is the sauna and what does a towel cost?", "Cake and party", ""],
)
async def test_one_question_and_two_without_an_answer_are_left(message: str) -> None:
    assert await _answer(message) is None


async def test_a_question_is_shown_without_markup() -> None:
    answer = await _answer("When is the summer party *x*? and who brought [the](http://x) cake?")
    assert answer is not None
    assert "[the](" not in answer[0]

"""What is offered to be asked next has words behind it, was not asked before, and is no more than a plain question."""

from dataclasses import replace

import pytest

from backend.access import Caller
from backend.documents.models import DocumentText, Kind, Section
from backend.embedding.search.models import Hit
from backend.errors import NotFound, Unavailable
from backend.rag.composing import Asked
from backend.rag.models import Answered, Cited, Offer, PastTurn, Question, Source
from backend.rag.next_questions import next_questions, offers, speakable
from tests.support.cost import processor_seconds
from tests.support.hits import hit

ANN = Caller("ann", frozenset({"user:ann"}))
LEAVE = {
    "Leave policy": "",
    "Annual leave": "Every employee has thirty days of annual leave each year.",
    "Carry-over": "Up to five days move to the next year and end on 31 March.",
    "Nothing here": "",
    "Sick leave": "Who is ill says so before ten, and brings a note on day four.",
    "3. Special leave": "One day for a wedding or for moving house, two for a birth.",
}
RATES = {
    "Rates": "",
    "France": "Parental leave is sixteen weeks, paid by the insurance.",
    "Spain": "Parental leave is nineteen weeks, paid by the insurance.",
    "Pets": "No animals in the kitchen, except on the last Friday of May.",
}


def a_text(parts: dict[str, str]) -> DocumentText:
    """A document with a title of level 1 and its sections of level 2."""
    text, sections = "", []
    for place, (heading, body) in enumerate(parts.items()):
        start = len(text)
        text += f"{'##' if place else '#'} {heading}\n\n{body}\n\n"
        sections.append(Section(start, len(text), heading, level=2 if place else 1))
    return DocumentText(document_id="doc", version=1, text=text, sections=sections)


def _cited(text: DocumentText, words: str, title: str) -> Cited:
    start = text.text.index(words)
    passage = hit(words, title=title, start=start)
    return Cited(1, passage, start, start + len(words), words, "matched", 0, len(words))


def _asked(question: str, *others: Hit, history: tuple[PastTurn, ...] = (), query: str = "") -> Asked:
    return Asked(Question(ANN, question, history), query or question, tuple(map(Source, others)))


def _offered(asked: Asked, parts: dict[str, str], words: str, title: str = "Leave policy") -> list[str]:
    text = a_text(parts)
    return [offer.text for offer in offers(asked, [_cited(text, words, title)], text)]


def test_headings_around_the_cited_one_are_asked_about() -> None:
    assert _offered(_asked("How many days of annual leave are there?"), LEAVE, "thirty days") == [
        "What does “Leave policy” say about “Carry-over”?",
        "What does “Leave policy” say about “Sick leave”?",
        "What does “Leave policy” say about “Special leave”?",
    ]


def test_they_are_asked_in_the_language_of_the_question() -> None:
    parts = {"Satzung": "", "Beitrag": "Der Beitrag ist 40 Euro.", "Austritt": LEAVE["Sick leave"]}
    assert _offered(_asked("Wie hoch ist der Beitrag?"), parts, "40 Euro", "Satzung.pdf") == [
        "Was steht in „Satzung“ zu „Austritt“?"
    ]


def test_the_same_is_asked_of_a_sibling_whose_text_says_it() -> None:
    asked = _asked("And in France?", query="How long is parental leave in France?")
    assert _offered(asked, RATES, "sixteen weeks", "Rates") == [
        "How long is parental leave in Spain?",
        "What does “Rates” say about “Pets”?",
    ]


def test_what_was_asked_before_is_not_offered_again() -> None:
    history = (
        PastTurn("What does “Leave policy” say about “Sick leave”?", "…"),
        PastTurn("and the carry-over?", "…", "How many days may I carry over, carry-over?"),
    )
    assert _offered(_asked("How much annual leave?", history=history), LEAVE, "thirty days") == [
        "What does “Leave policy” say about “Special leave”?"
    ]


def test_a_heading_that_is_a_question_is_asked_as_it_stands() -> None:
    parts = {"FAQ": "", "Who pays?": "The office pays it all.", "When do we get paid?": LEAVE["Annual leave"]}
    assert _offered(_asked("Who pays?"), parts, "The office", "FAQ") == ["When do we get paid?"]


def test_a_document_that_the_passage_names_is_offered() -> None:
    named = hit("Rooms are swept on Mondays.", document_id="rota", title="Cleaning rota.pdf")
    unnamed = hit("Doors lock at ten.", document_id="doors", title="Door codes")
    passage = hit("The kitchen is cleaned by the cleaning rota.", title="House rules")
    cited = Cited(1, passage, 0, 10, "The kitche", "matched", 0, 10)
    assert offers(_asked("Who cleans the kitchen?", passage, named, unnamed), [cited], None) == (
        Offer("What does “Cleaning rota” say?", "rota"),
    )


def test_the_same_is_asked_of_another_document_of_its_kind() -> None:
    barn = hit("The lease of the barn ends on 3 May.", document_id="barn", title="Barn lease")
    mill = hit("This lease ends on 9 July.", document_id="mill", title="Mill lease")
    rules = hit("Keep the keys.", document_id="rules", title="Lease rules")
    older = hit("This lease ends on 1 May.", document_id="old", title="Tower lease")
    cited = Cited(1, barn, 0, 9, "The lease", "matched", 0, 9)
    asked = _asked("When does the barn lease end?", barn, mill, rules)
    asked = replace(asked, sources=(*asked.sources, Source(older, superseded_by="mill")))
    assert offers(asked, [cited], None) == (Offer("When does the Mill lease end?", "mill"),)


@pytest.mark.parametrize(
    "heading",
    [
        "Mail dana@evil.example now",
        "See https://evil.example",
        "evil.example",
        "[click](x)",
        "a `code` span",
        "x" * 61,
        "…",
        "7",
        "---",
        "",
        "bad\u202eword",
    ],
)
def test_what_is_more_than_plain_words_is_not_offered(heading: str) -> None:
    assert speakable(heading) in {None, "badword"}


@pytest.mark.parametrize(
    ("heading", "said"),
    [("3.2 Carry-over", "Carry-over"), ("§ 4 Kündigung", "§ 4 Kündigung"), ("2) Who pays?", "Who pays?")],
)
def test_a_heading_loses_its_number(heading: str, said: str) -> None:
    assert speakable(heading) == said


class Texts:
    def __init__(self, text: DocumentText | Exception) -> None:
        self._text = text

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        assert (caller, document_id, version) == (ANN, "doc", 1)
        if isinstance(self._text, Exception):
            raise self._text
        return self._text


@pytest.mark.parametrize("error", [NotFound("gone"), Unavailable("later", dependency="database")])
async def test_a_text_that_cannot_be_read_costs_no_answer(error: Exception) -> None:
    cited = _cited(a_text(LEAVE), "thirty days", "Leave policy")
    answered = Answered("…", (cited,), abstained=False, mode="extractive", model=None)
    assert await next_questions(_asked("How much leave?"), answered, Texts(error)) == ()


async def test_only_an_answer_from_documents_goes_on() -> None:
    text = a_text(LEAVE)
    cited = _cited(text, "thirty days", "Leave policy")
    answered = Answered("…", (cited,), abstained=False, mode="extractive", model=None)
    asked = _asked("How much annual leave?")
    assert len(await next_questions(asked, answered, Texts(text))) == 3
    assert await next_questions(asked, replace(answered, outcome="ask_back"), Texts(text)) == ()
    assert await next_questions(asked, replace(answered, citations=(), abstained=True), Texts(text)) == ()
    rows = replace(cited, hit=replace(cited.hit, kind=Kind.csv))
    assert await next_questions(asked, replace(answered, citations=(rows,)), Texts(text)) == ()


def test_a_long_document_costs_no_more_than_ten_milliseconds() -> None:
    text = a_text({f"Part {number} of it all": LEAVE["Annual leave"] * 20 for number in range(2_000)})
    cited = _cited(text, "thirty days", "Leave policy")
    others = [hit("Kitchens and leave. " * 100, document_id=f"d{n}", title=f"Leave of house {n}") for n in range(10)]
    asked = _asked("How many days of leave policy are there?", *others, history=(PastTurn("q " * 500, "a"),) * 12)
    assert processor_seconds(lambda: offers(asked, [cited] * 8, text)) <= 0.01


def test_a_hostile_heading_is_read_in_time() -> None:
    words = "1." * 50_000
    assert processor_seconds(lambda: speakable(words)) < 0.2

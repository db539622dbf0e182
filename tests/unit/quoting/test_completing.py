import pytest

from backend.quoting.answer_types import AnswerType, lacks_asked_kind
from backend.quoting.candidates import find_candidates
from backend.quoting.completing import completed
from backend.quoting.line_roles import table_head_at
from tests.support.hits import hit


def quoted(text: str, sentence: str, kind: AnswerType = AnswerType.other) -> str:
    passage = hit(text, start=7)
    everything = find_candidates([passage])
    [chosen] = [candidate for candidate in everything if candidate.text == sentence]
    [(_, start, end)] = completed([chosen], everything, [passage], kind)
    return text[start - 7 : end - 7]


@pytest.mark.parametrize(
    "text",
    [
        "Bertil kept the books. He has 412 euros left.",
        "Der Beitrag beträgt 58 Euro. Er wird im Februar abgebucht.",
        "La caution est de 300 euros. Elle est rendue dans les dix jours.",
        "The notice takes nine weeks. For tenants of ten years this time grows by three months.",
        "The fence cost 890 euros. Therefore the mower was put off.",
    ],
)
def test_what_points_back_brings_the_sentence_before(text: str) -> None:
    assert quoted(text, text.split(". ")[1]) == text


@pytest.mark.parametrize(
    "text",
    [
        "Dogs are not allowed. This does not hold for assistance dogs.",
        "You may not lend a boat alone. Only with a trainer it is possible.",
        "The key costs nothing. But it must be brought back.",
    ],
)
def test_a_denial_brings_what_completes_it(text: str) -> None:
    assert quoted(text, text.split(". ")[0] + ".") == text


def test_an_exception_is_brought_without_a_denial() -> None:
    text = "All members pay. Except for those of honour. The hall is old."
    assert quoted(text, "All members pay.") == "All members pay. Except for those of honour."


def test_why_brings_the_cause_beside_the_fact() -> None:
    after = "The party was called off. A storm had been announced. The mower is new."
    before = "We cook without stock. The reason is an allergy."
    assert quoted(after, "The party was called off.", AnswerType.reason).endswith("announced.")
    assert quoted(before, "We cook without stock.", AnswerType.reason) == before
    assert quoted(after, "The party was called off.") == "The party was called off."


def test_a_sentence_that_says_why_stands_alone() -> None:
    text = "Nothing is kneaded, because rye has little gluten. The bread rests."
    assert quoted(text, text.split(". ")[0] + ".", AnswerType.reason) == text.split(". ")[0] + "."


@pytest.mark.parametrize("between", ["\n\n", "\n\n## Heading\n\n"])
def test_no_quote_reaches_beyond_its_paragraph(between: str) -> None:
    text = f"Bertil kept the books.{between}He has 412 euros left."
    assert quoted(text, "He has 412 euros left.") == "He has 412 euros left."


def test_stretches_do_not_overlap() -> None:
    text = "Bertil kept the books. He has 412 euros left. He sold the boat."
    everything = find_candidates([hit(text)])
    ranges = [(start, end) for _, start, end in completed(everything[::-1], everything, [hit(text)], AnswerType.other)]
    assert sorted(ranges) == [(0, 22), (23, len(text))]


def test_the_head_of_a_table_is_found_from_its_rows() -> None:
    text = "Prices\n\n| Bike | Day |\n|---|---|\n| City | 9 |\n| Tandem | 19 |"
    for row in ("| City", "| Tandem"):
        assert text[slice(*(table_head_at(text, text.index(row)) or (0, 0)))] == "| Bike | Day |"
    assert table_head_at("| a | b |\n| c | d |", 10) is None
    assert table_head_at("| a | b |", 0) is None


def test_what_is_asked_for_must_stand_in_a_quote() -> None:
    assert lacks_asked_kind("what did the trip to Ghent cost", ["two days in Ghent, 10 and 11 April"])
    assert lacks_asked_kind("when does it end", ["It ends well."])
    assert not lacks_asked_kind("was kostet der Ausflug", ["Die Fahrt kostet 6,50 Euro."])
    assert not lacks_asked_kind("how much is a locker", ["Lockers are free, 3 of them."])
    assert not lacks_asked_kind("who pays", ["Nobody does."])
    assert not lacks_asked_kind("wann wird abgebucht", ["Der Beitrag wird am 15. Februar abgebucht."])
    assert not lacks_asked_kind("¿cuándo abre?", ["Abre del 15 de junio al 10 de septiembre."])
    assert not lacks_asked_kind("wann ist zu", ["Nur zum Jahresende."])

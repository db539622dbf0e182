"""Forms of words in each language that is known, and the parts of German compounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.text.analysis import clean
from backend.text.word_forms import STEMMED, compound_parts, form_terms, query_forms


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("urlaubstage", {"de0urlaub", "de0tag"}),
        ("kündigungsfrist", {"de0kundig", "de0frist"}),
        ("passwortrichtlinie", {"de0passwort", "de0richtlini"}),
        ("rechnungsnummern", {"de0rechnung", "de0numm"}),
        ("straßenbahn", {"de0strass", "de0bahn"}),
        ("krankenversicherung", {"de0krank", "de0versicher"}),
    ],
)
def test_a_compound_has_the_words_that_it_is_made_of(word: str, parts: set[str]) -> None:
    assert parts <= set(compound_parts(word, "de"))


@pytest.mark.parametrize(
    ("word", "ending"), [("genehmigung", "de0gung"), ("tätigkeiten", "de0keit"), ("freundschaften", "de0schaft")]
)
def test_an_ending_is_no_part(word: str, ending: str) -> None:
    assert ending not in compound_parts(word, "de")


@pytest.mark.parametrize("word", ["arbeiter", "lehrerin", "wohnung", "tage", "", "x" * 41])
def test_a_word_with_an_ending_is_no_compound(word: str) -> None:
    assert compound_parts(word, "de") == ()


def test_only_german_words_have_parts() -> None:
    assert compound_parts("urlaubstage", "nl") == ()


@pytest.mark.parametrize("text", ["INV_2031_00317", "K340T", "IC-7322EURO", "turm_2"])
def test_letters_within_an_identifier_are_no_word(text: str) -> None:
    """Or a text whose language is clear would stand before one that has the identifier, and is too short to tell."""
    assert form_terms(text, "de") == []
    assert query_forms(text, ["de"]) == ({}, {})


def test_terms_are_distinct_and_of_one_language() -> None:
    assert form_terms("Häuser, Haus; HÄUSER 42 und die", "de") == ["de0haus"]
    assert form_terms("Haus", "en") == form_terms("Haus", None) == []


def test_three_spellings_of_an_umlaut_are_one_term() -> None:
    assert {form_terms(word, "de")[0] for word in ("Kündigung", "Kuendigung", "Kundigung")} == {"de0kundig"}


def test_a_question_has_the_terms_of_each_language_and_its_parts_apart() -> None:
    whole, parts = query_forms("Urlaubstage", {"de", "es", "en", "xx"})
    assert list(whole) == ["de0urlaubstag", "es0urlaubstag"]
    assert set(parts) == {"de0urlaub", "de0tag"}
    assert query_forms("Urlaubstage", ()) == ({}, {})


@given(st.text(max_size=200), st.sampled_from(sorted(STEMMED)))
def test_a_question_finds_every_word_of_a_text_that_it_repeats(text: str, language: str) -> None:
    whole, parts = query_forms(clean(text), (language,))
    assert set(form_terms(clean(text), language)) == whole.keys() | parts.keys()
    assert all(term.startswith(f"{language}0") and " " not in term for term in whole)

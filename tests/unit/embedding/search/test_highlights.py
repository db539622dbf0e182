"""Matched words as offsets into a hit's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.embedding.search.highlights import Highlighter


def marked(query: str, text: str, language: str | None = None) -> list[str]:
    found = Highlighter(query).find(text, language)
    assert [part.start for part in found] == sorted(part.start for part in found)
    return [text[part.start : part.end] for part in found]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("What studies are there?", "One study, two Studies; a steady hand. What?", ["study", "Studies"]),
        ("größe", "Die GRÖSSE und die Größe", ["GRÖSSE", "Größe"]),
        ("東京タワー", "高い東京タワーです", ["東京タワー"]),
        ("猫", "犬と猫", ["猫"]),
        ("report-42 (final)", "The final report: 42 pages, 421 lines", ["final", "report", "42"]),
        ("the of and", "the of and", []),
        ("", "anything", []),
        ("a.*", "a.* aaa", []),
    ],
)
def test_words_are_found_by_stem_without_function_words(query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text) == expected


@pytest.mark.parametrize(
    ("query", "text", "language", "expected"),
    [
        ("Urlaub", "30 Urlaubstage im Urlaubsjahr, ein Umlauf", "de", ["Urlaubstage", "Urlaubsjahr"]),
        ("Kündigungsfrist", "Die Frist der Kuendigung", "de", ["Frist", "Kuendigung"]),
        ("facturas", "La factura del día", "es", ["factura"]),
        ("Urlaub", "30 Urlaubstage", "nl", []),
        ("Urlaub", "30 Urlaubstage", None, []),
    ],
)
def test_forms_of_the_words_are_marked_in_their_language(
    query: str, text: str, language: str | None, expected: list[str]
) -> None:
    assert marked(query, text, language) == expected


def test_a_text_full_of_matches_gives_a_hundred_at_the_most() -> None:
    assert len(Highlighter("word").find("word " * 1_000)) == 100


@given(
    st.lists(st.sampled_from(["study", "studies", "run", "running", "runs", "it", "tax", "x_tax", "42", "Tax-free"])),
    st.text(alphabet="abcstudyrunix 42_-.,", max_size=120),
)
def test_both_ways_of_looking_find_the_same_words(words: list[str], noise: str) -> None:
    text = " ".join([noise, *words, noise])
    highlighter = Highlighter("studying 42 taxes and a run of x")
    plain = highlighter.find(text)
    assert highlighter.find(text + " é")[: len(plain)] == plain

"""Quotation marks in a search, and what they ask for."""

import pytest

from backend.text.phrases import holds_phrase, phrase_spans, phrases_of


@pytest.mark.parametrize(
    ("query", "phrases"),
    [
        ('the "terms of service" now', ("terms of service",)),
        ("„Allgemeine Bedingungen“ und «le contrat»", ("Allgemeine Bedingungen", "le contrat")),
        ("“one” “one”", ("one",)),
        ('5" disk', ()),
        ('""', ()),
        ('"?!"', ()),
        ("no marks", ()),
        ('"' * 1_000, ()),
    ],
)
def test_what_stands_in_quotation_marks_is_a_phrase(query: str, phrases: tuple[str, ...]) -> None:
    assert phrases_of(query) == phrases


def test_a_phrase_is_held_word_by_word_but_for_case_accents_and_marks() -> None:
    assert holds_phrase("Our Terms\nof Sérvice apply.", "terms of service")
    assert not holds_phrase("terms and service", "terms of service")
    assert not holds_phrase("midterms of service", "terms of service")
    assert holds_phrase("高い東京タワーです", "東京タワー")
    assert not holds_phrase("京都のタワー", "東京タワー")


def test_a_phrase_is_marked_as_a_whole() -> None:
    text = "See the Terms of Service, or the terms."
    assert [text[start:end] for start, end in phrase_spans(text, "terms of service")] == ["Terms of Service"]
    assert phrase_spans("a b", "a b c") == []

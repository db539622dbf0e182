"""Text to index terms, alike for documents and questions."""

from backend.text.analysis import QueryTerms, clean, document_terms, is_english


def test_english_loses_function_words_and_endings() -> None:
    assert document_terms("What were the studies of engines?", "en") == ["studi", "engin"]


def test_another_language_keeps_its_words_without_accents() -> None:
    assert document_terms("Die Prüfungen der Anlagen", "de") == ["die", "prufungen", "der", "anlagen"]


def test_unspaced_scripts_become_characters_and_pairs_and_a_question_only_pairs() -> None:
    assert document_terms("東京都", "ja") == ["東", "京", "都", "東京", "京都"]
    assert list(QueryTerms("東京都").unspaced) == ["東京", "京都"]
    assert list(QueryTerms("猫 x").unspaced) == ["猫"]


def test_a_repeated_word_of_a_question_counts_as_often() -> None:
    assert QueryTerms("tax on tax").english == {"tax": 2}


def test_a_question_of_marks_only_has_no_terms() -> None:
    assert not QueryTerms("?! — …")


def test_short_ascii_text_of_unknown_language_counts_as_english() -> None:
    assert is_english("Engines", None)
    assert not is_english("Prüfung", None)
    assert not is_english("Engines", "de")


def test_cleaning_unifies_forms_and_replaces_lone_surrogates() -> None:
    assert clean("Ｆｕｌｌ ﬁle") == "Full file"
    assert "\ud800" not in clean("a\ud800b")

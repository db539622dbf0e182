import pytest

from backend.text.language_id import foreign_to, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How long is parental leave?", "en"),
        ("Wie lange dauert die Elternzeit?", "de"),
        ("¿Cuántos días de vacaciones tengo?", "es"),
        ("育児休暇はどのくらいですか", "ja"),
    ],
)
def test_a_question_is_in_its_language_and_foreign_to_others(text: str, language: str) -> None:
    assert language_of(text) == language
    assert language not in foreign_to(text)
    assert {"en", "de", "es", "ja"} - {language} <= foreign_to(text)


@pytest.mark.parametrize("text", ["", " ", "Müller", "TK-3130", "budget 2025", "expenses", "?!", "\x00", "café menu"])
def test_a_name_or_two_words_are_foreign_to_nothing(text: str) -> None:
    assert language_of(text) is None
    assert foreign_to(text) == frozenset()


@pytest.mark.parametrize("text", ["年假", "Где ключ?", "متى", "من هو Josh؟"])
def test_another_script_is_no_english_however_short(text: str) -> None:
    assert "en" in foreign_to(text)
    assert "de" in foreign_to(text)

"""Letters that make no difference, and those that do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.text.folding import fold, reduced, spelt_out, without_unspaced


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ёлка", "Елка"),
        ("آسفي", "اسفي"),
        ("مَرَّاكُش", "مراكش"),
        ("مدينة", "مدينه"),
        ("على", "علي"),
        ("الأحـــد", "الاحد"),
        ("١٢٣", "123"),
        ("שָׁלוֹם", "שלום"),
        ("Άνθρωπος", "ΑΝΘΡΩΠΟΣ"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("e\u0301te\u0301", "été"),
        ("soft\u00adhyphen", "softhyphen"),
        ("ﬁle", "FILE"),
    ],
)
def test_what_is_one_word_to_its_readers_is_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("が", "か"), ("ば", "ぱ"), ("한국", "하국")])
def test_what_makes_another_word_stays(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_umlauts_have_three_spellings() -> None:
    assert (fold("Müller"), fold(spelt_out("Müller")), reduced("mueller")) == ("muller", "mueller", "muller")
    assert [reduced(word) for word in ("neue", "frauen", "quelle", "value")] == ["neue", "frauen", "quelle", "valu"]


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once_and_blanking_keeps_the_length(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert len(without_unspaced(text)) == len(text)

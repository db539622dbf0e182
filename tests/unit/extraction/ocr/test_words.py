"""The words of a recognised page are found again in the text and in storage, with their boxes."""

import pytest

from backend.documents.models import Section
from backend.documents.word_places import PlacedWord, boxes_of, pack, unpack
from backend.extraction.ocr.words import placed
from tests.unit.extraction.ocr.test_geometry import HEIGHT, WIDTH, line, page

SEEN = page(line("The keys stay with the con-", 100, 100), line("tract until it ends", 100, 160))
TEXT = "Before.\n\nThe keys stay with the contract until it ends"
SECTIONS = (Section(0, 9, page=1), Section(9, len(TEXT), page=2))


def words() -> list[PlacedWord]:
    (found,) = placed(TEXT, SECTIONS, {2: SEEN})
    assert found.page == 2
    return unpack(found.packed)


def test_words_stand_where_the_text_has_them() -> None:
    assert [TEXT[word.start : word.end] for word in words()] == [
        "The", "keys", "stay", "with", "the", "con", "tract", "until", "it", "ends",
    ]  # fmt: skip


def test_the_box_of_a_word_is_its_share_of_the_page() -> None:
    start = TEXT.index("keys")
    ((left, top, right, bottom),) = boxes_of(words(), start, start + 4)
    assert (left, right) == pytest.approx(((100 + 18 * 4) / WIDTH, (100 + 18 * 8) / WIDTH), abs=0.001)
    assert (top, bottom) == pytest.approx((100 / HEIGHT, 140 / HEIGHT), abs=0.001)


def test_a_stretch_over_two_lines_has_a_box_for_each() -> None:
    start = TEXT.index("contract")
    assert len(boxes_of(words(), start, start + len("contract until"))) == 2


def test_the_same_line_twice_has_two_places() -> None:
    text = "yes it is\n\nyes it is"
    seen = page(line("yes it is", 100, 500), line("yes it is", 100, 100))
    (found,) = placed(text, (Section(0, len(text), page=1),), {1: seen})
    first, second = (boxes_of(unpack(found.packed), at, at + 3)[0] for at in (0, 11))
    assert first[1] < second[1]


def test_what_the_text_does_not_have_has_no_place() -> None:
    assert placed("other words", (Section(0, 11, page=1),), {1: SEEN, 7: SEEN}) == ()


def test_places_survive_storage_and_are_small() -> None:
    many = [
        PlacedWord(at * 6, at * 6 + 5, (at % 10 / 10, at // 10 / 60, at % 10 / 10 + 0.08, at // 10 / 60 + 0.01))
        for at in range(500)
    ]
    packed = pack(many)
    assert len(packed) < 8_000
    for before, after in zip(many, unpack(packed), strict=True):
        assert (after.start, after.end) == (before.start, before.end)
        assert after.box == pytest.approx(before.box, abs=1e-4)


@pytest.mark.parametrize("damaged", ["", "words", "AAAA", "eNoDAAAAAAE=x"])
def test_damaged_places_are_refused(damaged: str) -> None:
    with pytest.raises(ValueError):
        unpack(damaged)

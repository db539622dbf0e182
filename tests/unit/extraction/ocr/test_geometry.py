"""Recognised lines become an upright page, whichever way it lay on the glass, and are read in order."""

import math

import pytest

from backend.extraction.ocr.geometry import upright
from backend.extraction.ocr.lines import Point, RecognisedLine, RecognisedPage, RecognisedWord
from backend.extraction.pdf.hyphens import Vocabulary
from backend.extraction.pdf.layout import blocks_in
from backend.extraction.pdf.lines import lines_in

WIDTH, HEIGHT = 1000, 1400


def line(text: str, left: float, top: float, *, height: float = 40, confidence: float = 0.99) -> RecognisedLine:
    """A level line whose letters are 18 pixels wide."""
    right, bottom = left + 18 * len(text), top + height
    words, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        words.append(RecognisedWord(word, start / len(text), at / len(text)))
    return RecognisedLine(text, confidence, ((left, top), (right, top), (right, bottom), (left, bottom)), tuple(words))


def page(*lines: RecognisedLine, degrees: float = 0.0) -> RecognisedPage:
    """The page as it is seen after turning by some degrees clockwise around its middle."""
    angle = math.radians(degrees)

    def turned(point: Point) -> Point:
        x, y = point[0] - WIDTH / 2, point[1] - HEIGHT / 2
        return (
            x * math.cos(angle) - y * math.sin(angle) + WIDTH / 2,
            x * math.sin(angle) + y * math.cos(angle) + HEIGHT / 2,
        )

    found = []
    for one in lines:
        first, second, third, fourth = (turned(corner) for corner in one.corners)
        found.append(RecognisedLine(one.text, one.confidence, (first, second, third, fourth), one.words))
    return RecognisedPage(WIDTH, HEIGHT, tuple(found))


def read(seen: RecognisedPage) -> list[str]:
    vocabulary = Vocabulary()
    pieces, _ = upright(seen)
    return [block.text for block in blocks_in(lines_in(pieces), vocabulary)]


LETTER = (
    line("Notice of the harbour office", 100, 100, height=80),
    line("Boats that lie at the long pier leave it before the", 100, 250),
    line("storm, and those at the short pier may stay there.", 102, 302, height=44),
    line("Signed by the keeper.", 100, 450),
)
READ = [
    "Notice of the harbour office",
    "Boats that lie at the long pier leave it before the storm, and those at the short pier may stay there.",
    "Signed by the keeper.",
]


@pytest.mark.parametrize("degrees", [0, 1.5, -2, 90, 180, 270, 181])
def test_a_page_is_read_alike_whichever_way_it_lay(degrees: float) -> None:
    assert read(page(*LETTER, degrees=degrees)) == READ


def test_the_order_in_which_lines_were_found_does_not_matter() -> None:
    assert read(page(*reversed(LETTER), degrees=1)) == READ


def test_columns_are_read_one_after_the_other() -> None:
    left = [
        "the first column tells of boats",
        "that leave the harbour in the",
        "morning and come back when it",
        "is dark again in the evening",
    ]
    right = [
        "while the second is about the",
        "trains which run all night long",
        "through the hills and over the",
        "bridges to the northern towns",
    ]
    rows = [line(text, 60, 200 + 50 * at) for at, text in enumerate(left)]
    rows += [line(text, 700, 203 + 50 * at) for at, text in enumerate(right)]
    assert read(page(*rows)) == [" ".join(left), " ".join(right)]


def test_a_larger_line_has_larger_letters_and_equal_ones_are_equal() -> None:
    pieces, _ = upright(page(*LETTER, degrees=0.7))
    title, *others = [piece.size for piece in pieces]
    assert others == [10, 10, 10]
    assert title > 15


def test_a_page_without_words_keeps_its_shape() -> None:
    pieces, height = upright(page(), 595)
    assert pieces == []
    assert height == pytest.approx(833)

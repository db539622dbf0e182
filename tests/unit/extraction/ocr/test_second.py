"""When lines are read a second time, in which language, and what is kept of both readings."""

import time
from collections.abc import Sequence

import numpy as np
import pytest

from backend.extraction.ocr.engine import CroppedLine, Pixels
from backend.extraction.ocr.program import ProgramFailed
from backend.extraction.ocr.scripts import UNKNOWN
from backend.extraction.ocr.second import SecondReader
from backend.extraction.ocr.tesseract import SeenWord, Tesseract
from tests.unit.extraction.ocr.test_geometry import line

RUSSIAN = "Арендатор вносит залог за квартиру"


class Reads(Tesseract):
    """Reads one language, with the lines upright or not, and has data for all that are named."""

    def __init__(
        self,
        reads: str,
        *languages: str,
        script: str | None = None,
        turned: bool = False,
        confidence: float = 0.93,
        error: ProgramFailed | None = None,
    ) -> None:
        super().__init__("tesseract", frozenset({reads, *languages}))
        self._reads, self._script, self._turned = reads, script, turned
        self._confidence, self._error = confidence, error
        self.asked: list[tuple[str, ...]] = []

    def script_of(self, lines: Sequence[Pixels], *, until: float) -> str | None:
        self.asked.append(("script",))
        if self._error is not None:
            raise self._error
        return self._script

    def read(
        self, lines: Sequence[Pixels], languages: Sequence[str], *, until: float, turned: bool = False
    ) -> list[list[SeenWord]]:
        self.asked.append(tuple(languages))
        right = languages[0] == self._reads and turned is self._turned
        sure = self._confidence if right else 0.4
        words = RUSSIAN.split() if right else ["Ъцжы"] * 3
        return [[SeenWord(word, sure, at / 10, at / 10 + 0.08) for at, word in enumerate(words)] for _ in lines]


def lines(text: str, confidence: float, count: int = 5) -> list[CroppedLine]:
    crop = np.full((40, 18 * 40, 3), 255, np.uint8)
    return [CroppedLine(line(text, 100, 60 * at, confidence=confidence), crop) for at in range(count)]


def second(tesseract: Tesseract | None) -> SecondReader:
    return SecondReader(tesseract, until=time.monotonic() + 60, run_seconds=10)


def test_nobody_is_asked_about_what_is_confident() -> None:
    tesseract = Reads("rus", "ell", "osd")
    reader = second(tesseract)
    assert reader.read(lines("The tenant pays a deposit", 0.97)) is None
    assert reader.read(lines("some pattern", 0.3, count=2)) is None
    assert reader.read([]) is None
    assert (tesseract.asked, reader.unread) == ([], "")


def test_the_language_that_fits_is_found_by_reading_some_lines() -> None:
    tesseract = Reads("rus", "ell", "deu", "eng", "osd")
    read = second(tesseract).read(lines("p py a", 0.6))
    assert read is not None
    assert {one.text for one in read} == {RUSSIAN}
    assert read[0].corners == lines("p py a", 0.6)[0].line.corners
    assert [word.text for word in read[0].words] == RUSSIAN.split()
    # German is read by the first reader, and English is no candidate but helps in the end.
    assert set(tesseract.asked) == {("script",), ("rus",), ("ell",), ("rus", "eng")}


def test_where_the_script_is_told_only_its_languages_are_tried() -> None:
    tesseract = Reads("ell", "rus", "osd", script="Greek")
    assert second(tesseract).read(lines("ενιιαστ αταβλλει", 0.97)) is not None
    assert ("rus",) not in tesseract.asked


def test_letters_that_the_first_reader_knows_are_left_to_it() -> None:
    tesseract = Reads("rus", "osd", script="Latin")
    reader = second(tesseract)
    assert reader.read(lines("a bad c0py", 0.7)) is None
    assert (tesseract.asked, reader.unread) == ([("script",)], "")


def test_a_page_on_its_head_is_read_from_its_other_end() -> None:
    [first, *_] = lines("p py a", 0.6)
    read = second(Reads("rus", turned=True)).read(lines("p py a", 0.6))
    assert read is not None
    one, two, three, four = first.line.corners
    assert read[0].corners == (three, four, one, two)


def test_a_line_in_letters_of_the_first_reader_keeps_its_words() -> None:
    latin = CroppedLine(line("ISBN 978-3", 100, 900, confidence=0.99), np.full((40, 180, 3), 255, np.uint8))
    given = [*lines("p py a", 0.6), latin]

    class KnowsNoLatin(Reads):
        def read(
            self, lines: Sequence[Pixels], languages: Sequence[str], *, until: float, turned: bool = False
        ) -> list[list[SeenWord]]:
            words = super().read(lines, languages, until=until, turned=turned)
            return [*words[:-1], [SeenWord("15ВМ", 0.3, 0, 1)]] if len(lines) == len(given) else words

    read = second(KnowsNoLatin("rus", script="Cyrillic")).read(given)
    assert read is not None
    assert read[-1] is latin.line


@pytest.mark.parametrize("script", [None, "Cyrillic"])
def test_a_language_that_does_not_fit_is_not_taken(script: str | None) -> None:
    reader = second(Reads("rus", script=script, confidence=0.45))
    assert reader.read(lines("hard to read", 0.8)) is None
    assert reader.unread == ""


def test_a_bad_page_needs_the_script_told_as_well() -> None:
    assert second(Reads("rus", confidence=0.65)).read(lines("p py", 0.5)) is None
    assert second(Reads("rus", confidence=0.65, script="Cyrillic")).read(lines("p py", 0.5)) is not None


@pytest.mark.parametrize(
    ("tesseract", "text", "confidence", "unread"),
    [
        (None, "p py a", 0.3, UNKNOWN),
        (None, "ενιιαστ αταβλλει", 0.87, "Greek"),
        (None, "a bad c0py of a page", 0.8, ""),
        (Reads("rus", script="Arabic"), "a", 0.3, "Arabic"),
        (Reads("deu"), "a", 0.3, UNKNOWN),
    ],
)
def test_what_nobody_reads_is_told(tesseract: Tesseract | None, text: str, confidence: float, unread: str) -> None:
    reader = second(tesseract)
    assert reader.read(lines(text, confidence)) is None
    assert reader.unread == unread


def test_a_program_that_had_to_be_stopped_is_not_asked_again() -> None:
    tesseract = Reads("rus", error=ProgramFailed("it ran too long", stopped=True))
    reader = second(tesseract)
    for _ in range(2):
        assert reader.read(lines("p py a", 0.3)) is None
    assert (tesseract.asked, reader.stopped, reader.unread) == ([("script",)], True, UNKNOWN)

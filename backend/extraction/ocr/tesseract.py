"""Tesseract, where the machine has it: which languages it reads, and what lines say in one of them."""

import math
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from backend.extraction.ocr.line_pictures import LINE_MARGIN, line_pages, sheet_of
from backend.extraction.ocr.program import ProgramFailed, run

if TYPE_CHECKING:
    from backend.extraction.ocr.engine import Pixels

OFF = "off"
_LIST_SECONDS = 10.0
_LIST_BYTES = 64 * 1024
_OUTPUT_BYTES = 8 * 1024 * 1024
_LANGUAGE = re.compile(r"[a-z]{3}(?:_[a-z]{3,5})?")
_SURE_OF_SCRIPT = 2.0
_FEWEST_LETTERS = "10"
_WORD_LEVEL, _COLUMNS = "5", 12
_MAX_WORD_CHARS = 200
#: Its data for Greek writes the sign of a millionth for the letter.
_MICRO, _MU = "\u00b5", "\u03bc"


@dataclass(frozen=True, slots=True)
class SeenWord:
    """`start` and `end` as shares of the line's picture, from its left; words are in the order in which one reads."""

    text: str
    confidence: float
    start: float
    end: float


@lru_cache(maxsize=1)
def found(setting: str) -> "Tesseract | None":
    """The one of this process. `setting`: where it is, empty for the one on PATH, `off`. None: there is none.

    A program that does not list its languages counts as none.
    """
    try:
        return Tesseract.at(setting)
    except ProgramFailed:
        return None


class Tesseract:
    """Runs the program. Whatever it writes is taken for data of no certain shape."""

    def __init__(self, path: str, languages: frozenset[str]) -> None:
        self.path = path
        self.languages = languages

    @classmethod
    def at(cls, setting: str) -> "Tesseract | None":
        """Asks for its languages. Raises `ProgramFailed`."""
        path = None if setting == OFF else shutil.which(setting or "tesseract")
        if path is None:
            if setting in ("", OFF):
                return None
            raise ProgramFailed("there is no program that can be run")
        listed = run([path, "--list-langs"], seconds=_LIST_SECONDS, max_bytes=_LIST_BYTES).decode(errors="replace")
        return cls(path, frozenset(word for word in listed.split() if _LANGUAGE.fullmatch(word)))

    def script_of(self, lines: "Sequence[Pixels]", *, until: float) -> str | None:
        """In which script the lines are written, by Tesseract's name; None where nothing is sure.

        `until`: on the monotonic clock. Raises `ProgramFailed`, but not where it only sees too few letters.
        """
        if "osd" not in self.languages:
            return None
        try:
            told = self._ask(["--psm", "0", "-c", f"min_characters_to_try={_FEWEST_LETTERS}"], sheet_of(lines), until)
        except ProgramFailed as error:
            if error.stopped:
                raise
            return None
        values = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
        try:
            sure = float(values["Script confidence"]) >= _SURE_OF_SCRIPT
        except (KeyError, ValueError):
            return None
        return values.get("Script", "").strip() if sure else None

    def read(
        self, lines: "Sequence[Pixels]", languages: Sequence[str], *, until: float, turned: bool = False
    ) -> list[list[SeenWord]]:
        """The words of each line in these of `languages`. `turned`: the lines stand on their heads.

        Raises `ProgramFailed`.
        """
        codes = "+".join(languages)
        pages, widths = line_pages(lines, turned=turned)
        told = self._ask(["--psm", "7", "-l", codes, "tsv"], pages, until)
        words: list[list[SeenWord]] = [[] for _ in lines]
        for number, of_line in groupby(_words(told, widths), key=lambda one: one[0]):
            words[number] += [word for _, word in of_line]
        return words

    def _ask(self, arguments: Sequence[str], picture: bytes, until: float) -> str:
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise ProgramFailed("there is no time left")
        command = [self.path, "stdin", "stdout", *arguments]
        return run(command, picture, seconds=seconds, max_bytes=_OUTPUT_BYTES).decode(errors="replace")


def _words(told: str, widths: Sequence[int]) -> Iterator[tuple[int, SeenWord]]:
    """The words of its table, each with the number of its line (from 0); rows that make no sense are left out."""
    for row in told.splitlines():
        values = row.split("\t", _COLUMNS - 1)
        if len(values) != _COLUMNS or values[0] != _WORD_LEVEL:
            continue
        text = "".join(filter(str.isprintable, values[-1])).strip().replace(_MICRO, _MU)
        try:
            number, left, width, confidence = int(values[1]) - 1, int(values[6]), int(values[8]), float(values[10])
        except ValueError:
            continue
        if not text or len(text) > _MAX_WORD_CHARS or not 0 <= number < len(widths) or not math.isfinite(confidence):
            continue
        inner = widths[number] - 2 * LINE_MARGIN
        start, end = ((at - LINE_MARGIN) / inner for at in (left, left + width))
        if start < 1 and end > 0 and start < end:
            shares = round(max(0.0, start), 4), round(min(1.0, end), 4)
            yield number, SeenWord(text, min(1.0, max(0.0, confidence / 100)), *shares)

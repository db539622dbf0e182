"""A second reader for lines that the shipped one does not understand: Tesseract, when a trial shows that it does.

The shipped recogniser knows Latin, Chinese and Japanese letters. Of others it reads little, or letters that look alike,
with little confidence; then a few lines are tried in the languages that the machine has data for, both ways up.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.extraction.ocr.lines import Point, RecognisedLine, RecognisedWord
from backend.extraction.ocr.program import ProgramFailed
from backend.extraction.ocr.scripts import UNKNOWN, readable, script_named
from backend.extraction.ocr.tesseract import SeenWord, Tesseract

if TYPE_CHECKING:
    from backend.extraction.ocr.engine import CroppedLine

#: Clean pages in Latin letters have 0.94 and more of this, Greek and Hebrew ones 0.87 and less (see ADR 0199).
_LEGIBLE = 0.92
#: Below it hardly a letter was read, so the letters are other ones.
_STRANGE = 0.6
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_SHARE = 0.2
#: A line of writing is so many times as wide as high; so many make a page of it rather than a picture with a pattern.
_WIDE = 4.0
_FEWEST_LINES = 3
_SAMPLE_LINES, _TRIAL_LINES = 24, 6
#: In a wrong language, or upside down, words have up to 0.6 in the mean; in the right one 0.8 and more.
_TRUSTED = 0.75
_TRUSTED_WITH_SCRIPT = 0.5
_BETTER = 0.1
_FEWEST_LETTERS = 10
_CERTAIN = 0.95
_MIN_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class _Trial:
    """How well a language fits, once the lines are turned or not."""

    confidence: float
    language: str
    turned: bool


class SecondReader:
    """For the lines of one picture. `unread`: the script that nobody here reads (`UNKNOWN`: one without a name)."""

    def __init__(self, tesseract: Tesseract | None, *, until: float, run_seconds: float) -> None:
        """`until`: when it has to be done, on the monotonic clock. `run_seconds`: for one run of the program."""
        self._tesseract = tesseract
        self._end = until
        self._run_seconds = run_seconds
        self.unread = ""
        self.stopped = False
        """Whether the program had to be stopped; it is not asked again."""

    def read(self, lines: "Sequence[CroppedLine]") -> list[RecognisedLine] | None:
        """What the lines say; None where the first reader's words are as good or better."""
        if not _is_doubtful(lines):
            return None
        script: str | None = None
        if self._tesseract is not None and not self.stopped:
            try:
                sample = [line.crop for line in _longest(lines, _SAMPLE_LINES)]
                script = self._tesseract.script_of(sample, until=self._until)
                if script is not None and script_named(script) is None:
                    return None
                best = self._best(self._tesseract, lines, script)
                if best is not None:
                    return self._whole(self._tesseract, lines, best)
            except ProgramFailed as error:
                self.stopped = error.stopped
        self.unread = self._missing(script) or self.unread or _guessed(lines)
        return None

    def _missing(self, script: str | None) -> str:
        """The script, where the machine has no data for it; otherwise the page is only a bad picture."""
        installed = readable(self._tesseract.languages) if self._tesseract is not None else {}
        return script if script is not None and script not in installed else ""

    @property
    def _until(self) -> float:
        return min(self._end, time.monotonic() + self._run_seconds)

    def _best(self, tesseract: Tesseract, lines: "Sequence[CroppedLine]", script: str | None) -> _Trial | None:
        """The language that the lines are in, by reading a few of them; None where none fits."""
        installed = readable(tesseract.languages)
        languages = [code for name, codes in installed.items() if script in (None, name) for code in codes]
        sample = _longest(lines, _TRIAL_LINES)
        crops = [line.crop for line in sample]
        trials = [
            _Trial(_confidence(tesseract.read(crops, [code], until=self._until, turned=turned)), code, turned)
            for code in languages
            for turned in (False, True)
        ]
        best = max(trials, key=lambda trial: trial.confidence, default=None)
        if best is None:
            return None
        enough = best.confidence >= _TRUSTED or (
            script is not None
            and best.confidence >= _TRUSTED_WITH_SCRIPT
            and best.confidence >= legibility(sample) + _BETTER
        )
        return best if enough else None

    def _whole(self, tesseract: Tesseract, lines: "Sequence[CroppedLine]", trial: _Trial) -> list[RecognisedLine]:
        crops = [line.crop for line in lines]
        # Names and addresses among the words are English ones. Not in the trial: English reads any Latin letters well.
        languages = [trial.language, *sorted({"eng"} & tesseract.languages)]
        seen = tesseract.read(crops, languages, until=self._until, turned=trial.turned)
        found = []
        for line, words in zip(lines, seen, strict=True):
            first, other = line.line, _as_line(line.line, words, turned=trial.turned)
            if not trial.turned and first.confidence >= _CERTAIN and (other is None or other.confidence < _TRUSTED):
                found.append(first)
            elif other is not None and other.confidence >= _MIN_CONFIDENCE:
                found.append(other)
        return found


def legibility(lines: "Sequence[CroppedLine]") -> float:
    """How confident the first reader was, in the mean over the length of its lines (0..1)."""
    length = sum(line.line.length for line in lines)
    return sum(line.line.length * line.line.confidence for line in lines if line.line.text) / max(length, 1.0)


def _is_doubtful(lines: "Sequence[CroppedLine]") -> bool:
    writing = [line for line in lines if line.crop.shape[1] >= _WIDE * line.crop.shape[0]]
    return len(writing) >= _FEWEST_LINES and (legibility(writing) < _LEGIBLE or _is_greek(writing))


def _is_greek(lines: "Sequence[CroppedLine]") -> bool:
    """The shipped recogniser knows Greek letters as signs of formulas: it reads some and leaves others out."""
    letters = [sign for line in lines for sign in line.line.text if sign.isalpha()]
    return len(_GREEK.findall("".join(letters))) > _GREEK_SHARE * len(letters)


def _guessed(lines: "Sequence[CroppedLine]") -> str:
    """Without Tesseract's word for it; empty where the page may as well be a bad picture of known letters."""
    if _is_greek(lines):
        return "Greek"
    return UNKNOWN if legibility(lines) < _STRANGE else ""


def _longest(lines: "Sequence[CroppedLine]", count: int) -> "list[CroppedLine]":
    return sorted(lines, key=lambda line: -line.crop.shape[1] / line.crop.shape[0])[:count]


def _confidence(lines: Sequence[Sequence[SeenWord]]) -> float:
    """The mean over the letters; numbers look the same in every language."""
    words = [word for line in lines for word in line if any(map(str.isalpha, word.text))]
    letters = sum(len(word.text) for word in words)
    if letters < _FEWEST_LETTERS:
        return 0.0
    return sum(word.confidence * len(word.text) for word in words) / letters


def _as_line(line: RecognisedLine, words: Sequence[SeenWord], *, turned: bool) -> RecognisedLine | None:
    """The words on the place of the line, in the order in which they are read."""
    if not words:
        return None
    first, second, third, fourth = line.corners
    corners: tuple[Point, Point, Point, Point] = (third, fourth, first, second) if turned else line.corners
    confidence = sum(word.confidence * len(word.text) for word in words) / sum(len(word.text) for word in words)
    placed = tuple(RecognisedWord(word.text, word.start, word.end) for word in words)
    return RecognisedLine(" ".join(word.text for word in words), round(confidence, 4), corners, placed)

"""What text recognition says of one picture, as it crosses from the recognising process to the reading one."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

type Point = tuple[float, float]


class PicturesToRead(Exception):
    """The file holds these pages (from 1) as pictures only; what they say has to be recognised before it is read."""

    def __init__(self, pages: list[int]) -> None:
        super().__init__(f"{len(pages)} pages")
        self.pages = pages


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """`start` and `end`: how far along its line a word begins and ends (0..1)."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """One stretch of text. `corners` in pixels of the picture as it is shown: those at the start of the text's upper
    edge, at its end, at the end of the lower edge, at its start. `confidence`: 0..1.
    """

    text: str
    confidence: float
    corners: tuple[Point, Point, Point, Point]
    words: tuple[RecognisedWord, ...]

    @property
    def angle(self) -> float:
        """In which direction the text runs, in radians: 0 to the right, a quarter of a circle downwards."""
        (left, top), (right, other) = self.corners[0], self.corners[1]
        return math.atan2(other - top, right - left)

    @property
    def length(self) -> float:
        return math.dist(self.corners[0], self.corners[1])


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """The lines of one picture of `width` by `height` pixels.

    `unread`: the script of letters that nobody here reads, `scripts.UNKNOWN` when it has no name; empty: none.
    """

    width: int
    height: int
    lines: tuple[RecognisedLine, ...] = ()
    unread: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        lines = tuple(
            RecognisedLine(
                line["text"],
                line["confidence"],
                _four(line["corners"]),
                tuple(RecognisedWord(**word) for word in line["words"]),
            )
            for line in values["lines"]
        )
        return cls(values["width"], values["height"], lines, values["unread"])


def _four(corners: Iterable[Sequence[float]]) -> tuple[Point, Point, Point, Point]:
    first, second, third, fourth = ((x, y) for x, y in corners)
    return first, second, third, fourth

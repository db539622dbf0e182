"""Recognised lines as pieces of an upright page: turned by how their text runs, with letters of few sizes."""

import math
from collections.abc import Sequence
from statistics import median

from backend.extraction.ocr.lines import Point, RecognisedLine, RecognisedPage
from backend.extraction.pdf.pieces import Piece

#: A line's box is higher than its letters are large.
_LETTERS = 0.75
_BELOW = 0.22
_LIKE_THE_OTHERS = 0.3
_MIN_CHARS = 3
_USUAL_POINTS = 10.0


def upright(page: RecognisedPage, width: float | None = None) -> tuple[list[Piece], float]:
    """The lines as pieces of a page that is `width` points wide, and how high it is, once its text runs to the right.

    Without `width` it is as wide as makes its usual letters ten points large.

    A page that was laid on the glass askew, sideways or upside down is turned back by the angle of its text.
    """
    if not page.lines:
        return [], (width or page.width) * page.height / max(page.width, 1)
    angle = direction(page.lines)
    turned = [_Box([_turn(corner, -angle) for corner in line.corners]) for line in page.lines]
    edges = [_turn(corner, -angle) for corner in ((0, 0), (page.width, 0), (page.width, page.height), (0, page.height))]
    left, right = min(x for x, _ in edges), max(x for x, _ in edges)
    top, bottom = min(y for _, y in edges), max(y for _, y in edges)
    sizes = _sizes([box.height for box in turned])
    scale = width / (right - left) if width else _USUAL_POINTS / (median(sizes) * _LETTERS)
    pieces = [
        Piece(
            (box.left - left) * scale,
            (bottom - box.bottom) * scale,
            (box.right - left) * scale,
            (bottom - box.top) * scale,
            line.text,
            max(1.0, round(size * _LETTERS * scale)),
            (bottom - box.bottom + _BELOW * box.height) * scale,
        )
        for line, box, size in zip(page.lines, turned, sizes, strict=True)
    ]
    return pieces, (bottom - top) * scale


def direction(lines: Sequence[RecognisedLine]) -> float:
    """In which direction most of the text runs, in radians, weighed by length: short lines tell little."""
    long = [line for line in lines if len(line.text) >= _MIN_CHARS] or list(lines)
    # A mean of the directions finds the quarter; the median within it is not moved by what stands askew.
    mean = math.atan2(
        sum(line.length * math.sin(line.angle) for line in long),
        sum(line.length * math.cos(line.angle) for line in long),
    )
    aside = sorted((_within_half(line.angle - mean), line.length) for line in long)
    half, passed = sum(length for _, length in aside) / 2, 0.0
    for difference, length in aside:
        passed += length
        if passed >= half:
            return mean + difference
    return mean


class _Box:
    """What a turned line covers: from its left to its right, and the middle of its edges, which are level by now."""

    def __init__(self, corners: Sequence[Point]) -> None:
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
        self.left, self.right = min(x0, x3), max(x1, x2)
        self.top, self.bottom = (y0 + y1) / 2, (y2 + y3) / 2
        self.height = max(self.bottom - self.top, 1.0)


def _sizes(heights: Sequence[float]) -> list[float]:
    """The size of each line; those near the usual one have it: boxes of equal letters differ by their shapes."""
    usual = median(heights)
    return [usual if abs(height - usual) <= _LIKE_THE_OTHERS * usual else height for height in heights]


def _turn(point: Point, angle: float) -> Point:
    x, y = point
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def _within_half(angle: float) -> float:
    """The same direction as an angle between minus and plus half a circle."""
    return math.atan2(math.sin(angle), math.cos(angle))

"""Where the words of a recognised page stand: packed for storage, and the boxes of a stretch of the text.

Packed are 14 bytes a word (start in the text, characters, left, top, right, bottom in 65,535ths of the page), then
compressed, as Base64: about 3 kB for a page of 500 words.
"""

import base64
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

type Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the shown page (0..1), from its top left corner."""

_WORD = struct.Struct(">IHHHHH")
_WHOLE = 0xFFFF
_MAX_BYTES = 4 * 1024 * 1024
_SAME_LINE = 0.5
_NEXT_WORD = 2.0  # of the line's height


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """`start` and `end` are offsets into the text of the document."""

    start: int
    end: int
    box: Rectangle


def pack(words: Iterable[PlacedWord]) -> str:
    packed = b"".join(
        _WORD.pack(word.start, min(word.end - word.start, _WHOLE), *(_share(side) for side in word.box))
        for word in words
    )
    return base64.b64encode(zlib.compress(packed, 9)).decode()


def unpack(packed: str) -> list[PlacedWord]:
    """Raises `ValueError` for what was not packed here."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.b64decode(packed, validate=True), _MAX_BYTES)
        values = list(_WORD.iter_unpack(data))
    except (zlib.error, struct.error) as error:
        raise ValueError("not the places of words") from error
    if not unpacking.eof:
        raise ValueError("not the places of words")
    return [
        PlacedWord(start, start + chars, (left / _WHOLE, top / _WHOLE, right / _WHOLE, bottom / _WHOLE))
        for start, chars, left, top, right, bottom in values
    ]


def boxes_of(words: Iterable[PlacedWord], start: int, end: int) -> list[Rectangle]:
    """What a stretch of the text covers, one rectangle for each line of each column."""
    boxes: list[Rectangle] = []
    for word in words:
        if word.start >= end or word.end <= start:
            continue
        if boxes and _reads_on(boxes[-1], word.box):
            last = boxes[-1]
            boxes[-1] = (
                min(last[0], word.box[0]),
                min(last[1], word.box[1]),
                max(last[2], word.box[2]),
                max(last[3], word.box[3]),
            )
        else:
            boxes.append(word.box)
    return boxes


def _reads_on(line: Rectangle, word: Rectangle) -> bool:
    height = min(line[3] - line[1], word[3] - word[1])
    overlap = min(line[3], word[3]) - max(line[1], word[1])
    return overlap >= _SAME_LINE * height and line[0] <= word[0] <= line[2] + _NEXT_WORD * (line[3] - line[1])


def _share(side: float) -> int:
    return min(max(round(side * _WHOLE), 0), _WHOLE)

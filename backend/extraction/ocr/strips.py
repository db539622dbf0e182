"""Long pictures, such as that of a whole web page, in parts that are not made too small to read."""

from dataclasses import dataclass

_LONG = 2.0  # times as high as wide
_HEIGHT = 1.5  # of a strip, in widths
_OVERLAP = 0.15
_MAX_STRIPS = 16


@dataclass(frozen=True, slots=True)
class Strip:
    """Pixels from the top. It keeps the lines whose middle is from `first` to `last`, as strips overlap."""

    top: int
    height: int
    first: float
    last: float


def strips_of(width: int, height: int) -> list[Strip]:
    """From the top, each line in one of them; a picture of usual shape is one strip."""
    if height <= _LONG * width:
        return [Strip(0, height, 0, height + 1)]
    size = max(int(width * _HEIGHT), -(-height // _MAX_STRIPS))
    overlap = int(width * _OVERLAP)
    return [
        Strip(
            start,
            min(size + overlap, height - start),
            start + overlap / 2 if start else 0,
            start + size + overlap / 2 if start + size + overlap < height else height + 1,
        )
        for start in range(0, max(1, height - overlap), size)
    ]

"""Long pictures are cut so that each line is whole in one strip and kept by one."""

import pytest

from backend.extraction.ocr.strips import strips_of


@pytest.mark.parametrize("size", [(1000, 1400), (1400, 300), (1, 1), (5000, 20)])
def test_a_usual_picture_is_one_strip(size: tuple[int, int]) -> None:
    (strip,) = strips_of(*size)
    assert (strip.top, strip.height) == (0, size[1])


@pytest.mark.parametrize("size", [(1080, 8000), (300, 601), (3, 5000), (1080, 2161), (1080, 100_000)])
def test_each_place_belongs_to_one_strip_that_shows_it_whole(size: tuple[int, int]) -> None:
    width, height = size
    strips = strips_of(width, height)
    assert 1 < len(strips) <= 17
    line = min(width * 0.15, 40) / 2 - 1
    for middle in range(0, height, max(1, height // 500)):
        (owner,) = [strip for strip in strips if strip.first <= middle < strip.last]
        assert owner.top <= max(middle - line, 0)
        assert min(middle + line, height) <= owner.top + owner.height

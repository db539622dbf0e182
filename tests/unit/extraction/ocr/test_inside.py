"""Which pictures in an archive or a mail are read, and what is said of the others."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from backend.extraction.limits import Limits
from backend.extraction.ocr.inside import SENTENCE_BYTES, PicturesInside, is_decoration
from tests.support.scans import picture_file, written


def noise(width: int, height: int) -> bytes:
    """A PNG that no packing makes small."""
    pixels = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return picture_file(Image.fromarray(pixels), "PNG")


def flat(width: int, height: int, kind: str = "PNG") -> bytes:
    return picture_file(Image.new("RGB", (width, height), "navy"), kind)


@pytest.mark.parametrize(
    ("width", "height", "decoration"),
    [
        (200, 60, False),
        (60, 200, False),
        (199, 60, True),
        (200, 59, True),
        (120, 120, True),
        (900, 40, True),
        (1200, 800, False),
    ],
)
def test_within_a_mails_words_what_is_smaller_than_a_sentence_is_decoration(
    width: int, height: int, decoration: bool
) -> None:
    data = noise(width, height)
    assert is_decoration(data, len(data), in_text=True) is decoration


@pytest.mark.parametrize(
    ("width", "height", "decoration"),
    [(48, 12, False), (12, 48, False), (47, 12, True), (48, 11, True), (32, 32, True), (1, 1, True), (900, 1, True)],
)
@pytest.mark.parametrize("make", [noise, flat])
def test_a_file_of_its_own_is_decoration_only_where_no_word_fits(
    make: type, width: int, height: int, decoration: bool
) -> None:
    data = make(width, height)
    assert is_decoration(data, len(data), in_text=False) is decoration


def test_a_coloured_area_within_a_mails_words_is_decoration_however_large() -> None:
    area = flat(600, 200)
    assert len(area) < SENTENCE_BYTES
    assert is_decoration(area, len(area), in_text=True)
    # Its beginning is enough, where only that is here.
    assert not is_decoration(area[:100], SENTENCE_BYTES, in_text=True)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_words_on_the_smallest_picture_take_more_bytes_than_an_area(mode: str) -> None:
    lines = ("The tenant pays a deposit", "of € 1.250,00 for the flat in", "the Kastanienstraße, and")
    data = picture_file(written(lines, 200, 60).convert(mode), "PNG", optimize=True)
    assert not is_decoration(data, len(data), in_text=True)


def test_pictures_that_nobody_reads_are_told_to_be_decoration_too() -> None:
    for kind in ("GIF", "BMP"):
        assert is_decoration(flat(1, 1, kind), 70, in_text=False)


@pytest.mark.parametrize("data", [b"BMW, Munich", b"", b"%PDF-1.7"])
def test_what_is_no_picture_is_no_decoration(data: bytes) -> None:
    assert not is_decoration(data, len(data), in_text=True)


def test_a_picture_that_tells_no_size_is_decoration_by_its_bytes_alone() -> None:
    broken = b"\x89PNG\r\n\x1a\n" + bytes(40)
    assert is_decoration(broken, len(broken), in_text=True)
    assert not is_decoration(broken, SENTENCE_BYTES, in_text=True)
    assert not is_decoration(broken, len(broken), in_text=False)


def test_each_picture_is_taken_once_and_at_most_so_many(limits: Limits) -> None:
    pictures = PicturesInside(replace(limits, ocr_threads=1, max_pictures=2))
    assert [pictures.take(data) for data in (b"1", b"1", b"2", b"3", b"4", b"1")] == [
        True, False, True, False, False, False,
    ]  # fmt: skip
    (warning,) = pictures.warnings()
    assert warning.startswith("2 pictures were left out: of one archive or mail at most 2 are recognised. Split it")
    assert pictures.unread == 0


def test_without_recognition_none_is_taken_and_it_is_said_how_many(limits: Limits) -> None:
    pictures = PicturesInside(limits)
    assert not pictures.take(b"1")
    (warning,) = pictures.warnings()
    assert warning.startswith("1 picture was left out: text recognition is switched off or not installed here.")
    assert not pictures.take(b"2")
    assert pictures.unread == 2
    (warning,) = pictures.warnings()
    assert warning.startswith("2 pictures were left out")
    assert "add it again" in warning


def test_nothing_is_said_where_nothing_was_left_out(limits: Limits) -> None:
    pictures = PicturesInside(replace(limits, ocr_threads=1))
    assert list(pictures.warnings()) == list(PicturesInside(limits).warnings()) == []
    assert pictures.take(b"1")
    assert list(pictures.warnings()) == []

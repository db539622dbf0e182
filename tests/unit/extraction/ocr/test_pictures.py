"""Pictures of any make come out upright, on white, in colours; bad ones are refused before they cost memory."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from backend.extraction.limits import Limits
from backend.extraction.ocr.lines import PicturesToRead, RecognisedPage
from backend.extraction.ocr.pictures import count_pages, page_of
from backend.extraction.reading import read_file
from tests.support.scans import picture_file

MAX = 1_000_000


def half_dark() -> Image.Image:
    """40 × 20 pixels: the left half is black, the right one white."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste((0, 0, 0), (0, 0, 20, 20))
    return picture


def sides(data: bytes, *, page: int = 1) -> tuple[int, int]:
    """How light the left and the right half are, 0 to 255."""
    pixels = np.asarray(page_of(data, page=page, max_pixels=MAX))
    half = pixels.shape[1] // 2
    return round(float(pixels[:, :half].mean())), round(float(pixels[:, half:].mean()))


MODES = ("RGB", "L", "1", "CMYK", "P", "I;16")
NOT_OF_THE_FORMAT = {("JPEG", "P"), ("JPEG", "I;16"), ("PNG", "CMYK")}


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (kind, mode)
        for kind in ("PNG", "JPEG", "TIFF", "WEBP")
        for mode in MODES
        if (kind, mode) not in NOT_OF_THE_FORMAT
    ],
)
def test_every_make_is_dark_where_it_is_dark(kind: str, mode: str) -> None:
    picture = half_dark()
    if mode == "I;16":
        deep = np.where(np.asarray(picture.convert("L")) > 0, 65_535, 0).astype(np.uint16)
        picture = Image.fromarray(deep)
    else:
        picture = picture.convert(mode)
    dark, light = sides(picture_file(picture, kind))
    assert dark < 20
    assert light > 235


def test_what_shines_through_is_white() -> None:
    clear = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 20, 20))
    assert sides(picture_file(clear, "PNG")) == (0, 255)
    assert sides(picture_file(clear, "WEBP", lossless=True)) == (0, 255)


@pytest.mark.parametrize(("orientation", "expected"), [(1, (40, 20)), (3, (40, 20)), (6, (20, 40)), (8, (20, 40))])
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_a_photo_is_turned_the_way_it_was_taken(kind: str, orientation: int, expected: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = picture_file(half_dark(), kind, exif=exif)
    turned = page_of(data, page=1, max_pixels=MAX)
    assert turned.size == expected
    if orientation == 3:
        dark, light = sides(data)
        assert (dark > 235, light < 20) == (True, True)


def test_a_fax_has_its_pages_and_a_moving_picture_one() -> None:
    frames = [half_dark().rotate(180), half_dark()]
    fax = picture_file(half_dark().convert("1"), "TIFF", pages=[frame.convert("1") for frame in frames])
    assert count_pages(fax, max_pixels=MAX) == 3
    assert sides(fax, page=2) == (255, 0)
    moving = picture_file(half_dark(), "WEBP", pages=frames, lossless=True)
    assert count_pages(moving, max_pixels=MAX) == 1
    for data in (fax, moving):
        with pytest.raises(ExtractionFailed, match="has no page 9"):
            page_of(data, page=9, max_pixels=MAX)


def png_of(width: int, height: int) -> bytes:
    """What claims to be a picture of this size and holds a few bytes."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = part(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + pixels + part(b"IEND", b"")


@pytest.fixture
def read_picture(limits: Limits) -> Callable[[bytes], Extracted]:
    def _read(data: bytes) -> Extracted:
        limited = replace(limits, ocr_threads=1, max_pixels=MAX)
        return read_file(data, filename="picture.bin", mime=None, limits=limited, recognised={1: RecognisedPage(1, 1)})

    return _read


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png_of(60_000, 60_000), "too_many_pixels"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "corrupt"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "corrupt"),
        (b"II*\x00" + b"\xff" * 200, "corrupt"),
        (b"MM\x00*\x00\x00\x00\x08\xff\xff" + bytes(200), "corrupt"),
        (b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(40), "corrupt"),
    ],
)
def test_bad_pictures_are_refused_with_the_reason(
    read_picture: Callable[[bytes], Extracted], data: bytes, code: str
) -> None:
    with pytest.raises(ExtractionFailed) as raised:
        read_picture(data)
    assert raised.value.code == code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_a_picture_that_was_cut_is_damaged(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8))
    data = picture_file(noise, kind)
    with pytest.raises(ExtractionFailed) as raised:
        page_of(data[: len(data) // 3], page=1, max_pixels=MAX)
    assert raised.value.code == "corrupt"


def test_a_picture_is_asked_about_before_it_is_read(limits: Limits) -> None:
    data = picture_file(half_dark(), "PNG")
    with pytest.raises(PicturesToRead) as raised:
        read_file(data, filename="a.png", mime=None, limits=replace(limits, ocr_threads=1))
    assert raised.value.pages == [1]


def test_without_recognition_a_picture_says_so(read: Callable[..., Extracted]) -> None:
    with pytest.raises(ExtractionFailed) as raised:
        read(picture_file(half_dark(), "PNG"), "a.png")
    assert raised.value.code == "not_recognised"
    assert "switched off" in raised.value.message


def test_a_picture_without_words_says_so(read_picture: Callable[[bytes], Extracted]) -> None:
    with pytest.raises(ExtractionFailed) as raised:
        read_picture(picture_file(half_dark(), "PNG"))
    assert raised.value.code == "no_text"

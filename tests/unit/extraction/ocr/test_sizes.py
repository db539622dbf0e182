"""The size of a picture is told by its first bytes, whatever it is made by, and of nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from backend.extraction.ocr.sizes import size_of
from tests.support.scans import picture_file

SIZE = (321, 45)
SIGNATURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe1",
    b"II*\x00",
    b"MM\x00*",
    b"RIFF\x00\x00\x00\x00WEBPVP8X",
    b"RIFF\x00\x00\x00\x00WEBPVP8L",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"GIF89a",
    b"BM",
)


def picture(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    return picture_file(Image.new(mode, SIZE), kind, **options)


def with_much_before_the_frame() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "a" * 40_000
    return picture("JPEG", exif=exif, icc_profile=bytes(60_000))


def big_endian_tiff() -> bytes:
    width, height = (value.to_bytes(2, "big") + b"\0\0" for value in SIZE)
    entry = b"\x00\x03\x00\x00\x00\x01"
    return b"MM\x00*\x00\x00\x00\x08\x00\x02\x01\x00" + entry + width + b"\x01\x01" + entry + height


@pytest.mark.parametrize(
    "data",
    [
        picture("PNG"),
        picture("PNG", "1"),
        picture("JPEG"),
        picture("JPEG", "L", progressive=True),
        with_much_before_the_frame(),
        picture("TIFF"),
        picture("TIFF", compression="tiff_lzw"),
        big_endian_tiff(),
        picture("WEBP"),
        picture("WEBP", lossless=True),
        picture("WEBP", "RGBA", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00"),
        picture("GIF"),
        picture("BMP"),
        b"BM" + bytes(12) + b"\x0c\0\0\0" + b"".join(value.to_bytes(2, "little") for value in SIZE),
        b"BM" + bytes(12) + b"\x28\0\0\0" + (321).to_bytes(4, "little") + (-45).to_bytes(4, "little", signed=True),
    ],
)
def test_the_size_stands_in_the_first_bytes(data: bytes) -> None:
    assert size_of(data) == SIZE


@pytest.mark.parametrize("data", [picture(kind) for kind in ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")])
def test_what_is_cut_before_its_size_tells_none(data: bytes) -> None:
    assert size_of(data[:8]) is None


@pytest.mark.parametrize("data", [b"", b"Words.", b"BMW builds cars in Munich and elsewhere.", b"GIF8", bytes(100)])
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    assert size_of(data) is None


@given(st.sampled_from(SIGNATURES), st.binary(max_size=200))
def test_anything_behind_a_signature_is_survived(signature: bytes, data: bytes) -> None:
    found = size_of(signature + data)
    assert found is None or min(found) > 0


def test_a_jpeg_of_nothing_but_filling_ends_soon() -> None:
    assert size_of(b"\xff\xd8" + b"\xff" * 10_000_000) is None

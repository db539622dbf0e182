"""A PDF's pages as pictures, and where on a page a quotation stands (PDFium)."""

import ctypes
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from backend.extraction.failures import failure

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

type Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the shown page (0..1), from its top left corner."""

_MAX_PIXELS = 40_000_000
_MAX_RECOGNISED_PIXELS = 9_000_000
_PAGE_GRID = 1_000_000  # FPDF_PageToDevice gives whole numbers
_ZERO_PAGES = re.compile(rb"/Kids\s*\[\s*\]")
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
# What the stored text may have left out or changed: blank space, hyphens at line ends, soft hyphens.
_IGNORED = frozenset("-\u00ad\u2010\u2011\ufffe\u0002\ufeff\u200b")


@contextmanager
def open_pdf(data: bytes) -> Iterator[Any]:
    """A document with at least one page. Raises `encrypted`, `corrupt` and `no_pages`."""
    _forget_last_error()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise failure("encrypted") from error
        # PDFium refuses an empty page tree with the same error as a damaged file.
        if _ZERO_PAGES.search(data) and b"/Type/Page\n" not in data and not _PAGE.search(data):
            raise failure("no_pages") from error
        raise failure("corrupt", "its structure cannot be read") from error
    try:
        if len(document) == 0:
            raise failure("no_pages")
        yield document
    except pypdfium2.PdfiumError as error:
        raise failure("corrupt", "one of its pages cannot be read") from error
    finally:
        document.close()


def _forget_last_error() -> None:
    """Some failures set none, and what is read then is that of an earlier file, such as its password."""
    with suppress(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(b"")


def render_page(data: bytes, *, page: int, width: int) -> bytes:
    """The page (counted from 1) as PNG, `width` pixels wide, less for extremely tall pages."""
    with open_pdf(data) as document:
        sheet = _page(document, page)
        across, down = sheet.get_size()
        scale = width / across
        scale = min(scale, (_MAX_PIXELS / (across * down)) ** 0.5)
        bitmap = sheet.render(scale=scale, rev_byteorder=True)
        try:
            return _png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
        finally:
            bitmap.close()


def page_pixels(data: bytes, *, page: int, dpi: float) -> "npt.NDArray[np.uint8]":
    """The page (counted from 1) as height × width × 3, coarser where it is extremely large."""
    with open_pdf(data) as document:
        sheet = _page(document, page)
        across, down = sheet.get_size()
        scale = min(dpi / 72, (_MAX_RECOGNISED_PIXELS / (across * down)) ** 0.5)
        bitmap = sheet.render(scale=scale, may_draw_forms=True)
        try:
            pixels: npt.NDArray[np.uint8] = bitmap.to_numpy()[:, :, :3].copy()
            return pixels
        finally:
            bitmap.close()


def locate(data: bytes, *, page: int, quote: str) -> list[Rectangle]:
    """Where `quote` stands on the page, one rectangle per line; empty when it is not there.

    Blank space and hyphens do not count, so a quotation over several lines, or from text whose words were
    joined again, is found.
    """
    with open_pdf(data) as document:
        sheet = _page(document, page)
        textpage = sheet.get_textpage()
        signs: list[str] = []
        places: list[int] = []
        for index in range(textpage.count_chars()):
            sign = chr(pdfium.FPDFText_GetUnicode(textpage, index))
            for part in _compared(sign):
                signs.append(part)
                places.append(index)
        wanted = "".join(part for sign in quote for part in _compared(sign))
        found = "".join(signs).find(wanted) if wanted else -1
        if found < 0:
            return []
        first, last = places[found], places[found + len(wanted) - 1]
        textpage.count_rects()
        count = textpage.count_rects(first, last - first + 1)
        return [_share(sheet, textpage.get_rect(index)) for index in range(count)]


def _compared(sign: str) -> str:
    return "" if sign.isspace() or sign in _IGNORED or sign < " " else sign


def _page(document: Any, page: int) -> Any:
    if not 1 <= page <= len(document):
        raise failure("no_such_page", str(page))
    return document[page - 1]


def _share(sheet: Any, box: tuple[float, float, float, float]) -> Rectangle:
    left, bottom, right, top = box
    corners = (_to_device(sheet, left, top), _to_device(sheet, right, bottom))
    across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return across[0], down[0], across[1], down[1]


def _to_device(sheet: Any, x: float, y: float) -> tuple[float, float]:
    """A point of the page as PDF counts (origin, rotation, crop) to shares of the shown page."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(sheet, 0, 0, _PAGE_GRID, _PAGE_GRID, 0, x, y, across, down)
    return min(max(across.value / _PAGE_GRID, 0.0), 1.0), min(max(down.value / _PAGE_GRID, 0.0), 1.0)


def _png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """RGB rows as PNG (RFC 2083). Own code, since an image library for this one call would weigh 20 MB."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    row = width * 3
    rows = b"".join(b"\x00" + pixels[start : start + row] for start in range(0, stride * height, stride))
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + part(b"IDAT", zlib.compress(rows, 6))
        + part(b"IEND", b"")
    )

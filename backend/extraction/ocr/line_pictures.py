"""Lines of a page as pictures that another program reads (Pillow): grey, at one height, with a margin, in a TIFF."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.extraction.ocr.engine import Pixels

#: Around each line, in pixels.
LINE_MARGIN = 8
#: What Tesseract was trained on.
_HEIGHT = 40
_WIDEST = 4_000
_GAP = 16
_DPI = (300, 300)


def line_pages(lines: "Sequence[Pixels]", *, turned: bool = False) -> tuple[bytes, list[int]]:
    """A TIFF with a page for each line, and the width of each page in pixels. `turned`: upside down."""
    pictures = [_line(pixels, turned=turned) for pixels in lines]
    return _tiff(pictures), [picture.width for picture in pictures]


def sheet_of(lines: "Sequence[Pixels]") -> bytes:
    """A TIFF with all lines below each other."""
    from PIL import Image

    pictures = [_line(pixels) for pixels in lines]
    sheet = Image.new("L", (max(one.width for one in pictures), len(pictures) * (_HEIGHT + _GAP)), 255)
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (0, number * (_HEIGHT + _GAP)))
    return _tiff([sheet])


def _line(pixels: "Pixels", *, turned: bool = False) -> "Image":
    from PIL import Image

    picture = Image.fromarray(pixels).convert("L")
    width = min(_WIDEST, max(1, round(picture.width * _HEIGHT / picture.height)))
    picture = picture.resize((width, _HEIGHT), Image.Resampling.LANCZOS)
    framed = Image.new("L", (width + 2 * LINE_MARGIN, _HEIGHT + 2 * LINE_MARGIN), 255)
    framed.paste(picture.transpose(Image.Transpose.ROTATE_180) if turned else picture, (LINE_MARGIN, LINE_MARGIN))
    return framed


def _tiff(pictures: "Sequence[Image]") -> bytes:
    file = io.BytesIO()
    pictures[0].save(file, "TIFF", save_all=True, append_images=list(pictures[1:]), dpi=_DPI)
    return file.getvalue()

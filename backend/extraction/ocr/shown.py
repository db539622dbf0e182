"""The pages of a file as pictures: for a person, and for text recognition. Libraries are imported on first use."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backend.extraction.detect import is_pdf, is_picture
from backend.extraction.failures import failure
from backend.extraction.limits import Limits
from backend.extraction.ocr.lines import RecognisedPage

if TYPE_CHECKING:
    from backend.extraction.ocr.engine import Pixels

_DPI = 200


def shown(data: bytes, limits: Limits, *, page: int, width: int) -> bytes:
    """A page (from 1) of a PDF or a picture file as PNG. Raises `unsupported_type` for anything else."""
    if is_pdf(data):
        from backend.extraction.pdf.pages import render_page

        return render_page(data, page=page, width=width)
    from backend.extraction.ocr.engine import is_installed

    if not is_picture(data) or not is_installed():
        raise failure("unsupported_type", "only PDFs and pictures have pages to show")
    from backend.extraction.ocr.pictures import as_png, page_of

    return as_png(page_of(data, page=page, max_pixels=limits.max_pixels), width=width)


def pixels_of(data: bytes, limits: Limits, *, page: int) -> "Pixels":
    """A page as it is given to recognition: height × width × 3."""
    if is_pdf(data):
        from backend.extraction.pdf.pages import page_pixels

        return page_pixels(data, page=page, dpi=_DPI)
    import numpy as np

    from backend.extraction.ocr.pictures import page_of

    return np.asarray(page_of(data, page=page, max_pixels=limits.max_pixels))


def pages_of(recognised: Mapping[str, Any]) -> dict[int, RecognisedPage]:
    """What was recognised, as it crossed between the processes, by page."""
    return {int(page): RecognisedPage.of(values) for page, values in recognised.items()}

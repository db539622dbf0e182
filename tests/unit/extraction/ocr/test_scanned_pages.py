"""Which pages of a PDF are only a picture, and what stands in the text of those that are not."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from backend.extraction.limits import Limits
from backend.extraction.ocr.lines import PicturesToRead, RecognisedPage
from backend.extraction.reading import read_file
from tests.support.scans import sheet
from tests.unit.extraction.ocr.test_geometry import line, page

SCAN = page(line("Boats leave at dawn.", 100, 300))
WORDS = "These words are set as text, so nobody has to recognise them."


def pdf(*pages: Callable[[Canvas], None]) -> bytes:
    """Pages of 300 by 400 points."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 400), invariant=1)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan(canvas: Canvas, *, width: float = 300, height: float = 400) -> None:
    canvas.drawImage(ImageReader(sheet(["x"]).convert("1")), 0, 0, width, height)


def scan_with_header(canvas: Canvas) -> None:
    scan(canvas)
    canvas.drawString(20, 385, "Copy of the harbour office, page 2")


def scan_with_its_text(canvas: Canvas) -> None:
    scan(canvas)
    hidden = canvas.beginText(20, 200)
    hidden.setTextRenderMode(3)
    hidden.textLine(WORDS)
    canvas.drawText(hidden)


def text_with_logo(canvas: Canvas) -> None:
    scan(canvas, width=60, height=60)
    canvas.drawString(20, 200, WORDS)


def outlines(canvas: Canvas) -> None:
    for number in range(150):
        canvas.bezier(20 + number, 200, 22 + number, 210, 25 + number, 190, 30 + number, 200)


def blank(canvas: Canvas) -> None:
    canvas.line(10, 10, 290, 10)


@pytest.fixture
def with_recognition(limits: Limits) -> Callable[..., Extracted]:
    def _read(data: bytes, recognised: dict[int, RecognisedPage] | None = None) -> Extracted:
        limited = replace(limits, ocr_threads=1)
        return read_file(data, filename="a.pdf", mime=None, limits=limited, recognised=recognised)

    return _read


def test_pages_that_are_only_a_picture_are_asked_about(with_recognition: Callable[..., Extracted]) -> None:
    data = pdf(text_with_logo, scan, scan_with_header, scan_with_its_text, outlines, blank)
    with pytest.raises(PicturesToRead) as raised:
        with_recognition(data)
    assert raised.value.pages == [2, 3, 5]


def test_what_was_recognised_stands_on_its_page(with_recognition: Callable[..., Extracted]) -> None:
    read = with_recognition(pdf(text_with_logo, scan, scan_with_its_text), {2: SCAN})
    assert read.text == f"{WORDS}\n\nBoats leave at dawn.\n\n{WORDS}"
    assert [(section.page, read.text[section.start : section.end].strip()) for section in read.sections] == [
        (1, WORDS), (2, "Boats leave at dawn."), (3, WORDS),
    ]  # fmt: skip
    assert [words.page for words in read.words] == [2]
    assert read.warnings == ()


def test_a_page_that_was_not_reached_is_named(with_recognition: Callable[..., Extracted]) -> None:
    read = with_recognition(pdf(scan, scan, scan), {2: SCAN})
    assert read.text == "Boats leave at dawn."
    (warning,) = read.warnings
    assert warning.startswith("Pages 1, 3 hold only pictures, which could not be read")


def test_a_scan_of_which_nothing_could_be_read_fails(with_recognition: Callable[..., Extracted]) -> None:
    with pytest.raises(ExtractionFailed) as raised:
        with_recognition(pdf(scan), {})
    assert raised.value.code == "recognition_failed"


def test_without_recognition_the_document_says_what_it_lacks(read: Callable[..., Extracted]) -> None:
    mixed = read(pdf(text_with_logo, scan, scan_with_header), "a.pdf")
    (warning,) = mixed.warnings
    assert warning.startswith("Pages 2–3 hold only pictures, which were not read")
    with pytest.raises(ExtractionFailed) as raised:
        read(pdf(scan), "a.pdf")
    assert raised.value.code == "not_recognised"


def test_an_empty_page_is_no_picture(read: Callable[..., Extracted]) -> None:
    with pytest.raises(ExtractionFailed) as raised:
        read(pdf(blank), "a.pdf")
    assert raised.value.code == "no_text"

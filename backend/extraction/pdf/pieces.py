"""What stands where on a page of a PDF: its words, what was typed into its form, the notes on it, and its lines."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pypdfium2.raw as pdfium

_MAX_PIECES = 20_000
_MAX_PATHS = 3_000
_MAX_ANNOTATIONS = 5_000
_MAX_VALUE = 200_000  # bytes of what was typed into one field
_THIN = 2.5
_MUCH = 0.3  # of a page's area
_OUTLINES = 100  # paths of a page whose letters were drawn as outlines
_MAX_DEPTH = 3
_NO_SIZE = 0.0001
_PASSWORD = 1 << 13  # PDF 1.7, table 228
_HIDDEN = 0x1 | 0x2 | 0x20  # invisible, hidden, no view (PDF 1.7, 12.5.3)


@dataclass(slots=True)
class Piece:
    """A stretch of one line. Points from the bottom left of the page; `base` is the line that its letters stand on."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    size: float
    base: float


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line, straight across or straight down. `at` is where it stands, `start` and `end` how far it goes."""

    across: bool
    at: float
    start: float
    end: float


def words_of(textpage: Any) -> list[Piece]:
    """The words of a page in the order of the file, one piece for each stretch of one font in one line."""
    found = []
    for start, end, (left, bottom, right, top) in islice(_stretches(textpage), _MAX_PIECES):
        # By its place in the file, not by its box: boxes of lines that stand close hold letters of each other.
        text = textpage.get_text_range(start, end - start).replace("\r\n", " ").replace("\n", " ")
        if not text.strip():
            continue
        size = pdfium.FPDFText_GetFontSize(textpage, start) or top - bottom
        across, down = ctypes.c_double(), ctypes.c_double()
        base = down.value if pdfium.FPDFText_GetCharOrigin(textpage, start, across, down) else bottom
        # Some write a font of one point and enlarge it; the letters tell.
        size = size if (top - bottom) / 2 < size < 3 * (top - bottom) else (top - bottom) * 1.2
        found.append(Piece(left, bottom, right, top, text, size, base))
    return found


def _stretches(textpage: Any) -> Iterator[tuple[int, int, tuple[float, float, float, float]]]:
    """Of each text object the first letter, the one after the last, and the box (left, bottom, right, top)."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    drawn: int | None = None
    start = end = 0
    box = (0.0, 0.0, 0.0, 0.0)
    for index in range(textpage.count_chars()):
        if pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            continue  # a space or a break that PDFium adds
        if not pdfium.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
            continue
        if right.value - left.value < _NO_SIZE or top.value - bottom.value < _NO_SIZE:
            continue
        own = ctypes.cast(pdfium.FPDFText_GetTextObject(textpage, index), ctypes.c_void_p).value
        if end and own == drawn:
            low = min(box[0], left.value), min(box[1], bottom.value)
            box = (*low, max(box[2], right.value), max(box[3], top.value))
        else:
            if end:
                yield start, end, box
            drawn, start = own, index
            box = left.value, bottom.value, right.value, top.value
        end = index + 1
    if end:
        yield start, end, box


def values_of(document: Any, page: Any) -> tuple[list[Piece], list[str]]:
    """What was typed or chosen in the form of a page, at its place, and the notes that were put on it."""
    typed: list[Piece] = []
    notes: list[str] = []
    for number in range(min(max(pdfium.FPDFPage_GetAnnotCount(page), 0), _MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
                continue
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                if piece := _field(document, annotation):
                    typed.append(piece)
            elif kind in _NOTES and (text := " ".join(_string(annotation, b"Contents").split())):
                author = " ".join(_string(annotation, b"T").split())
                notes.append(f"Comment by {author}: {text}" if author else f"Comment: {text}")
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return typed, notes


_NOTES = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_FREETEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_STAMP,
    }
)


def _field(document: Any, annotation: Any) -> Piece | None:
    form = document.formenv
    if form is None:
        return None
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    flags = pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation)
    if kind == pdfium.FPDF_FORMFIELD_TEXTFIELD and flags & _PASSWORD:
        return None
    if kind in {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}:
        text = "☒" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "☐"
    elif kind in {pdfium.FPDF_FORMFIELD_PUSHBUTTON, pdfium.FPDF_FORMFIELD_SIGNATURE}:
        return None
    else:
        text = _wide(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    box = pdfium.FS_RECTF()
    if not text.strip() or not pdfium.FPDFAnnot_GetRect(annotation, box):
        return None
    bottom, top = sorted((box.bottom, box.top))
    height = min(top - bottom, 12.0)
    # What was typed stands in the middle of a low field, at the top of a high one.
    base = top - height if top - bottom > 30 else (top + bottom - height) / 2 + 2
    return Piece(box.left, base - 2, box.right, base + height, " ".join(text.split()), height, base)


def is_drawn(page: Any) -> bool:
    """Whether pictures cover much of a page, or what stands on it is drawn rather than set."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    width, height = page.get_size()
    covered, paths = 0.0, 0
    for number in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_PATHS)):
        drawn = pdfium.FPDFPage_GetObject(page, number)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        paths += kind == pdfium.FPDF_PAGEOBJ_PATH
        if _is_picture(drawn, kind) and pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
            covered += max(0.0, right.value - left.value) * max(0.0, top.value - bottom.value)
    return covered >= _MUCH * width * height or paths >= _OUTLINES


def _is_picture(drawn: Any, kind: int, depth: int = 0) -> bool:
    if kind != pdfium.FPDF_PAGEOBJ_FORM or depth == _MAX_DEPTH:
        return bool(kind == pdfium.FPDF_PAGEOBJ_IMAGE)
    for number in range(min(pdfium.FPDFFormObj_CountObjects(drawn), _MAX_PATHS)):
        inner = pdfium.FPDFFormObj_GetObject(drawn, number)
        if _is_picture(inner, pdfium.FPDFPageObj_GetType(inner), depth + 1):
            return True
    return False


def lines_of(page: Any) -> list[Line]:
    """The straight lines of a page, those of boxes included; none where so many are drawn that it is a picture."""
    found: list[Line] = []
    count = pdfium.FPDFPage_CountObjects(page)
    if count > _MAX_PATHS:
        return []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for number in range(count):
        drawn = pdfium.FPDFPage_GetObject(page, number)
        if pdfium.FPDFPageObj_GetType(drawn) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
            found.extend(_straight(left.value, bottom.value, right.value, top.value))
    return found


def _straight(left: float, bottom: float, right: float, top: float) -> Iterator[Line]:
    wide, high = right - left, top - bottom
    if high <= _THIN and wide > _THIN:
        yield Line(True, (top + bottom) / 2, left, right)
    elif wide <= _THIN and high > _THIN:
        yield Line(False, (left + right) / 2, bottom, top)
    elif wide > 8 and high > 8:
        for at in (top, bottom):
            yield Line(True, at, left, right)
        for at in (left, right):
            yield Line(False, at, bottom, top)


def _string(annotation: Any, key: bytes) -> str:
    return _wide(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _wide(read: Any) -> str:
    """A text that PDFium gives as UTF-16, after it has said how long it is."""
    size = read(None, 0)
    if not 2 < size <= _MAX_VALUE:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    read(buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").split("\0", 1)[0]

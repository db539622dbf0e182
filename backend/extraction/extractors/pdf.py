"""PDF: each page is a section with its number, headings are known by their size, lines become paragraphs again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_author, clean_title, parse_date, split_tags
from backend.extraction.ocr import told
from backend.extraction.ocr.geometry import upright
from backend.extraction.ocr.lines import PicturesToRead, RecognisedPage
from backend.extraction.ocr.words import placed
from backend.extraction.pdf.furniture import Furniture
from backend.extraction.pdf.hyphens import Vocabulary
from backend.extraction.pdf.layout import blocks_in
from backend.extraction.pdf.lines import TextLine, lines_in
from backend.extraction.pdf.pages import open_pdf
from backend.extraction.pdf.paragraphs import Block
from backend.extraction.pdf.pieces import Piece, is_drawn, lines_of, values_of, words_of
from backend.extraction.pdf.tables import grids_of, table_in
from backend.extraction.tables import Spanned

#: So many pages tell what the document's letters, words and running lines are.
_LEARNT_FROM = 40
_LARGER = 1.15
_HEADING_CHARS = 150
_MAX_LEVELS = 4
_EDGE = 0.12
_FEW_LETTERS = 12
_ONLY_PICTURES = "Its pages hold only pictures"


@dataclass(slots=True)
class _Page:
    height: float
    rows: Sequence[Sequence[TextLine]]
    tables: list[Block]
    notes: list[str]
    is_picture: bool = False


def extract(source: Source, kind: Kind) -> Content:
    """Raises `encrypted`, `corrupt`, `no_pages`, `no_text`, `PicturesToRead`; of a scan that nobody could read
    `not_recognised`, `recognition_failed` and `unknown_letters`.
    """
    recognised = source.recognised or {}
    can_recognise = source.limits.ocr_threads > 0
    unread: list[int] = []
    with open_pdf(source.data) as document:
        document.init_forms()
        outline = _outline(document)
        pages = _pages(document, recognised)
        first = list(islice(pages, _LEARNT_FROM))
        vocabulary, furniture, sizes = Vocabulary(), Furniture(), Counter[float]()
        for page in first:
            furniture.learn(page.rows, page.height)
            for line in chain.from_iterable(page.rows):
                vocabulary.learn([line.text])
                sizes[round(line.size, 1)] += len(line.text)
        levels = _levels(sizes)
        builder = TextBuilder(source.limits)
        heading: str | None = None
        for number, page in enumerate(chain(first, pages), start=1):
            heading = outline.get(number - 1, heading)
            if page.is_picture and number not in recognised:
                unread.append(number)
            builder.begin(heading, page=number)
            blocks = [*blocks_in(furniture.without(page.rows, page.height), vocabulary), *page.tables]
            for block in _in_order(blocks, page.tables):
                level = levels.get(round(block.size, 1), 0)
                if level and not block.is_table and _can_be_heading(block.text):
                    heading = " ".join(block.text.split())
                    builder.heading(heading, level=level, page=number)
                else:
                    builder.block(block.text)
            for note in page.notes:
                builder.block(note)
        if unread and can_recognise and source.recognised is None:
            raise PicturesToRead(unread)
        text, sections = builder.finish()
        if not text:
            if unread:
                raise failure("recognition_failed") if can_recognise else failure("not_recognised", _ONLY_PICTURES)
            if script := told.unread_letters(recognised):
                raise failure("unknown_letters", told.letters(script))
            raise failure("no_text", "its pages hold no words")
        if unread:
            source.warn(told.unread(unread, can_recognise=can_recognise))
        for doubt in told.doubts(recognised):
            source.warn(doubt)
        metadata = _metadata(document.get_metadata_dict(skip_empty=True))
        return Content(kind, text, sections, metadata, words=placed(text, sections, recognised))


def _pages(document: Any, recognised: Mapping[int, RecognisedPage]) -> Iterator[_Page]:
    """What stands on each page. Closed page by page: a long document must not hold all of them."""
    spanned = Spanned()
    for index in range(len(document)):
        page = document[index]
        textpage = page.get_textpage()
        pieces = _on_page(page, words_of(textpage))
        typed, notes = values_of(document, page)
        pieces += typed
        tables = []
        for grid in grids_of(lines_of(page)):
            inside = [piece for piece in pieces if grid.holds(piece)]
            if (table := table_in(grid, inside, spanned)) is not None:
                tables.append(table)
                pieces = [piece for piece in pieces if not grid.holds(piece)]
        width, height = page.get_size()
        is_picture = not tables and _says_little(pieces, height) and is_drawn(page)
        if is_picture and (seen := recognised.get(index + 1)) is not None and seen.lines:
            # Recognition saw all of the page, what is text at its edge too.
            pieces, height = upright(seen, width)
        textpage.close()
        page.close()
        yield _Page(height, lines_in(pieces), tables, notes, is_picture)


def _says_little(pieces: list[Piece], height: float) -> bool:
    """Whether a page has no more text than a header, a number or a stamp."""
    inner = (piece for piece in pieces if _EDGE * height < (piece.top + piece.bottom) / 2 < (1 - _EDGE) * height)
    return sum(sum(map(str.isalnum, piece.text)) for piece in inner) < _FEW_LETTERS


def _on_page(page: Any, pieces: list[Piece]) -> list[Piece]:
    """Without words that stand beside the page, which nobody sees."""
    left, bottom, right, top = page.get_cropbox()
    (left, right), (bottom, top) = sorted((left, right)), sorted((bottom, top))
    return [one for one in pieces if one.right > left and one.left < right and one.top > bottom and one.bottom < top]


def _in_order(blocks: list[Block], tables: list[Block]) -> Iterator[Block]:
    """Each table before the first block of the text that begins below it."""
    waiting = sorted(tables, key=lambda table: -table.top)
    for block in blocks[: len(blocks) - len(tables)]:
        while waiting and waiting[0].top > block.top:
            yield waiting.pop(0)
        yield block
    yield from waiting


def _levels(sizes: Counter[float]) -> dict[float, int]:
    """Size of letters → level of a heading: sizes above the usual one, the largest first."""
    if not sizes:
        return {}
    usual = sizes.most_common(1)[0][0]
    larger = sorted((size for size in sizes if size >= usual * _LARGER), reverse=True)
    return {size: min(level, _MAX_LEVELS) for level, size in enumerate(larger, start=1)}


def _can_be_heading(text: str) -> bool:
    return len(text) <= _HEADING_CHARS and any(map(str.isalpha, text)) and not text.rstrip().endswith((".", ",", ";"))


def _outline(document: Any) -> dict[int, str]:
    """The first bookmark of each page, by page index; a damaged outline only loses headings."""
    found: dict[int, str] = {}
    for bookmark in document.get_toc(max_depth=4):
        target = bookmark.get_dest()
        index = target.get_index() if target is not None else None
        title = " ".join(bookmark.get_title().split())
        if index is not None and title:
            found.setdefault(index, title)
    return found


def _metadata(properties: dict[str, str]) -> Metadata:
    return Metadata(
        title=clean_title(properties.get("Title")),
        author=clean_author(properties.get("Author")),
        created_at=parse_date(properties.get("CreationDate")),
        modified_at=parse_date(properties.get("ModDate")),
        tags=split_tags(properties.get("Keywords")),
    )

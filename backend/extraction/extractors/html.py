"""Web pages: the main text with headings, lists and tables; scripts, styles, menus and hidden text left out."""

import re

from backend.documents.models import Kind
from backend.extraction.content import Content, Source
from backend.extraction.extractors.html_reader import PageReader
from backend.extraction.extractors.html_repair import repaired
from backend.extraction.failures import failure
from backend.extraction.limits import Limits

_CHARSET = re.compile(rb"<meta[^<>]+charset\s*=\s*+[\"']?\s*+([\w.:-]+)", re.IGNORECASE)
_MAIN = re.compile(r"<main\b|role\s*=\s*[\"']?main\b", re.IGNORECASE)


def extract(source: Source, kind: Kind) -> Content:
    declared = _CHARSET.search(source.data[:4096])
    page = source.text(declared=declared[1].decode("ascii", errors="replace") if declared else None)
    content = from_markup(page, source.limits, kind)
    if not content.text:
        raise failure("no_text", "the page shows no text of its own")
    return content


def from_markup(page: str, limits: Limits, kind: Kind, *, mark_quotes: bool = False) -> Content:
    """A page as text; empty when it shows none. When it marks its main part, that part alone is taken.

    `mark_quotes`: ``>`` before each line of what a mail quotes.
    """
    main_only = _MAIN.search(page) is not None
    reader = _read(page, limits, main_only=main_only, mark_quotes=mark_quotes)
    text, sections = reader.builder.finish()
    if main_only and len(text) < 200:
        # An empty or wrongly placed <main>: the whole body is better than nothing.
        reader = _read(page, limits, main_only=False, mark_quotes=mark_quotes)
        whole, whole_sections = reader.builder.finish()
        if len(whole) > 3 * len(text):
            text, sections = whole, whole_sections
    return Content(kind, text, sections, reader.metadata())


def _read(page: str, limits: Limits, *, main_only: bool, mark_quotes: bool) -> PageReader:
    reader = PageReader(limits, main_only=main_only, mark_quotes=mark_quotes)
    reader.feed(repaired(page))
    reader.close()
    reader.end_all()
    reader.end_block()
    return reader

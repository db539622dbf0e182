"""PDF: each page is a section with its number; wrapped lines become paragraphs again."""

import re
from typing import Any

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_author, clean_title, parse_date, split_tags
from backend.extraction.pdf_pages import open_pdf

# PDFium writes U+FFFE for a hyphen that only breaks a word at the end of a line (and drops the line break).
_LINE_HYPHEN = "\ufffe"
_SOFT_BREAK = re.compile(r"(?<=[^\W\d_])[\u00ad\u2010-]\n(?=[^\W\d_])")
_LIST_ITEM = re.compile(r"\s*(?:[-*•‣▪◦–—●■]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
_FULL_LINE = 0.75


def extract(source: Source, kind: Kind) -> Content:
    """Raises `encrypted`, `corrupt`, `no_pages` and `no_text` (a scan)."""
    with open_pdf(source.data) as document:
        headings = _outline(document)
        builder = TextBuilder(source.limits)
        heading: str | None = None
        for index in range(len(document)):
            heading = headings.get(index, heading)
            builder.begin(heading, page=index + 1)
            page = document[index]
            textpage = page.get_textpage()
            for paragraph in paragraphs(textpage.get_text_bounded()):
                builder.block(paragraph)
            # Closed page by page: a long document must not hold all of them.
            textpage.close()
            page.close()
        text, sections = builder.finish()
        if not text:
            raise failure("no_text", "its pages hold only pictures")
        return Content(kind, text, sections, _metadata(document.get_metadata_dict(skip_empty=True)))


def paragraphs(page_text: str) -> list[str]:
    """A page's lines joined into paragraphs.

    A line that is nearly as long as the page's lines runs on into the next one, unless that begins a list item.
    """
    text = page_text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SOFT_BREAK.sub("", text.replace(_LINE_HYPHEN + "\n", _LINE_HYPHEN))
    lines = [line.rstrip() for line in text.replace("\u00ad", "").split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    # The 90th percentile: one overlong line must not make all the others look short.
    full = lengths[int(len(lengths) * 0.9)] * _FULL_LINE if lengths else 0
    found: list[str] = []
    runs_on = False
    for line in lines:
        if not line.strip():
            runs_on = False
            continue
        if runs_on and found and not _LIST_ITEM.match(line):
            joint = "" if _WIDE.match(found[-1][-1]) and _WIDE.match(line[0]) else " "
            found[-1] += joint + line.lstrip()
        else:
            found.append(line)
        runs_on = len(line) >= max(full, 30) or (bool(_WIDE.search(line[-1])) and len(line) >= full)
    return [paragraph.replace(_LINE_HYPHEN, "") for paragraph in found]


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

"""How quotes and headings stand in an answer that is put together from several documents."""

import re
from dataclasses import replace

from backend.embedding.search.models import Hit
from backend.llm.streaming import sanitise
from backend.rag.composing import Excerpt
from backend.rag.shelf import link_text

_BULLET = re.compile(r"(?:[-*+•‣◦▪–—·●○]\s+(?:\[[ xX]\]\s+)?|#{1,6}\s+|>\s*)")
_DECORATION = "#*_ \t"
_SHOWN_HEADING = 80


def heading_text(heading: str) -> str:
    """A heading of a document without its marks."""
    return " ".join(heading.strip(_DECORATION).rstrip(":").split())


def shown_heading(heading: str) -> str:
    """A heading as own words of an answer, as Markdown."""
    return link_text(heading[:_SHOWN_HEADING])


def excerpt_of(whole: Hit, start: int, end: int) -> Excerpt | None:
    """``[start:end]`` of a passage as a quote, without the mark of a list before it; None if nothing can be shown."""
    quote = whole.text[start - whole.start : end - whole.start]
    if bullet := _BULLET.match(quote):
        start += bullet.end()
        quote = quote[bullet.end() :]
    shown = sanitise(" ".join(quote.split()), [whole.url] if whole.url else [])
    shown = shown.strip("| ") if shown.startswith("|") else shown
    if not shown.strip():
        return None
    # What goes on with the answer is the quote, not a whole document.
    return Excerpt(replace(whole, text=quote, start=start, end=end), start, end, shown)

"""Writes lists and paragraphs of one document as excerpts below each other, in Markdown, as many as may be shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.documents.breaks import breaks_of, breaks_within
from backend.documents.models import DocumentText
from backend.embedding.search.models import Hit
from backend.llm.streaming import sanitise
from backend.quoting.sections import Item, Span
from backend.rag.composing import Composed, Excerpt

_MOST_ITEMS = 25
_MOST_CHARS = 2500
_LETTERED = re.compile(r"\(?\w+[.)]")


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a document that was found; `rank` 0 is the best hit's."""

    hit: Hit
    rank: int
    stored: DocumentText

    def said(self, span: Span | None) -> str:
        return self.stored.text[span.start : span.end] if span else ""


class SectionWriting:
    """Puts excerpts below each other as Markdown, up to the limits."""

    def __init__(self, page: Page, urls: Sequence[str]) -> None:
        self._page = page
        self._urls = urls
        self._pieces: list[str | Excerpt] = []
        self._shown = self._chars = self._left_out = 0

    def heading(self, span: Span) -> None:
        self._add(span, "\n\n", around="**")

    def block(self, span: Span) -> None:
        self._add(span, "\n\n")

    def items(self, items: Sequence[Item]) -> None:
        for index, item in enumerate(items):
            if self._shown == _MOST_ITEMS or self._chars + item.end - item.start > _MOST_CHARS:
                self._left_out += 1
                continue
            indent = "    " * item.depth
            mark = item.mark if item.mark[:-1].isdigit() else f"- {item.mark}" if _LETTERED.match(item.mark) else "-"
            self._add(item, f"{'' if index else chr(10)}\n{indent}{mark} ", indent=indent)
            self._shown += 1

    def composed(self) -> Composed | None:
        if not any(isinstance(piece, Excerpt) for piece in self._pieces):
            return None
        if self._left_out:
            self._pieces.append(f"\n\n({self._left_out} more are not shown here.)")
        return Composed(tuple(self._pieces))

    def _add(self, span: Span, before: str, *, around: str = "", indent: str = "") -> None:
        said = self._page.said(span)
        if "```" in said or "~~~" in said:
            lines = (line.strip() for line in said.splitlines() if line.strip())
            shown = sanitise(f"\n{indent}    ".join(lines), self._urls)
        else:
            shown = sanitise(" ".join(said.split()), self._urls)
        if not shown:
            return
        if around:
            shown = f"{around}{shown.strip('*_ ')}{around}"
        self._pieces.append(before if self._pieces else before.lstrip("\n"))
        self._pieces.append(Excerpt(self._part(span), span.start, span.end, shown))
        self._chars += len(shown)

    def _part(self, span: Span) -> Hit:
        """The hit as if these words had been found: they may stand beyond its own."""
        stored = self._page.stored
        breaks = breaks_within(breaks_of(stored.sections), span.start, span.end)
        return replace(
            self._page.hit,
            text=stored.text[span.start : span.end],
            start=span.start,
            end=span.end,
            highlights=(),
            breaks=tuple(breaks),
        )

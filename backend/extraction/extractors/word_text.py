"""The words of one paragraph of a Word document, as a person reads them."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from backend.extraction.extractors.equations import M, linear
from backend.extraction.extractors.numbering import W

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFF = frozenset({"0", "false", "off", "none"})
_LEFT_OUT = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sdtPr", "footnoteRef")
)
#: Boxes and marks of Wingdings by the last two digits of their place.
_SYMBOLS = {"6F": "☐", "A8": "☐", "71": "☐", "78": "☒", "FE": "☑", "FD": "☒", "FB": "✗", "FC": "✓", "A7": "▪",
            "E0": "→", "DF": "←", "E8": "→"}  # fmt: skip
_PAGE_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)


def text_of(paragraph: Element, *, pages: bool = True) -> str:
    """Text with line breaks and tabs. `pages` False: without what fields write that count pages."""
    return "".join(_Reader(pages=pages).pieces(paragraph)).replace("\xa0", " ")


def paragraphs_in(parent: Element) -> Iterator[Element]:
    """Each paragraph once, also in tables and controls: what a text box in one holds is of its text."""
    for child in parent:
        if child.tag == f"{W}p":
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            yield from paragraphs_in(choice if choice is not None else child)
        else:
            yield from paragraphs_in(child)


class _Reader:
    """Follows the fields of a paragraph: their instructions are no text, and of some the results neither."""

    def __init__(self, *, pages: bool) -> None:
        self._pages = pages
        self._fields: list[list[str]] = []  # of each open field its instruction, then "shown" once its result begins

    def pieces(self, element: Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == f"{W}r":
                if not _is_hidden(child):
                    yield from self.pieces(child)
            elif tag == f"{W}t":
                if not self._is_left_out():
                    yield child.text or ""
            elif tag == f"{W}fldChar":
                self._follow(child.get(f"{W}fldCharType", ""))
            elif tag == f"{W}instrText":
                if self._fields:
                    self._fields[-1][0] += child.text or ""
            elif tag == f"{W}fldSimple":
                if self._pages or not _PAGE_FIELD.match(child.get(f"{W}instr", "")):
                    yield from self.pieces(child)
            else:
                yield from self._others(child)

    def _others(self, child: Element) -> Iterator[str]:
        tag = child.tag
        if tag in {f"{W}tab", f"{W}ptab"}:
            yield "\t"
        elif tag in {f"{W}br", f"{W}cr"}:
            yield "\n"
        elif tag == f"{W}sym":
            yield _SYMBOLS.get(child.get(f"{W}char", "").upper()[-2:], "") if _is_dingbat(child) else ""
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag == f"{_MC}AlternateContent":
            # The same drawing twice, for new and old readers: one is enough.
            choice = child.find(f"{_MC}Choice")
            yield from self.pieces(choice if choice is not None else child)
        elif tag in {f"{M}oMath", f"{M}oMathPara"}:
            yield linear(child)
        elif tag == f"{W}sdt" and child.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            return  # "Click here to enter text."
        elif tag == f"{W}p":
            # A paragraph inside a paragraph: a text box.
            yield "\n" + text_of(child, pages=self._pages) + "\n"
        elif tag == f"{W}ruby":
            # Signs with their pronunciation above them: the signs are the text.
            base = child.find(f"{W}rubyBase")
            yield from self.pieces(base) if base is not None else ()
        elif tag not in _LEFT_OUT:
            yield from self.pieces(child)

    def _follow(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append([""])
        elif kind == "separate" and self._fields:
            self._fields[-1].append("shown")
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_left_out(self) -> bool:
        return not self._pages and any(_PAGE_FIELD.match(field[0]) for field in self._fields)


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val", "1").lower() not in _OFF


def _is_dingbat(symbol: Element) -> bool:
    return symbol.get(f"{W}font", "").lower() == "wingdings"

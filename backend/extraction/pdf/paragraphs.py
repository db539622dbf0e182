"""Paragraphs of a column of lines: a line goes on where its next word would not have fitted."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from backend.extraction.pdf.hyphens import BREAKS, Vocabulary
from backend.extraction.pdf.lines import TextLine

_LIST_ITEM = re.compile(r"\s*(?:[-*•‣▪◦–—●■☐☒]|\(?\d{1,3}(?:\.\d{1,3}){0,4}[.)]|\(?[a-zA-Z][.)])\s")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
SENTENCE_END = re.compile(r"[.!?:;。！？]['\"”’)\]]?$")
_LOOSE = 1.45


@dataclass(slots=True)
class Block:
    """A paragraph, or rows of a table one below the other. `size` is that of its letters, `top` where it begins."""

    text: str
    size: float
    top: float
    is_table: bool = False


def paragraphs(column: Sequence[TextLine], vocabulary: Vocabulary) -> Iterator[Block]:
    if not column:
        return
    steps = [before.base - after.base for before, after in itertools.pairwise(column)]
    near = [step for step in steps if 0 < step < 3 * median(line.size for line in column)]
    usual = median(near) if near else 0.0
    right = sorted(line.right for line in column)[int(0.9 * (len(column) - 1))]
    text, first = "", column[0]
    for number, line in enumerate(column):
        before = column[number - 1] if number else None
        if before is not None and _goes_on(before, line, usual=usual, right=right):
            text = _with(text, line.text, vocabulary)
            continue
        if text:
            yield Block(shown(text), first.size, first.top)
        text, first = line.text, line
    yield Block(shown(text), first.size, first.top)


def _goes_on(before: TextLine, line: TextLine, *, usual: float, right: float) -> bool:
    step = before.base - line.base
    if not 0 < step <= max(usual, before.size) * _LOOSE or abs(before.size - line.size) > 0.12 * before.size:
        return False
    if before.text[-1] in BREAKS:
        return True
    if _LIST_ITEM.match(line.text):
        return False
    if line.left > before.left + 0.8 * line.size and SENTENCE_END.search(before.text):
        return False  # a new paragraph that begins further in
    # A line is broken where its next word would not have fitted.
    word = 1 if _WIDE.match(line.text) else len(line.text.split(" ", 1)[0]) + 1
    width = (line.right - line.left) / max(len(line.text), 1) * word
    is_full = before.right + width > right - 0.5 * line.size
    return is_full or (line.text[0].islower() and not SENTENCE_END.search(before.text))


def _with(text: str, line: str, vocabulary: Vocabulary) -> str:
    joint = vocabulary.joint(text, line)
    if joint is not None:
        return text[:-1] + joint + line
    if _WIDE.match(text[-1]) and _WIDE.match(line[0]):
        return text + line
    return f"{text} {line}"


def shown(text: str) -> str:
    """Signs of PDFium for breaks that broke nothing are hyphens."""
    for sign in "\x02\ufffe":
        text = text.replace(sign, "-")
    return text.replace("\u00ad", "")

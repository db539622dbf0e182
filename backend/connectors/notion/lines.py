"""Lines of a page, and the text with its sections that they come to."""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.documents.models import Section


@dataclass(frozen=True, slots=True)
class Line:
    """`level` of a heading counts from 1; 0 is no heading."""

    text: str
    level: int = 0


def mark(what: str) -> str:
    """Stands where something is that could not be read, so that nobody takes the text for the whole."""
    return f"[not readable here: {what}]"


def assemble(lines: Iterable[Line]) -> tuple[str, tuple[Section, ...]]:
    """The text, and a section from each heading to the next; offsets are code points."""
    pieces: list[str] = []
    heads: list[tuple[int, Line]] = [(0, Line(""))]
    at = 0
    for line in lines:
        if line.level and line.text:
            heads.append((at, line))
        pieces.append(line.text)
        at += len(line.text) + 1
    text = "\n".join(pieces).rstrip()
    ends = [start for start, _ in heads[1:]] + [len(text)]
    sections = (
        Section(start, min(end, len(text)), line.text or None, level=line.level)
        for (start, line), end in zip(heads, ends, strict=True)
    )
    return text, tuple(section for section in sections if section.start < section.end)

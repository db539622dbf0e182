"""What an extractor is given and what it gives back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from backend.documents.models import Embedded, Kind, Metadata, PageWords, Section
from backend.extraction.encoding import clean, decode
from backend.extraction.failures import failure
from backend.extraction.file_names import file_name
from backend.extraction.limits import Limits
from backend.extraction.ocr.lines import RecognisedPage

_BLANKS = re.compile(r"\n{3,}")


def _decoded(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """The text, and what had to be replaced or removed."""
    text, decoding = decode(data, declared=declared)
    text, cleaning = clean(text)
    return text, (*decoding, *cleaning)


@dataclass
class Source:
    """A file to read. `origin` is its bytes or its path; `name` and `mime` are only hints."""

    origin: bytes | Path
    name: str
    limits: Limits
    mime: str | None = None
    depth: int = 1
    """How many archives lie around it, itself included when it is one."""
    recognised: Mapping[int, RecognisedPage] | None = None
    """What its pictures say, by page. None: nobody was asked yet."""
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def data(self) -> bytes:
        return self.origin if isinstance(self.origin, bytes) else self.origin.read_bytes()

    @property
    def suffix(self) -> str:
        """The extension in lower case with its dot, or an empty string."""
        return file_name(self.name).suffix

    def text(self, *, declared: str | None = None) -> str:
        """The bytes as clean text; what had to be replaced or removed is added to `warnings`."""
        text, told = self._plain if declared is None else _decoded(self.data, declared)
        for warning in told:
            if warning not in self.warnings:
                self.warnings.append(warning)
        return text

    def beginning(self, size: int) -> str:
        """The first bytes as clean text, to tell what the file is; nothing is warned of."""
        return self._plain[0] if len(self.data) <= size else _decoded(self.data[:size], None)[0]

    @cached_property
    def _plain(self) -> tuple[str, tuple[str, ...]]:
        """Kept: what tells the kind of a file reads all of it, and so does what extracts it."""
        return _decoded(self.data, None)

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@dataclass(frozen=True, slots=True)
class Content:
    """An extractor's result, before the common finish (language, title, limits)."""

    kind: Kind
    text: str
    sections: tuple[Section, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    children: tuple[Embedded, ...] = ()
    words: tuple[PageWords, ...] = ()


class TextBuilder:
    """Puts a text together block by block and records its sections, so that offsets are exact by construction.

    Sections are flat and in order: each ends where the next begins. Raises `too_large` as soon as the limit is passed.
    """

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.max_text_chars
        self._parts: list[str] = []
        self._length = 0
        self._in_lines = False
        self._open: tuple[int, str | None, int | None, int] | None = None
        self.sections: list[Section] = []

    def begin(self, heading: str | None = None, *, page: int | None = None, level: int = 0) -> None:
        """Starts a section at the next block. The heading is a label: write it as a block too if it is text."""
        self._end_lines()
        self._end_section()
        self._open = (self._length, heading, page, level)

    def heading(self, text: str, *, level: int, page: int | None = None) -> None:
        """Starts a section with its heading as the first block."""
        title = " ".join(text.split())
        if title:
            self.begin(title, page=page, level=level)
            self.block(title)

    def block(self, text: str) -> None:
        """Adds a paragraph, list or table between empty lines."""
        self._end_lines()
        self._add(text.strip("\n").rstrip(), "\n\n")

    def line(self, text: str) -> None:
        """Adds one line; the next line follows directly."""
        self._add(text.rstrip(), "\n")
        self._in_lines = bool(self._parts)

    def _end_lines(self) -> None:
        if self._in_lines:
            self._in_lines = False
            self._parts.append("\n")
            self._length += 1

    def _add(self, text: str, after: str) -> None:
        text, _ = clean(text)
        if not text.strip():
            return
        piece = text + after
        self._parts.append(piece)
        self._length += len(piece)
        check_length(self._length, self._limit)

    def _end_section(self) -> None:
        if self._open is None:
            return
        start, heading, page, level = self._open
        self._open = None
        if self._length > start:
            self.sections.append(Section(start, self._length, heading, page, level))

    def finish(self) -> tuple[str, tuple[Section, ...]]:
        """The text without trailing blank space, and its sections."""
        self._end_section()
        text = "".join(self._parts).rstrip()
        cut = [
            Section(section.start, min(section.end, len(text)), section.heading, section.page, section.level)
            for section in self.sections
        ]
        return text, tuple(section for section in cut if section.end > section.start)


def check_length(length: int, limit: int) -> None:
    """Raises `too_large` when `length` characters are over the limit; nothing is cut off silently."""
    if length > limit:
        raise failure("too_large", f"{limit:,} characters of text")


def squeeze(text: str) -> str:
    """At most one empty line between blocks, none around the text."""
    return _BLANKS.sub("\n\n", text).strip()


def sections_at(starts: Sequence[tuple[int, str, int]], length: int) -> tuple[Section, ...]:
    """Flat sections from (start, heading, level) in order; each ends where the next starts."""
    if not starts:
        return ()
    ends = [start for start, _, _ in starts[1:]] + [length]
    return tuple(
        Section(start, end, heading, None, level)
        for (start, heading, level), end in zip(starts, ends, strict=True)
        if end > start
    )

"""Logs: entries as they are written, each with the lines that belong to it, such as those of a stack trace."""

import re
from collections.abc import Iterator
from dataclasses import replace

from backend.documents.models import Kind, Section
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.logs import moment_in

_ANSI = re.compile(rb"\x1b\[[0-9;?]{0,20}[A-Za-z]")
#: Entries are read together up to about a chunk; a longer entry stays whole.
_GROUP_CHARS = 700
_MAX_GROUPS = 5_000


def extract(source: Source, kind: Kind) -> Content:
    """Sections are groups of whole entries, named by the time of the first one."""
    # Before the signs that begin them are cleaned away.
    text = replace(source, origin=_ANSI.sub(b"", source.data)).text().rstrip()
    builder = TextBuilder(source.limits)
    builder.block(text)
    text, _ = builder.finish()
    return Content(kind, text, tuple(_sections(text)))


def _sections(text: str) -> Iterator[Section]:
    size = max(_GROUP_CHARS, len(text) // _MAX_GROUPS)
    start, heading = 0, None
    last: str | None = None
    for at, end, moment in _entries(text):
        last = moment or last
        if at > start and end - start > size:
            yield Section(start, at, heading, None, 1)
            start, heading = at, last
        heading = heading or last
    if len(text) > start and heading is not None:
        yield Section(start, len(text), heading, None, 1)


def _entries(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Start, end and time of each entry: a line with its time, and all below it that has none."""
    start, moment = 0, None
    position = 0
    for line in text.split("\n"):
        found = moment_in(line)
        if found is not None and position > start:
            yield start, position, moment
            start = position
        moment = found or moment
        position += len(line) + 1
    yield start, len(text), moment

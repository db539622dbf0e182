"""Source code: the file as it is, with its top-level definitions as sections."""

import re

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, sections_at
from backend.extraction.generated import text_without_encoded
from backend.extraction.languages import language_of

# A definition at the left margin in the usual languages; its line becomes the section's heading. Nothing in front of it
# is endless, since it may go over lines: each of them would be read to the end of the file.
_DEFINITION = re.compile(
    r"^(?:(?:export|default|public|private|protected|internal|static|abstract|final|sealed|async|pub(?:\([^()\n]*\))?"
    r"|unsafe|inline|data|open)\s++){0,8}"
    r"(?:def|class|function\*?|func|fn|struct|enum|trait|impl|interface|type|module|namespace|object|record|protocol"
    r"|extension|defmodule|resource|message|service|CREATE\s++(?:OR\s++REPLACE\s++)?(?:TABLE|VIEW|FUNCTION|PROCEDURE))"
    r"\s+[^\n]*",
    re.MULTILINE | re.IGNORECASE,
)
# Lines directly above that belong to the definition: decorators, attributes, comments.
_LEADING = re.compile(r"(?:@|#|//|/\*|\*|\s\*|--|\")")
_MAX_HEADING_CHARS = 120


def extract(source: Source, kind: Kind) -> Content:
    text = text_without_encoded(source)
    language = language_of(source.name, text[:200])
    starts: list[tuple[int, str, int]] = []
    for match in _DEFINITION.finditer(text):
        floor = starts[-1][0] + 1 if starts else 0
        starts.append((_with_leading(text, match.start(), floor), _heading(match.group()), 1))
    return Content(
        kind,
        text,
        sections_at(starts, len(text)),
        Metadata(tags=(language,) if language else ()),
    )


def _with_leading(text: str, start: int, floor: int) -> int:
    while start > floor:
        above = text.rfind("\n", 0, start - 1) + 1
        if above < floor or not _LEADING.match(text, above):
            break
        start = above
    return start


def _heading(line: str) -> str:
    return line.split("{", 1)[0].rstrip(" :(\t")[:_MAX_HEADING_CHARS]

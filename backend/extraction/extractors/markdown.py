"""Markdown: the source text as it is, with its headings as sections and its front matter, which is metadata too."""

import re
import tomllib

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, sections_at
from backend.extraction.generated import text_without_encoded
from backend.extraction.metadata import clean_author, clean_title, parse_date, split_tags

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML_FRONT_MATTER = re.compile(r"\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)")
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_INLINE = (
    # No part reaches over what begins another one, so that a thousand beginnings are not each read to the end.
    (re.compile(r"!?\[([^\[\]]*)\]\((?:[^()]++|\([^()]*+\))*+\)"), r"\1"),
    (re.compile(r"(\*\*|__|\*|`|~~)(?=\S)((?:(?!\1).)++)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![ \t])[ \t]*+\{#[^{}]*+\}$"), ""),
)


def extract(source: Source, kind: Kind) -> Content:
    text = text_without_encoded(source)
    fields: dict[str, str] = {}
    start = 0
    match = _FRONT_MATTER.match(text) or _TOML_FRONT_MATTER.match(text)
    if match is not None:
        fields = _toml(match.group(1)) if text.startswith("+") else _front_matter(match.group(1))
        if fields:
            # Every field stays readable, its fence does not: an owner or a status is asked for like anything else.
            head = f"{match.group(1).strip()}\n\n"
            text = f"{head}{text[match.end() :].lstrip()}".rstrip()
            start = len(head)
    return Content(
        kind,
        text,
        sections_at([(start + at, heading, level) for at, heading, level in headings(text[start:])], len(text)),
        Metadata(
            title=clean_title(fields.get("title")),
            author=clean_author(fields.get("author") or fields.get("authors")),
            created_at=parse_date(fields.get("date") or fields.get("created")),
            modified_at=parse_date(fields.get("updated") or fields.get("modified") or fields.get("lastmod")),
            tags=split_tags(fields.get("tags") or fields.get("keywords")),
        ),
    )


def _front_matter(block: str) -> dict[str, str]:
    """The flat part of YAML that front matter uses: scalars and lists, a list joined by commas."""
    fields: dict[str, str] = {}
    key = ""
    for line in block.split("\n"):
        if key and line.lstrip().startswith("- "):
            item = line.lstrip()[2:].strip().strip("\"'")
            fields[key] = f"{fields[key]}, {item}" if fields[key] else item
        elif match := _FIELD.fullmatch(line.rstrip()):
            key = match[1].lower()
            value = match[2].strip()
            if value.startswith("[") and value.endswith("]"):
                value = ", ".join(part.strip().strip("\"'") for part in value[1:-1].split(","))
            fields[key] = value.strip("\"'")
    return fields


def _toml(block: str) -> dict[str, str]:
    """The fields of the outermost table; none where the block is no TOML."""
    try:
        values = tomllib.loads(block, parse_float=str)
    except (ValueError, RecursionError):
        return {}
    return {
        key.lower(): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in values.items()
    }


def headings(text: str) -> list[tuple[int, str, int]]:
    """(start, heading, level) of every ATX and setext heading outside code fences."""
    found: list[tuple[int, str, int]] = []
    fence = ""
    position = 0
    previous = ""
    previous_start = 0
    for line in text.split("\n"):
        if match := _FENCE.match(line):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif not fence:
            if (atx := _ATX.match(line)) and (heading := _without_closing_marks(atx[2])):
                found.append((position, _plain(heading), len(atx[1])))
            elif (setext := _SETEXT.match(line)) and _can_be_heading(previous):
                found.append((previous_start, _plain(previous.strip()), 1 if setext[1][0] == "=" else 2))
        previous, previous_start = line, position
        position += len(line) + 1
    return found


def _without_closing_marks(heading: str) -> str:
    """``Plan ##`` → ``Plan``; marks that stand right behind a word belong to it (``C#``)."""
    heading = heading.strip(" \t")
    bare = heading.rstrip("#")
    return bare.rstrip(" \t") if bare[-1:] in {"", " ", "\t"} else heading


def _can_be_heading(line: str) -> bool:
    """Whether the line above an underline is one line of text, not a list, a quote, a table or another heading."""
    stripped = line.strip()
    return bool(stripped) and stripped[0] not in "#->|*+`" and not line.startswith("    ")


def _plain(heading: str) -> str:
    for pattern, replacement in _INLINE:
        heading = pattern.sub(replacement, heading)
    return heading.strip()

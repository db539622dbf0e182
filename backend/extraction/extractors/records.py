"""JSON and JSON lines: one readable line per value, one block per record, wherever records stand in the file."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_author, clean_title, parse_date

_MAX_DEPTH = 200


def extract(source: Source, kind: Kind) -> Content:
    """Text that is no JSON after all stays as it is, with a warning. Raises `corrupt` for absurd nesting."""
    text = source.text()
    try:
        value, records = _parse(text)
    except RecursionError as error:
        raise failure("corrupt", "its values are nested too deep") from error
    except ValueError:
        source.warn("The file is no valid JSON, so it was read as plain text.")
        return Content(Kind.text, text.rstrip())
    builder = TextBuilder(source.limits)
    try:
        for record in records:
            for _, lines in groupby(_lines(record, "", 0), key=bool):
                builder.block("\n".join(lines))
    except RecursionError as error:
        raise failure("corrupt", "its values are nested too deep") from error
    body, sections = builder.finish()
    return Content(kind, body, sections, _metadata(value))


def _parse(text: str) -> tuple[Any, list[Any]]:
    # Numbers stay as they are written: 1.10 is no 1.1, and long ids keep their last digits.
    options: dict[str, Any] = {"parse_float": str, "parse_int": str, "parse_constant": str}
    try:
        value = json.loads(text, **options)
    except ValueError:
        records = [json.loads(line, **options) for line in text.split("\n") if line.strip()]
        if len(records) < 2:
            raise
        return None, records
    return value, value if isinstance(value, list) else [value]


def _lines(value: Any, path: str, depth: int) -> Iterator[str]:
    """``path.to.key: value`` lines; a list of plain values on one line; empty lines around each record of a list."""
    if depth > _MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _lines(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list):
        if all(not isinstance(item, (dict, list)) for item in value):
            joined = ", ".join(filter(None, map(_scalar, value)))
            if joined:
                yield f"{path}: {joined}" if path else joined
            return
        if all(isinstance(item, dict) for item in value):
            # Messages of a chat, rows of an export: each reads on its own, so no position in front of every line.
            yield ""
            if path:
                yield f"{path}:"
            for item in value:
                yield ""
                yield from _lines(item, "", depth + 1)
            yield ""
            return
        for position, item in enumerate(value, start=1):
            yield from _lines(item, f"{path}[{position}]" if path else f"[{position}]", depth + 1)
    elif written := _scalar(value):
        yield f"{path}: {written}" if path else written


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _metadata(value: Any) -> Metadata:
    if not isinstance(value, dict):
        return Metadata()

    def first(*names: str) -> str | None:
        return next((found for name in names if isinstance(found := value.get(name), str)), None)

    return Metadata(
        title=clean_title(first("title", "name", "subject")),
        author=clean_author(first("author", "creator")),
        created_at=parse_date(first("created_at", "created", "date")),
        modified_at=parse_date(first("updated_at", "modified_at", "updated", "modified")),
    )

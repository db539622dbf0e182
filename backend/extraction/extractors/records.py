"""JSON and JSON lines: one readable line per value, one block per record, wherever records stand in the file."""

import json
from typing import Any

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors.paths import Fields, PathWriter
from backend.extraction.failures import failure
from backend.extraction.generated import WARNING
from backend.extraction.metadata import clean_author, clean_title, parse_date

_MOSTLY = 0.5
# Numbers stay as they are written: 1.10 is no 1.1, and long ids keep their last digits. Fields stay even when doubled.
_OPTIONS: dict[str, Any] = {"parse_float": str, "parse_int": str, "parse_constant": str, "object_pairs_hook": Fields}


def extract(source: Source, kind: Kind) -> Content:
    """Text that is no JSON after all stays as it is, with a warning. Raises `corrupt` for absurd nesting."""
    text = source.text()
    builder = TextBuilder(source.limits)
    writer = PathWriter(builder)
    try:
        value, records = _parse(text, source)
        for record in records:
            writer.write(record)
    except RecursionError as error:
        raise failure("corrupt", "its values are nested too deep") from error
    except ValueError:
        source.warn("The file is no valid JSON, so it was read as plain text.")
        return Content(Kind.text, text.rstrip())
    if writer.encoded:
        source.warn(WARNING.format(count=writer.encoded))
    body, sections = builder.finish()
    return Content(kind, body, sections, _metadata(value))


def _parse(text: str, source: Source) -> tuple[Any, list[Any]]:
    """The value of the file, None for JSON lines, and what to write one after the other. Raises `ValueError`."""
    try:
        value = json.loads(text, **_OPTIONS)
    except ValueError:
        return None, _of_lines(text, source)
    return value, [value]


def _of_lines(text: str, source: Source) -> list[Any]:
    """The records of JSON lines; a broken line among them stays as it is. Raises `ValueError` where most are broken."""
    records: list[Any] = []
    broken = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            records.append(json.loads(line, **_OPTIONS))
        except ValueError:
            broken += 1
            records.append(line.strip())
    if len(records) < 2 or broken > _MOSTLY * len(records) or not any(isinstance(one, list) for one in records):
        raise ValueError("no JSON lines")
    if broken:
        source.warn(f"Lines that are no valid JSON were kept as they are: {broken}.")
    return records


def _metadata(value: Any) -> Metadata:
    if not isinstance(value, Fields):
        return Metadata()
    return Metadata(
        title=clean_title(value.first("title", "name", "subject")),
        author=clean_author(value.first("author", "creator")),
        created_at=parse_date(value.first("created_at", "created", "date")),
        modified_at=parse_date(value.first("updated_at", "modified_at", "updated", "modified")),
    )

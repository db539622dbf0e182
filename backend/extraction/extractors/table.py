"""CSV and TSV: rows as readable lines."""

import csv
import io

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors.rows import lines_of

_DELIMITERS = ",;\t|"
_MAX_FIELD_CHARS = 10_000_000


def extract(source: Source, kind: Kind) -> Content:
    text = source.text()
    builder = TextBuilder(source.limits)
    csv.field_size_limit(_MAX_FIELD_CHARS)
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text, source.suffix))
    try:
        for line in lines_of(iter(rows)):
            builder.line(line)
    except csv.Error:
        source.warn("The table's quoting is broken, so it was read as plain text.")
        return Content(kind, text.rstrip())
    body, _ = builder.finish()
    return Content(kind, body)


def _delimiter(text: str, suffix: str) -> str:
    """The delimiter that splits the first lines into the same number of columns, the more the better."""
    if suffix in {".tsv", ".tab"}:
        return "\t"
    lines = [line for line in text[:20_000].split("\n")[:20] if line.strip()]

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(widths), key=widths.count)
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0, 0)

    try:
        return max(_DELIMITERS, key=score)
    except (csv.Error, ValueError):
        return ","

"""CSV and TSV: rows as readable lines."""

import csv
import io
import re

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.tables import lines_of, plain_rows

_DELIMITERS = ",;\t|"
_MAX_FIELD_CHARS = 10_000_000
_SAMPLE_CHARS = 20_000
_SAMPLE_LINES = 30
#: A first line by which Excel is told the delimiter.
_DECLARED = re.compile(r"\s{0,10}\"?sep=([^\w \"\n])\"?[ \t]{0,10}\n", re.IGNORECASE)
_DECIMAL = re.compile(r"(?<![\d,])\d{1,3},\d{1,3}(?![\d,])")


def extract(source: Source, kind: Kind) -> Content:
    text = source.text()
    delimiter = "\t" if source.suffix in {".tsv", ".tab"} else None
    if (declared := _DECLARED.match(text)) is not None:
        delimiter, text = declared[1], text[declared.end() :]
    builder = TextBuilder(source.limits)
    csv.field_size_limit(_MAX_FIELD_CHARS)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter or _delimiter(text), skipinitialspace=True)
    try:
        for line in lines_of(plain_rows(rows), named=True, gaps=True):
            builder.line(line)
    except csv.Error:
        source.warn("The table's quoting is broken, so it was read as plain text.")
        return Content(kind, text.rstrip())
    body, _ = builder.finish()
    return Content(kind, body)


def _delimiter(text: str) -> str:
    """The delimiter that splits the first lines into the same number of columns, the more the better.

    Titles and notes above the header split into fewer, so the usual number counts; commas of decimals are none.
    """
    lines = [line for line in text[:_SAMPLE_CHARS].split("\n")[:_SAMPLE_LINES] if line.strip()]

    def score(delimiter: str) -> tuple[float, int]:
        sample = [_DECIMAL.sub("0", line) for line in lines] if delimiter == "," else lines
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter, skipinitialspace=True)]
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0, 0)

    try:
        return max(_DELIMITERS, key=score)
    except (csv.Error, ValueError):
        return ","

"""Rows of a table as readable lines: each value beside its column's name, so that a line stands on its own."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

_SAMPLE_ROWS = 20


def lines_of(rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """One line per row that is not empty: ``Item: Rent | EUR: 1200``, or the values alone when there is no header."""
    filled = (tuple(" ".join(value.split()) for value in row) for row in rows if any(value.strip() for value in row))
    sample = list(islice(filled, _SAMPLE_ROWS))
    if not sample:
        return
    header = sample[0] if _is_header(sample) else None
    if header is not None:
        yield " | ".join(value for value in header if value)
        sample = sample[1:]
    for row in chain(sample, filled):
        yield _line(row, header)


def _line(row: Sequence[str], header: Sequence[str] | None) -> str:
    if header is None:
        return " | ".join(value for value in row if value)
    names = chain(header, ("" for _ in range(len(row) - len(header))))
    return " | ".join(f"{name}: {value}" if name else value for name, value in zip(names, row, strict=False) if value)


def _is_header(sample: Sequence[Sequence[str]]) -> bool:
    """The first row names columns: at least two short, distinct values, none a number, and there are rows below."""
    first = [value for value in sample[0] if value]
    return (
        len(sample) > 1
        and len(first) >= 2
        and len(set(first)) == len(first)
        and len(first) >= max(len([value for value in row if value]) for row in sample[1:]) - 1
        and all(len(value) <= 60 and not _is_number(value) for value in first)
    )


def _is_number(value: str) -> bool:
    return value.strip("-+€$£% ").replace(",", "").replace(".", "").replace(":", "").isdigit()

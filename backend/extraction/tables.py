"""Tables as readable lines: each value beside its column's name, so that a line stands on its own.

A wrong name is worse than none: where nothing tells that a row names the columns, values stand alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

from backend.extraction.column_names import are_alike, header_of, is_number, joined_names, kinds_of
from backend.extraction.rows import MAX_COLUMNS, Amount, Cell, Row, Spanned, filled_rows, plain_rows, whole

__all__ = ["MAX_COLUMNS", "Amount", "Cell", "Row", "Spanned", "filled_rows", "lines_of", "plain_rows", "whole"]

_SAMPLE_ROWS = 60


def lines_of(rows: Iterable[Row], *, named: bool = False, gaps: bool = False) -> Iterator[str]:
    """One line per row that is not empty: ``Item: Rent | EUR: 1200``, or the values alone when nothing names them.

    `named`: the format's custom is that the first row names the columns, so that two columns of words are believed.
    `gaps`: below an empty row another table may begin, as in a sheet.
    """
    blocks = _Blocks(rows, gaps=gaps)
    names: list[str] | None = None
    kinds: dict[int, set[bool]] = {}
    held: list[Row] = []
    while sample := blocks.sample():
        if blocks.ended and not held and _may_wait(sample):
            held = sample
            continue
        start, end = header_of(sample, named=named, told=names is not None)
        if held and not sample[0].names and (_marked(held) or (start == end and _columns(held) == _columns(sample))):
            sample = [*held, *sample]
            start, end = header_of(sample, named=named, told=names is not None)
        else:
            yield from map(_unnamed, held)
        held = []
        yield from map(_unnamed, sample[:start])
        if end > start:
            names, kinds = joined_names(sample[start:end]), kinds_of(sample[end:])
            yield _title(names)
        below = names if end > start or are_alike(sample, kinds) else None
        for line, found in _lines(chain(sample[end:], blocks.rest()), below, [one.values for one in sample[start:end]]):
            names = found or names
            yield line
    yield from map(_unnamed, held)


class _Blocks:
    """Rows between empty ones, block after block: a sample of each, then its rest."""

    def __init__(self, rows: Iterable[Row], *, gaps: bool) -> None:
        self.ended = False
        """Whether the sample was the whole block."""
        source = iter(rows)
        first = list(islice(source, 2 * _SAMPLE_ROWS)) if gaps else []
        filled = [any(row.values) for row in first]
        # Where every other row is empty, empty rows part nothing.
        is_spaced = filled.count(True) > 2 and not any(map(all, pairwise(filled)))
        self._rows = chain(first, source)
        self._gaps = gaps and not is_spaced

    def sample(self) -> list[Row]:
        """The first rows of the next block; empty at the end."""
        rows: list[Row] = []
        self.ended = False
        for row in self._rows:
            if any(row.values):
                rows.append(row)
                if len(rows) == _SAMPLE_ROWS:
                    return rows
            elif rows and self._gaps:
                break
        self.ended = True
        return rows

    def rest(self) -> Iterator[Row]:
        for row in () if self.ended else self._rows:
            if any(row.values):
                yield row
            elif self._gaps:
                return


def _may_wait(sample: Sequence[Row]) -> bool:
    """Whether a whole block may be the names of the next one."""
    return _marked(sample) or (len(sample) == 1 and sample[0].filled > 2 and not any(map(is_number, sample[0].values)))


def _marked(rows: Sequence[Row]) -> bool:
    return all(row.names for row in rows)


def _columns(rows: Sequence[Row]) -> list[int]:
    return [column for column, value in enumerate(rows[0].values) if value]


def _lines(
    rows: Iterable[Row], header: list[str] | None, known: list[tuple[str, ...]]
) -> Iterator[tuple[str, list[str] | None]]:
    """Lines of rows below a header, each with the names of its columns; the file may mark others further below."""
    names: list[Row] = []
    for row in rows:
        if row.names and row.filled > 1:
            names.append(row)
            continue
        if names:  # the table begins anew, with other columns
            if [one.values for one in names] != known:
                header, known = joined_names(names), [one.values for one in names]
                yield _title(header), header
            names = []
        yield _line(row, header), header
    for row in names:
        yield _unnamed(row), header


def _title(header: Sequence[str]) -> str:
    return " | ".join(dict.fromkeys(name for name in header if name))


def _line(row: Row, header: Sequence[str] | None) -> str:
    if header is None:
        return _unnamed(row)
    if row.filled == 1 and row.values[0] and (len(header) > 2 or len(row.joined) + 1 >= len(header)):
        return _unnamed(row)  # a heading of the rows below it
    parts: list[str] = []
    for column, value in enumerate(row.values):
        if not value or column in row.joined:
            continue
        covered = [column]
        while covered[-1] + 1 in row.joined:
            covered.append(covered[-1] + 1)
        label = ", ".join(dict.fromkeys(header[one] for one in covered if one < len(header) and header[one]))
        parts.append(f"{label}: {value}" if label else value)
    return " | ".join(parts)


def _unnamed(row: Row) -> str:
    return " | ".join(value for column, value in enumerate(row.values) if value and column not in row.joined)

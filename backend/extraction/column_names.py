"""Which rows of a table name its columns.

A wrong name is worse than none: where nothing tells that a row names the columns, none does.
"""

import re
from collections.abc import Sequence

from backend.extraction.rows import Amount, Row

_LEAD_ROWS = 12
_NAME_CHARS = 80
_HEADER_ROWS = 4
_ROWS_OF_WORDS = 3
_NUMBER = re.compile(
    r"[^\w\s]{0,3}(?:[A-Z]{3} )?\(?[-+−–]?\d[\d\s.,:'’/-]*\)?"
    r"(?: ?(?:%|‰|°[CF]?|[A-Z]{3}|[€$£¥]|k|m|km|kg|g|h|s|min|GB|MB))?"
)
_YEAR = re.compile(r"(?:19|20|21)\d\d")


def header_of(sample: Sequence[Row], *, named: bool, told: bool = False) -> tuple[int, int]:
    """Which rows name the columns: from, to (the same: none). What stands above them is a title or a note.

    `told`: only where the file says so, or numbers stand below words.
    """
    lead = sample[:_LEAD_ROWS]
    marked = next((at for at, row in enumerate(lead) if row.names and row.filled > 1), None)
    if marked is not None:
        end = marked + 1
        while end < min(len(sample), marked + _HEADER_ROWS) and sample[end].names and sample[end].filled > 1:
            end += 1
        return (marked, end) if end < len(sample) else (0, 0)
    for start, row in enumerate(lead):
        below = sample[start + 1 :]
        if row.filled < 2 or not below or any(above.filled >= row.filled for above in sample[:start]):
            continue
        if not _can_name(row, below):
            if not _groups(row, below[0]) and _is_torn(row):
                break
            continue
        if (wider := _names_below(row, below)) is not None:
            if wider:
                continue
            break
        end = start + 1
        while end - start < _HEADER_ROWS and end < len(sample) - 1 and _goes_on(sample[start:end], sample[end]):
            end += 1
        if not _is_believed(row, sample[end:], named=named, told=told):
            continue
        if start and end == start + 1 and _groups(sample[start - 1], row):
            start -= 1
        return start, end
    return 0, 0


def _names_below(row: Row, below: Sequence[Row]) -> bool | None:
    """Whether a wider row below names the columns instead, so that this one is a field above the table.

    None: there is none; False: the next row may be such a one, or a row of values.
    """
    if row.joined:
        return None
    for at, other in enumerate(below[:_LEAD_ROWS]):
        rest = below[at + 1 :]
        if other.filled <= row.filled or not all(other.values[: row.filled]) or not rest or not _can_name(other, rest):
            continue
        if _counts(other, rest):
            return True
        if not at and all(row.values[: row.filled]):
            return False
    return None


def _can_name(row: Row, below: Sequence[Row]) -> bool:
    """At least two short values that are no numbers, for about as many columns as the rows below have."""
    own = [value for column, value in enumerate(row.values) if value and column not in row.joined]
    width = max((one.filled for one in below), default=0)
    covered = sum(map(bool, row.values))
    return (
        len(own) >= 2
        and not row.headed
        and covered >= width - 1
        and 2 * len(set(own)) > len(own)
        and all(len(value) <= _NAME_CHARS for value in own)
        and (not any(map(is_number, own)) or _are_years(row.values, below))
    )


def _is_torn(row: Row) -> bool:
    """Names of numbers, or with gaps between them: they may name the rows below, but nobody can say so."""
    filled = [column for column, value in enumerate(row.values) if value and column not in row.joined]
    return len(filled) > 1 and (
        filled[0] > 0 or filled[-1] - filled[0] >= len(filled) or sum(map(is_number, row.values)) > 1
    )


def _is_believed(row: Row, below: Sequence[Row], *, named: bool, told: bool) -> bool:
    """Fields with their values stand side by side too: two columns of words, or four."""
    own = [value for column, value in enumerate(row.values) if value and column not in row.joined]
    if any(name.endswith(":") for name in own):
        return False
    if _counts(row, below):
        return True
    if told:
        return False
    if named or row.joined:
        return True
    words = sum(not any(map(is_amount, one.values)) for one in below)
    return len(row.values) > 2 and (len(row.values) % 2 == 1 or words >= _ROWS_OF_WORDS)


def _counts(row: Row, below: Sequence[Row]) -> bool:
    """Whether some word has numbers alone below it: more than two, or any where the names are written alike."""
    own = [value for value in row.values if value]
    enough = 1 if len({name[0].isupper() for name in own}) == 1 else 3
    for column, name in enumerate(row.values):
        values = [one.values[column] for one in below if column < len(one.values) and one.values[column]]
        if not name or name.endswith(":") or isinstance(name, Amount):
            continue
        if (len(values) >= enough or len(row.values) > 2) and values and all(map(is_amount, values)):
            return True
    return False


def _goes_on(above: Sequence[Row], row: Row) -> bool:
    """Whether a row goes on with names: it says something only below names that cover several columns, or none."""
    last = above[-1]
    if not last.joined and all(last.values[: len(row.values)]):
        return False
    news = 0
    for column, value in enumerate(row.values):
        over = last.values[column] if column < len(last.values) else ""
        wide = column in last.joined or column + 1 in last.joined
        if not value or value == over:
            continue
        if (over and not wide) or (is_number(value) and not _YEAR.fullmatch(value)) or len(value) > _NAME_CHARS:
            return False
        news += 1
    return news >= 2


def _groups(above: Row, row: Row) -> bool:
    """Whether the row above groups the columns of `row`, whose names repeat: quarters above plan and actual."""
    names = [value for value in row.values if value]
    groups = [value for value in above.values if value]
    return (
        len(set(names)) < len(names)
        and len(set(groups)) > 1
        and all(_YEAR.fullmatch(value) for value in groups if is_number(value))
    )


def joined_names(rows: Sequence[Row]) -> list[str]:
    """One name for each column, from rows that name it together, from above."""
    width = max(len(row.values) for row in rows)
    names: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        group = ""
        last = number == len(rows) - 1
        for column in range(width):
            value = row.values[column] if column < len(row.values) else ""
            group = value or (group if not last and not row.joined and column < len(row.values) else "")
            shown = value or (group if _below(rows, number, column) else "")
            if shown and shown not in names[column]:
                names[column].append(shown)
    return [" ".join(parts) for parts in names]


def _below(rows: Sequence[Row], number: int, column: int) -> bool:
    """Whether a lower row of names has one for this column."""
    return any(column < len(row.values) and row.values[column] for row in rows[number + 1 :])


def _are_years(values: Sequence[str], below: Sequence[Row]) -> bool:
    """Names that are years in order, perhaps after a first one that is a word, and not above other years."""
    at = [column for column, value in enumerate(values) if value and is_number(value)]
    if len(at) < 2 or any(value and column and column not in at for column, value in enumerate(values)):
        return False
    if not all(_YEAR.fullmatch(values[column]) for column in at):
        return False
    years = [int(values[column]) for column in at]
    under = [one.values[column] for one in below for column in at if column < len(one.values) and one.values[column]]
    in_order = len(set(years)) == len(years) and years in (sorted(years), sorted(years, reverse=True))
    return in_order and not (under and all(map(_YEAR.fullmatch, under)))


def is_number(value: str) -> bool:
    """Whether it is written as a number."""
    return _NUMBER.fullmatch(value) is not None


def is_amount(value: str) -> bool:
    """Whether it is a number, as it is written or as the file says."""
    return isinstance(value, Amount) or is_number(value)


def kinds_of(rows: Sequence[Row]) -> dict[int, set[bool]]:
    """By column, whether numbers (true) or words (false) stand in it, or both."""
    kinds: dict[int, set[bool]] = {}
    for row in rows:
        for column, value in enumerate(row.values):
            if value and column not in row.joined:
                kinds.setdefault(column, set()).add(is_amount(value))
    return kinds


def are_alike(rows: Sequence[Row], kinds: dict[int, set[bool]]) -> bool:
    """Whether rows below a gap go on with the table above it: numbers and words stand where they stood.

    Words alone tell nothing.
    """
    if len(rows) > 1 and kinds and not any(rows[0].values[: min(kinds) + 1]):
        return False
    told = False
    for row in rows:
        for column, value in enumerate(row.values):
            if not value or column in row.joined or (row.filled == 1 and not is_amount(value)):
                continue
            if is_amount(value) not in kinds.get(column, ()):
                return False
            told = told or is_amount(value)
    return told

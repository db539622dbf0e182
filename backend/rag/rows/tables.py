"""Tables and lists of a stored text, with the exact place of every row.

Three shapes: tables of Markdown, lines of named values as extraction writes rows of sheets and pages
(``Item: Rent | EUR: 1200``), and lists of items with marks or numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from backend.text.folding import fold

_RULE = frozenset(" \t|:-")
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_ITEM = re.compile(r"([ \t]*)(?:[-*+•–]|\(?\d{1,3}[.)]|[a-z]\))[ \t]+(\S.*)")
_LABEL = re.compile(r"([^:|]{1,60}):\s+(\S.*)")
_END_MARK = ".!?;,"
_TOTAL = re.compile(
    r"(?:grand |sub|zwischen|gesamt|end)?(?:total|summe|sum|gesamt|insgesamt|betrag gesamt|gesamtbetrag|endbetrag)"
    r"(?: (?:amount|due|general|betrag|eur|usd))?\W*"
)
_PART_TOTAL = re.compile(r"(?:sub-?total|zwischensumme|sous-total)\b.*")
_LONGEST_HEADING_WORDS = 9
_MOST_ROWS = 3000


@dataclass(frozen=True, slots=True)
class Row:
    """``text[start:end]`` holds its cells, one for each column of the table; a missing cell is empty."""

    start: int
    end: int
    cells: tuple[str, ...]

    @property
    def is_total(self) -> bool:
        """Whether it sums up others; such a row is never computed with."""
        label = fold(next((cell for cell in self.cells if cell), "").strip("*_ :"))
        return bool(_TOTAL.fullmatch(label) or _PART_TOTAL.fullmatch(label))

    @property
    def is_part_total(self) -> bool:
        return bool(_PART_TOTAL.fullmatch(fold(next((cell for cell in self.cells if cell), "").strip("*_ :"))))


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are the names; a list has none and one cell in each row. `headings`: those above it, nearest last.

    `lead` is the line right above it, where that ends with a colon.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    headings: tuple[str, ...] = ()
    lead: str = ""
    named: bool = False

    @property
    def is_list(self) -> bool:
        return not self.columns


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def bare(self) -> str:
        return self.text.strip()


@dataclass(slots=True)
class _Above:
    """What stands above a place: its headings by level, and the last line that says something."""

    headings: dict[int, str] = field(default_factory=dict)
    last: str = ""

    def heading(self, level: int, text: str) -> None:
        self.headings = {other: name for other, name in self.headings.items() if other < level} | {level: text}
        self.last = ""

    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in sorted(self.headings.items()))

    def lead(self) -> str:
        return self.last if self.last.endswith(":") else ""


def tables_of(text: str) -> list[Table]:
    """In the order of the text."""
    lines = list(_lines(text))
    above = _Above()
    found: list[Table] = []
    rows = 0
    at = 0
    while at < len(lines) and rows < _MOST_ROWS:
        table, following = _table_at(lines, at, above)
        if table is None:
            _look_at(lines, at, above)
        else:
            found.append(table)
            rows += len(table.rows)
            above.last = ""
        at = following
    return found


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield _Line(start, line.rstrip("\r\n"))
        start += len(line)


def _look_at(lines: Sequence[_Line], at: int, above: _Above) -> None:
    bare = lines[at].bare
    if not bare:
        return
    if marked := _HEADING.fullmatch(bare):
        above.heading(len(marked.group(1)), marked.group(2).strip("# *"))
        return
    alone = (at == 0 or not lines[at - 1].bare) and (at + 1 < len(lines) and not lines[at + 1].bare)
    short = len(bare.split()) <= _LONGEST_HEADING_WORDS
    if alone and short and bare[-1] not in _END_MARK + ":" and "|" not in bare and at + 2 < len(lines):
        above.heading(7, bare.strip("*_ "))
    else:
        above.last = bare.strip("*_ ")


def _table_at(lines: Sequence[_Line], at: int, above: _Above) -> tuple[Table | None, int]:
    """The table that begins at a line, and the line to go on from."""
    line = lines[at]
    if "|" in line.text and at + 1 < len(lines) and _is_rule(lines[at + 1].text):
        return _marked_table(lines, at, above)
    if (names := _names_line(lines, at)) or _is_named(line.text):
        return _named_table(lines, at, bool(names), above)
    if _ITEM.fullmatch(line.text):
        return _list(lines, at, above)
    return None, at + 1


def _is_rule(text: str) -> bool:
    return "|" in text and "-" in text and _RULE.issuperset(text)


def _cells(line: _Line) -> list[tuple[int, str]]:
    """Each cell between pipes with where it begins; of a line with pipes at its ends what is between these."""
    text = line.text
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    first += text.startswith("|", first)
    last -= text.endswith("|", first, last)
    cells: list[tuple[int, str]] = []
    begin = first
    for index in range(first, last + 1):
        if index == last or (text[index] == "|" and text[index - 1] != "\\"):
            raw = text[begin:index]
            cells.append((line.start + begin + len(raw) - len(raw.lstrip()), raw.strip()))
            begin = index + 1
    return cells


def _row(cells: Sequence[tuple[int, str]], values: Sequence[str]) -> Row | None:
    filled = [(start, text) for start, text in cells if text]
    if not filled:
        return None
    return Row(filled[0][0], filled[-1][0] + len(filled[-1][1]), tuple(values))


def _marked_table(lines: Sequence[_Line], at: int, above: _Above) -> tuple[Table | None, int]:
    columns = tuple(text.strip("*_` ") for _, text in _cells(lines[at]))
    rows: list[Row] = []
    following = at + 2
    while following < len(lines) and "|" in lines[following].text and len(rows) < _MOST_ROWS:
        cells = _cells(lines[following])[: len(columns)]
        values = [text for _, text in cells] + [""] * (len(columns) - len(cells))
        if (row := _row(cells, values)) is not None:
            rows.append(row)
        following += 1
    return Table(columns, tuple(rows), above.names(), above.lead()), following


def _is_named(text: str) -> bool:
    return " | " in text and all(_LABEL.fullmatch(part) for part in text.split(" | ")[:2])


def _names_line(lines: Sequence[_Line], at: int) -> list[str]:
    """The names that a line gives to the values of the next one; none where that does not begin with the first."""
    names = lines[at].text.split(" | ")
    begins = at + 1 < len(lines) and any(lines[at + 1].text.startswith(f"{name}: ") for name in names)
    return names if len(names) > 1 and begins and not _is_named(lines[at].text) else []


def _named_table(lines: Sequence[_Line], at: int, told: bool, above: _Above) -> tuple[Table | None, int]:
    columns = dict.fromkeys(lines[at].text.split(" | ") if told else ())
    parsed: list[tuple[list[tuple[int, str]], dict[str, str]]] = []
    following = at + told
    while following < len(lines) and len(parsed) < _MOST_ROWS:
        line = lines[following]
        if not _is_named(line.text) and not (told and any(line.text.startswith(f"{name}: ") for name in columns)):
            break
        values: dict[str, str] = {}
        for _, part in _cells(line):
            if match := _LABEL.fullmatch(part):
                values.setdefault(match.group(1), match.group(2))
        columns |= dict.fromkeys(values)
        parsed.append((_cells(line), values))
        following += 1
    names = tuple(columns)
    rows = [_row(cells, [values.get(name, "") for name in names]) for cells, values in parsed]
    table = Table(names, tuple(row for row in rows if row is not None), above.names(), above.lead(), named=True)
    return (table, following) if table.rows else (None, at + 1)


def _list(lines: Sequence[_Line], at: int, above: _Above) -> tuple[Table | None, int]:
    """Items of the first depth; what is indented below one belongs to it, blank lines between items part nothing."""
    rows: list[Row] = []
    depth: int | None = None
    following = at
    while following < len(lines) and len(rows) < _MOST_ROWS:
        line = lines[following]
        match = _ITEM.fullmatch(line.text)
        if match is not None:
            indent = len(match.group(1).expandtabs(4))
            depth = indent if depth is None else depth
            if indent <= depth:
                start = line.start + match.start(2)
                bare = match.group(2).rstrip()
                rows.append(Row(start, start + len(bare), (bare,)))
        elif line.bare:
            if not line.text.startswith((" ", "\t")) and (following == 0 or not lines[following - 1].bare):
                break
            if line.text.startswith("#") or "|" in line.text:
                break
        following += 1
    return Table((), tuple(rows), above.names(), above.lead()), max(following, at + 1)

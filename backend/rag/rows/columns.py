"""A table's columns with what they hold: values of which dimension, yes and no, and the words of names and cells."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from backend.rag.rows.tables import Row, Table
from backend.rag.rows.values import Value, decimal_sign, is_blank, unit_of_header, value_of
from backend.rag.rows.vocabulary import words_in
from backend.rag.rows.words import WORD, Forms, forms, forms_of
from backend.text.folding import fold

_YES = words_in("yes ja oui si true x ✓ ✔ ✅ y j")
_NO = words_in("no nein non false ✗ ✘ ❌ n")
_MONEY = words_in(
    "price cost costs amount fee fees rent salary budget preis kosten betrag gebuhr beitrag miete gehalt montant prix"
    " cout tarif importe precio coste cuota monto"
)
#: Names of columns whose figures name or place something: never added up.
_NAMING = words_in(
    "id no nr number nummer year jahr port page seite version code plz zip phone telefon isbn # rank platz raum room"
)
#: How many cells of a column may be no value of its dimension.
_ODD_SHARE = 0.34


@dataclass(frozen=True)
class Column:
    """`values` has one for each data row: None where the cell states none of the column's dimension."""

    name: str
    index: int
    cells: tuple[str, ...]
    values: tuple[Value | None, ...]
    dimension: str | None
    in_money: bool
    """Whether what stands above the table says that its figures are money."""
    stated: tuple[Value | None, ...]
    """What each cell states, of whatever dimension."""

    @cached_property
    def words(self) -> tuple[Forms, ...]:
        """Of each cell; only now, since most tables are not asked for."""
        return tuple(_cell_forms(cell, value) for cell, value in zip(self.cells, self.stated, strict=True))

    @cached_property
    def forms(self) -> Forms:
        return forms_of(self.name)

    @cached_property
    def is_yes_no(self) -> bool:
        said = {fold(cell.strip("*_` ")) for cell in self.cells if not is_blank(cell)} - {"no"}
        return bool(said & _YES) and said <= _YES | _NO

    def says_yes(self, row: int) -> bool:
        return fold(self.cells[row].strip("*_` ")) in _YES

    @cached_property
    def names_only(self) -> bool:
        return any(fold(word) in _NAMING for word in (*WORD.findall(self.name), self.name))

    def is_of(self, dimension: str) -> bool:
        """Whether its values are of a dimension; figures without a unit are money where the column says so."""
        if self.dimension is None:
            return False
        own = self.dimension.split()[0]
        return own == dimension or (own == "number" and dimension == "money" and self._is_money)

    @cached_property
    def _is_money(self) -> bool:
        return self.in_money or _tells_money(self.forms)

    @property
    def is_counted(self) -> bool:
        """Whether its figures may be added up."""
        return self.dimension is not None and self.dimension not in {"date", "month", "clock"} and not self.names_only


@dataclass(frozen=True)
class Grid:
    """A table as it is computed with: data rows apart from those that sum them up. `title` is the document's."""

    table: Table
    title: str
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    columns: tuple[Column, ...]
    decimal: str | None

    @cached_property
    def near(self) -> Forms:
        """Of the nearest heading, and of the line right above; of the title where there is no heading."""
        headings = self.table.headings[-1:] or (self.title,)
        return forms_of(" ".join((*headings, self.table.lead)))

    @property
    def is_whole_document(self) -> bool:
        """Whether it is a sheet of its own: nothing stands above its rows."""
        return self.table.named and not self.table.headings and not self.table.lead

    @cached_property
    def around(self) -> Forms:
        return forms_of(" ".join((self.title, *self.table.headings, self.table.lead)))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        texts = (self.title, *self.table.headings, *self.table.columns, *(c for row in self.rows for c in row.cells))
        return frozenset(fold(word) for text in texts for word in WORD.findall(text))


def grid_of(table: Table, title: str) -> Grid:
    cells = [cell for row in table.rows for cell in row.cells]
    decimal = decimal_sign(cells)
    rows = tuple(row for row in table.rows if not row.is_total)
    totals = tuple(row for row in table.rows if row.is_total and not row.is_part_total)
    names = table.columns or ("",)
    in_money = _tells_money(forms_of(" ".join((*table.headings[-1:], table.lead))))
    columns = [
        _column(name, index, [row.cells[index] for row in rows], decimal, in_money=in_money)
        for index, name in enumerate(names)
    ]
    return Grid(table, title, rows, totals, tuple(columns), decimal)


def _tells_money(said: Forms) -> bool:
    known = frozenset().union(*(forms(word).whole for word in _MONEY))
    return not known.isdisjoint(said.whole | said.parts)


def joined(grids: Sequence[Grid]) -> Grid:
    """Tables with the same columns in one document as one; what stands above all of them stands above it."""
    first = grids[0].table
    shared = [
        name
        for names in zip(*(one.table.headings for one in grids), strict=False)
        for name in set(names[:1])
        if len(set(names)) == 1
    ]
    rows = tuple(row for one in grids for row in one.rows)
    return grid_of(Table(first.columns, rows, tuple(shared), "", first.named), grids[0].title)


def _column(name: str, index: int, cells: Sequence[str], decimal: str | None, *, in_money: bool) -> Column:
    default = unit_of_header(name)
    values = [value_of(cell, decimal=decimal, default_unit=default) for cell in cells]
    filled = sum(not is_blank(cell) for cell in cells)
    kinds = Counter(value.dimension for value in values if value is not None)
    dimension, count = kinds.most_common(1)[0] if kinds else (None, 0)
    if not filled or count < (1 - _ODD_SHARE) * filled:
        dimension = None
    kept = tuple(value if value is not None and value.dimension == dimension else None for value in values)
    return Column(name, index, tuple(cells), kept, dimension, in_money, tuple(values))


def _cell_forms(cell: str, value: Value | None) -> Forms:
    found = forms_of(cell)
    if value is None or value.dimension not in {"date", "month"}:
        return found
    # The day of "2025-01-30" is no 30.
    return Forms(frozenset(one for one in found.whole if not one.isdecimal() or len(one) > 2), found.parts)

"""One question over one table: every word of it must be met there, then its rows are chosen and computed with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from backend.rag.rows.columns import Column, Grid
from backend.rag.rows.periods import Period
from backend.rag.rows.tables import Row
from backend.rag.rows.values import Value, is_blank, unit, written
from backend.rag.rows.wish import Comparison, Operation, Term, Wish
from backend.rag.rows.words import forms, forms_of, mended
from backend.text.folding import fold

_MOST_OF_ONE_LOOKUP = 3
_NAME_AND_VALUE = 2
_HIGHEST = ("esten", "este", "ester", "est", "sten", "ste", "ster")
_NEAR, _COLUMN, _CELL, _AROUND = 3, 3, 3, 1


@dataclass(frozen=True, slots=True)
class Computed:
    """`rows`: what it was computed over, in the table's order; `value`: as it is told, empty where rows are the answer.

    `score`: how closely the question's words are met; only for one question's tables against each other.
    """

    operation: Operation
    grid: Grid
    rows: tuple[Row, ...]
    column: Column | None
    value: str
    score: int
    considered: int
    """Rows that met all conditions, of which `rows` may be the most."""
    stated: bool = False
    """The value stands in a row that sums the others up, which is the only one of `rows`."""


def compute(wish: Wish, grid: Grid) -> Computed | None:
    """None unless the table is clearly the one that is asked for, and has what is asked."""
    if not grid.rows:
        return None
    met = _Met(wish, grid)
    if not met.everything():
        return None
    return _Computing(wish, grid, met).result()


class _Met:
    """Which part of a table each word of a question meets."""

    def __init__(self, wish: Wish, grid: Grid) -> None:
        self._wish = wish
        self._grid = grid
        self.columns: list[Column] = []
        """Those that are named, in the question's order."""
        self.head: Column | None = None
        """The one whose name says what is asked for."""
        self.is_kind = False
        """Whether what is asked for is what the rows are."""
        self.filters: list[tuple[Term, frozenset[int], frozenset[int]]] = []
        """Words with the rows that have them, and the columns where."""
        self.dimensions: list[str] = []
        self.score = 0
        self.most: Column | None = None
        """What an adjective in its highest degree is about, where it is no common one: the dampest, die feuchteste."""

    def everything(self) -> bool:
        found = all(
            self._is_degree(term) or self._one(term) or self._one(self._mended(term)) for term in self._wish.terms
        )
        for sums in self._wish.sums:
            self.columns += [one for one in self._grid.columns if one.is_counted and sums.meets(one.forms)]
        return found and self.score > 0

    def _is_degree(self, term: Term) -> bool:
        """Whether a word is the highest degree of what a column of values is called."""
        ending = next((end for end in _HIGHEST if term.word.endswith(end)), "")
        if not ending or self._wish.operation not in {"which", "lookup"}:
            return False
        stem = forms(term.word.removesuffix(ending))
        named = [one for one in self._grid.columns if one.is_counted and stem.touches(one.forms)]
        if len(named) != 1:
            return False
        self.most = named[0]
        self.score += _COLUMN
        return True

    def _mended(self, term: Term) -> Term:
        word = mended(term.word, self._grid.vocabulary)
        return replace(term, forms=forms(word)) if word else term

    def _one(self, term: Term) -> bool:
        grid = self._grid
        named = [column for column in grid.columns if column.name and term.forms.touches(column.forms)]
        near = term.forms.touches(grid.near)
        around = near or term.forms.touches(grid.around)
        if term.negated:
            return self._chosen(term, named)
        if term.head and (named or near or around or term.about_rows):
            self.is_kind = near or around or term.about_rows or any(not column.index for column in named)
            head = max(named, key=self._words_of, default=None)
            self.head = None if head is None or (near and head.is_yes_no) else head
            self.columns += [column for column in named if column not in self.columns]
            self.score += _COLUMN * bool(named) + _NEAR * near + _AROUND * (around and not near)
            return True
        rows, places, exact = self._cells(term)
        if any(column.is_yes_no for column in named):
            return self._chosen(term, named)
        if named and not (exact and not named[0].is_counted):
            self.columns += [column for column in named if column not in self.columns]
            self.score += _COLUMN
            return True
        if rows and (exact or not around):
            self.score += _CELL
            self.filters.append((term, rows, places))
            return True
        if around:
            self.score += _NEAR if near else _AROUND
            return True
        if term.dimension is not None and any(column.is_of(term.dimension) for column in grid.columns):
            self.dimensions.append(term.dimension)
            return True
        if term.head and grid.is_whole_document and not unit(term.word) and self._names_document():
            # The rows of a sheet are what is asked for in it, whatever they are called.
            self.is_kind = True
            return True
        return term.about_rows

    def _words_of(self, column: Column) -> int:
        """How many of the question's words a column is called by: "P1 calls" before "calls"."""
        return sum(term.forms.touches(column.forms) for term in self._wish.terms)

    def _names_document(self) -> bool:
        """Whether at least two of the other words are the title's."""
        title = forms_of(self._grid.title)
        return sum(one.forms.touches(title) for one in self._wish.terms if not one.head) > 1

    def _cells(self, term: Term) -> tuple[frozenset[int], frozenset[int], bool]:
        """The rows and the columns with cells that a word meets, and whether it is all that one of them says."""
        if self._grid.table.is_list:
            return frozenset(), frozenset(), False
        rows: set[int] = set()
        places: set[int] = set()
        exact = False
        for column in self._grid.columns:
            for row, words in enumerate(column.words):
                if term.forms.meets(words):
                    rows.add(row)
                    places.add(column.index)
                    exact = exact or fold(column.cells[row].strip("*_` ")) == fold(term.word)
        return frozenset(rows), frozenset(places), exact

    def _chosen(self, term: Term, named: Sequence[Column]) -> bool:
        """A column of yes and no that is named, or the cells that have a word; the rest of the rows where it is not."""
        everything = frozenset(range(len(self._grid.rows)))
        for column in named:
            if column.is_yes_no:
                rows = frozenset(row for row in everything if column.says_yes(row))
                self.filters.append((term, everything - rows if term.negated else rows, frozenset({column.index})))
                self.score += _COLUMN
                return True
        rows, places, _ = self._cells(term)
        if not rows:
            return False
        self.filters.append((term, everything - rows if term.negated else rows, places))
        self.score += _CELL
        return True

    def rows(self) -> frozenset[int]:
        """Rows that have all words; where none has, and the question says "and" or "or", those that have one part's."""
        rows = frozenset(range(len(self._grid.rows)))
        for _, having, _ in self.filters:
            rows &= having
        segments = {term.segment for term, _, _ in self.filters}
        if rows or len(segments) < 2:
            return rows
        chosen: set[int] = set()
        for segment in segments:
            part = frozenset(range(len(self._grid.rows)))
            for term, having, _ in self.filters:
                part &= having if term.segment == segment else part
            if not part:
                return frozenset()
            chosen |= part
        return frozenset(chosen)

    def places(self) -> frozenset[int]:
        return frozenset(place for _, _, places in self.filters for place in places)


class _Computing:
    def __init__(self, wish: Wish, grid: Grid, met: _Met) -> None:
        self._wish = wish
        self._grid = grid
        self._met = met
        self._chosen = sorted(met.rows())

    def result(self) -> Computed | None:
        for comparison in self._wish.comparisons:
            column = self._compared(comparison)
            if column is None:
                return None
            self._chosen = [row for row in self._chosen if comparison.holds(column.values[row])]
        for period in self._wish.periods:
            self._chosen = self._within(period)
        if not self._chosen or (self._grid.table.is_list and self._wish.operation != "count"):
            return None
        if self._met.most is not None:
            return self._ranked(self._met.most, up=True)
        match self._wish.operation:
            case "count":
                return self._count()
            case "sum" | "average":
                return self._sum()
            case "most":
                return self._most()
            case "which":
                return self._which()
            case "lookup":
                return self._lookup()

    def _within(self, period: Period) -> list[int]:
        """The chosen rows that lie in a part of a year, by the only column of days or months, else by its name."""
        dated = [column for column in self._grid.columns if column.dimension in {"date", "month"}]
        if len(dated) == 1:
            return [row for row in self._chosen if period.holds(dated[0].values[row])]
        return [row for row in self._chosen if any(map(period.is_named, self._grid.rows[row].cells))]

    def _told(
        self, operation: Operation, rows: Sequence[int], column: Column | None = None, value: str = ""
    ) -> Computed:
        chosen = tuple(self._grid.rows[row] for row in rows)
        return Computed(operation, self._grid, chosen, column, value, self._met.score, len(self._chosen))

    @property
    def _is_narrowed(self) -> bool:
        return bool(self._met.filters or self._wish.comparisons or self._wish.periods)

    def _count(self) -> Computed | None:
        head = self._met.head
        if head is not None and head.index and head.dimension is not None:
            return self._quantity(head)
        # "How many days" asks for a number that is stated, never for how many rows have days.
        measures = any(term.head and unit(term.word) for term in self._wish.terms)
        if self._wish.times and head is None:
            return self._told("count", self._chosen, value=str(len(self._chosen))) if self._met.filters else None
        if measures or (not self._met.is_kind and head is None):
            return None
        if self._grid.table.is_list:
            # A list deep below the only heading that names it may list something else.
            if not any(term.head and term.forms.touches(self._grid.near) for term in self._wish.terms):
                return None
            return self._told("count", self._chosen, value=str(len(self._chosen)))
        if head is not None:
            distinct = {fold(head.cells[row]) for row in self._chosen if not is_blank(head.cells[row])}
            if 0 < len(distinct) < len(self._chosen):
                return self._told("count", self._chosen, head, str(len(distinct)))
        return self._told("count", self._chosen, value=str(len(self._chosen)))

    def _quantity(self, column: Column) -> Computed | None:
        """How many of what a column counts: its cell, or the sum where several rows are meant."""
        if len(self._chosen) == 1:
            return self._told("lookup", self._chosen, column, column.cells[self._chosen[0]])
        return self._added("sum", column)

    def _sum(self) -> Computed | None:
        column = self._measured(added=True)
        return None if column is None else self._added(self._wish.operation, column)

    def _added(self, operation: Operation, column: Column) -> Computed | None:
        if not column.is_counted:
            return None
        if operation == "sum" and not self._is_narrowed and self._grid.totals:
            row = self._grid.totals[-1]
            value = row.cells[column.index]
            if not is_blank(value):
                return Computed(
                    "sum", self._grid, (row,), column, value, self._met.score, len(self._chosen), stated=True
                )
        values = [column.values[row] for row in self._chosen if not is_blank(column.cells[row])]
        known = [value for value in values if value is not None]
        if not known or len(known) < len(values) or len({one.dimension for one in known}) > 1:
            return None
        total = sum((one.number for one in known), Decimal(0))
        if operation == "average":
            total /= len(known)
        rows = [row for row in self._chosen if column.values[row] is not None]
        return self._told(operation, rows, column, written(total, known, self._grid.decimal))

    def _most(self) -> Computed | None:
        grade = self._wish.grade
        column = self._measured(added=False)
        return None if grade is None or column is None or column.names_only else self._ranked(column, up=grade.up)

    def _ranked(self, column: Column, *, up: bool) -> Computed | None:
        known = [row for row in self._chosen if column.values[row] is not None]
        if len(known) < 2 or any(
            column.values[row] is None and not is_blank(column.cells[row]) for row in self._chosen
        ):
            return None
        ranked = sorted(known, key=lambda row: _number(column.values[row]), reverse=up)
        last = _number(column.values[ranked[min(self._wish.limit, len(ranked)) - 1]])
        best = [
            row for row in ranked if (_number(column.values[row]) > last) is up or _number(column.values[row]) == last
        ]
        if len(best) == len(known):
            return None
        return self._told("most", best, column, column.cells[best[0]])

    def _which(self) -> Computed | None:
        head = self._met.head
        if head is not None and head.index and head.index not in self._met.places() and self._met.filters:
            return self._lookup()
        if not self._is_narrowed or not (self._met.is_kind or head is not None):
            return None
        return self._told("which", self._chosen)

    def _lookup(self) -> Computed | None:
        places = self._met.places()
        if not self._is_narrowed:
            return None
        columns = [column for column in self._met.columns if column.index not in places and column.index]
        measured = [one for one in columns if any(map(one.is_of, self._met.dimensions))]
        column = (measured or columns)[0] if columns else self._of_dimension()
        if column is None and len(self._grid.columns) == _NAME_AND_VALUE and places == {0}:
            column = self._grid.columns[1]
        if column is None:
            is_kind = self._met.is_kind and self._wish.open_question and self._met.head is not None
            return self._told("which", self._chosen) if is_kind else None
        if len(self._chosen) > _MOST_OF_ONE_LOOKUP or any(is_blank(column.cells[row]) for row in self._chosen):
            return None
        if 0 not in places and len(self._chosen) > 1:
            return None
        value = column.cells[self._chosen[0]] if len(self._chosen) == 1 else ""
        return self._told("lookup", self._chosen, column, value)

    def _of_dimension(self) -> Column | None:
        """The only column of a dimension that the question's words tell of."""
        grade = self._wish.grade
        wanted = [*self._met.dimensions, *self._wish.dimensions, *(grade.dimensions if grade else ())]
        for dimension in wanted:
            found = [column for column in self._grid.columns if column.is_of(dimension)]
            if len(found) == 1:
                return found[0]
        return None

    def _measured(self, *, added: bool) -> Column | None:
        """What is added up or ranked: a column that is named, that of the dimension, or the only one that can be."""
        able = [one for one in self._grid.columns if one.dimension is not None and (one.is_counted or not added)]
        grade = self._wish.grade
        named = [column for column in self._met.columns if column in able]
        if grade is not None and grade.dimensions:
            named = [column for column in named if any(map(column.is_of, grade.dimensions))]
        if len(named) > 1:  # "gas" names both how much and what it costs
            named = [column for column in named if any(map(column.is_of, self._met.dimensions))]
            if len(named) != 1:
                return None
        if len(named) == 1:
            return named[0]
        if (column := self._of_dimension()) is not None and column in able:
            return column
        if self._met.dimensions or (grade is not None and grade.dimensions):
            return None
        counted = [column for column in able if column.is_counted]
        money = [column for column in counted if column.is_of("money")]
        return money[0] if len(money) == 1 and added else counted[0] if len(counted) == 1 else None

    def _compared(self, comparison: Comparison) -> Column | None:
        value = comparison.value
        kind = value.dimension.split()[0]

        def fits(column: Column) -> bool:
            own = column.dimension
            if own is None or (column.names_only and column not in self._met.columns):
                return False
            if kind == "number":
                return own.split()[0] not in {"date", "month", "clock"}
            return own == value.dimension or (own == "number" and column.is_of(kind))

        able = [column for column in self._grid.columns if fits(column)]
        named = [column for column in able if column in self._met.columns]
        if len(named) == 1 or len(able) == 1:
            found = named[0] if len(named) == 1 else able[0]
            told = {*comparison.dimensions, *self._met.dimensions}
            bare = kind == "number" and not named and not any(map(found.is_of, told))
            return None if bare else found
        wanted = [*self._met.dimensions, *comparison.dimensions]
        told_by = [column for column in able if any(map(column.is_of, wanted))]
        return told_by[0] if len(told_by) == 1 else None


def _number(value: Value | None) -> Decimal:
    return Decimal(0) if value is None else value.number

"""Reads whose records are wanted in one fixed shape: what was made of a stored text once is not made again."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress

from backend.db.collection import Record
from backend.db.projection import field_tree, project
from backend.db.sqlite_codec import decode
from backend.db.sqlite_filters import Plan
from backend.db.sqlite_reading import find, shortest
from backend.db.sqlite_schema import Table

# The parameters are bound; only names from the declared indexes are written into the SQL of this module.
# ruff: noqa: S608

_REMEMBERED = 4096
_LONGEST_REMEMBERED_BYTES = 8192
_LINE = b"\n"  # never in a stored text: JSON escapes it


class Shaped[T]:
    """Finds records as `shape` gives them.

    A shape depends on nothing but the stored text, so it is remembered by that text: there is nothing to invalidate,
    a changed record has another text. Used by several threads; of dict only single, atomic steps are.
    """

    def __init__(self, shape: Callable[[Record], T], fields: Sequence[str]) -> None:
        self._shape = shape
        self._fields = tuple(fields)
        self._tree = field_tree(fields)
        self._known: dict[bytes, T] = {}

    def find(self, connection: sqlite3.Connection, table: Table, plan: Plan, limit: int) -> list[T]:
        if limit > 0 and plan.in_sql:
            where = shortest(connection, plan, limit)
            sql = f'SELECT doc FROM "{table.name}" WHERE {where.text}{plan.order} LIMIT ?'
            # One joined row, as in `sqlite_reading`; too long a one is read record by record below.
            with suppress(sqlite3.DataError):
                (joined,) = connection.execute(
                    f"SELECT group_concat(doc, char(10)) FROM ({sql})", (*where.parameters, limit)
                ).fetchone()
                return [] if joined is None else self._of_texts(joined.split(_LINE))
        return [self._shape(record) for record in find(connection, table, plan, limit, self._fields)]

    def _of_texts(self, texts: list[bytes]) -> list[T]:
        known = self._known
        shaped: list[T] = []
        for text in texts:
            value = known.get(text)
            if value is None:
                value = self._shape(project(decode(text), self._tree))
                if len(text) <= _LONGEST_REMEMBERED_BYTES:
                    if len(known) >= _REMEMBERED:
                        known.clear()
                    known[text] = value
            shaped.append(value)
        return shaped

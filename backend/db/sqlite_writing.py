"""Writing to a collection's table. Everything here runs on the writer's thread, inside its transaction."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson

from backend.db.collection import Record, Update, UpdateResult
from backend.db.sqlite_codec import decode, encode
from backend.db.sqlite_filters import Plan
from backend.db.sqlite_reading import locate
from backend.db.sqlite_schema import Row, Table, mark_multikey, write_elements
from backend.db.updates import apply_update, seed_of_upsert, touched_fields
from backend.db.values import check_record

# The parameters are bound; only names from the declared indexes are written into the SQL of this module.
# ruff: noqa: S608


def rows_of(table: Table, records: Sequence[Record]) -> list[Row]:
    """The records as rows; raises `UnsupportedQuery` before anything is written."""
    for record in records:
        check_record(record)
    return [table.row(record, encode(record)) for record in records]


def insert(connection: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts in order; raises `DuplicateKey` at the first refused one, and the earlier ones stand."""
    _write(connection, table, table.insert_sql, rows, may_replace=False)


def upsert(connection: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts or replaces by `_id`, in order; on `DuplicateKey` the earlier ones stand."""
    _write(connection, table, table.upsert_sql, rows, may_replace=True)


def _write(connection: sqlite3.Connection, table: Table, sql: str, rows: Sequence[Row], *, may_replace: bool) -> None:
    """All rows at once; when one of them is refused, again one by one up to that one."""
    connection.execute("SAVEPOINT rows")
    try:
        connection.executemany(sql, [row.values for row in rows])
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO rows")
        connection.execute("RELEASE rows")
        _write_one_by_one(connection, table, sql, rows)
        return
    connection.execute("RELEASE rows")
    clear = may_replace and bool(table.multikey)
    if clear or any(row.arrays for row in rows):
        _replace_elements(connection, table, {row.values[0]: row for row in rows}, clear=clear)


def _write_one_by_one(connection: sqlite3.Connection, table: Table, sql: str, rows: Sequence[Row]) -> None:
    for row in rows:
        try:
            ((n,),) = connection.execute(f"{sql} RETURNING n", row.values).fetchall()
        except sqlite3.IntegrityError as error:
            raise table.duplicate(error) from error
        write_elements(connection, table, n, row)


def _replace_elements(connection: sqlite3.Connection, table: Table, rows: Mapping[object, Row], *, clear: bool) -> None:
    """The array elements of these rows, by id. `clear`: there may be older ones."""
    ids = orjson.dumps(list(rows)).decode()
    found = connection.execute(
        f'SELECT n, id FROM "{table.name}" WHERE id IN (SELECT value FROM json_each(?))', (ids,)
    ).fetchall()
    _write_elements_of(connection, table, [(n, rows[identifier]) for n, identifier in found], clear=clear)


def _write_elements_of(
    connection: sqlite3.Connection, table: Table, rows: Sequence[tuple[int, Row]], *, clear: bool = True
) -> None:
    """The array elements of these rows, by row number."""
    if clear and rows:
        numbers = orjson.dumps([n for n, _ in rows]).decode()
        connection.execute(f'DELETE FROM "{table.elements}" WHERE n IN (SELECT value FROM json_each(?))', (numbers,))
    mark_multikey(connection, table, {path for _, row in rows for path in row.arrays})
    connection.executemany(
        f'INSERT INTO "{table.elements}" (path, key, n) VALUES (?, ?, ?)',
        [(path, key, n) for n, row in rows for path, key in row.elements],
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What an update makes of row `n`. `columns`: the positions in `Table.columns` that differ, since an index whose
    columns are not named is not touched. `elements`: there are array elements, or there were.
    """

    n: int
    row: Row
    columns: tuple[int, ...]
    elements: bool

    def values(self) -> tuple[object, ...]:
        """The parameters of `Table.update_sql`."""
        return (*(self.row.values[i] for i in self.columns), self.n)


def change(connection: sqlite3.Connection, table: Table, n: int, update: Update) -> tuple[Record, bool]:
    """Applies an update to the record at row `n`; returns it as it is now and whether it changed."""
    before = connection.execute(f"{table.select_sql} WHERE n = ?", (n,)).fetchone()
    record, made = _changed(table, before, update)
    if made is None:
        return record, False
    try:
        connection.execute(table.update_sql(made.columns), made.values())
        if made.elements:
            write_elements(connection, table, n, made.row)
    except sqlite3.IntegrityError as error:
        raise table.duplicate(error) from error
    return record, True


def _changed(table: Table, before: tuple[Any, ...], update: Update) -> tuple[Record, _Change | None]:
    """The record with the update applied, and what is to be written of it. `before`: a row of `Table.select_sql`."""
    n, _, raw, *columns = before
    record = decode(raw)
    apply_update(record, update)
    text = encode(record)
    if text.encode() == raw:
        return record, None
    row = table.row(record, text, before=columns, touched=touched_fields(update))
    differing = (1, *(i for i, value in enumerate(columns, 2) if value != row.values[i]))
    had_arrays = None in columns[: len(table.paths)]
    return record, _Change(n, row, differing, had_arrays or bool(row.arrays))


def insert_from_update(connection: sqlite3.Connection, table: Table, plan: Plan, update: Update) -> Record:
    """The record that an upsert without a match adds: the filter's equalities with the update applied."""
    record = seed_of_upsert(plan.node)
    apply_update(record, update, inserting=True)
    insert(connection, table, rows_of(table, [record]))
    return decode(encode(record).encode())


def update(
    connection: sqlite3.Connection, table: Table, plan: Plan, update: Update, *, limit: int | None, upsert: bool
) -> UpdateResult:
    """Updates the matches, one after another."""
    numbers = locate(connection, table, plan, limit)
    if not numbers and upsert:
        added = insert_from_update(connection, table, plan, update)
        return UpdateResult(0, 0, added["_id"])
    modified = sum(change(connection, table, n, update)[1] for n in numbers)
    return UpdateResult(len(numbers), modified)


def find_one_and_update(
    connection: sqlite3.Connection, table: Table, plan: Plan, update: Update, *, upsert: bool
) -> Record | None:
    numbers = locate(connection, table, plan, 1)
    if numbers:
        return change(connection, table, numbers[0], update)[0]
    return insert_from_update(connection, table, plan, update) if upsert else None


def bulk_update(connection: sqlite3.Connection, table: Table, updates: Sequence[tuple[str, Update]]) -> int:
    """One update per id; returns how many ids were there. On `DuplicateKey` the earlier ones stand."""
    together = dict(updates)
    if len(together) == len(updates):
        connection.execute("SAVEPOINT updates")
        try:
            matched = _update_together(connection, table, together)
        except sqlite3.IntegrityError:
            connection.execute("ROLLBACK TO updates")  # again one by one, up to the refused one
            connection.execute("RELEASE updates")
        else:
            connection.execute("RELEASE updates")
            return matched
    return sum(_update_by_id(connection, table, identifier, changes) for identifier, changes in updates)


def _update_together(connection: sqlite3.Connection, table: Table, updates: Mapping[str, Update]) -> int:
    """All in a few statements, where each would cost as much as the change itself."""
    rows = connection.execute(
        f"{table.select_sql} WHERE id IN (SELECT value FROM json_each(?))", (orjson.dumps(list(updates)).decode(),)
    ).fetchall()
    found = {row[1]: row for row in rows}
    changes = (_changed(table, found[id_], update)[1] for id_, update in updates.items() if id_ in found)
    made = [change for change in changes if change is not None]
    for columns, alike in groupby(made, key=attrgetter("columns")):  # in order: a unique value may move on
        connection.executemany(table.update_sql(columns), [change.values() for change in alike])
    _write_elements_of(connection, table, [(change.n, change.row) for change in made if change.elements])
    return len(found)


def _update_by_id(connection: sqlite3.Connection, table: Table, identifier: str, update: Update) -> bool:
    """Whether the id was there."""
    found = connection.execute(f'SELECT n FROM "{table.name}" WHERE id = ?', (identifier,)).fetchone()
    if found is not None:
        change(connection, table, found[0], update)
    return found is not None


def delete(connection: sqlite3.Connection, table: Table, plan: Plan, limit: int | None) -> int:
    """Deletes the matches; returns how many."""
    if limit is None and plan.where.exact:
        return connection.execute(f'DELETE FROM "{table.name}" WHERE {plan.where.text}', plan.where.parameters).rowcount
    numbers = locate(connection, table, plan, limit)
    connection.executemany(f'DELETE FROM "{table.name}" WHERE n = ?', [(n,) for n in numbers])
    return len(numbers)

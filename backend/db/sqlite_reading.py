"""Reading a collection's table: from a plan to records, row numbers and counts. Everything here blocks."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from backend.db.collection import Record, UnsupportedQuery
from backend.db.filters import array_sort_key
from backend.db.order import DATE, STRING, from_milliseconds, milliseconds, sort_key
from backend.db.projection import field_tree, project
from backend.db.sqlite_codec import decode, decode_many
from backend.db.sqlite_filters import Plan, Sql
from backend.db.sqlite_schema import Table

# The parameters are bound; only names from the declared indexes are written into the SQL of this module.
# ruff: noqa: S608

_AT_ONCE = 1000
_BATCH = 250
#: Finding and sorting so many records takes as long (10 ms) as going along 25,000 of them.
WALK_FROM = 2000


def find(
    connection: sqlite3.Connection, table: Table, plan: Plan, limit: int | None, fields: Sequence[str] | None
) -> list[Record]:
    """The records of a plan, in its order."""
    if limit is not None and limit < 0:
        raise UnsupportedQuery(f"limit {limit}: zero or more")
    if fields and plan.in_sql and (covered := _find_covered(connection, table, plan, limit, fields)) is not None:
        return covered
    if plan.in_sql:
        records = _find_in_sql(connection, table, plan, limit)
    else:
        records = [record for _, record in _checked(connection, table, plan, limit)]
    if fields is not None:
        tree = field_tree(fields)
        return [project(record, tree) for record in records]
    return records


def _find_covered(
    connection: sqlite3.Connection, table: Table, plan: Plan, limit: int | None, fields: Sequence[str]
) -> list[Record] | None:
    """A read of nothing but indexed strings, from their key columns: no stored text is read or decoded.

    None when one of the values is no string: a key does not tell a missing value from null, nor 1 from 1.0.
    """
    columns = [table.column(path) for path in fields]
    if any(column is None or column == "id" or "." in column for column in columns):
        return None
    names = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.execute(
        f'SELECT id, {names} FROM "{table.name}" WHERE {plan.where.text}{plan.order} LIMIT ?',
        (*plan.where.parameters, -1 if limit is None else limit),
    )
    records: list[Record] = []
    while rows := cursor.fetchmany(_BATCH):
        for id_, *keys in rows:
            if any(key is None or key[0] != STRING for key in keys):
                cursor.close()
                return None
            record: Record = {"_id": id_.decode()}
            record.update((path, key[1:].decode()) for path, key in zip(fields, keys, strict=True))
            records.append(record)
    return records


def _find_in_sql(connection: sqlite3.Connection, table: Table, plan: Plan, limit: int | None) -> list[Record]:
    where = shortest(connection, plan, limit)
    sql = f'SELECT doc FROM "{table.name}" WHERE {where.text}{plan.order} LIMIT ?'
    parameters = (*where.parameters, -1 if limit is None else limit)
    small = limit is not None and limit <= _AT_ONCE
    if small or (plan.ids is not None and len(plan.ids) <= _AT_ONCE):
        # One joined row instead of many: every step of a cursor gives the interpreter lock away, and gets it back
        # late while another thread computes. SQLite keeps the order of a subquery under group_concat.
        with suppress(sqlite3.DataError):  # together longer than SQLite's longest text (1 GB): one by one, then
            (joined,) = connection.execute(f"SELECT group_concat(doc, ',') FROM ({sql})", parameters).fetchone()
            return [] if joined is None else decode_many(joined)
    cursor = connection.execute(sql, parameters)
    records: list[Record] = []
    while rows := cursor.fetchmany(_BATCH):
        records.extend(decode_many(b",".join(doc for (doc,) in rows)))
    return records


def shortest(connection: sqlite3.Connection, plan: Plan, limit: int | None) -> Sql:
    """The condition to read the first records by: along the ids, where so many match that sorting them takes longer."""
    if plan.walk is None or limit is None:
        return plan.where
    members = plan.walk.members
    sql = f"SELECT count(*) FROM ({members.text} LIMIT ?)"
    (number,) = connection.execute(sql, (*members.parameters, WALK_FROM)).fetchone()
    return plan.walk.where if number == WALK_FROM else plan.where


def _checked(connection: sqlite3.Connection, table: Table, plan: Plan, limit: int | None) -> list[tuple[int, Record]]:
    """Rows that match, for plans that Python has to check or to sort."""
    if limit == 0:
        return []
    found: list[tuple[int, Record]] = []
    ordered = plan.order is not None
    for n, record in _candidates(connection, table, plan):
        if plan.matches(record):
            found.append((n, record))
            if ordered and limit is not None and len(found) == limit:
                break
    if not ordered:
        for path, direction in reversed(plan.sort):
            parts = tuple(path.split("."))
            found.sort(
                key=lambda row, parts=parts, direction=direction: array_sort_key(row[1], parts, direction),  # type: ignore[misc]
                reverse=direction == -1,
            )
    return found if limit is None else found[:limit]


def _candidates(connection: sqlite3.Connection, table: Table, plan: Plan) -> Iterator[tuple[int, Record]]:
    cursor = connection.execute(
        f'SELECT n, CAST(doc AS BLOB) FROM "{table.name}" WHERE {plan.where.text}{plan.order or ""}',
        plan.where.parameters,
    )
    try:
        while rows := cursor.fetchmany(_BATCH):
            for n, doc in rows:
                yield n, decode(doc)
    finally:
        cursor.close()


def locate(connection: sqlite3.Connection, table: Table, plan: Plan, limit: int | None = None) -> list[int]:
    """Row numbers of the matching records, in the plan's order."""
    if not plan.in_sql:
        return [n for n, _ in _checked(connection, table, plan, limit)]
    rows = connection.execute(
        f'SELECT n FROM "{table.name}" WHERE {plan.where.text}{plan.order} LIMIT ?',
        (*plan.where.parameters, -1 if limit is None else limit),
    )
    return [n for (n,) in rows.fetchall()]


def fetch(connection: sqlite3.Connection, table: Table, numbers: Sequence[int], plan: Plan) -> list[Record]:
    """Records at these rows in this order, without those that were deleted or no longer match."""
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(
        f'SELECT n, CAST(doc AS BLOB) FROM "{table.name}" WHERE n IN ({marks})', tuple(numbers)
    ).fetchall()
    by_number = {n: decode(doc) for n, doc in rows}
    return [by_number[n] for n in numbers if n in by_number and plan.matches(by_number[n])]


def count(connection: sqlite3.Connection, table: Table, plan: Plan, limit: int | None) -> int:
    if not plan.where.exact:
        return len(_checked(connection, table, plan, limit))
    if limit is None:
        sql, parameters = f'SELECT count(*) FROM "{table.name}" WHERE {plan.where.text}', plan.where.parameters
    else:
        sql = f'SELECT count(*) FROM (SELECT 1 FROM "{table.name}" WHERE {plan.where.text} LIMIT ?)'
        parameters = (*plan.where.parameters, limit)
    (number,) = connection.execute(sql, parameters).fetchone()
    return int(number)


def matching(connection: sqlite3.Connection, table: Table, plan: Plan) -> Iterator[Record]:
    """The matching records one after the other, in no order."""
    return (record for _, record in _candidates(connection, table, plan) if plan.matches(record))


def delete_expired(connection: sqlite3.Connection, table: Table, now: datetime) -> int:
    """Deletes what the collection's TTL indexes say has expired; returns how many records."""
    deleted = 0
    for index in table.spec.indexes:
        if index.ttl_seconds is None:
            continue
        column = table.column(index.keys[0][0])
        limit = from_milliseconds(milliseconds(now) - index.ttl_seconds * 1000)
        deleted += connection.execute(
            f'DELETE FROM "{table.name}" WHERE "{column}" >= ? AND "{column}" < ?', (bytes([DATE]), sort_key(limit))
        ).rowcount
    table.touched = table.touched or deleted > 0
    return deleted

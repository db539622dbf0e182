"""Aggregation over a collection's table: in SQL where indexes hold the keys, else record by record. Blocks."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from backend.db.aggregation import Grouping, path_of
from backend.db.collection import Group, GroupKey, TimeBucket
from backend.db.order import DATE, scalar_of
from backend.db.sqlite_filters import Plan
from backend.db.sqlite_reading import matching
from backend.db.sqlite_schema import Table

# The parameters are bound; only names from the declared indexes are written into the SQL of this module.
# ruff: noqa: S608


def aggregate(
    connection: sqlite3.Connection, table: Table, plan: Plan, by: Sequence[GroupKey], sums: Sequence[str]
) -> list[Group]:
    """Groups of the matching records, in no order; see `Collection.aggregate`."""
    columns = [_column(table, key) for key in by]
    if plan.where.exact and None not in columns:
        try:
            return _in_sql(connection, table, plan, by, [str(column) for column in columns], sums)
        except sqlite3.OperationalError as error:
            if "integer overflow" not in str(error):
                raise
    grouping = Grouping(by, sums)
    key_parts = [tuple(path_of(key).split(".")) for key in by]
    sum_parts = [tuple(path.split(".")) for path in sums]
    for record in matching(connection, table, plan):
        grouping.add([_value(record, parts) for parts in key_parts], [_value(record, parts) for parts in sum_parts])
    return grouping.groups()


def _in_sql(
    connection: sqlite3.Connection,
    table: Table,
    plan: Plan,
    by: Sequence[GroupKey],
    columns: Sequence[str],
    sums: Sequence[str],
) -> list[Group]:
    where, parameters = plan.where.text, list(plan.where.parameters)
    for key, column in zip(by, columns, strict=True):
        if isinstance(key, TimeBucket):
            where += f' AND "{column}" >= ? AND "{column}" < ?'
            parameters += [bytes([DATE]), bytes([DATE + 1])]
    total = "sum(CASE WHEN json_type(doc, ?) IN ('integer', 'real') THEN json_extract(doc, ?) END)"
    selected = [*(f'"{column}"' for column in columns), "count(*)", *(total for _ in sums)]
    paths = [json_path for path in sums for json_path in [_json_path(path)] * 2]
    grouped = f" GROUP BY {', '.join(str(n) for n in range(1, len(columns) + 1))}" if columns else ""
    sql = f'SELECT {", ".join(selected)} FROM "{table.name}" WHERE {where}{grouped}'
    grouping = Grouping(by, sums)
    for row in connection.execute(sql, (*paths, *parameters)):
        number = row[len(columns)]
        if number:
            keys = [_decoded(column, key) for column, key in zip(columns, row, strict=False)]
            grouping.add(keys, row[len(columns) + 1 :], count=number)
    return grouping.groups()


def _column(table: Table, key: GroupKey) -> str | None:
    """The column that holds a key's value whole; None if there is none."""
    path = path_of(key)
    column = table.column(path)
    if path in table.multikey or (column == "id" and isinstance(key, TimeBucket)):
        return None
    return column


def _decoded(column: str, key: bytes) -> Any:
    return key.decode() if column == "id" else scalar_of(key)


def _json_path(path: str) -> str:
    return "$" + "".join(f'."{part}"' for part in path.split("."))


def _value(record: dict[str, Any], parts: tuple[str, ...]) -> Any:
    """What an aggregation of MongoDB sees at a path: an array on the way makes it an array."""
    value: Any = record
    for part in parts:
        if isinstance(value, list):
            return value
        value = value.get(part) if isinstance(value, dict) else None
    return value

"""A look into the file of a data folder that a server may have open, for reports; nothing is opened for writing."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from backend.db.collection import CollectionSpec, Record
from backend.db.sqlite import FILE_NAME
from backend.db.sqlite_codec import decode
from backend.db.sqlite_schema import Table


def peek(folder: Path, collection: str, field: str) -> list[Record]:
    """The records of a collection whose `field` holds something; none where there is no database yet.

    Reads the whole collection. Raises `sqlite3.Error` when the file cannot be read.
    """
    wanted = "SELECT doc FROM {table} WHERE json_extract(doc, ?) IS NOT NULL"
    return [decode(doc) for (doc,) in _rows(folder, collection, wanted, field)]


def peek_counts(folder: Path, collection: str, field: str) -> dict[str, int]:
    """How many records have each value of a field of text; none where there is no database yet. Errors as `peek`."""
    wanted = "SELECT json_extract(doc, ?1), count(*) FROM {table} WHERE json_extract(doc, ?1) IS NOT NULL GROUP BY 1"
    return {value.decode(): count for value, count in _rows(folder, collection, wanted, field)}


def _rows(folder: Path, collection: str, wanted: str, field: str) -> list[tuple[Any, ...]]:
    """What a query says of a collection: `{table}` is its table's name, the one parameter is the path of the field."""
    file = folder.resolve() / FILE_NAME
    table = Table(CollectionSpec(collection), set(), set()).name
    if not file.is_file():
        return []
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        if there.fetchone() is None:
            return []
        connection.text_factory = bytes
        return connection.execute(wanted.format(table=f'"{table}"'), (f"$.{field}",)).fetchall()

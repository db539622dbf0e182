"""A look into the file of a data folder that a server may have open, for reports; nothing is opened for writing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from backend.db.collection import CollectionSpec, Record
from backend.db.sqlite import FILE_NAME
from backend.db.sqlite_codec import decode
from backend.db.sqlite_schema import Table


def peek(folder: Path, collection: str, field: str) -> list[Record]:
    """The records of a collection whose `field` holds something; none where there is no database yet.

    Reads the whole collection. Raises `sqlite3.Error` when the file cannot be read.
    """
    file = folder.resolve() / FILE_NAME
    table = Table(CollectionSpec(collection), set(), set()).name
    if not file.is_file():
        return []
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        if there.fetchone() is None:
            return []
        wanted = f'SELECT doc FROM "{table}" WHERE json_extract(doc, ?) IS NOT NULL'  # noqa: S608 - a name of ours
        connection.text_factory = bytes
        return [decode(doc) for (doc,) in connection.execute(wanted, (f"$.{field}",))]

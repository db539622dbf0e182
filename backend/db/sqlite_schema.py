"""Tables of the SQLite database: one per collection, with a key column per indexed path, and their indexes.

    "c:documents"(n, id, doc, "k:owner_id", "k:created_at", …, "p:<partial index>")
    "m:documents"(path, key, n)      elements of arrays at indexed paths (MongoDB's multikey entries)

`n` is SQLite's row id. A key column is NULL when the path leads to an array: its elements are in "m:…" then.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from backend.db.collection import CollectionSpec, DuplicateKey, Index, Record, UnsupportedQuery
from backend.db.filters import MISSING, Predicate, conjuncts, fields_of, key_of, parse, predicate, split_path, values_at
from backend.db.order import NULL, sort_key
from backend.db.sqlite_codec import decode, encode
from backend.db.sqlite_errors import damaged
from backend.errors import Unavailable

# Values are bound; only names from the declared indexes are written into the SQL of this module.
# ruff: noqa: S608

ID_INDEX = "_id_"


@dataclass(frozen=True, slots=True)
class PartialIndex:
    """A partial index: its flag column, what a record must pass, the fields this looks at, and the tests to plan by."""

    column: str
    matches: Predicate
    fields: frozenset[str]
    conditions: frozenset[tuple[str, str, tuple[bytes, ...]]]


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is written: values in the order of `Table.columns`, the paths that hold arrays, their elements."""

    values: tuple[object, ...]
    arrays: tuple[str, ...]
    elements: tuple[tuple[str, bytes], ...]


@dataclass
class Table:
    """A prepared collection.

    `multikey` holds the paths at which some record has, or once had, an array; `recorded` those of them that the
    open or a committed transaction has written to the catalogue.
    """

    spec: CollectionSpec
    multikey: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    #: Counts the commits that changed the table, before they are acknowledged; `touched` by one that is under way.
    version: int = 0
    touched: bool = False

    def __post_init__(self) -> None:
        if not self.spec.name or '"' in self.spec.name:
            raise UnsupportedQuery(f"collection name {self.spec.name!r}")
        self.name = f"c:{self.spec.name}"
        self.elements = f"m:{self.spec.name}"
        paths = dict.fromkeys(
            path for index in self.spec.indexes for path, _ in index.keys if path != "_id"
        )  # ordered, each once
        self.paths = {path: split_path(path) for path in paths}
        self.unique_paths = {path for index in self.spec.indexes if index.unique for path, _ in index.keys}
        self.partial_indexes = [
            PartialIndex(
                f"p:{index.name}",
                predicate(parse(index.partial)),
                fields_of(parse(index.partial)),
                conjuncts(parse(index.partial)),
            )
            for index in self.spec.indexes
            if index.partial is not None
        ]
        self._update_sql: dict[tuple[int, ...], str] = {}
        self._columns_of = {path: f"k:{path}" for path in self.paths}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All written columns: id, doc, keys, partial flags."""
        return ("id", "doc", *self._columns_of.values(), *(index.column for index in self.partial_indexes))

    @cached_property
    def insert_sql(self) -> str:
        names = ", ".join(f'"{column}"' for column in self.columns)
        return f'INSERT INTO "{self.name}" ({names}) VALUES ({", ".join("?" * len(self.columns))})'

    @cached_property
    def upsert_sql(self) -> str:
        changes = ", ".join(f'"{column}" = excluded."{column}"' for column in self.columns[1:])
        return f"{self.insert_sql} ON CONFLICT (id) DO UPDATE SET {changes}"

    @cached_property
    def select_sql(self) -> str:
        """Reads rows to be changed: `n`, the id, the record, and the columns after it."""
        names = "".join(f', "{column}"' for column in self.columns[2:])
        return f'SELECT n, id, CAST(doc AS BLOB){names} FROM "{self.name}"'

    def update_sql(self, positions: tuple[int, ...]) -> str:
        """Overwrites the columns at these positions of `columns` for one `n`."""
        sql = self._update_sql.get(positions)
        if sql is None:
            changes = ", ".join(f'"{self.columns[i]}" = ?' for i in positions)
            sql = self._update_sql[positions] = f'UPDATE "{self.name}" SET {changes} WHERE n = ?'
        return sql

    def column(self, path: str) -> str | None:
        return "id" if path == "_id" else self._columns_of.get(path)

    def row(
        self, record: Record, text: str, *, before: Sequence[object] = (), touched: AbstractSet[str] = frozenset()
    ) -> Row:
        """The columns of a record whose JSON is `text`.

        `before`: its columns after the JSON until now; those of other fields than the `touched` ones are taken over.
        """
        values: list[object] = [record["_id"], text]
        arrays: list[str] = []
        elements: dict[tuple[str, bytes], None] = {}
        known = iter(before)
        for path, parts in self.paths.items():
            key = next(known, None)
            if key is None or parts[0] in touched:  # an array has no key of its own: its elements are looked up
                key = self._key(record, path, parts, elements)
            values.append(key)
            if key is None:
                arrays.append(path)
        for index in self.partial_indexes:
            flag = next(known, None)
            if not before or not touched.isdisjoint(index.fields):
                flag = 1 if index.matches(record) else None
            values.append(flag)
        return Row(tuple(values), tuple(arrays), tuple(elements))

    def _key(
        self, record: Record, path: str, parts: tuple[str, ...], elements: dict[tuple[str, bytes], None]
    ) -> bytes | None:
        value = record.get(parts[0], MISSING)
        if len(parts) > 1 or isinstance(value, list):
            found = list(values_at(record, parts))
            if len(found) == 1 and not isinstance(found[0], list) and not _crosses_array(record, parts):
                return key_of(found[0])
            if path in self.unique_paths:
                raise UnsupportedQuery(f"{path!r} has a unique index and cannot hold an array")
            for item in found:
                for element in item if isinstance(item, list) else (item,):
                    elements[(path, key_of(element))] = None
            return None
        return NULL if value is MISSING else sort_key(value)

    def duplicate(self, error: sqlite3.IntegrityError) -> DuplicateKey:
        """Which unique index refused. SQLite names the columns; no two unique indexes have the same."""
        columns = str(error).removeprefix("UNIQUE constraint failed: ").split(", ")
        names = [column.removeprefix(f"{self.name}.") for column in columns]
        if names == ["id"]:
            return DuplicateKey(f"A record with this _id is already in {self.spec.name}.", index=ID_INDEX)
        for index in self.spec.indexes:
            if index.unique and [self.column(path) for path, _ in index.keys] == names:
                return DuplicateKey(
                    f"Another record in {self.spec.name} has the same {', '.join(p for p, _ in index.keys)}.",
                    index=index.name,
                )
        # No other unique index is declared: an inner table no longer agrees with its own index.
        raise damaged() from error


def _crosses_array(record: Record, parts: tuple[str, ...]) -> bool:
    at: object = record
    for part in parts:
        if isinstance(at, list):
            return True
        if not isinstance(at, Mapping):
            return False
        at = at.get(part)
    return isinstance(at, list)


def create_catalogue(connection: sqlite3.Connection) -> None:
    """What the tables cannot say themselves: which paths hold arrays, and what each partial index selects."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS multikey (collection TEXT, path TEXT, PRIMARY KEY (collection, path))"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS partial_filters "
        "(collection TEXT, index_name TEXT, filter TEXT, PRIMARY KEY (collection, index_name))"
    )


def prepare_table(connection: sqlite3.Connection, spec: CollectionSpec) -> Table:
    """Creates or changes a collection's table and indexes to what `spec` declares; runs inside a transaction.

    Raises `DuplicateKey` when existing records break a new unique index.
    """
    known = {path for (path,) in connection.execute("SELECT path FROM multikey WHERE collection = ?", (spec.name,))}
    table = Table(spec, known, set(known))
    statements = {f"{table.name}:{index.name}": _index_sql(table, index) for index in spec.indexes}
    if len(statements) < len(spec.indexes):
        raise UnsupportedQuery(f"two indexes of {spec.name} have the same keys")
    _create_table(connection, table)
    changed = _changed_filters(connection, table)
    existing = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table.name,)
    ).fetchall()
    for name, sql in existing:
        if statements.get(name) == sql and name.removeprefix(f"{table.name}:") not in changed:
            del statements[name]
        else:
            connection.execute(f'DROP INDEX "{name}"')
    _prepare_columns(connection, table, refill=bool(changed))
    for sql in statements.values():
        try:
            connection.execute(sql)
        except sqlite3.IntegrityError as error:
            raise table.duplicate(error) from error
    return table


def _create_table(connection: sqlite3.Connection, table: Table) -> None:
    # The record's text comes last: reading a key column then never walks through a long text.
    keys = "".join(f', "{column}" {_type(column)}' for column in table.columns[2:])
    connection.execute(
        f'CREATE TABLE IF NOT EXISTS "{table.name}" '
        f"(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE{keys}, doc TEXT NOT NULL)"
    )
    connection.execute(
        f'CREATE TABLE IF NOT EXISTS "{table.elements}" '
        "(path TEXT NOT NULL, key BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (path, key, n)) WITHOUT ROWID"
    )
    connection.execute(f'CREATE INDEX IF NOT EXISTS "{table.elements}:n" ON "{table.elements}" (n)')
    connection.execute(
        f'CREATE TRIGGER IF NOT EXISTS "{table.name}:deleted" AFTER DELETE ON "{table.name}" '
        f'BEGIN DELETE FROM "{table.elements}" WHERE n = old.n; END'
    )


def _type(column: str) -> str:
    return "BLOB" if column.startswith("k:") else "INTEGER"


def _changed_filters(connection: sqlite3.Connection, table: Table) -> set[str]:
    """Names of the partial indexes whose filter is new or another than the one their flags were written for."""
    stored = dict(
        connection.execute("SELECT index_name, filter FROM partial_filters WHERE collection = ?", (table.spec.name,))
    )
    wanted = {index.name: encode(dict(index.partial)) for index in table.spec.indexes if index.partial is not None}
    connection.execute("DELETE FROM partial_filters WHERE collection = ?", (table.spec.name,))
    connection.executemany(
        "INSERT INTO partial_filters VALUES (?, ?, ?)", [(table.spec.name, name, text) for name, text in wanted.items()]
    )
    return {name for name, text in wanted.items() if stored.get(name) != text}


def _index_sql(table: Table, index: Index) -> str:
    keys = [f'"{table.column(path)}" {"ASC" if direction == 1 else "DESC"}' for path, direction in index.keys]
    if not index.unique and not any(path == "_id" for path, _ in index.keys):
        keys.append('"id" ASC')  # keyset paging ends in _id, so its pages come straight out of the index
    where = f' WHERE "p:{index.name}" = 1' if index.partial is not None else ""
    unique = "UNIQUE " if index.unique else ""
    return f'CREATE {unique}INDEX "{table.name}:{index.name}" ON "{table.name}" ({", ".join(keys)}){where}'


def _prepare_columns(connection: sqlite3.Connection, table: Table, *, refill: bool) -> None:
    """Adds the columns that are new and drops those no longer declared, which nobody would keep up to date."""
    wanted = set(table.columns)
    present = {row[1] for row in connection.execute(f'PRAGMA table_info("{table.name}")')} - {"n"}
    for column in present - wanted:
        connection.execute(f'ALTER TABLE "{table.name}" DROP COLUMN "{column}"')
        if column.startswith("k:"):
            path = column.removeprefix("k:")
            connection.execute(f'DELETE FROM "{table.elements}" WHERE path = ?', (path,))
            connection.execute("DELETE FROM multikey WHERE collection = ? AND path = ?", (table.spec.name, path))
            table.multikey.discard(path)
            table.recorded.discard(path)
    new = [column for column in table.columns if column not in present]
    for column in new:
        connection.execute(f'ALTER TABLE "{table.name}" ADD COLUMN "{column}" {_type(column)}')
    if new or refill:
        _fill(connection, table)


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    """Computes the key columns of all records again."""
    last = 0
    while rows := connection.execute(
        f'SELECT n, CAST(doc AS BLOB) FROM "{table.name}" WHERE n > ? ORDER BY n LIMIT 1000',
        (last,),
    ).fetchall():
        for n, doc in rows:
            row = table.row(decode(doc), doc.decode())
            connection.execute(table.update_sql(tuple(range(1, len(table.columns)))), (*row.values[1:], n))
            write_elements(connection, table, n, row)
        last = rows[-1][0]


def write_elements(connection: sqlite3.Connection, table: Table, n: int, row: Row) -> None:
    """Replaces the array elements of row `n`."""
    if table.multikey:
        connection.execute(f'DELETE FROM "{table.elements}" WHERE n = ?', (n,))
    if row.arrays:
        mark_multikey(connection, table, row.arrays)
        connection.executemany(
            f'INSERT INTO "{table.elements}" (path, key, n) VALUES (?, ?, ?)',
            [(path, key, n) for path, key in row.elements],
        )


def mark_multikey(connection: sqlite3.Connection, table: Table, paths: Iterable[str]) -> None:
    """Remembers that these paths hold arrays, before any reader can see the first one."""
    new = [path for path in paths if path not in table.recorded]
    if new:
        connection.executemany(
            "INSERT OR IGNORE INTO multikey (collection, path) VALUES (?, ?)", [(table.spec.name, path) for path in new]
        )
        table.multikey.update(new)
        table.recorded.update(new)


FORMAT = 1


def check_format(connection: sqlite3.Connection) -> None:
    """Stamps a new file with the format of these tables; raises `Unavailable` for a file of a newer release."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT:
        raise Unavailable(
            "The database was written by a newer release of BibliosAI.",
            hint="Install that release, or restore a backup.",
            dependency="database",
            code="database_too_new",
        )
    if version < FORMAT:
        connection.execute(f"PRAGMA user_version = {FORMAT}")

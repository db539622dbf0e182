"""The embedded database: one SQLite file (WAL), written by one thread, read by a few.

Reads see every write that was acknowledged. See `sqlite_collection` for what a collection does, `sqlite_schema` for the
tables, `sqlite_writer` for durability.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import orjson
import structlog

from backend.db import sqlite_reading as reading
from backend.db.collection import CollectionSpec
from backend.db.folder_lock import FolderLock
from backend.db.sqlite_check import WholeCheck, quick_check
from backend.db.sqlite_collection import SqliteCollection
from backend.db.sqlite_errors import damaged, told
from backend.db.sqlite_schema import Table, check_format, create_catalogue, prepare_table
from backend.db.sqlite_writer import Writer
from backend.errors import Unavailable

log = structlog.get_logger(__name__)

FILE_NAME = "biblios.sqlite3"
_READERS = 4
_CACHED_STATEMENTS = 512
_EXPIRY_SECONDS = 60.0  # as often as MongoDB's own TTL monitor
_BUSY_MS = 10_000
_CHECKPOINT_WAIT_MS = 500


class SqliteDatabase:
    """`Database` over one file. Make one with `open`."""

    def __init__(self, path: Path, lock: FolderLock, connection: sqlite3.Connection) -> None:
        self._path = path
        self._lock = lock
        self._tables: dict[str, Table] = {}
        self._closed = False
        self._checking: WholeCheck | None = None
        self._damage: Unavailable | None = None
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._connections_guard = threading.Lock()
        self._inline = self._reader()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="sqlite-reader")
        self._writer = Writer(
            connection,
            on_rollback=self._forget_multikey,
            on_commit=self._count_commit,
            idle=self._expire,
            idle_seconds=_EXPIRY_SECONDS,
        )

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Opens, or creates, the database in a data folder that no other process uses.

        Raises `FolderInUse` when one does, `Unavailable` when the file cannot be opened.
        """
        return await asyncio.to_thread(cls._open, folder)

    @classmethod
    def _open(cls, folder: Path) -> Self:
        lock = FolderLock(folder)
        lock.acquire()
        try:
            connection = _connect(folder / FILE_NAME)
            # FULL: a commit returns after fsync, so an acknowledged write survives a power cut.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -32768")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            # What is deleted is overwritten, whatever this SQLite was built with.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("BEGIN IMMEDIATE")
            check_format(connection)
            create_catalogue(connection)
            connection.execute("COMMIT")
            if not quick_check(connection):
                log.info("database_checked_in_part", reason="it is large; all of it is checked while the server runs")
            return cls(folder / FILE_NAME, lock, connection)
        except sqlite3.Error as error:
            lock.release()
            known = told(error)
            # The statements above are always the same: what fails in them without a known reason is the file.
            raise (damaged() if known is error else known) from error
        except BaseException:
            lock.release()
            raise

    def collection(self, spec: CollectionSpec) -> SqliteCollection:
        return SqliteCollection(self, spec)

    async def prepare(self, specs: Sequence[CollectionSpec]) -> None:
        """Creates or changes tables and indexes to what is declared; all of it or nothing."""

        def operation(connection: sqlite3.Connection) -> list[Table]:
            return [prepare_table(connection, spec) for spec in specs]

        for table in await self._writer.run(operation):
            self._tables[table.spec.name] = table

    async def ping(self) -> None:
        """Errors: `Unavailable` when the file cannot be read, or the last whole check found damage."""
        if self._damage is not None:
            raise self._damage
        await self.read(lambda connection: connection.execute("SELECT 1").fetchone())

    async def check(self) -> None:
        """Checks the whole file, beside everything else; `ping` remembers damage. Errors: `Unavailable`."""
        self._checking = check = await asyncio.to_thread(WholeCheck, self._path)
        try:
            await asyncio.to_thread(check.run)
        except Unavailable as error:
            self._damage = error
            raise
        except asyncio.CancelledError:
            check.give_up()  # its thread would keep the process from ending
            raise
        finally:
            self._checking = None

    async def forget_deleted(self) -> None:
        """Moves the write-ahead log into the file, where deleted records are overwritten, and empties it.

        A long read of this moment keeps a part back until the next time.
        """
        busy = await self._writer.run(_checkpoint, alone=True)
        if busy:
            log.info("checkpoint_postponed", reason="a read was under way")

    async def delete_expired(self, now: datetime) -> int:
        """Deletes what has expired at `now`; happens by itself every minute. Returns how many records."""
        return await self._writer.run(lambda connection: self._delete_expired(connection, now))

    async def close(self) -> None:
        """Finishes the writes that were handed in and closes the file. May be called twice."""
        if not self._closed:
            self._closed = True
            if self._checking is not None:
                self._checking.give_up()
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.shutdown(wait=True)
        with self._connections_guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._writer.close()
        self._lock.release()

    def table(self, name: str) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            raise RuntimeError(f"collection {name!r} was not prepared: call prepare([…]) at start") from None

    async def write[T](self, operation: Callable[[sqlite3.Connection], T]) -> T:
        return await self._writer.run(operation)

    async def read[T](self, operation: Callable[[sqlite3.Connection], T], *, inline: bool = False) -> T:
        """Runs a read on a reader thread; `inline` on this one, for reads shorter than the change of threads."""
        if self._closed:
            raise Unavailable("The database is closed; the server is stopping.", dependency="database")
        if inline:
            return self._guarded(operation, self._inline)
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read_on_thread, operation)

    def _read_on_thread[T](self, operation: Callable[[sqlite3.Connection], T]) -> T:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._reader()
        return self._guarded(operation, connection)

    def _guarded[T](self, operation: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
        try:
            return operation(connection)
        except (sqlite3.Error, orjson.JSONDecodeError, UnicodeDecodeError) as error:
            raise told(error) from error

    def _reader(self) -> sqlite3.Connection:
        connection = _connect(self._path)
        connection.text_factory = bytes
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cache_size = -8192")
        with self._connections_guard:
            self._connections.append(connection)
        return connection

    def _forget_multikey(self) -> None:
        """After a rollback nobody knows which of the catalogue's rows are still there: write them again."""
        for table in self._tables.values():
            table.recorded.clear()

    def _count_commit(self) -> None:
        for table in self._tables.values():
            if table.touched:
                table.touched = False
                table.version += 1

    def _expire(self, connection: sqlite3.Connection) -> None:
        self._delete_expired(connection, datetime.now(UTC))

    def _delete_expired(self, connection: sqlite3.Connection, now: datetime) -> int:
        return sum(reading.delete_expired(connection, table, now) for table in list(self._tables.values()))


def _checkpoint(connection: sqlite3.Connection) -> bool:
    """Returns whether a reader stood in the way; waits for one only a moment, since no write goes on meanwhile."""
    connection.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_WAIT_MS}")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    return bool(busy)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
        timeout=_BUSY_MS / 1000,
    )
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection

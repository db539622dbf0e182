"""SQLite's errors by their code, as the errors of the port."""

import sqlite3

import orjson

from backend.errors import Unavailable

_MESSAGES = {
    sqlite3.SQLITE_FULL: (
        "disk_full",
        "The disk that holds the data folder is full: nothing was saved. Free some space and try again.",
    ),
    sqlite3.SQLITE_IOERR: (
        "disk_error",
        "The disk that holds the data folder failed to read or write. Check the disk and the server's log.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "database_damaged",
        "The file biblios.sqlite3 is damaged. Stop the server, check the disk, restore the data folder from a backup.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "database_damaged",
        "The file biblios.sqlite3 is no SQLite database. Stop the server, restore the data folder from a backup.",
    ),
    sqlite3.SQLITE_READONLY: (
        "database_read_only",
        "The database file is read-only. Give the server's user the right to write to the data folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "database_not_opened",
        "The database file cannot be opened. Check that the data folder exists and that the server may write to it.",
    ),
    sqlite3.SQLITE_BUSY: (
        "database_locked",
        "Another program holds the database file. Close it (for example a database browser) and try again.",
    ),
}
_MESSAGES[sqlite3.SQLITE_LOCKED] = _MESSAGES[sqlite3.SQLITE_BUSY]
_MESSAGES[sqlite3.SQLITE_PERM] = _MESSAGES[sqlite3.SQLITE_READONLY]
#: A declared unique index refuses with `DuplicateKey` before it comes here: an inner table and its own index disagree.
_MESSAGES[sqlite3.SQLITE_CONSTRAINT] = _MESSAGES[sqlite3.SQLITE_CORRUPT]


def told(error: Exception) -> Exception:
    """`Unavailable` for what the disk or another program did; the error itself when the program is at fault."""
    if isinstance(error, orjson.JSONDecodeError | UnicodeDecodeError):  # a stored record is none any more
        return damaged()
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Python's module raises it for a text that is not UTF-8; its other errors without a code are the program's.
        return damaged() if isinstance(error, sqlite3.OperationalError) else error
    if (code & 0xFF) not in _MESSAGES:  # the low byte is the primary code
        return error
    name, message = _MESSAGES[code & 0xFF]
    return Unavailable(message, dependency="database", code=name)


def damaged() -> Unavailable:
    """The error for a file that does not hold what was written."""
    name, message = _MESSAGES[sqlite3.SQLITE_CORRUPT]
    return Unavailable(message, dependency="database", code=name)

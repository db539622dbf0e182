"""SQLite's errors by their code, as the errors of the port."""

import sqlite3

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
        "The database file is damaged. Stop the server and restore the data folder from a backup.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "database_damaged",
        "The database file is not a SQLite database. Stop the server and restore the data folder from a backup.",
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


def classify(error: sqlite3.Error) -> Exception:
    """`Unavailable` for what the disk or another program did; the error itself when the program is at fault."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or (code & 0xFF) not in _MESSAGES:  # the low byte is the primary code
        return error
    name, message = _MESSAGES[code & 0xFF]
    return Unavailable(message, dependency="database", code=name)

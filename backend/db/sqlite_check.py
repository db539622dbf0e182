"""Whether the database file is whole: a bounded look when it is opened, all of it from time to time.

Both see what SQLite itself can see: broken pages, trees, indexes and values of a wrong type. Letters that changed
inside a record are none of these; texts carry a hash of their own (`documents.texts`).
"""

import sqlite3
import threading
from pathlib import Path

import structlog

from backend.db.sqlite_errors import damaged, told

log = structlog.get_logger(__name__)

#: What the look at the start may take. About 1 GB is read in it from a warm disk; of a larger file the first part.
QUICK_SECONDS = 2.0
_SHOWN_FAULTS = 5
_INTERRUPT_AGAIN_SECONDS = 0.001


def quick_check(connection: sqlite3.Connection, *, seconds: float = QUICK_SECONDS) -> bool:
    """Looks at pages and trees, not at whether indexes and tables agree. Blocks for at most `seconds`.

    Returns whether all of the file was looked at. Errors: `Unavailable` (`database_damaged`).
    """
    done = threading.Event()
    guard = threading.Thread(target=_interrupt_after, args=(connection, seconds, done), name="sqlite-quick-check")
    guard.start()
    try:
        _check(connection, "quick_check")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return False
        raise
    finally:
        done.set()
        guard.join()  # an interrupt that comes late would end another statement
    return True


def _interrupt_after(connection: sqlite3.Connection, seconds: float, done: threading.Event) -> None:
    """Again and again: one that comes just before a statement begins is lost."""
    if done.wait(seconds):
        return
    connection.interrupt()
    while not done.wait(_INTERRUPT_AGAIN_SECONDS):
        connection.interrupt()


class WholeCheck:
    """A check of everything, on a connection of its own; it takes minutes for a large file and can be given up."""

    def __init__(self, path: Path) -> None:
        """Errors: `Unavailable` when the file cannot be opened."""
        try:
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=10
            )
        except sqlite3.Error as error:
            raise told(error) from error

    def run(self) -> None:
        """Blocks; call it once. Errors: `Unavailable` (`database_damaged`)."""
        try:
            _check(self._connection, "integrity_check")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise told(error) from error
        except sqlite3.Error as error:
            raise told(error) from error
        finally:
            self._connection.close()

    def give_up(self) -> None:
        """From any thread; `run` then ends soon, without an error."""
        try:
            self._connection.interrupt()
        except sqlite3.ProgrammingError:  # it has ended
            return


def _check(connection: sqlite3.Connection, pragma: str) -> None:
    faults = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}({_SHOWN_FAULTS})")]
    if faults != ["ok"]:
        log.error("database_damaged", check=pragma, faults=faults)
        raise damaged()

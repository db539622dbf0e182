"""What SQLite says becomes the port's errors by its code."""

import sqlite3

from backend.db.sqlite_errors import told
from backend.errors import Unavailable


def refused_by_an_inner_table() -> sqlite3.Error:
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE TABLE "m:notes" (n INTEGER PRIMARY KEY)')
    try:
        connection.executemany('INSERT INTO "m:notes" VALUES (?)', [(1,), (1,)])
    except sqlite3.IntegrityError as error:
        return error
    finally:
        connection.close()
    raise AssertionError("the second row was taken")


def test_an_inner_table_that_refuses_its_own_rows_is_damage() -> None:
    error = told(refused_by_an_inner_table())
    assert isinstance(error, Unavailable)
    assert error.code == "database_damaged"
    assert "restore the data folder from a backup" in error.message


def test_a_fault_of_the_program_stays_what_it_is() -> None:
    fault = sqlite3.ProgrammingError("Cannot operate on a closed database.")
    assert told(fault) is fault

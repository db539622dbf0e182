"""PyMongo's errors by their type and code, as the errors of the port."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    ExecutionTimeout,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
)

from backend.db.collection import DuplicateKey, UnsupportedQuery
from backend.errors import TooLarge, Unavailable

log = structlog.get_logger(__name__)

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
_DUPLICATE_KEY = {11000, 11001}
# BadValue, FailedToParse, TypeMismatch, PathNotViable, ConflictingUpdateOperators, NotSingleValueField, ImmutableField
_REFUSED_BY_RULE = {2, 9, 14, 28, 40, 54, 66}
_NO_ACCESS = {13, 18, 8000}  # Unauthorized, AuthenticationFailed, Atlas' own
_DISK_FULL = {14031}
_CURSOR_NOT_FOUND = 43  # the server dropped it: it was idle for too long, or the server was started again


@contextmanager
def classified() -> Iterator[None]:
    """Turns what PyMongo raises into `DuplicateKey`, `Unavailable`, `TooLarge` or `UnsupportedQuery`."""
    try:
        yield
    except DocumentTooLarge as error:
        raise TooLarge("A record is larger than MongoDB's 16 MB. Split the file and try again.") from error
    except BulkWriteError as error:
        failures = (error.details or {}).get("writeErrors") or [{}]
        raise _by_code(error, failures[0].get("code"), failures[0]) from error
    except OperationFailure as error:
        if isinstance(error, ExecutionTimeout):
            raise _unreachable(error) from error
        raise _by_code(error, error.code, error.details or {}) from error
    except (BSONError, OverflowError) as error:
        raise UnsupportedQuery(f"MongoDB cannot hold this: {error}") from error
    except InvalidOperation as error:
        raise Unavailable("The database is closed; the server is stopping.", dependency="database") from error
    except ConfigurationError as error:
        raise Unavailable(
            "The database's address is none that MongoDB understands.",
            hint="BIBLIOS_DATABASE_URL looks like mongodb://user:password@host:27017/ or mongodb+srv://…",
            dependency="database",
            code="database_url_invalid",
        ) from error
    except PyMongoError as error:
        if isinstance(error, ConnectionFailure) or error.timeout:
            raise _unreachable(error) from error
        raise


def _unreachable(error: PyMongoError) -> Unavailable:
    log.warning("database_unreachable", error=type(error).__name__)
    return Unavailable(
        "The database does not answer. Try again shortly; if it stays, tell your operator.",
        hint="Check that MongoDB runs and that BIBLIOS_DATABASE_URL leads to it.",
        dependency="database",
    )


def _by_code(error: PyMongoError, code: int | None, details: Mapping[str, Any]) -> Exception:
    if code in _DUPLICATE_KEY:
        return DuplicateKey("A record with the same unique value is already there.", index=_index_name(details))
    if code in _NO_ACCESS:
        return Unavailable(
            "The database refuses this server's user. Tell your operator.",
            hint="MongoDB refuses the user of BIBLIOS_DATABASE_URL. Check the password and that the user may read and "
            "write this database.",
            dependency="database",
            code="database_access_denied",
        )
    if code in _DISK_FULL:
        return Unavailable(
            "The database's disk is full: nothing was saved. Tell your operator, and try again later.",
            hint="Free some space on MongoDB's disk.",
            dependency="database",
            code="disk_full",
        )
    if code in _REFUSED_BY_RULE:
        return UnsupportedQuery(f"MongoDB refuses this: {error}")
    if code == _CURSOR_NOT_FOUND or error.has_error_label("RetryableWriteError") or error.timeout:
        return _unreachable(error)
    return error


def _index_name(details: Mapping[str, Any]) -> str:
    pattern = details.get("keyPattern")
    if not pattern:
        return "unknown"  # servers before 4.4
    if list(pattern) == ["_id"]:
        return "_id_"
    return "_".join(f"{field}_{int(direction)}" for field, direction in pattern.items())

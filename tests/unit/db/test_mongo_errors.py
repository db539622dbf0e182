"""PyMongo's errors become the port's, by type and code."""

from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    CursorNotFound,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteError,
)

from backend.db.collection import DuplicateKey, UnsupportedQuery
from backend.db.mongo_errors import classified
from backend.errors import BibliosError, TooLarge, Unavailable

DUPLICATE: dict[str, Any] = {"code": 11000, "keyPattern": {"owner": 1, "created_at": -1}}


@pytest.mark.parametrize(
    ("raised", "expected", "code"),
    [
        (AutoReconnect("x"), Unavailable, "unavailable"),
        (NetworkTimeout("x"), Unavailable, "unavailable"),
        (NotPrimaryError("x"), Unavailable, "unavailable"),
        (ServerSelectionTimeoutError("x"), Unavailable, "unavailable"),
        (WaitQueueTimeoutError("x"), Unavailable, "unavailable"),
        (ExecutionTimeout("x", 50), Unavailable, "unavailable"),
        (OperationFailure("x", 18), Unavailable, "database_access_denied"),
        (OperationFailure("x", 13), Unavailable, "database_access_denied"),
        (OperationFailure("x", 14031), Unavailable, "disk_full"),
        (CursorNotFound("x", 43), Unavailable, "unavailable"),
        (ConfigurationError("x"), Unavailable, "database_url_invalid"),
        (DocumentTooLarge("x"), TooLarge, "too_large"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_the_server_or_the_network_did(raised: PyMongoError, expected: type[BibliosError], code: str) -> None:
    with pytest.raises(expected) as caught, classified():
        raise raised
    assert caught.value.code == code


@pytest.mark.parametrize(
    "raised",
    [
        DuplicateKeyError("x", 11000, DUPLICATE),
        BulkWriteError({"writeErrors": [{"index": 3, **DUPLICATE}]}),
    ],
    ids=["one", "bulk"],
)
def test_a_duplicate_names_the_index(raised: PyMongoError) -> None:
    with pytest.raises(DuplicateKey) as caught, classified():
        raise raised
    assert caught.value.index == "owner_1_created_at_-1"


def test_a_duplicate_id_has_mongodbs_own_name() -> None:
    with pytest.raises(DuplicateKey) as caught, classified():
        raise DuplicateKeyError("x", 11000, {"keyPattern": {"_id": 1}})
    assert caught.value.index == "_id_"


@pytest.mark.parametrize(
    "raised",
    [
        WriteError("x", 28),
        BulkWriteError({"writeErrors": [{"code": 14}]}),
        InvalidDocument("x"),
        OverflowError("x"),
    ],
    ids=["path", "bulk", "document", "overflow"],
)
def test_what_the_program_did_wrong(raised: Exception) -> None:
    with pytest.raises(UnsupportedQuery), classified():
        raise raised


def test_an_unknown_failure_goes_on_as_it_is() -> None:
    failure = OperationFailure("x", 96)
    with pytest.raises(OperationFailure) as caught, classified():
        raise failure
    assert caught.value is failure

"""Records as JSON text: dates become ``{"$date": ms}``, bytes ``{"$binary": base64}``, everything else is itself.

Keys that start with ``$`` are refused in records, so the two markers are unambiguous.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

import orjson

from backend.db.collection import Record, UnsupportedQuery
from backend.db.order import INT64_MAX, INT64_MIN, from_milliseconds, milliseconds

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


def check_record(record: Record) -> str:
    """Returns the record's `_id`; raises `UnsupportedQuery` for anything the port does not store."""
    identifier = record.get("_id")
    if not isinstance(identifier, str) or not identifier or "\x00" in identifier:
        raise UnsupportedQuery(f"_id must be a non-empty string without NUL, not {identifier!r}")
    check_value(record)
    return identifier


def check_value(value: Any) -> None:
    """Raises `UnsupportedQuery` unless the value, with all it holds, is one the port stores."""
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is bytes:
        return
    if kind is int:
        if not INT64_MIN <= value <= INT64_MAX:
            raise UnsupportedQuery(f"integer outside 64 bits: {value!r}")
    elif kind is float:
        if not isfinite(value):
            raise UnsupportedQuery(f"not a finite number: {value!r}")
    elif kind is datetime:
        if value.tzinfo is None:
            raise UnsupportedQuery(f"datetime without a time zone: {value!r}; use datetime.now(UTC)")
    elif kind is dict or isinstance(value, Mapping):
        for name, item in value.items():
            check_name(name)
            check_value(item)
    elif kind is list or kind is tuple:
        for item in value:
            check_value(item)
    elif not isinstance(value, str):  # a StrEnum is a str and is stored as one
        raise UnsupportedQuery(f"unsupported value of type {kind.__name__}: {value!r}")


def check_name(name: Any) -> None:
    """Field names are strings without dots, NUL and a leading `$`: those mean paths and operators."""
    if not isinstance(name, str) or not name or name[0] == "$" or "." in name or "\x00" in name:
        raise UnsupportedQuery(f"field name {name!r}: names are non-empty strings without '.', NUL or a leading '$'")


def encode(record: Record) -> str:
    """A checked record as JSON text."""
    try:
        return orjson.dumps(record, _default, _OPTIONS).decode()
    except orjson.JSONEncodeError as error:
        raise UnsupportedQuery(f"record cannot be stored: {error}") from error


def decode(raw: bytes) -> Record:
    """The record of one JSON text."""
    record: Record = orjson.loads(raw)
    if b'{"$' in raw:
        _revive_document(record)
    return record


def decode_many(raw: bytes) -> list[Record]:
    """The records of JSON texts joined by commas."""
    records: list[Record] = orjson.loads(b"[%b]" % raw)
    if b'{"$' in raw:
        _revive_list(records)
    return records


def copy_value(value: Any) -> Any:
    """A deep copy as the value would come back from the database: ms times in UTC, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(name): copy_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [copy_value(item) for item in value]
    if isinstance(value, datetime):
        return from_milliseconds(milliseconds(value))
    return value


def _default(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$binary": b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$date": milliseconds(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"unsupported value of type {type(value).__name__}")


def _marked(value: dict[str, Any]) -> Any:
    """The value of a marker document, or the document itself with its own contents revived."""
    if len(value) == 1:
        ((name, content),) = value.items()
        if name == "$date":
            return from_milliseconds(content)
        if name == "$binary":
            return b64decode(content)
    _revive_document(value)
    return value


def _revive_document(document: dict[str, Any]) -> None:
    for name, value in document.items():
        kind = type(value)
        if kind is dict:
            document[name] = _marked(value)
        elif kind is list:
            _revive_list(value)


def _revive_list(values: list[Any]) -> None:
    for position, value in enumerate(values):
        kind = type(value)
        if kind is dict:
            values[position] = _marked(value)
        elif kind is list:
            _revive_list(value)

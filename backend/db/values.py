"""The values that the port stores, checked the same way for both databases."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from backend.db.collection import Record, UnsupportedQuery
from backend.db.order import INT64_MAX, INT64_MIN, from_milliseconds, milliseconds


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


def copy_value(value: Any) -> Any:
    """A deep copy as the value would come back from the database: ms times in UTC, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(name): copy_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [copy_value(item) for item in value]
    if isinstance(value, datetime):
        return from_milliseconds(milliseconds(value))
    return value

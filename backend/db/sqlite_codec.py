"""Records as JSON text: dates become ``{"$date": ms}``, bytes ``{"$binary": base64}``, everything else is itself.

Keys that start with ``$`` are refused in records (`values`), so the two markers are unambiguous.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from backend.db.collection import Record, UnsupportedQuery
from backend.db.order import from_milliseconds, milliseconds

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


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

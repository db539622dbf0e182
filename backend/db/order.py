"""MongoDB's total order of values as byte strings: comparing two keys compares the values.

The first byte is the type's rank (null < numbers < strings < documents < arrays < binary < booleans < dates,
https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/), so one rank's keys form one range.
"""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.db.collection import UnsupportedQuery

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

EMPTY_ARRAY = b"\x01"  # sorting by an array field takes its smallest or largest element; an empty one sorts below null
NULL = b"\x05"
NUMBER, STRING, DOCUMENT, ARRAY, BINARY, BOOLEAN, DATE = 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70

_SIGN = 1 << 63
_ALL = (1 << 64) - 1
_NUMBER = bytes([NUMBER])
_STRING = bytes([STRING])
_FALSE, _TRUE = bytes([BOOLEAN, 0]), bytes([BOOLEAN, 1])
_pack_number = struct.Struct(">BQH").pack
_pack_date = struct.Struct(">BQ").pack
_pack_length = struct.Struct(">BI").pack


def milliseconds(value: datetime) -> int:
    """Milliseconds since the epoch, rounded down as BSON does. Naive times are refused."""
    if value.tzinfo is None:
        raise UnsupportedQuery(f"datetime without a time zone: {value!r}; use datetime.now(UTC)")
    return (value - EPOCH) // MILLISECOND


def from_milliseconds(value: int) -> datetime:
    return EPOCH + timedelta(milliseconds=value)


def _number_key(value: float) -> bytes:
    """Doubles in IEEE order, then two bytes for what a 64-bit integer loses when rounded to a double."""
    rounded = float(value)
    lost = 0 if type(value) is float else int(value) - int(rounded)
    (bits,) = struct.unpack(">Q", struct.pack(">d", rounded + 0.0))  # + 0.0 turns -0.0 into 0.0
    ordered = bits ^ (_ALL if bits & _SIGN else _SIGN)
    return _pack_number(NUMBER, ordered, lost + 0x8000)


def _check_number(value: float) -> None:
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise UnsupportedQuery(f"not a finite number: {value!r}")
    elif not INT64_MIN <= value <= INT64_MAX:
        raise UnsupportedQuery(f"integer outside 64 bits: {value!r}")


def sort_key(value: Any) -> bytes:
    """The key of a value. Values that the port does not know raise `UnsupportedQuery`."""
    if isinstance(value, str):
        return _STRING + _utf8(value)
    if value is None:
        return NULL
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, int | float):
        _check_number(value)
        return _number_key(value)
    if isinstance(value, datetime):
        return _pack_date(DATE, milliseconds(value) + _SIGN)
    if isinstance(value, bytes):
        return _pack_length(BINARY, len(value)) + value
    if isinstance(value, list | tuple):
        return bytes([ARRAY]) + b"".join(map(_nested, value)) + b"\x00"
    if isinstance(value, Mapping):
        # Documents compare field by field: type, then name, then value; a prefix sorts first.
        parts = (
            bytes([key[0]]) + _terminated(_utf8(name)) + key
            for name, key in ((n, _nested(v)) for n, v in value.items())
        )
        return bytes([DOCUMENT]) + b"".join(parts) + b"\x00"
    raise UnsupportedQuery(f"unsupported value of type {type(value).__name__}: {value!r}")


def rank(key: bytes) -> int:
    """The type's rank; comparisons ($lt, $gt) only match values of the operand's own."""
    return key[0]


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UnsupportedQuery("text with a lone surrogate is not valid Unicode") from error


def _terminated(raw: bytes) -> bytes:
    return raw.replace(b"\x00", b"\x00\xff") + b"\x00\x00"


def _nested(value: Any) -> bytes:
    key = sort_key(value)
    if key[0] == STRING:
        return _STRING + _terminated(key[1:])
    return key


def scalar_of(key: bytes) -> Any:
    """The value a key was made of, for null, numbers, strings, binary, booleans and dates.

    A whole double comes back as an int: the two are equal in MongoDB and in Python.
    """
    kind = key[0]
    if key == NULL:
        return None
    if kind == STRING:
        return key[1:].decode()
    if kind == NUMBER:
        _, ordered, lost = struct.unpack(">BQH", key)
        bits = ordered ^ (_SIGN if ordered & _SIGN else _ALL)
        (number,) = struct.unpack(">d", struct.pack(">Q", bits))
        return int(number) + lost - 0x8000 if number.is_integer() else number
    if kind == BOOLEAN:
        return key == _TRUE
    if kind == DATE:
        return from_milliseconds(struct.unpack(">BQ", key)[1] - _SIGN)
    if kind == BINARY:
        return key[5:]
    raise UnsupportedQuery("documents and arrays are not scalar")

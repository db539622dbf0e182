"""Records survive the way to JSON and back."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from backend.db.sqlite_codec import decode, decode_many, encode
from backend.db.values import check_value, copy_value

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=".\x00"), min_size=1).filter(
    lambda name: name[0] != "$"
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(),
    st.datetimes(timezones=st.just(UTC)).map(lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000)),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)
records = st.dictionaries(names, values, max_size=5).map(lambda record: {"_id": "a", **record})


def same(left: Any, right: Any) -> bool:
    """Equal, and of equal types: Python's == takes 1, 1.0 and True for one another."""
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


@given(records)
def test_a_record_comes_back_as_it_was(record: dict[str, Any]) -> None:
    check_value(record)
    text = encode(record)
    assert same(decode(text.encode()), record)
    assert same(copy_value(record), record)
    orjson.loads(text)


@given(st.lists(records, max_size=4))
def test_joined_records_come_back_one_by_one(several: list[dict[str, Any]]) -> None:
    joined = ",".join(map(encode, several)).encode()
    assert decode_many(joined) == several


def test_text_that_looks_like_a_marker_stays_text() -> None:
    record = {"_id": "a", "text": '{"$date": 5}', "at": datetime(2026, 1, 1, tzinfo=UTC)}
    assert decode(encode(record).encode()) == record


def test_an_enum_of_strings_is_stored_as_its_text() -> None:
    class Status(StrEnum):
        queued = "queued"

    record = {"_id": "a", "status": Status.queued}
    check_value(record)
    assert decode(encode(record).encode()) == {"_id": "a", "status": "queued"}

"""Keys compare as MongoDB compares values."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.db.collection import UnsupportedQuery
from backend.db.order import scalar_of, sort_key

integers = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
scalars = st.one_of(st.none(), st.booleans(), integers, floats, texts, st.binary(), moments)


def test_types_come_in_mongodbs_order() -> None:
    values: list[Any] = [
        None, -(2**63), -1.5, 0, 0.5, 1, 2**53, 2**53 + 1, 2**63 - 1, 1e300, "", "A", "a", "a\x00", "aa", "é", "漢",
        {}, {"a": 1}, {"a": 1, "b": 0}, {"b": 0}, {"a": "x"}, [], [1], [1, 2], [2], ["a"], [[]],
        b"", b"z", b"aa", False, True, datetime(1969, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC),
    ]  # fmt: skip
    keys = [sort_key(value) for value in values]
    assert [values[i] for i, (left, right) in enumerate(pairwise(keys)) if left >= right] == []


@given(st.one_of(integers, floats), st.one_of(integers, floats))
def test_numbers_compare_exactly_whatever_their_type(left: float, right: float) -> None:
    assert (sort_key(left) < sort_key(right)) == (left < right)
    assert (sort_key(left) == sort_key(right)) == (left == right)


@given(texts, texts)
def test_texts_compare_by_their_utf8(left: str, right: str) -> None:
    assert (sort_key(left) < sort_key(right)) == (left.encode() < right.encode())
    assert (sort_key([left]) < sort_key([right])) == (left.encode() < right.encode())


@given(st.lists(integers), st.lists(integers))
def test_arrays_compare_element_by_element(left: list[int], right: list[int]) -> None:
    assert (sort_key(left) < sort_key(right)) == (left < right)


@given(scalars)
def test_a_scalar_can_be_read_back_from_its_key(value: Any) -> None:
    assert scalar_of(sort_key(value)) == value


@pytest.mark.parametrize(
    "value",
    [2**63, -(2**63) - 1, float("nan"), float("inf"), {1}, object(), datetime(2026, 1, 1), "\ud800"],  # noqa: DTZ001
)
def test_what_cannot_be_stored_has_no_key(value: Any) -> None:
    with pytest.raises(UnsupportedQuery):
        sort_key(value)


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_arrays_and_documents_are_not_read_back(value: Any) -> None:
    with pytest.raises(UnsupportedQuery):
        scalar_of(sort_key(value))

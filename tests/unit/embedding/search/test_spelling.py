"""Unknown words become known ones, of what one may see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.embedding.search.spelling import edit_distance


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("same", "same", 0),
        ("holyday", "holiday", 1),
        ("hoilday", "holiday", 1),
        ("holday", "holiday", 1),
        ("abc", "", 3),
    ],
)
def test_letters_missing_added_exchanged_and_swapped_count_one_each(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, 3) == edit_distance(other, one, 3) == distance


@given(st.text(alphabet="abc", max_size=8), st.text(alphabet="abc", max_size=8), st.integers(0, 3))
def test_what_is_farther_than_asked_is_only_told_to_be_so(one: str, other: str, most: int) -> None:
    exact = edit_distance(one, other, 20)
    assert edit_distance(one, other, most) == exact if exact <= most else edit_distance(one, other, most) > most

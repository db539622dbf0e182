"""Neighbouring chunks become one stretch whose text is exactly the version's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.embedding.search.hydration import ChunkRow
from backend.embedding.search.stretches import MOST_CHUNKS, neighbours, stitch


def row(text: str, start: int, end: int, ordinal: int = 0) -> ChunkRow:
    return ChunkRow(f"d.1.{ordinal}", "d", 1, ordinal, start, end, text[start:end])


@pytest.mark.parametrize(
    ("best", "candidates", "expected"),
    [
        ("d.1.4", {"d.1.4"}, ["d.1.4"]),
        ("d.1.4", {"d.1.3", "d.1.4", "d.1.5", "d.1.6"}, ["d.1.4", "d.1.5", "d.1.6"]),
        ("d.1.4", {"d.1.2", "d.1.3", "d.1.4"}, ["d.1.2", "d.1.3", "d.1.4"]),
        ("d.1.4", {"d.1.4", "d.1.6", "d.1.2"}, ["d.1.4"]),
        ("d.1.4", {"d.1.4", "d.2.5", "e.1.5"}, ["d.1.4"]),
        ("d.1.0", {"d.1.0", "d.1.-1"}, ["d.1.0"]),
        ("no-position", {"no-position"}, ["no-position"]),
    ],
)
def test_neighbours_follow_on_one_another_in_the_same_version(
    best: str, candidates: set[str], expected: list[str]
) -> None:
    assert list(neighbours(best, candidates)) == expected


@given(st.text(min_size=1, max_size=200), st.data())
def test_stitched_text_is_the_stretch_of_the_version(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2 * MOST_CHUNKS)))
    starts = [0, *places[: MOST_CHUNKS - 1]]
    rows, end = [], 0
    for ordinal, start in enumerate(starts):
        begin = min(start, end)
        end = data.draw(st.integers(begin, len(text)))
        rows.append(row(text, begin, end, ordinal))
        end = max(item.end for item in rows)
    piece = stitch(rows)
    assert piece.text == text[piece.start : piece.end]


def test_a_gap_between_chunks_is_left_to_the_version_text() -> None:
    text = "one two   three"
    piece = stitch([row(text, 0, 7), row(text, 10, 15, 1)])
    assert (piece.text, piece.start, piece.end) == (None, 0, 15)

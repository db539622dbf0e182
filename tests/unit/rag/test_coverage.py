"""A refusal says how far it reaches."""

import pytest

from backend.rag.abstention import Coverage, refusal


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"indexed": 5}, ""),
        ({"indexed": 5, "queued": 1}, "1 document is still being read."),
        ({"queued": 2, "processing": 1200}, "1,202 documents are still being read."),
        ({"failed": 1}, "1 document could not be read."),
        ({"processing": 1, "failed": 3}, "1 document is still being read and 3 documents could not be read."),
    ],
)
def test_what_was_not_looked_into_is_told(counts: dict[str, int], told: str) -> None:
    coverage = Coverage.of(counts)
    assert coverage.told() == told
    assert coverage.is_whole is (told == "")
    for found in (True, False):
        said = refusal(coverage, found=found)
        assert ("your library" in said) is (told == "")
        assert said.endswith(told)


def test_where_nobody_knows_nothing_is_said_of_it() -> None:
    assert refusal(None, found=True) == refusal(Coverage(), found=True)

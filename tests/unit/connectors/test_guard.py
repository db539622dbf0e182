"""What a listing may take away, and what it may not."""

import pytest

from backend.connectors.sync.guard import Verdict, judge


def absent(count: int, listings: int = 1, *, start: int = 0) -> dict[str, int]:
    return {f"item-{number}": listings for number in range(start, start + count)}


def test_a_listing_that_was_cut_takes_nothing_away() -> None:
    assert judge(complete=False, named=3, absent=absent(2, listings=5)) == Verdict()


@pytest.mark.parametrize("known", [1, 2, 100_000])
def test_an_empty_answer_takes_nothing_away_until_a_second_one_agrees(known: int) -> None:
    assert judge(complete=True, named=0, absent=absent(known)) == Verdict()


def test_a_small_source_that_is_empty_twice_is_empty() -> None:
    verdict = judge(complete=True, named=0, absent=absent(3, listings=2))
    assert verdict == Verdict(delete=frozenset(absent(3)))


def test_a_large_source_that_is_empty_twice_is_hidden_and_a_person_is_asked() -> None:
    verdict = judge(complete=True, named=0, absent=absent(21, listings=2))
    assert verdict == Verdict(hide=frozenset(absent(21)), quarantine=True)


def test_below_half_only_what_two_listings_missed_is_gone() -> None:
    missing = absent(3, listings=2) | absent(3, start=3)
    assert judge(complete=True, named=4, absent=missing) == Verdict(delete=frozenset(absent(3)))


def test_a_few_items_are_hidden_at_once_and_deleted_when_the_next_listing_agrees() -> None:
    assert judge(complete=True, named=98, absent=absent(2)) == Verdict(hide=frozenset(absent(2)))
    assert judge(complete=True, named=98, absent=absent(2, listings=2)) == Verdict(delete=frozenset(absent(2)))


@pytest.mark.parametrize(
    ("named", "missing", "asked"),
    [(80, 20, False), (79, 21, True), (85, 21, False), (30, 20, False)],
    ids=["a fifth", "more than a fifth", "many, but no fifth", "no more than twenty"],
)
def test_a_person_is_asked_when_more_than_a_fifth_and_more_than_twenty_are_missing(
    named: int, missing: int, asked: bool
) -> None:
    verdict = judge(complete=True, named=named, absent=absent(missing))
    assert verdict.quarantine is asked
    assert verdict.hide == frozenset(absent(missing))

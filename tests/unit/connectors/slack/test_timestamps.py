"""A `ts` is a string of six decimals everywhere."""

from datetime import UTC, date, datetime

import pytest

from backend.connectors.slack import timestamps


@pytest.mark.parametrize("value", [1512085950.000216, "1512085950", "1512085950.216", "", None, "x.000216", "٣.000216"])
def test_what_has_no_six_decimals_is_no_timestamp(value: object) -> None:
    assert not timestamps.is_ts(value)
    assert timestamps.given(value) == ""


def test_order_is_that_of_time_also_over_a_change_of_length() -> None:
    found = ["1000000000.000001", "999999999.999999", "1000000000.000000", "999999999.000010"]
    assert sorted(found, key=timestamps.order) == [
        "999999999.000010",
        "999999999.999999",
        "1000000000.000000",
        "1000000000.000001",
    ]
    assert timestamps.latest_of(*found, "") == "1000000000.000001"
    assert timestamps.latest_of() == ""


def test_the_last_digits_are_kept() -> None:
    assert timestamps.moment("1512085950.000216") == datetime(2017, 11, 30, 23, 52, 30, 216, tzinfo=UTC)


def test_a_day_begins_and_ends_at_midnight_in_utc() -> None:
    day = date(2026, 11, 2)
    assert timestamps.day_of(timestamps.start_of(day)) == day
    assert timestamps.day_of(timestamps.end_of(day)) == date(2026, 11, 3)
    assert timestamps.end_of(day) == timestamps.start_of(date(2026, 11, 3))
    assert timestamps.days_before(date(2026, 3, 1), 1) == date(2026, 2, 28)

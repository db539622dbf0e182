"""One day, however it is spelt."""

import pytest

from backend.text.dates import find_dates


@pytest.mark.parametrize(
    "written",
    [
        "4 February 2025",
        "4th of February, 2025",
        "Feb 4th 2025",
        "February 4, 2025",
        "04.02.2025",
        "4.2.2025",
        "4. 2. 2025",
        "2025-02-04",
        "2025/2/4",
        "4. Februar 2025",
        "4 février 2025",
        "4 de febrero de 2025",
        "2025年2月4日",
    ],
)
def test_a_day_is_the_same_in_every_spelling(written: str) -> None:
    text = f"Signed on {written}, in Bern."
    (found,) = find_dates(text)
    assert found.asked == ("date20250204",)
    assert found.stated == ("date20250204", "date202502")
    assert text[found.start : found.end] == written


def test_with_slashes_either_may_be_the_day() -> None:
    (found,) = find_dates("03/04/2025")
    assert found.asked == ("date20250403", "date20250304")
    (found,) = find_dates("25/12/2025")
    assert found.asked == ("date20251225",)


def test_a_month_is_asked_as_a_month() -> None:
    (found,) = find_dates("in March 2025")
    assert found.asked == found.stated == ("date202503",)


@pytest.mark.parametrize(
    "text", ["31.2.2025", "version 1.2.2025.3", "13/13/2025", "Anna 2025", "2025", "1.2.25", "9" * 99]
)
def test_what_no_calendar_has_is_no_date(text: str) -> None:
    assert list(find_dates(text)) == []

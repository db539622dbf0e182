"""What "this and following" makes of the rules of a series."""

from typing import Any

import pytest

from backend.actions.services.calendar_series import check_times_may_change, cut
from backend.errors import InvalidInput

_FIRST = {"dateTime": "2027-12-02T10:00:00+01:00", "timeZone": "Europe/Berlin"}
_THIRD = {"originalStartTime": {"dateTime": "2027-12-16T10:00:00+01:00"}, "start": {}}


def series(*rules: str, start: dict[str, str] | None = None) -> dict[str, Any]:
    return {"recurrence": list(rules), "start": start or _FIRST}


@pytest.mark.parametrize(
    ("rule", "cut_rule"),
    [
        ("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;UNTIL=20271216T085959Z"),
        ("RRULE:FREQ=WEEKLY;COUNT=9;BYDAY=TH", "RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20271216T085959Z"),
        ("RRULE:COUNT=9;FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;UNTIL=20271216T085959Z"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20281231T000000Z", "RRULE:FREQ=WEEKLY;UNTIL=20271216T085959Z"),
    ],
)
def test_the_rule_ends_right_before(rule: str, cut_rule: str) -> None:
    assert cut(series(rule, "EXDATE:20271209T090000Z"), _THIRD) == [cut_rule, "EXDATE:20271209T090000Z"]


def test_of_whole_days_it_ends_with_the_day_before() -> None:
    third = {"originalStartTime": {"date": "2028-01-01"}, "start": {}}
    assert cut(series("RRULE:FREQ=DAILY", start={"date": "2027-12-02"}), third) == ["RRULE:FREQ=DAILY;UNTIL=20271231"]


@pytest.mark.parametrize("rules", [(), ("RDATE:20271216T090000Z",), ("RRULE:FREQ=DAILY", "RDATE:20271216T090000Z")])
def test_what_follows_no_simple_rule_is_not_cut(rules: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        cut(series(*rules), _THIRD)


@pytest.mark.parametrize(
    "rules", [("RRULE:FREQ=DAILY;UNTIL=20281231T000000Z",), ("RRULE:FREQ=DAILY", "EXDATE:20271216")]
)
def test_a_series_whose_rule_names_times_is_not_moved(rules: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        check_times_may_change(series(*rules))

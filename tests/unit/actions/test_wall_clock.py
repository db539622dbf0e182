"""Times of a wall clock against what `zoneinfo` says of every moment around them, from 2024 to 2030."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.actions.wall_clock import NoMoment, WallTime, first_of, moment, offset, readings, shown

#: With rules of every kind: half hours, at midnight, the other way round in summer, none at all, moved by a decree.
ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Santiago",
    "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Gaza",
    "Africa/Casablanca", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Antarctica/Troll",
    "Pacific/Kiritimati", "Etc/GMT+12", "UTC",
)  # fmt: skip
_MINUTE = timedelta(minutes=1)


def _wall(*parts: int) -> datetime:
    """What a clock on the wall shows."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


def _changes() -> list[tuple[str, datetime]]:
    """Every hour of these years in which a clock is put forward or back."""
    found = []
    for name in ZONES:
        zone, at = ZoneInfo(name), datetime(2024, 1, 1, tzinfo=UTC)
        while at < datetime(2031, 1, 1, tzinfo=UTC):
            after = at + timedelta(hours=1)
            if at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
                found.append((name, after))
            at = after
    return found


CHANGES = _changes()
_ANY = st.tuples(
    st.sampled_from(ZONES), st.datetimes(_wall(2024, 1, 1), _wall(2030, 12, 31)).map(
        lambda at: at.replace(second=0, microsecond=0)
    ),
)  # fmt: skip
_NEAR_A_CHANGE = st.builds(
    lambda change, minutes: (
        change[0],
        (change[1].astimezone(ZoneInfo(change[0])).replace(tzinfo=None, fold=0) + minutes * _MINUTE),
    ),
    st.sampled_from(CHANGES),
    st.integers(-200, 200),
)
_CASES = st.one_of(_ANY, _NEAR_A_CHANGE)


def _seen(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moments at which a clock there shows this, found by looking at it each time it could."""
    offsets = {
        (local.replace(tzinfo=UTC) + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in range(-30, 31)
    }
    could = {(local - far).replace(tzinfo=UTC) for far in offsets if far is not None}
    return sorted(at for at in could if at.astimezone(zone).replace(tzinfo=None, fold=0) == local)


@given(_CASES)
@example(("Europe/Berlin", _wall(2026, 3, 29, 2, 30)))
@example(("Australia/Lord_Howe", _wall(2026, 4, 5, 1, 45)))
def test_a_time_stands_for_exactly_the_moments_at_which_a_clock_shows_it(case: tuple[str, datetime]) -> None:
    name, local = case
    zone = ZoneInfo(name)
    found = readings(local, zone)
    assert [at.astimezone(UTC) for at in found] == _seen(local, zone)
    assert all(at.replace(tzinfo=None, fold=0) == local for at in found)


@given(_CASES)
def test_it_is_taken_only_where_it_is_one_moment_and_else_asked_about(case: tuple[str, datetime]) -> None:
    name, local = case
    zone = ZoneInfo(name)
    seen = _seen(local, zone)
    if len(seen) == 1:
        assert moment(local, zone).astimezone(UTC) == seen[0]
        return
    with pytest.raises(NoMoment) as asked:
        moment(local, zone)
    first, second = asked.value.readings
    assert first.astimezone(UTC) < second.astimezone(UTC)
    assert all(f"{one:%H:%M}" in str(asked.value) and offset(one) in str(asked.value) for one in (first, second))
    if seen:
        assert asked.value.code == "hour_exists_twice"
        assert [moment(local, zone, utc_offset=offset(one)).astimezone(UTC) for one in (first, second)] == seen
    else:
        assert asked.value.code == "hour_does_not_exist"
        # Both are told by a clock there, one before and one after it was put forward.
        assert first.replace(tzinfo=None) < local < second.replace(tzinfo=None)
        assert all(len(readings(one.replace(tzinfo=None, fold=0), zone)) == 1 for one in (first, second))


@given(_CASES, st.integers(-30 * 60, 30 * 60))
def test_minutes_are_added_to_moments_and_shown_by_the_clock_there(case: tuple[str, datetime], minutes: int) -> None:
    name, local = case
    zone = ZoneInfo(name)
    for at in readings(local, zone):
        later = at.astimezone(UTC) + minutes * _MINUTE
        told = shown(later, zone)
        written = WallTime(local=told.local, zone=name, utc_offset=told.utc_offset)
        assert written.moment().astimezone(UTC) == later
        assert told.weekday == later.astimezone(zone).strftime("%A")


@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
@example("Asia/Beirut", date(2025, 3, 30))
@example("America/Santiago", date(2026, 9, 6))
@example("America/Havana", date(2026, 11, 1))
def test_a_day_begins_with_its_first_moment(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    first = first_of(day, zone)
    assert first.date() == day
    assert (first.astimezone(UTC) - timedelta(seconds=1)).astimezone(zone).date() < day


@pytest.mark.parametrize(
    "local",
    [
        "2026-12-03 10:00", "2026-12-03T10:00:30", "2026-12-03T10:00Z", "2026-12-03T10:00+01:00", "20261203T1000",
        "2026-W49-4", "2026-02-30T10:00", "2026-12-03T24:00", "1999-12-31T23:59", "2101-01-01", "tomorrow", "",
        "٢٠٢٦-12-03",
    ],
)  # fmt: skip
def test_what_is_no_time_to_the_minute_is_refused(local: str) -> None:
    with pytest.raises(ValidationError):
        WallTime(local=local, zone="Europe/Berlin")


@pytest.mark.parametrize(
    "zone", ["Berlin", "../../../etc/passwd", "/etc/localtime", "localtime", "Europe/Berlin\0", "CEST", "", "+01:00"]
)
def test_what_is_no_zone_is_refused_and_opens_no_file(zone: str) -> None:
    with pytest.raises(ValidationError):
        WallTime(local="2026-12-03T10:00", zone=zone)

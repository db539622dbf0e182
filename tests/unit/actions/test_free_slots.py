"""Free times of several people, against looking at every minute of everybody's calendar."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from backend.actions.free_slots import Hours, Person, Search, Slot, free_slots
from backend.actions.wall_clock import first_of

_MINUTE = timedelta(minutes=1)
_ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Beirut", "UTC")
]
#: Among them the nights in which clocks are put forward and back.
_DAYS = st.sampled_from([(2026, 3, 28), (2026, 10, 24), (2027, 4, 3), (2026, 3, 8), (2026, 12, 2), (2026, 11, 1)])


@st.composite
def searches(draw: st.DrawFn) -> tuple[Search, list[Person]]:
    start = datetime(*draw(_DAYS), tzinfo=UTC) + draw(st.integers(0, 24 * 60)) * _MINUTE
    minutes = st.sampled_from((0, 5, 15, 30))
    opens = draw(st.integers(0, 12))
    search = Search(
        start=start,
        end=start + draw(st.integers(30, 40 * 60)) * _MINUTE,
        length=draw(st.sampled_from((15, 30, 45, 120))) * _MINUTE,
        zone=draw(st.sampled_from(_ZONES)),
        step=draw(st.sampled_from((15, 30, 60))) * _MINUTE,
        before=draw(minutes) * _MINUTE,
        after=draw(minutes) * _MINUTE,
        hours=Hours(
            time(opens), time(draw(st.integers(opens + 1, 24)) % 24), frozenset(draw(st.sets(st.integers(0, 6))))
        ),
    )
    times = st.builds(
        lambda at, lasts: (start + at * _MINUTE, start + (at + lasts) * _MINUTE),
        st.integers(-120, 40 * 60),
        st.integers(-10, 300),
    )
    people = [
        Person(f"p{number}", draw(st.sampled_from(_ZONES)), draw(st.one_of(st.none(), st.lists(times, max_size=6))))
        for number in range(draw(st.integers(1, 3)))
    ]
    return search, people


def _works(minute: datetime, day: object, hours: Hours, zone: ZoneInfo) -> bool:
    there = minute.astimezone(zone)
    late = hours.closes == time() or there.time() < hours.closes
    return there.date() == day and there.weekday() in hours.days and there.time() >= hours.opens and late


def _looked_for(search: Search, people: list[Person]) -> list[Slot]:
    """By looking at each minute."""
    found = []
    first = first_of(search.start.astimezone(search.zone).date(), search.zone).astimezone(UTC)
    for number in range(3 * 24 * 60):
        start = first + number * search.step
        end = start + search.length
        if start < search.start or end > search.end:
            continue
        minutes = [start + number * _MINUTE for number in range(int(search.length / _MINUTE))]
        if not all(
            _works(minute, start.astimezone(person.zone).date(), search.hours, person.zone)
            for person in people
            for minute in minutes
        ):
            continue
        around = int((search.before + search.length + search.after) / _MINUTE)
        needed = [start - search.before + number * _MINUTE for number in range(around)]
        if not any(
            begins <= minute < ends for person in people for begins, ends in person.busy or () for minute in needed
        ):
            found.append(Slot(start, end, tuple(one.address for one in people if one.busy is None)))
    return found


@given(searches())
def test_exactly_the_times_are_found_at_which_everybody_is_free(case: tuple[Search, list[Person]]) -> None:
    search, people = case
    assert list(free_slots(search, people)) == _looked_for(search, people)


def test_who_cannot_be_seen_is_never_counted_as_free() -> None:
    start = datetime(2026, 12, 3, 8, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    search = Search(start, start + timedelta(hours=1), timedelta(minutes=30), berlin)
    people = [Person("ada", berlin, []), Person("dana", berlin, None)]
    assert [slot.unknown for slot in free_slots(search, people)] == [("dana",), ("dana",)]


def test_everybodys_own_hours_count() -> None:
    berlin, york = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
    start = datetime(2026, 12, 3, tzinfo=UTC)
    search = Search(start, start + timedelta(days=1), timedelta(hours=1), berlin, step=timedelta(hours=1))
    found = [
        slot.start.astimezone(berlin).hour
        for slot in free_slots(search, [Person("a", berlin, []), Person("d", york, [])])
    ]
    assert found == [15, 16]

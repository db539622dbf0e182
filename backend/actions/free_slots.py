"""When all of several people are free: pure, out of what is known of each."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.actions.wall_clock import first_of

type Times = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Person:
    """`busy`: when they have something else; None: that cannot be seen, which is not to be free."""

    address: str
    zone: ZoneInfo
    busy: Times | None


@dataclass(frozen=True, slots=True)
class Hours:
    """When people work, each by the clock where they are. `days`: 0 is Monday. `closes` at midnight: the day's end."""

    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = frozenset(range(5))

    def hold(self, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
        first, last = start.astimezone(zone), end.astimezone(zone)
        if first.weekday() not in self.days or first.time() < self.opens:
            return False
        if last.date() == first.date():
            return self._until_midnight or last.time() <= self.closes
        is_next_day = last.date() - first.date() == timedelta(days=1)
        return self._until_midnight and is_next_day and last.time() == time()

    @property
    def _until_midnight(self) -> bool:
        return self.closes == time()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: so long, between two moments, beginning at every `step` of the clock in `zone`.

    `before` and `after`: so much has to be free around it.
    """

    start: datetime
    end: datetime
    length: timedelta
    zone: ZoneInfo
    step: timedelta = timedelta(minutes=30)
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    hours: Hours = Hours()


@dataclass(frozen=True, slots=True)
class Slot:
    """In UTC. `unknown`: of whom it cannot be said; everybody else is free."""

    start: datetime
    end: datetime
    unknown: tuple[str, ...]


def free_slots(search: Search, people: Sequence[Person]) -> Iterator[Slot]:
    """In the order of time. Within everybody's working hours, also of those whose calendar cannot be seen."""
    unknown = tuple(person.address for person in people if person.busy is None)
    known = [_Busy(person.busy) for person in people if person.busy is not None]
    zones = {person.zone for person in people}
    for start in _beginnings(search):
        end = start + search.length
        if end > search.end.astimezone(UTC):
            return
        if all(search.hours.hold(start, end, zone) for zone in zones) and not any(
            busy.between(start - search.before, end + search.after) for busy in known
        ):
            yield Slot(start, end, unknown)


def _beginnings(search: Search) -> Iterator[datetime]:
    """Counted from midnight there, so that they are at the hour where the distance from UTC is not."""
    start = search.start.astimezone(UTC)
    at = first_of(search.start.astimezone(search.zone).date(), search.zone).astimezone(UTC)
    at += -(-(start - at) // search.step) * search.step
    while at < search.end.astimezone(UTC):
        yield at
        at += search.step


class _Busy:
    """Times that may overlap, as ones that do not."""

    def __init__(self, times: Times) -> None:
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        for start, end in sorted((start.astimezone(UTC), end.astimezone(UTC)) for start, end in times):
            if start >= end:
                continue
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def between(self, start: datetime, end: datetime) -> bool:
        at = bisect_right(self._ends, start)
        return at < len(self._starts) and self._starts[at] < end

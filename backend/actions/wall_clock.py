"""Times as people say them: what a clock on the wall of a zone shows, and which moment that is.

A clock that is put forward leaves out an hour, and one that is put back shows an hour twice. Nobody guesses which was
meant: the first has no moment, the second has two, and whoever wrote it says which. Sources: RFC 9557 and PEP 495; the
rules of the zones are those of the IANA database that `zoneinfo` finds.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

_YEARS = range(2000, 2101)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:00)?)?")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Names that say nothing of a place: what they mean differs from machine to machine.
_NO_ZONES = frozenset({"localtime", "Factory", "posixrules"})


class NoMoment(ValueError):
    """A wall clock's time that is not one moment. `code`: ``hour_does_not_exist`` or ``hour_exists_twice``, with both
    `readings`, the earlier first; ``offset_does_not_fit`` for a named offset that is that of no reading.
    """

    def __init__(self, code: str, message: str, readings: tuple[datetime, ...]) -> None:
        super().__init__(message)
        self.code = code
        self.readings = readings


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_ZONES


def zone_of(name: str) -> ZoneInfo:
    """Errors: `ValueError` for what is no zone of the IANA database."""
    if name not in _zones():  # before anything is opened by this name
        raise ValueError("Name a time zone such as Europe/Berlin.")
    return ZoneInfo(name)


def readings(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments at which a clock there shows this, the earlier first: none, one or two."""
    found = {at.astimezone(UTC): at for at in (_shown_as(local, zone, fold) for fold in (0, 1))}
    return tuple(at for _, at in sorted(found.items()) if at.replace(tzinfo=None, fold=0) == local)


def moment(local: datetime, zone: ZoneInfo, *, utc_offset: str | None = None) -> datetime:
    """The moment that is meant, in its zone. `utc_offset` (``+02:00``) says which of two. Errors: `NoMoment`."""
    found = readings(local, zone)
    said = f"{local:%H:%M} on {local:%Y-%m-%d} in {zone.key}"
    if not found:
        near = tuple(sorted((_shown_as(local, zone, fold) for fold in (0, 1)), key=lambda at: at.astimezone(UTC)))
        first, second = near
        raise NoMoment(
            "hour_does_not_exist",
            f"{said} does not exist: the clocks go forward there. Choose {first:%H:%M} ({offset(first)}) or "
            f"{second:%H:%M} ({offset(second)}).",
            near,
        )
    if utc_offset is None and len(found) > 1:
        first, second = found
        raise NoMoment(
            "hour_exists_twice",
            f"{said} is there twice: the clocks go back there. Say which, by its distance from UTC: {offset(first)} "
            f"(the earlier) or {offset(second)} (the later).",
            found,
        )
    chosen = [at for at in found if utc_offset in (None, offset(at))]
    if not chosen:
        fits = " or ".join(offset(at) for at in found)
        raise NoMoment("offset_does_not_fit", f"{said} is {fits} from UTC, not {utc_offset}.", found)
    return chosen[0]


def offset(at: datetime) -> str:
    """The distance from UTC, as ``+01:00``."""
    return f"{at:%:z}"[:6]


def _shown_as(local: datetime, zone: ZoneInfo, fold: int) -> datetime:
    """What a clock there shows at the moment that this is taken for: something else for an hour that is left out."""
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone)


def _local(value: str) -> str:
    try:
        read = datetime.fromisoformat(value) if _WRITTEN.fullmatch(value) else None
    except ValueError:
        read = None
    if read is None:
        raise PydanticCustomError("not_a_time", "Write it as 2026-12-03T10:00, or a day as 2026-12-03.")
    if read.year not in _YEARS:
        raise PydanticCustomError("not_a_time", "Choose a year between 2000 and 2100.")
    return value if _is_day(value) else f"{read:%Y-%m-%dT%H:%M}"


def _zone(value: str) -> str:
    try:
        return zone_of(value).key
    except ValueError as error:
        raise PydanticCustomError("unknown_zone", str(error)) from None


def _is_day(value: str) -> bool:
    return len(value) == len("2026-12-03")


class WallTime(BaseModel):
    """`local` is ``2026-12-03T10:00``, or ``2026-12-03`` for a whole day. `utc_offset` (``+01:00``) is for an hour that
    a clock shows twice.
    """

    model_config = ConfigDict(extra="forbid")

    local: Annotated[str, Field(max_length=19), AfterValidator(_local)]
    zone: Annotated[str, Field(max_length=64), AfterValidator(_zone)]
    utc_offset: Annotated[str, Field(pattern=r"^[+-][0-9]{2}:[0-9]{2}$")] | None = None

    @property
    def is_day(self) -> bool:
        return _is_day(self.local)

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.local).date()

    def moment(self) -> datetime:
        """Of a day: its first. Errors: `NoMoment`."""
        zone = zone_of(self.zone)
        if self.is_day:
            return first_of(self.day, zone)
        return moment(datetime.fromisoformat(self.local), zone, utc_offset=self.utc_offset)


def first_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, also where the clocks go forward at midnight."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock's
    found = readings(midnight, zone)
    if found:
        return found[0]
    # Read with the offset after the change, it is before the change, and with the one before, after it: the day begins
    # when the clocks are put forward, between the two.
    earlier, later = sorted(_shown_as(midnight, zone, fold).astimezone(UTC) for fold in (0, 1))
    while later - earlier > timedelta(seconds=1):
        middle = earlier + (later - earlier) / 2
        earlier, later = (earlier, middle) if middle.astimezone(zone).date() >= day else (middle, later)
    return later.replace(microsecond=0).astimezone(zone)


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment as it is shown: ``2026-12-03T10:00``, its zone, its day of the week, and its distance from UTC."""

    local: str
    zone: str
    weekday: str
    utc_offset: str | None


def shown(at: datetime, zone: ZoneInfo) -> Shown:
    there = at.astimezone(zone)
    return Shown(f"{there:%Y-%m-%dT%H:%M}", zone.key, _WEEKDAYS[there.weekday()], offset(there))


def shown_day(day: date, zone: str) -> Shown:
    return Shown(day.isoformat(), zone, _WEEKDAYS[day.weekday()], None)

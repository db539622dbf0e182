"""Slack's `ts`: the identity of a message in its channel, a string of seconds with six decimals.

It is never a number here: as one it loses its last digits, and names another message.
"""

import re
from datetime import UTC, date, datetime, timedelta

_TS = re.compile(r"[0-9]{1,11}\.[0-9]{6}")
_DAY_SECONDS = 86_400


def given(value: object) -> str:
    """A timestamp as it is, empty for what is none."""
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""


def is_ts(value: object) -> bool:
    return given(value) != ""


def order(ts: str) -> tuple[int, int]:
    """What timestamps are compared by; an empty one is before all others."""
    seconds, _, micros = (ts or "0.0").partition(".")
    return int(seconds), int(micros)


def latest_of(*found: str) -> str:
    return max(found, key=order, default="")


def moment(ts: str) -> datetime:
    """In UTC."""
    seconds, micros = order(ts)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)


def day_of(ts: str) -> date:
    """The day in UTC: one for all readers, wherever they are, since it names a document."""
    return moment(ts).date()


def start_of(day: date) -> str:
    """The first instant of a day in UTC."""
    return f"{int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())}.000000"


def end_of(day: date) -> str:
    """The first instant after a day in UTC."""
    return f"{order(start_of(day))[0] + _DAY_SECONDS}.000000"


def days_before(day: date, days: int) -> date:
    return day - timedelta(days=days)

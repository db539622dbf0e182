"""One appointment of a series, all of it, or its rest: what each means at Google.

One appointment is changed under its own id, the whole series under that of its first. To cancel "this and following" is
one change: the rule gets an end. To change them would be two, a cut and a new series, of which the second may fail when
the first is done; that is refused.
https://developers.google.com/workspace/calendar/api/guides/recurringevents (2026-11)
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend.actions.services.calendar_event import guests_of
from backend.actions.services.calendar_payload import SeriesScope, refused
from backend.mail_address import mail_key

type Event = Mapping[str, Any]

#: Of the appointments of somebody who is a guest elsewhere in a series.
_DAYS_SHOWN = 3
_ENDS = re.compile(r";?(UNTIL|COUNT)=[^;]*", re.IGNORECASE)


def scope_of(event: Event, asked: SeriesScope | None) -> SeriesScope | None:
    """What a change is about; None: the event is in no series. Errors: `InvalidInput`."""
    if event.get("recurringEventId"):
        if asked is None:
            raise refused(
                "scope", "missing", "It is one of a series. Say whether you mean this one, this and following, or all."
            )
        return asked
    if event.get("recurrence"):
        if asked != "all":
            raise refused(
                "scope", "not_one", "This is a whole series. Choose all, or name the one appointment that you mean."
            )
        return asked
    if asked not in (None, "this"):
        raise refused("scope", "no_series", "It is in no series: there is this one alone.")
    return None


def cut(series: Event, first_gone: Event) -> list[str]:
    """The rules of a series that ends before one of its appointments. Errors: `InvalidInput` where it cannot be cut."""
    rules = [str(line) for line in series.get("recurrence") or ()]
    if not any(line.upper().startswith("RRULE") for line in rules) or any(
        line.upper().startswith(("RDATE", "EXRULE")) for line in rules
    ):
        raise refused("scope", "not_cut", "This series follows no simple rule. Cut it in Google Calendar itself.")
    original = first_gone.get("originalStartTime") or first_gone["start"]
    if original == series["start"] or _moment(original) == _moment(series["start"]):
        raise refused("scope", "is_first", "It is the first of its series: choose all.")
    until = _until(original)
    return [_with_end(line, until) if line.upper().startswith("RRULE") else line for line in rules]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody who is a guest of other appointments of the series alone. `days`: the first of them, as dates."""

    address: str
    name: str | None
    days: tuple[str, ...]
    count: int


def guests_elsewhere(
    appointments: Sequence[Event], known: Iterable[str], *, since: Event | None
) -> tuple[Elsewhere, ...]:
    """Who is a guest of appointments that a change is about, and is none of those who are `known` (addresses).

    `since`: the appointment with which they begin; None: with the first.
    """
    mine = set(map(mail_key, known))
    first = _original(since) if since is not None else None
    found: dict[str, tuple[Mapping[str, Any], list[str]]] = {}
    for event in appointments:
        if event.get("status") == "cancelled" or (first is not None and _original(event) < first):
            continue
        for guest in guests_of(event):
            if (key := mail_key(str(guest["email"]))) not in mine:
                found.setdefault(key, (guest, []))[1].append(_day(event))
    return tuple(
        Elsewhere(
            str(guest["email"]),
            str(guest["displayName"]) if guest.get("displayName") else None,
            tuple(days[:_DAYS_SHOWN]),
            len(days),
        )
        for guest, days in found.values()
    )


def _original(event: Event) -> datetime:
    """When it was to be, whereto it was moved since. Whole days begin at midnight of UTC: they are compared alone."""
    time = event.get("originalStartTime") or event["start"]
    if "date" in time:
        return datetime.combine(date.fromisoformat(time["date"]), datetime.min.time(), UTC)
    return datetime.fromisoformat(time["dateTime"]).astimezone(UTC)


def _day(event: Event) -> str:
    return str(event["start"].get("date") or event["start"]["dateTime"])[:10]


def check_times_may_change(series: Event) -> None:
    """Errors: `InvalidInput` where a rule names times of its own, which would not move along."""
    rules = [str(line).upper() for line in series.get("recurrence") or ()]
    if len(rules) > 1 or any("UNTIL=" in line for line in rules):
        raise refused(
            "scope", "has_times", "This series has exceptions or an end of its own. Move it in Google Calendar itself."
        )


def _with_end(rule: str, until: str) -> str:
    return f"{_ENDS.sub('', rule)};UNTIL={until}".replace(":;", ":")


def _until(original: Mapping[str, Any]) -> str:
    if "date" in original:
        return f"{date.fromisoformat(original['date']) - timedelta(days=1):%Y%m%d}"
    before = datetime.fromisoformat(original["dateTime"]).astimezone(UTC) - timedelta(seconds=1)
    return f"{before:%Y%m%dT%H%M%SZ}"


def _moment(time: Mapping[str, Any]) -> object:
    return time.get("date") or datetime.fromisoformat(time["dateTime"])

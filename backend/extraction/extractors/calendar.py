"""Calendars and invitations (RFC 5545) as readable events: what, when with its zone, where, who, how often."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.failures import failure

_ENTRIES = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Note"}
_FOLDED = re.compile(r"\n[ \t]")
_LINE = re.compile(r"([A-Za-z0-9-]{1,60})((?:;[A-Za-z0-9-]{1,60}=(?:\"[^\"\n]*\"|[^;:\"\n]*))*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]{1,60})=(?:\"([^\"]*)\"|([^;:\"]*))")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
         "SU": "Sunday"}  # fmt: skip
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year", "HOURLY": "hour"}
#: Parts of a rule that are put into words; a rule with others is shown as it is.
_SAID = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}
_METHODS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Other time proposed",
}
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_PLACES = re.compile(r"([+-]?\d{1,3})?([A-Z]{2})")
_MAX_ENTRIES = 20_000


@dataclass(slots=True)
class _Entry:
    """One event: its lines by name, each with its parameters."""

    kind: str
    lines: dict[str, list[tuple[dict[str, str], str]]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return _unescaped(self.lines[name][0][1]) if name in self.lines else ""


def extract(source: Source, kind: Kind) -> Content:
    """Raises `no_text` for a calendar without an event."""
    text = source.text()
    method, entries = _read(text)
    builder = TextBuilder(source.limits)
    for entry in entries:
        title = entry.text("SUMMARY")
        builder.heading(title or _ENTRIES[entry.kind], level=1)
        for line in _lines(entry, method):
            builder.line(line)
        if description := entry.text("DESCRIPTION").strip():
            builder.block(description)
        for _, comment in entry.lines.get("COMMENT", ()):
            if said := _unescaped(comment).strip():
                builder.block(f"Comment: {said}")
    body, sections = builder.finish()
    if not body:
        raise failure("no_text", "the calendar has no events")
    return Content(kind, body, sections)


def _read(text: str) -> tuple[str, list[_Entry]]:
    method = ""
    entries: list[_Entry] = []
    entry: _Entry | None = None
    inner = 0
    for line in _FOLDED.sub("", text).split("\n"):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        name, value = match[1].upper(), match[3].strip()
        if name == "BEGIN":
            if entry is None and value.upper() in _ENTRIES:
                entry = _Entry(value.upper())
                if len(entries) >= _MAX_ENTRIES:
                    raise failure("too_large", f"{_MAX_ENTRIES:,} events")
            elif entry is not None:
                inner += 1  # an alarm
        elif name == "END":
            if inner:
                inner -= 1
            elif entry is not None:
                entries.append(entry)
                entry = None
        elif entry is None:
            method = value.upper() if name == "METHOD" else method
        elif not inner:
            parameters = {key.upper(): quoted or plain for key, quoted, plain in _PARAMETER.findall(match[2])}
            entry.lines.setdefault(name, []).append((parameters, value))
    return method, entries


def _lines(entry: _Entry, method: str) -> Iterator[str]:
    status = entry.text("STATUS").upper()
    if status == "CANCELLED" or method in _METHODS:
        yield "Cancelled" if status == "CANCELLED" else _METHODS[method]
    if when := _when(entry):
        yield f"When: {when}"
    if repeats := [_repeats(value) for _, value in entry.lines.get("RRULE", ())]:
        yield f"Repeats: {'; '.join(repeats)}"
    if also := _moments(entry, "RDATE"):
        yield f"Also on: {', '.join(also)}"
    if left_out := _moments(entry, "EXDATE"):
        yield f"Not on: {', '.join(left_out)}"
    if instead := _moments(entry, "RECURRENCE-ID"):
        yield f"Instead of: {', '.join(instead)}"
    if due := entry.lines.get("DUE"):
        yield f"Due: {_moment(due[0][1], due[0][0])}"
    if place := entry.text("LOCATION"):
        yield f"Where: {' '.join(place.split())}"
    if organizer := entry.lines.get("ORGANIZER"):
        yield f"Organizer: {_person(*organizer[0])}"
    if people := [_person(*one) for one in entry.lines.get("ATTENDEE", ())]:
        yield f"Attendees: {', '.join(people)}"
    if categories := [
        name for _, names in entry.lines.get("CATEGORIES", ()) if (name := " ".join(_unescaped(names).split()))
    ]:
        yield f"Categories: {', '.join(categories)}"
    if url := entry.text("URL"):
        yield f"Link: {url}"


def _moments(entry: _Entry, name: str) -> list[str]:
    """Each moment of a line that may have many; of a stretch of time (``start/end``) its start."""
    return [
        _moment(value.partition("/")[0], about)
        for about, values in entry.lines.get(name, ())
        for value in values.split(",")
        if value.strip()
    ]


def _when(entry: _Entry) -> str:
    begins, ends = entry.lines.get("DTSTART"), entry.lines.get("DTEND")
    if not begins:
        return ""
    start = _moment(begins[0][1], begins[0][0])
    if ends and begins[0][0].get("VALUE") != "DATE" and "T" in begins[0][1]:
        end = _moment(ends[0][1], ends[0][0])
        # The same day and zone are said once.
        same_day = start[:10] == end[:10] and start[16:] == end[16:]
        return f"{start[:16]}–{end[11:]}" if same_day else f"{start} – {end}"
    if ends and (last := _day_before(ends[0][1])) and last != start:
        return f"{start} – {last}"  # the end of a day without hours is the day after it
    if length := entry.text("DURATION"):
        return f"{start}, for {length.removeprefix('P').replace('T', ' ').lower().strip()}"
    return start


def _moment(value: str, about: dict[str, str]) -> str:
    rest, _, last = value.strip().rpartition(":")
    match = _MOMENT.fullmatch(last)
    if match is None:
        return value
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4] is None:
        return day
    # A zone such as GMT+01:00 that stands without its quotes ends up before the moment.
    zone = "UTC" if match[7] else ":".join(filter(None, (about.get("TZID", "").strip("/"), rest)))
    return f"{day} {match[4]}:{match[5]}{f' {zone}' if zone else ''}"


def _day_before(value: str) -> str:
    match = _MOMENT.fullmatch(value.strip())
    try:
        return str(date(int(match[1]), int(match[2]), int(match[3])) - timedelta(days=1)) if match else ""
    except (ValueError, OverflowError):
        return ""


def _repeats(rule: str) -> str:
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    unit = _UNITS.get(parts.get("FREQ", ""), "")
    if not unit or not parts.keys() <= _SAID:
        return rule
    interval = parts.get("INTERVAL", "1")
    said = f"every {unit}" if interval == "1" else f"every {interval} {unit}s"
    if days := [_place(*found) for found in _PLACES.findall(parts.get("BYDAY", "")) if found[1] in _DAYS]:
        said += f" on {', '.join(days)}"
    if number := parts.get("BYMONTHDAY"):
        said += f" on day {number}"
    if until := parts.get("UNTIL"):
        said += f" until {_moment(until, {})[:10]}"
    if count := parts.get("COUNT"):
        said += f", {count} times"
    return said


def _place(number: str, day: str) -> str:
    order = {"1": "first ", "2": "second ", "3": "third ", "4": "fourth ", "5": "fifth ", "-1": "last "}
    return order.get(number.removeprefix("+"), f"{number}. " if number else "") + _DAYS[day]


def _person(about: dict[str, str], value: str) -> str:
    address = value[7:] if value.lower().startswith("mailto:") else value
    name = about.get("CN", "").strip()
    shown = f"{name} <{address}>" if name and name != address else address
    answer = _ANSWERS.get(about.get("PARTSTAT", "").upper())
    return f"{shown} ({answer})" if answer else shown


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)

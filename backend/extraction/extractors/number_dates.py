"""Dates, times and durations as their format shows them; a date that is shown in digits alone as ISO 8601."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from backend.extraction.extractors.number_codes import Part, Token

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def time_shown(value: Decimal, part: Part, epoch: datetime) -> str | None:
    """None for a moment that no calendar has."""
    if part.has("elapsed"):
        return _elapsed(value, part)
    try:
        # Half a second: a time is a fraction of a day, never exact in binary.
        moment = epoch + timedelta(days=float(value), milliseconds=500)
    except OverflowError:
        return None
    if value < 0:
        return None
    words = _with_minutes(part)
    if any(token.kind == "time" and token.text in {"mmm", "mmmm", "mmmmm", "ddd", "dddd"} for token in words):
        return _spelled(moment, words)
    return _iso(moment, {token.text[0] for token in words if token.kind == "time"})


def _with_minutes(part: Part) -> list[Token]:
    """The tokens, with ``n`` for an ``m`` that stands for minutes: after hours, or before seconds."""
    tokens = list(part.tokens)
    at = [number for number, token in enumerate(tokens) if token.kind == "time"]
    for place, number in enumerate(at):
        before = tokens[at[place - 1]].text[0] if place else ""
        after = tokens[at[place + 1]].text[0] if place + 1 < len(at) else ""
        if tokens[number].text in {"m", "mm"} and (before == "h" or after == "s"):
            tokens[number] = Token("time", "n" * len(tokens[number].text))
    return tokens


def _iso(moment: datetime, asked: set[str]) -> str:
    asked = {"y" if letter in "beg" else letter for letter in asked}
    day = "-".join(
        text
        for letter, text in (("y", f"{moment.year:04d}"), ("m", f"{moment.month:02d}"), ("d", f"{moment.day:02d}"))
        if letter in asked
    )
    clock = ":".join(
        text
        for letter, text in (("h", f"{moment.hour:02d}"), ("n", f"{moment.minute:02d}"), ("s", f"{moment.second:02d}"))
        if letter in asked
    )
    return " ".join(filter(None, (day, clock)))


def _spelled(moment: datetime, tokens: Sequence[Token]) -> str:
    """A date with the name of its month or weekday, as its format writes it."""
    noon = any(token.kind == "noon" for token in tokens)
    hour = (moment.hour % 12 or 12) if noon else moment.hour
    shown_as: dict[str, Callable[[int], str]] = {
        "y": lambda length: f"{moment.year:04d}",  # never two digits: nobody could tell the century
        "m": lambda length: (
            _MONTHS[moment.month - 1][: 3 if length == 3 else None] if length > 2 else f"{moment.month:0{length}d}"
        ),
        "d": lambda length: (
            _DAYS[moment.weekday()][: 3 if length == 3 else None] if length > 2 else f"{moment.day:0{length}d}"
        ),
        "h": lambda length: f"{hour:0{min(length, 2)}d}",
        "n": lambda length: f"{moment.minute:0{length}d}",
        "s": lambda length: f"{moment.second:0{min(length, 2)}d}",
    }
    out = []
    for token in tokens:
        if token.kind == "time":
            write = shown_as.get(token.text[0])
            out.append(write(len(token.text)) if write is not None else str(moment.year))
        elif token.kind == "noon":
            out.append("AM" if moment.hour < 12 else "PM")
        elif token.kind in {"text", "sign"} and token.text != "@":
            out.append(token.text)
    return "".join(out).strip()


def _elapsed(value: Decimal, part: Part) -> str:
    """A duration: its largest unit counts on beyond a day or an hour."""
    seconds = int((abs(value) * 86_400).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    largest = next(token.text[0] for token in part.tokens if token.kind == "elapsed")
    left = seconds
    out = ["-" if value < 0 else ""]
    for token in _with_minutes(Part(tuple(_counted(part.tokens)), None)):
        if token.kind not in {"time", "elapsed"}:
            out.append(token.text if token.kind in {"text", "sign"} else "")
            continue
        unit = {"h": 3600, "m": 60, "n": 60, "s": 1}.get(token.text[0])
        if unit is None:
            continue
        count, left = divmod(left, unit)
        out.append(f"{count:0{min(len(token.text), 2)}d}" if token.text[0] != largest else str(count))
    return "".join(out)


def _counted(tokens: Sequence[Token]) -> list[Token]:
    return [Token("time", token.text) if token.kind == "elapsed" else token for token in tokens]

"""Log lines for a person at a terminal: time, what happened, the facts of it. For machines there is JSON."""

import re
from datetime import datetime
from typing import Any

from structlog.typing import EventDict, WrappedLogger

_IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_RESET, _DIM, _BOLD, _RED, _YELLOW = "\033[0m", "\033[2m", "\033[1m", "\033[31m", "\033[33m"
_LEVEL_COLOURS = {"warning": _YELLOW, "error": _RED, "critical": _RED}


class ReadableRenderer:
    """`18:23:51  Vector index empty  reason: no snapshot yet`. Lines that are no warning do not say their level."""

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> str:
        at = datetime.fromisoformat(str(event.pop("timestamp"))).astimezone()
        level = str(event.pop("level", "info"))
        trace = event.pop("exception", None)
        name = event.pop("logger", None)
        text = _sentence(_printable(event.pop("event", "")))
        facts = [f"{key.replace('_', ' ')}: {_printable(value)}" for key, value in event.items()]
        colour = _LEVEL_COLOURS.get(level)
        parts = [self._in(_DIM, f"{at:%H:%M:%S}")]
        if colour:
            parts.append(self._in(colour, level))
            facts += [f"logger: {name}"] if name else []
        parts.append(self._in(_BOLD, text) if colour else text)
        if facts:
            parts.append(self._in(_DIM, " · ".join(facts)))
        return "  ".join(parts) + (f"\n{trace}" if trace else "")

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colours else text


def _sentence(event: str) -> str:
    """`index_loaded` as "Index loaded"; what is worded already stays as it is."""
    return event.replace("_", " ").capitalize() if _IDENTIFIER.fullmatch(event) else event


def _printable(value: Any) -> str:
    """On one line, and without what a terminal would act on: names and titles come from outside."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in str(value))

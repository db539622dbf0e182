"""Lines of logs: which have a time of their own, and whether a text is a log at all."""

import re

from backend.extraction.file_names import file_name

_CLOCK = r"[0-2]?\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?"
_ZONE = r"(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
#: The usual ways to write a moment: ISO 8601, syslog, web servers, days first or months first, seconds since 1970.
_MOMENT = re.compile(
    rf"(?:\d{{4}}[-/.]\d\d[-/.]\d\d[T ,]{{1,2}}{_CLOCK}{_ZONE}"
    rf"|{_MONTH} {{1,2}}\d{{1,2}} (?:\d{{4}} )?{_CLOCK}"
    rf"|\d{{1,2}}[/ -]{_MONTH}[/ -]\d{{4}}[: ]{_CLOCK}{_ZONE}"
    rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}},? {_CLOCK}"
    r"|(?<![\d.:])[0-2]\d:[0-5]\d:[0-6]\d(?:[.,]\d{1,9})?(?=[\]\s|]|$)"
    r"|(?<![\d.])1\d{9}(?:\.\d{1,9})?(?![\d.]))"
)
_KLOG = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9}")
_LEVEL = re.compile(r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRITICAL|FATAL|SEVERE)\b")
#: A moment stands at the start of an entry, behind a level, an address or the name of a service.
_WITHIN = 60
_LINE_CHARS = 140
_SUFFIX = re.compile(r"\.log(?:[.-][\w-]{1,20}){0,3}\Z")
#: Logs of a system; such a name alone says little.
_NAMES = frozenset({"syslog", "messages"})
_SAMPLE_LINES = 50
_LEAST_LINES = 5
_MOSTLY = 0.6


def moment_in(line: str) -> str | None:
    """The time that a line of a log begins with, as it is written; None for a line that goes on from another."""
    if not line or line[0].isspace():
        return None
    head = line[:_LINE_CHARS]
    found = _KLOG.match(head) or _MOMENT.search(head)
    return found[0] if found is not None and found.start() <= _WITHIN else None


def is_log(name: str, head: str) -> bool:
    """Whether a text is a log: by its name, or since most of its lines begin with a time and have a level."""
    path = file_name(name)
    if _SUFFIX.search(path.name) or (path.name in _NAMES and moment_in(head.split("\n", 1)[0])):
        return True
    if path.suffix not in {"", ".txt", ".out", ".err", ".trace"} or head.count("\n") < _LEAST_LINES - 1:
        return False
    lines = [line for line in head.split("\n")[:_SAMPLE_LINES] if line.strip() and not line[0].isspace()]
    entries = sum(moment_in(line) is not None and _LEVEL.search(line[:_LINE_CHARS]) is not None for line in lines)
    return len(lines) >= _LEAST_LINES and entries >= _MOSTLY * len(lines)

"""Dates in common spellings as one term each, so that they find each other.

"4 February 2025", "Feb 4th, 2025", "4.2.2025", "2025-02-04", "4. Februar 2025" and "2025年2月4日" are one day. Where
only figures with slashes stand, the day may come before the month or after it: both are meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from backend.text.folding import fold

_MONTHS = (
    "january jan januar janner janvier janv enero ene gennaio janeiro",
    "february feb februar fevrier fevr febrero febbraio fevereiro",
    "march mar marz maerz mars marzo marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio maio",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet juil julio luglio julho",
    "august aug aout agosto ago",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dicembre dezembro",
)
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_YEAR = r"(?:1[5-9]|20|21)\d\d"
_HAS_YEAR = re.compile(_YEAR)
_NAME = r"[^\W\d_]{3,10}"
_DATE = re.compile(
    rf"(?<![\w.])(?:"
    rf"(?P<y1>{_YEAR})[-/.](?P<m1>\d\d?)[-/.](?P<d1>\d\d?)"
    rf"|(?P<d2>\d\d?)\. ?(?P<m2>\d\d?)\. ?(?P<y2>{_YEAR})"
    rf"|(?P<a3>\d\d?)[/-](?P<b3>\d\d?)[/-](?P<y3>{_YEAR})"
    rf"|(?P<d4>\d\d?)(?:st|nd|rd|th|er|\.|º)?[ \u00a0-](?:(?:of|de) )?(?P<n4>{_NAME})\.?,?[ \u00a0-](?:(?:de|del) )?"
    rf"(?P<y4>{_YEAR})"
    rf"|(?P<n5>{_NAME})\.?[ \u00a0](?P<d5>\d\d?)(?:st|nd|rd|th)?,?[ \u00a0](?P<y5>{_YEAR})"
    rf"|(?P<n6>{_NAME})\.?[ \u00a0](?:of |de )?(?P<y6>{_YEAR})"
    rf")(?!\d|[.-]\d)"
    rf"|(?P<y7>{_YEAR})[年년] ?(?P<m7>\d\d?)[月월](?: ?(?P<d7>\d\d?)[日일])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """``text[start:end]`` is a date. `days` are the days that may be meant; with none, `months` are."""

    start: int
    end: int
    days: tuple[date, ...]
    months: tuple[tuple[int, int], ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """Its terms in a question: as exact as it is."""
        return tuple(map(_day, self.days)) or tuple(map(_month, self.months))

    @property
    def stated(self) -> tuple[str, ...]:
        """Its terms in a text: a day is found by its month, too."""
        return (*map(_day, self.days), *map(_month, self.months))


def find_dates(text: str) -> Iterator[FoundDate]:
    """In the order of the text, not overlapping. What no calendar has ("31.2.2025") is none."""
    if not _HAS_YEAR.search(text):
        return
    for match in _DATE.finditer(text):
        days, months = _meant(match)
        if days or months:
            yield FoundDate(match.start(), match.end(), days, months)


def is_month(word: str) -> bool:
    """Whether a folded word names a month."""
    return word in _NUMBER_OF


def month_number(word: str) -> int | None:
    """The number of the month that a folded word names, from 1; None for any other word."""
    return _NUMBER_OF.get(word)


def _meant(match: re.Match[str]) -> tuple[tuple[date, ...], tuple[tuple[int, int], ...]]:
    found = {name: value for name, value in match.groupdict().items() if value}
    form = next(name[1] for name in found)
    year = int(found[f"y{form}"])
    if form == "3":
        one, other = int(found["a3"]), int(found["b3"])
        days = _days((year, other, one), (year, one, other))
    else:
        name = found.get(f"n{form}")
        month = _NUMBER_OF.get(fold(name)) if name else int(found[f"m{form}"])
        if month is None or not 1 <= month <= 12:
            return (), ()
        day = found.get(f"d{form}")
        if day is None:
            return (), ((year, month),)
        days = _days((year, month, int(day)))
    return days, tuple(dict.fromkeys((day.year, day.month) for day in days))


def _days(*tried: tuple[int, int, int]) -> tuple[date, ...]:
    days: list[date] = []
    for year, month, day in tried:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(dict.fromkeys(days))


def _day(day: date) -> str:
    return f"date{day:%Y%m%d}"


def _month(month: tuple[int, int]) -> str:
    return f"date{month[0]}{month[1]:02}"

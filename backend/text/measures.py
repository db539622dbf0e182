"""Figures with what they count: amounts of money, shares, spans of time, dates, and other numbers with their word."""

import re
from dataclasses import dataclass

from backend.text.analysis import stem
from backend.text.dates import find_dates, is_month
from backend.text.folding import fold

_SPELT = (
    "one two three four five six seven eight nine ten eleven twelve "
    "ein eine einen einem einer zwei drei vier fünf sechs sieben acht neun zehn elf zwölf "
    "un une deux trois quatre cinq sept huit neuf dix onze douze una dos tres cuatro cinco seis siete ocho nueve diez"
)
_NUMBER = rf"(?:\d++(?:[.,'’]\d++)*+|(?:{'|'.join(_SPELT.split())})(?=\s))"
_MEASURE = re.compile(
    rf"(?<![\w.,])(?:(?P<before>[€$£]|(?:EUR|USD|GBP|CHF)\s)\s?(?P<amount>\d++(?:[.,'’]\d++)*+)"
    rf"|(?P<number>{_NUMBER})(?:\s?(?P<sign>[%€$£])|[ \u00a0\u202f-]?(?P<word>[^\W\d_]++))?)",
    re.IGNORECASE,
)
_MONEY_WORDS = "€ $ £ eur usd gbp chf euro euros pound pounds dollar dollars franc francs franken"
_MONEY = frozenset(_MONEY_WORDS.split())
_SHARES = frozenset(["%", "percent", "prozent", "pourcent"])
# As they begin, folded.
_SPANS = (
    ("second", "sekund", "segund", "sec"),
    ("minut", "min"),
    ("hour", "stund", "heure", "hora"),
    ("day", "tag", "jour", "dia"),
    ("week", "woch", "semain", "semana"),
    ("month", "monat", "mois", "mes"),
    ("year", "jahr", "annee", "ano"),
)
_SPAN_OF = {stem(start): f"span of {starts[0]}" for starts in _SPANS for start in starts}
_ENDING = re.compile(r"(?:e|en|s|es|os|as|n|er)$")


@dataclass(frozen=True, slots=True)
class Measure:
    """``text[start:end]`` is a figure; of one `unit` are those that can be compared: "money", "date", "span of day"."""

    start: int
    end: int
    unit: str

    @property
    def is_span(self) -> bool:
        return self.unit.startswith("span of ")


def measures(text: str) -> tuple[Measure, ...]:
    """The figures of a text in their order. A number without a word has the unit ""; a date is one figure."""
    dates = [(found.start, found.end) for found in find_dates(text)]
    found = [Measure(start, end, "date") for start, end in dates]
    for match in _MEASURE.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in dates):
            continue
        spelt = not (match["number"] or match["amount"])[0].isdigit()
        unit = _unit(match["before"] or match["sign"] or match["word"] or "")
        # "One of them" and "eine Katze" count nothing.
        if spelt and not unit.startswith("span of ") and unit not in ("money", "share"):
            continue
        found.append(Measure(match.start(), match.end(), unit))
    return tuple(sorted(found, key=lambda one: one.start))


def _unit(written: str) -> str:
    folded = fold(written.strip())
    if folded in _MONEY:
        return "money"
    if folded in _SHARES:
        return "share"
    if is_month(folded):
        return "date"
    bare = _ENDING.sub("", folded)
    return _SPAN_OF.get(bare) or _SPAN_OF.get(folded) or _SPAN_OF.get(stem(folded)) or stem(folded)

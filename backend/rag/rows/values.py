"""Cells as values: amounts with their unit, dates and times of day, in German and English notation.

What is not clearly one value ("8–12", "from 20 €", "ca. 5") is none: nothing is computed with it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from backend.text.dates import find_dates
from backend.text.folding import fold

_NUMBER = r"\d+(?:[.,'’\u00a0\u202f]\d+)*"
_TOKEN = re.compile(rf"{_NUMBER}|[^\W\d_]+[²³]?|\S")
_DIGITS = re.compile(_NUMBER)
_SIGN = re.compile(r"[.,'’\u00a0\u202f]")
#: A month as machines write it, which stands in no text as a date.
MONTH = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\d-])")
_NOTE = re.compile(r"\([^()]*\)\Z")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:\s?(?:h|uhr))?", re.IGNORECASE)
_MARKUP = "*_`~ \t"
_NONE = frozenset({"", "-", "–", "—", "n/a", "na", "none", "keine", "kein", "/", "entfallt", "tba", "tbd"})
_THOUSAND = 3
_BRACKETS = frozenset(")].:")
_BEFORE_UNIT = frozenset({"(", "[", "in", "_", "/", ","})
_MINUTES = 60
_SWAPPED = str.maketrans(",.", ".,")

# Spellings, folded: the dimension, and how many of its base unit. Money has no base: currencies are never converted.
_UNITS: dict[str, tuple[str, Decimal]] = {}
for _dimension, _factor, _names in (
    ("money €", 1, "€ eur euro euros"),
    ("money $", 1, "$ usd dollar dollars"),
    ("money £", 1, "£ gbp"),
    ("money chf", 1, "chf franken sfr"),
    ("money ¥", 1, "¥ jpy yen"),
    ("percent", 1, "% percent prozent pct pourcent"),
    ("time", 1, "s sec secs second seconds sek sekunde sekunden secondes segundos"),
    ("time", 60, "min mins minute minutes minuten minutos"),
    ("time", 3600, "h hr hrs hour hours std stunde stunden heure heures hora horas"),
    ("time", 86400, "d day days tag tage tagen jour jours dia dias"),
    ("time", 604800, "week weeks woche wochen semaine semaines semana semanas"),
    ("months", 1, "month months monat monate monaten mois mes meses"),
    ("months", 12, "year years yr yrs jahr jahre jahren an ans annee annees ano anos"),
    ("length", 1, "mm"),
    ("length", 10, "cm"),
    ("length", 1000, "m meter metre meters metres"),
    ("length", 1_000_000, "km kilometer kilometre kilometers kilometres kilometros"),
    ("miles", 1, "mi mile miles"),
    ("mass", 1, "g gr gramm gram grams"),
    ("mass", 1000, "kg kilo kilos kilogramm"),
    ("mass", 1_000_000, "t tonne tonnes tonnen"),
    ("volume", 1, "ml"),
    ("volume", 10, "cl"),
    ("volume", 1000, "l liter litre liters litres litro litros"),
    ("data", 1, "kb kib"),
    ("data", 1000, "mb mib"),
    ("data", 1_000_000, "gb gib"),
    ("data", 1_000_000_000, "tb tib"),
    ("energy", 1, "kwh"),
    ("area", 1, "qm m² m2 sqm"),
):
    _UNITS |= dict.fromkeys(_names.split(), (_dimension, Decimal(_factor)))
_PER = frozenset({"/", "per", "pro", "par", "por", "je", "a"})


@dataclass(frozen=True, slots=True)
class Value:
    """`number` in the base unit of its `dimension`: "number", "time", "money €", "date" (as an ordinal) and so on.

    `written` keeps how to write such a value: words before and behind the figures, decimals, the factor of its unit.
    """

    number: Decimal
    dimension: str
    before: str = ""
    behind: str = ""
    factor: Decimal = Decimal(1)
    decimals: int = 0
    compound: bool = False


def unit(word: str) -> tuple[str, Decimal] | None:
    """The dimension and factor of a unit's name or sign."""
    return _UNITS.get(fold(word))


def is_blank(cell: str) -> bool:
    return fold(cell.strip(_MARKUP)) in _NONE


def unit_of_header(header: str) -> str | None:
    """The unit that a column's name tells for its figures: of "Price (EUR)", "Amount in €", "cost_gbp", "Netto EUR"."""
    words: list[str] = [word for word in _TOKEN.findall(header) if word not in _BRACKETS]
    last = words[-1] if words else ""
    known = unit(last)
    if known is None:
        return next((word for word in words if not word.isalpha() and unit(word)), None)
    before = fold(words[-2]) if len(words) > 1 else ""
    told = not last.isalpha() or not before or before in _BEFORE_UNIT or known[0].startswith("money")
    return last if told else None


def decimal_sign(cells: Iterable[str]) -> str | None:
    """The sign before the decimals that the figures of a table show clearly; None where none does, or both do."""
    shown: set[str] = set()
    for cell in cells:
        for number in _DIGITS.findall(cell):
            signs = _SIGN.findall(number)
            last = number.rpartition(signs[-1])[2] if signs else ""
            if len(set(signs)) > 1:
                shown.add(signs[-1])
            elif len(signs) > 1 or (signs and len(last) == _THOUSAND and not number.startswith("0")):
                continue
            elif signs and not _has_date(cell):
                shown.add(signs[0])
    return shown.pop() if len(shown) == 1 and shown <= {".", ","} else None


def _has_date(cell: str) -> bool:
    return any(True for _ in find_dates(cell))


def value_of(cell: str, *, decimal: str | None = None, default_unit: str | None = None) -> Value | None:
    """The one value that a cell states, or None. `default_unit` is for figures that stand alone."""
    text = _NOTE.sub("", cell.strip(_MARKUP)).strip(_MARKUP)
    if not text:
        return None
    return _day(text) or _clock(text) or _amount(text, decimal, default_unit)


def number_of(text: str, decimal: str | None) -> tuple[Decimal, int] | None:
    """Figures with their marks as a number and how many decimals it shows; None for versions and addresses."""
    signs = _SIGN.findall(text)
    groups = _SIGN.split(text)
    if not signs:
        return Decimal(text), 0
    last = signs[-1]
    splits = last in ".," and signs.count(last) == 1
    if splits and len(signs) == 1 and len(groups[-1]) == _THOUSAND and len(groups[0]) <= _THOUSAND:
        splits = decimal == last or groups[0].startswith("0")
    whole = groups[:-1] if splits else groups
    if len(set(signs[:-1] if splits else signs)) > 1 or any(len(group) != _THOUSAND for group in whole[1:]):
        return None
    if len(whole) > 1 and not 0 < len(whole[0]) <= _THOUSAND:
        return None
    fraction = groups[-1] if splits else ""
    return Decimal("".join(whole) + ("." + fraction if fraction else "")), len(fraction)


def _day(text: str) -> Value | None:
    if match := MONTH.fullmatch(text):
        return Value(Decimal(int(match.group(1)) * 372 + int(match.group(2)) * 31), "month")
    found = list(find_dates(text))
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(text) and len(found[0].days) <= 1:
        year, month = found[0].months[0]
        days = found[0].days
        return Value(Decimal(days[0].toordinal() if days else (year * 372 + month * 31)), "date" if days else "month")
    return None


def _clock(text: str) -> Value | None:
    match = _CLOCK.fullmatch(text)
    if match is None or ("." in text and match.end(2) == len(text)):
        return None
    return Value(Decimal(int(match.group(1)) * _MINUTES + int(match.group(2))), "clock")


def _amount(text: str, decimal: str | None, default_unit: str | None) -> Value | None:
    tokens = _TOKEN.findall(text)
    negative = bool(tokens) and tokens[0] in "-−+"
    sign = -1 if negative and tokens[0] != "+" else 1
    tokens = tokens[negative:]
    before = tokens[0] if tokens and fold(tokens[0]) in _UNITS else ""
    if before:
        tokens = tokens[1:]
    total = Decimal(0)
    dimensions: set[str] = set()
    parts: list[tuple[str, Decimal]] = []
    decimals = 0
    while tokens and _DIGITS.fullmatch(tokens[0]):
        parsed = number_of(tokens[0], decimal)
        if parsed is None:
            return None
        name = tokens[1] if len(tokens) > 1 and tokens[1] not in _PER and not _DIGITS.match(tokens[1]) else ""
        known = unit(name or before or default_unit or "")
        if name and known is None and (not name.isalpha() or len(tokens) > 2 or before):
            return None
        dimension, factor = known or ("number", Decimal(1))
        dimensions.add(dimension)
        decimals = max(decimals, parsed[1])
        total += parsed[0] * factor
        parts.append((name, factor))
        tokens = tokens[2 if name else 1 :]
    if not parts or len(dimensions) > 1 or (len(parts) > 1 and dimensions != {"time"}):
        return None
    per = ""
    if tokens and fold(tokens[0]) in _PER and len(tokens) > 1:
        per, tokens = " ".join(tokens), []
    if tokens:
        return None
    name, factor = parts[-1]
    gap = "" if before and not before.isalpha() else " "
    glued = bool(name) and not text.endswith((f" {name}", f"\u00a0{name}"))
    [dimension] = dimensions
    return Value(
        sign * total,
        f"{dimension} {per}".strip(),
        before=f"{before}{gap}" if before else "",
        behind=(("" if glued and not per else " ") + name if name else "") + (f" {per}" if per else ""),
        factor=factor,
        decimals=decimals,
        compound=len(parts) > 1,
    )


def written(number: Decimal, like: Sequence[Value], decimal: str | None) -> str:
    """A computed number in the base unit as the values that it came from are written."""
    first = like[0]
    if first.dimension == "time" and (any(one.compound for one in like) or len({one.factor for one in like}) > 1):
        return _duration(number)
    decimals = max(one.decimals for one in like)
    scaled = number / first.factor
    exact = scaled == scaled.quantize(Decimal(1).scaleb(-decimals))
    shown = scaled.quantize(Decimal(1).scaleb(-decimals if exact else -max(decimals, 2)), ROUND_HALF_UP)
    text = f"{shown:,f}"
    if decimal == ",":
        text = text.translate(_SWAPPED)
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    return f"{sign}{first.before}{text}{first.behind}"


def _duration(seconds: Decimal) -> str:
    rest = int(seconds)
    parts: list[str] = []
    for name, size in (("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 min"

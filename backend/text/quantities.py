"""Numbers of a text with what they count: 28 days, 1.200,50 €, half past, Tuesday, 12 May 2024, more than 500 jobs.

Two quantities are comparable when they are of one measure (time, money of a currency, dates, days of the week, the same
counted thing), and then they agree or they differ: two weeks agree with 14 days, 612 with "more than 600".
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

from backend.text.dates import find_dates, is_month
from backend.text.folding import fold
from backend.text.function_words import OF_QUESTIONS

type Bound = Literal["", ">", "<", "~"]

_NUMERALS = {
    word: value
    for value, words in enumerate(
        (
            *("zwei two deux dos", "drei three trois tres", "vier four quatre cuatro", "funf five cinq cinco"),
            *("sechs six seis", "sieben seven sept siete", "acht eight huit ocho", "neun nine neuf nueve"),
            *("zehn ten dix diez", "elf eleven onze once", "zwolf twelve douze doce dozen dutzend"),
        ),
        2,
    )
    for word in words.split()
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "zwanzig": 20, "dreissig": 30}
del _NUMERALS["once"]  # of English
_UNITS: dict[str, tuple[str, float]] = {}
for _measure, _factor, _names in (
    ("time", 1, "second seconds sec s sekunde sekunden seconde secondes segundo segundos"),
    ("time", 60, "minute minutes min mins minuten minuto minutos"),
    ("time", 3600, "hour hours hr hrs h stunde stunden heure heures hora horas"),
    ("time", 86400, "day days tag tage tagen jour jours dia dias"),
    ("time", 604800, "week weeks woche wochen semaine semaines semana semanas fortnight"),
    ("months", 1, "month months monat monate monaten mois mes meses"),
    ("months", 12, "year years yr yrs jahr jahre jahren an ans annee annees ano anos"),
    ("share", 1, "% percent percentage prozent pourcent pourcents porciento"),
    ("euro", 1, "€ eur euro euros"),
    ("dollar", 1, "$ usd dollar dollars"),
    ("pound", 1, "£ gbp"),
    ("franc", 1, "chf franken francs"),
    ("mass", 0.001, "mg milligram milligrams"),
    ("mass", 1, "g gram grams gramm gramme grammes gramos"),
    ("mass", 1000, "kg kilo kilos kilogram kilograms kilogramm"),
    ("length", 0.001, "mm millimetre millimetres millimeter"),
    ("length", 0.01, "cm centimetre centimetres zentimeter"),
    ("length", 1, "m metre metres meter meters"),
    ("length", 1000, "km kilometre kilometres kilometer kilometers"),
    ("volume", 0.001, "ml millilitre millilitres milliliter"),
    ("volume", 1, "l litre litres liter liters litros"),
    ("storage", 1, "mb megabyte megabytes"),
    ("storage", 1000, "gb gigabyte gigabytes"),
):
    for _name in _names.split():
        _UNITS[_name] = (_measure, _factor)
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            *("monday mondays montag montags lundi lunes", "tuesday tuesdays dienstag dienstags mardi martes"),
            *(
                "wednesday wednesdays mittwoch mittwochs mercredi miercoles",
                "thursday thursdays donnerstag jeudi jueves",
            ),
            *("friday fridays freitag freitags vendredi viernes", "saturday saturdays samstag sonnabend samedi sabado"),
            "sunday sundays sonntag sonntags dimanche domingo",
        )
    )
    for name in names.split()
}
_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    (
        "<",
        re.compile(
            r"(?:no (?:more|later|longer) than|not more than|up to|at (?:the )?most|less than|fewer than|under|below|"
            r"within|maximum of|hochstens|bis zu|weniger als|unter|maximal|au plus|moins de|como maximo)$"
        ),
    ),
    (
        ">",
        re.compile(
            r"(?:no (?:less|fewer) than|more than|over|at least|above|exceeds|minimum of|mindestens|mehr als|uber|"
            r"wenigstens|au moins|plus de|al menos|mas de)$"
        ),
    ),
    (
        "~",
        re.compile(
            r"(?:about|around|approximately|approx|roughly|nearly|almost|some|circa|ca|etwa|rund|ungefahr|knapp|"
            r"fast|environ|pres de|unos|cerca de)\.?$"
        ),
    ),
)
_AROUND_CHARS = 24
_CLOCK = re.compile(
    r"(?<![\w.:,])(\d{1,2})(?::|h)(\d{2})(?![\d:])(?:\s?([ap])\.?m\b)?|(?<![\w.:,])(\d{1,2})\s?(?:([ap])\.?m\b|uhr\b)"
)
_NUMBER = re.compile(r"(?<![\w.,:/-])\d{1,15}(?:[.,'\u00a0\u202f]\d{1,6}){0,4}(?![\d:/])")
_WORD = re.compile(r"[^\W\d_]{1,40}|[%€$£]")
_ALONE = re.compile(r"(?<!\w)[^\W\d_]{2,12}(?!\w)")
_CURRENCY_BEFORE = re.compile(r"([€$£]|\b(?:eur|usd|chf|gbp))\s?$")
_NOUN_BEFORE = re.compile(r"([^\W\d_]{3,30})\s(?:no\.?\s|nr\.?\s|#)?$")
_ENDS_PHRASE = re.compile(r"[.,;:!?()|\n]")
_LIKE_A_YEAR = range(1500, 2200)
_ABOUT = 0.1
_HALF_DAY_HOURS = 12


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text[start:end]` says how much. `measure`: what it may be compared by; `values`: what it may be, by spelling.

    `decimals`: as exact as it is written. `names`: the number names its thing ("room 12"), and counts nothing.
    A date has its `months`, and days as `values`.
    """

    start: int
    end: int
    measure: frozenset[str]
    values: tuple[float, ...]
    bound: Bound = ""
    decimals: int = 0
    factor: float = 1
    names: bool = False
    months: tuple[float, ...] = ()

    def comparable(self, other: "Quantity") -> bool:
        return self.names == other.names and bool(self.measure & other.measure)

    def agrees(self, other: "Quantity") -> bool:
        """Whether both can be true of one thing."""
        if not self.values or not other.values:  # a month of a year agrees with its days
            return bool(frozenset(self.months) & frozenset(other.months))
        return any(self._fits(mine, other, theirs) for mine in self.values for theirs in other.values)

    def _fits(self, mine: float, other: "Quantity", theirs: float) -> bool:
        if "~" in (self.bound, other.bound):
            return math.isclose(mine, theirs, rel_tol=_ABOUT)
        if self.bound == other.bound:
            coarser = min((self, other), key=lambda one: (one.decimals, -one.factor))
            return abs(mine - theirs) <= 0.5 * coarser.factor * 10**-coarser.decimals and (
                self.decimals != other.decimals or self.factor != other.factor or math.isclose(mine, theirs)
            )
        if self.bound and other.bound:
            return True
        bounded, limit, exact = (self.bound, mine, theirs) if self.bound else (other.bound, theirs, mine)
        return exact >= limit if bounded == ">" else exact <= limit


def quantities(text: str) -> list[Quantity]:
    """In no order, not overlapping; those of dates, clock times, days, months and numbers with what they count."""
    found: list[Quantity] = []
    folded = _folded(text)
    taken = bytearray(len(folded))

    def add(quantity: Quantity) -> None:
        if not any(taken[quantity.start : quantity.end]):
            found.append(quantity)
            taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)

    for date in find_dates(text):
        days = tuple(float(day.toordinal()) for day in date.days)
        months = tuple(float(year * 12 + month) for year, month in date.months)
        add(Quantity(date.start, date.end, frozenset({"date"}), days, months=months))
    for match in _CLOCK.finditer(folded):
        hour, minute, half, whole, whole_half = match.groups()
        hours = int(hour or whole)
        half = half or whole_half
        if half:
            hours = hours % _HALF_DAY_HOURS + _HALF_DAY_HOURS * (half == "p")
        add(Quantity(match.start(), match.end(), frozenset({"clock"}), (float(hours * 60 + int(minute or 0)),)))
    for match in _NUMBER.finditer(folded):
        add(_counted(folded, match.start(), match.end(), _readings(match.group()), _decimals(match.group())))
    for match in _ALONE.finditer(folded):
        word = match.group()
        if word in _WEEKDAYS:
            add(Quantity(match.start(), match.end(), frozenset({"weekday"}), (float(_WEEKDAYS[word]),)))
        elif word in _NUMERALS:
            add(_counted(folded, match.start(), match.end(), (float(_NUMERALS[word]),), 0))
        elif is_month(word) and text[match.start()].isupper() and len(word) >= 3 and match.start() > 0:
            add(Quantity(match.start(), match.end(), frozenset({"month"}), (_month(word),)))
    return found


def is_numeral(word: str) -> bool:
    """Whether a folded word is a number from two on."""
    return word in _NUMERALS


def _month(word: str) -> float:
    (found,) = (date.months[0][1] for date in find_dates(f"{word} 2000"))
    return float(found)


def _folded(text: str) -> str:
    """Folded letter by letter, so that offsets stay."""
    return "".join((fold(letter) or " ")[0] for letter in text)


def _readings(written: str) -> tuple[float, ...]:
    """1.200 may be 1200 or 1.2; what both marks are used for is plain."""
    marks = [letter for letter in written if not letter.isdigit()]
    if not marks:
        return (float(written),)
    digits = re.split(r"\D", written)
    whole = float("".join(digits))
    grouped = all(len(part) == 3 for part in digits[1:])
    parted = float("".join(digits[:-1]) + "." + digits[-1])
    if len(marks) == 1:
        return (whole, parted) if grouped and marks[0] in ".," else (whole,) if grouped else (parted,)
    return (whole,) if len(set(marks)) == 1 else (parted,)


def _decimals(written: str) -> int:
    digits = re.split(r"\D", written)
    return len(digits[-1]) if len(digits) > 1 and len(digits[-1]) != 3 else 0


def _counted(text: str, start: int, end: int, values: tuple[float, ...], decimals: int) -> Quantity:
    before = text[max(0, start - _AROUND_CHARS) : start]
    bound: Bound = next((sign for sign, pattern in _BOUNDS if pattern.search(before.rstrip())), "")
    if (currency := _CURRENCY_BEFORE.search(before)) is not None:
        measure, factor = _UNITS[currency.group(1)]
        return Quantity(start, end, frozenset({measure}), values, bound, decimals, factor)
    nouns: list[str] = []
    position = end
    for match in _WORD.finditer(text, end, end + 2 * _AROUND_CHARS):
        if _ENDS_PHRASE.search(text, position, match.start()) or text[position : match.start()].strip(
            " -'\u00a0\u202f"
        ):
            break
        word, position = match.group(), match.end()
        if word in _UNITS and not nouns and (len(word) > 1 or match.start() - end <= 1):
            measure, factor = _UNITS[word]
            scaled = tuple(value * factor for value in values)
            return Quantity(start, end, frozenset({measure}), scaled, bound, decimals, factor)
        if word in OF_QUESTIONS or len(nouns) == 2:
            break
        nouns.append(word)
    if nouns:
        return Quantity(start, end, frozenset(f"of {_singular(noun)}" for noun in nouns), values, bound, decimals)
    if len(values) == 1 and values[0] in _LIKE_A_YEAR and end - start == 4:
        return Quantity(start, end, frozenset({"year"}), values, bound)
    named = _NOUN_BEFORE.search(before)
    if named and named.group(1) not in OF_QUESTIONS:
        return Quantity(start, end, frozenset({f"name {named.group(1)}"}), values, names=True)
    return Quantity(start, end, frozenset({"bare"}), values, bound, decimals)


def _singular(noun: str) -> str:
    return noun[:-1] if noun.endswith("s") and len(noun) > 3 else noun

"""Halves and quarters of a year, as a question names them and as cells write them: the first half of 2026, Q2 2025."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from backend.rag.rows.values import Value
from backend.text.folding import fold

_FIRST = {
    1: "first 1st 1 erste ersten erstes premier primer",
    2: "second 2nd 2 last zweite zweiten zweites second deuxieme segundo",
    3: "third 3rd 3 dritte dritten drittes troisieme tercer",
    4: "fourth 4th 4 vierte vierten viertes quatrieme cuarto",
}
_ORDINALS = {word: number for number, words in _FIRST.items() for word in words.split()}
#: How many months each part has.
_PARTS = {"half": 6, "halbjahr": 6, "semestre": 6, "h": 6, "quarter": 3, "quartal": 3, "trimestre": 3, "q": 3}
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_YEAR = r"((?:19|20)\d\d)"
_OF = r"[ ,/-]{0,2}(?:(?:of|in|des|de|del|year|jahres|the|von|year's) ?){0,2}"
_SPOKEN = re.compile(
    rf"(?:\b(?:the|das|dem|im|le|el) )?\b({_ORDINAL})\.? "
    rf"(half|halbjahr|semestre|quarter|quartal|trimestre)\b{_OF}{_YEAR}\b"
)
_SHORT = re.compile(rf"\b([qh])([1-4]){_OF}{_YEAR}\b")
_TURNED = re.compile(rf"\b{_YEAR}[ /-]?([qh])([1-4])\b")


@dataclass(frozen=True, slots=True)
class Period:
    """`start` and `end`: offsets into the text that names it. Of `year` the `number`th part of `months` months."""

    start: int
    end: int
    year: int
    number: int
    months: int

    def holds(self, value: Value | None) -> bool:
        """Whether a day or a month lies in it."""
        if value is None:
            return False
        if value.dimension == "month":
            year, month = divmod(int(value.number) // 31 - 1, 12)
            return year == self.year and month // self.months + 1 == self.number
        day = date.fromordinal(int(value.number))
        return day.year == self.year and (day.month - 1) // self.months + 1 == self.number

    def is_named(self, cell: str) -> bool:
        """Whether a cell names this part of this year."""
        return any((one.year, one.number, one.months) == (self.year, self.number, self.months) for one in periods(cell))


def periods(text: str) -> Iterator[Period]:
    """Those that a text names, in no order."""
    folded = fold(text)
    if len(folded) != len(text):  # offsets would not hold
        return
    for match in _SPOKEN.finditer(folded):
        yield from _period(match, _ORDINALS[match[1]], _PARTS[match[2]], match[3])
    for match in _SHORT.finditer(folded):
        yield from _period(match, int(match[2]), _PARTS[match[1]], match[3])
    for match in _TURNED.finditer(folded):
        yield from _period(match, int(match[3]), _PARTS[match[2]], match[1])


def _period(match: re.Match[str], number: int, months: int, year: str) -> Iterator[Period]:
    if number <= 12 // months:
        yield Period(match.start(), match.end(), int(year), number, months)

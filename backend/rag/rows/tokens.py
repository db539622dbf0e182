"""The words, days and parts of years of a question, in their order."""

import re
from dataclasses import dataclass

from backend.rag.rows.periods import Period, periods
from backend.rag.rows.values import Value, value_of
from backend.text.dates import find_dates
from backend.text.folding import fold

_TOKEN = re.compile(r"\d+(?:[.,:'’]\d+)*|[^\W\d_][^\W_]*(?:['’][^\W\d_]+)?|[€$£%]")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int
    date: Value | None = None
    terms: tuple[str, ...] = ()
    period: Period | None = None

    @property
    def word(self) -> str:
        return fold(self.text)


def tokens_of(question: str) -> list[Token]:
    found = [Token(question[one.start : one.end], one.start, one.end, period=one) for one in periods(question)]
    rest = question
    for token in found:
        rest = _without(rest, token.start, token.end)
    for date in find_dates(rest):
        if date.days or date.months:
            text = question[date.start : date.end]
            found.append(Token(text, date.start, date.end, value_of(text), date.asked))
            rest = _without(rest, date.start, date.end)
    found += [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(rest)]
    return sorted(found, key=lambda token: token.start)


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]

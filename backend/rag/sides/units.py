"""What of the passages speaks of which side: sentences, fields and rows, by the nearest thing that names one.

A sentence belongs to the side that it names; where it names neither, to that of the sentence before it in its
paragraph, or of its heading, or of its document's title. Only what names all of a side's words counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from backend.embedding.search.models import Hit
from backend.llm.streaming import sanitise
from backend.quoting.candidates import Candidate, find_candidates
from backend.quoting.line_roles import Role, table_head
from backend.rag.composing import Excerpt
from backend.text.analysis import clean
from backend.text.sides import Sides
from backend.text.terms import content_words, terms
from backend.text.word_forms import STEMMED, form_terms

_BULLET = re.compile(r"(?:[-*+•]|\[[ xX]\])\s+")
_CELL = re.compile(r"[^|]+")
_LABEL = re.compile(r"\s*+([^:|]{1,60}):\s++(?=\S)")
#: Languages whose forms are tried for a name, beside the passage's own.
type Alternatives = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row under its label, as offsets into the version's text."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A sentence, field or row of a passage; `words` are its terms, `around` those with its lead and headings."""

    hit: Hit
    start: int
    end: int
    text: str
    words: frozenset[str]
    around: frozenset[str]
    cells: tuple[Cell, ...] = field(default=())

    def value(self, cell: Cell) -> str:
        return self.text[cell.start - self.start : cell.end - self.start]

    def pieces(self) -> Iterator[str | Excerpt]:
        """The whole of it as it is shown; of a table's row each value behind its column's name."""
        if not self.text.startswith("|") or not self.cells:
            yield self._excerpt(self.start, self.end)
            return
        for index, cell in enumerate(self.cells):
            yield f"{' · ' if index else ''}{sanitise(cell.label)}: "
            yield self._excerpt(cell.start, cell.end)

    def _excerpt(self, start: int, end: int) -> Excerpt:
        text = self.text[start - self.start : end - self.start]
        urls = [self.hit.url] if self.hit.url else []
        # A row without its head is a list of values.
        bare = " · ".join(part.strip() for part in text.split("|") if part.strip()) if text.startswith("|") else text
        return Excerpt(self.hit, start, end, sanitise(" ".join(bare.split()), urls))


def alternatives(phrase: str, languages: frozenset[str]) -> Alternatives:
    """The terms of each word that says something, in all forms that it has in these languages."""
    return tuple(
        frozenset((term, *(form for language in languages for form in form_terms(clean(word), language)[:1])))
        for term, word in content_words(phrase).items()
    )


def met(wanted: Alternatives, present: frozenset[str]) -> float:
    """The share of the wanted words that are there, 0 to 1; 0 where none are wanted."""
    return sum(not forms.isdisjoint(present) for forms in wanted) / len(wanted) if wanted else 0.0


def words_of(text: str, language: str | None) -> frozenset[str]:
    return frozenset((*terms(text), *form_terms(clean(text), language)))


def languages_of(hits: Sequence[Hit]) -> frozenset[str]:
    return frozenset(hit.language for hit in hits if hit.language in STEMMED)


@dataclass(frozen=True, slots=True)
class _Name:
    """`own`: the words that tell a side from the other; all of them where it has none of its own."""

    words: Alternatives
    own: Alternatives

    def at(self, scopes: Sequence[frozenset[str]]) -> int | None:
        """How far out the first scope is that tells this side; None where not all of its words are in the last one."""
        if met(self.words, scopes[-1]) < 1:
            return None
        return next(index for index, scope in enumerate(scopes) if met(self.own, scope) == 1)


def _names(sides: Sides, languages: frozenset[str]) -> tuple[_Name, _Name]:
    first, second = (alternatives(side, languages) for side in (sides.first, sides.second))
    return (
        _Name(first, tuple(word for word in first if word not in second) or first),
        _Name(second, tuple(word for word in second if word not in first) or second),
    )


def of_each_side(sides: Sides, hits: Sequence[Hit]) -> tuple[list[Unit], list[Unit]]:
    """What speaks of the first and of the second side, in the order of the passages."""
    names = _names(sides, languages_of(hits))
    found: tuple[list[Unit], list[Unit]] = ([], [])
    last: Candidate | None = None
    carried: frozenset[str] = frozenset()
    for candidate in find_candidates(hits):
        hit = hits[candidate.passage]
        said = words_of(candidate.text, hit.language)
        goes_on = last is not None and _goes_on(last, candidate, hit)
        around = said | _above(candidate, hit)
        titled = around | words_of(f"{hit.title} {_named(hit.path)}", hit.language)
        scopes = (said, said | carried, around | carried, titled) if goes_on else (said, around, titled)
        told = _told(names, scopes)
        if _told(names, (said,)) or not goes_on:
            carried = said
        last = candidate
        if candidate.role in (Role.label, Role.heading) or candidate.is_question:
            continue
        for index in told:
            found[index].append(_unit(candidate, hit, said, around))
    return found


def units_of(hit: Hit) -> Iterator[Unit]:
    """All that a passage says, whatever it speaks of."""
    for candidate in find_candidates([hit]):
        if candidate.role not in (Role.label, Role.heading) and not candidate.is_question:
            said = words_of(candidate.text, hit.language)
            yield _unit(candidate, hit, said, said | _above(candidate, hit))


def _above(candidate: Candidate, hit: Hit) -> frozenset[str]:
    """The words of what a sentence stands under."""
    heading = hit.standing(candidate.start, candidate.end).heading or ""
    return words_of(f"{candidate.lead} {heading}", hit.language)


def _told(names: Sequence[_Name], scopes: Sequence[frozenset[str]]) -> list[int]:
    """The sides that the nearest scope tells which tells any."""
    distances = {index: at for index, name in enumerate(names) if (at := name.at(scopes)) is not None}
    nearest = min(distances.values(), default=None)
    told = [index for index, at in distances.items() if at == nearest]
    # What is called more exactly is not the other: a family membership is no membership without a word before it.
    return [index for index in told if len(told) == 1 or not set(names[index].words) < set(names[1 - index].words)]


def _goes_on(before: Candidate, candidate: Candidate, hit: Hit) -> bool:
    """Whether a sentence follows on the one before within a paragraph; rows and items stand alone."""
    if before.passage != candidate.passage or before.role is Role.heading:
        return False
    between = hit.text[before.end - hit.start : candidate.start - hit.start]
    return "\n" not in between.strip(" ") and not candidate.text.startswith("|")


def _named(path: str | None) -> str:
    return (path or "").replace("_", " ").replace("-", " ").replace("/", " ")


def _unit(candidate: Candidate, hit: Hit, said: frozenset[str], around: frozenset[str]) -> Unit:
    bullet = _BULLET.match(candidate.text)
    start = candidate.start + (bullet.end() if bullet else 0)
    text = candidate.text[start - candidate.start :]
    cells = tuple(_cells(text, start, table_head(hit.text, candidate.start - hit.start)))
    return Unit(hit, start, candidate.end, text, said, around, cells)


def _cells(text: str, start: int, head: str) -> Iterator[Cell]:
    """The values of a row with their labels: those of the table's head, or ``label: value`` in the row itself."""
    values = list(_CELL.finditer(text)) if "|" in text else []
    labels = [label.strip() for label in head.split("|")] if head else []
    filled = [value for value in values if value[0].strip()]
    for index, value in enumerate(filled):
        own = None if labels else _LABEL.match(value[0])
        label = own[1].strip() if own else (labels[index] if len(labels) == len(filled) else "")
        if not label:
            continue
        first = value.start() + (own.end() if own else len(value[0]) - len(value[0].lstrip()))
        yield Cell(label, start + first, start + value.start() + len(value[0].rstrip()))

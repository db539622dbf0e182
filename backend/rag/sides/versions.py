"""The composer for what one document changes or contradicts in another.

Where a newer document changes an older one, what it says stands first, and behind it in one line what held before; the
other way round where the past is asked for. Of a document that is replaced as a whole nothing is quoted but for that:
the line names it. Where nothing tells that one replaces the other, both stand
side by side. Only where both sentences answer the question: what one document alone says is left to others.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.embedding.search.models import Hit
from backend.llm.streaming import sanitise
from backend.quoting.candidates import find_candidates
from backend.quoting.extractive import ExtractiveAnswerer
from backend.quoting.line_roles import Role
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.precedence import versions_named, versions_of
from backend.text.measures import measures
from backend.text.terms import content_terms, figures

_PAST = re.compile(
    r"\b(?:before|previous(?:ly)?|former(?:ly)?|used to|originally|earlier|back then|old|früher\w*|vorher\w*|bisher\w*|"
    r"damals|ursprünglich\w*|alte[rnsm]?|avant|auparavant|ancienn?e?s?|antes|anterior(?:es)?|(?:until|vor|bis) "
    r"(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
# How much of the shorter sentence's words the other has where both speak of one thing.
_SAME_SUBJECT = 0.4
_SAME_SENTENCE = 0.5


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of a document that answers the question."""

    hit: Hit
    start: int
    end: int
    text: str

    @property
    def excerpt(self) -> Excerpt:
        urls = [self.hit.url] if self.hit.url else []
        return Excerpt(self.hit, self.start, self.end, sanitise(" ".join(self.text.split()), urls))

    @property
    def named(self) -> str:
        return f"{sanitise(self.hit.title)}, {self.hit.modified_at:%Y-%m-%d}"


class Versions:
    def __init__(self, quoting: ExtractiveAnswerer) -> None:
        self._quoting = quoting

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the best answer stands in no document that another one changes or contradicts."""
        if not asked.contradictions:
            return None
        hits = [source.hit for source in asked.sources]
        # No version says of itself that it is a former one.
        query = _PAST.sub(" ", asked.query)
        best = await self._best(query, hits)
        if not best:
            return None
        for pair in asked.contradictions:
            if best[0].hit.document_id not in (pair.older.document_id, pair.newer.document_id):
                continue
            older, newer = [await self._best(query, _of(one, hits)) for one in (pair.older, pair.newer)]
            if pair.certain or pair.updates:
                # What only changes something seldom says all that is asked: "moved to Thursday".
                older = older or _nearest(newer, _of(pair.older, hits))
                newer = newer or _nearest(older, _of(pair.newer, hits))
            if not older or not newer or not _differ(older[0], newer[0]):
                continue
            if pair.certain or (pair.updates and _both_figures(older[0], newer[0])):
                return _in_turn(asked.query, older, newer, quotes_both=not pair.certain)
            if not pair.updates and _both_figures(older[0], newer[0]):
                return _beside(older[0], newer[0])
        return None

    async def _best(self, query: str, hits: Sequence[Hit]) -> list[_Said]:
        """What answers the question, the best first; none where nothing does."""
        answer = await self._quoting.answer(query, hits)
        sentences = () if answer.abstained else answer.sentences
        return [_Said(hits[one.passage_index], one.start, one.end, one.text) for one in sentences]


def asks_for_what_was(question: str, older: Hit) -> bool:
    """Whether just the older one is wanted: by a word for the past, or by its year or version."""
    if _PAST.search(question):
        return True
    return any(
        asked and asked == named for asked, named in zip(versions_named(question), versions_of(older), strict=True)
    )


def _of(one: Hit, hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.document_id == one.document_id]


def _nearest(said: Sequence[_Said], hits: Sequence[Hit]) -> list[_Said]:
    """The sentence of other passages that speaks most of what the first one says; none that hardly does."""
    found = [one for one in find_candidates(hits) if one.role is Role.says and not one.is_question]
    best = max(found, key=lambda one: _shared(said[0].text, one.text), default=None) if said else None
    if best is None or _shared(said[0].text, best.text) < _SAME_SENTENCE:
        return []
    return [_Said(hits[best.passage], best.start, best.end, best.text)]


def _shared(one: str, other: str) -> float:
    """How much of what the shorter one speaks of the other speaks of, too; figures aside."""
    words = _subject(one), _subject(other)
    return len(words[0] & words[1]) / max(1, min(map(len, words)))


def _subject(text: str) -> frozenset[str]:
    return frozenset(term for term in content_terms(text) if not term[:1].isdigit())


def _differ(older: _Said, newer: _Said) -> bool:
    """Whether both speak of one thing and say something else of it."""
    numbers = figures(older.text).keys(), figures(newer.text).keys()
    if _shared(older.text, newer.text) < _SAME_SUBJECT:
        return False
    words = _subject(older.text), _subject(newer.text)
    return numbers[0] != numbers[1] or (not numbers[0] and bool(words[0] - words[1]) and bool(words[1] - words[0]))


def _both_figures(older: _Said, newer: _Said) -> bool:
    """Whether they give different figures of one unit."""
    units = [{(one.unit, said.text[one.start : one.end]) for one in measures(said.text)} for said in (older, newer)]
    alike = {unit for unit, _ in units[0]} & {unit for unit, _ in units[1]}
    return any(unit in alike for unit, _ in units[0] ^ units[1])


def _in_turn(question: str, older: Sequence[_Said], newer: Sequence[_Said], *, quotes_both: bool) -> Composed:
    first, second, label = newer, older, "Before"
    if asks_for_what_was(question, older[0].hit):
        first, second, label, quotes_both = older, newer, "Now", True
    pieces: list[str | Excerpt] = []
    for one in first:
        pieces += [one.excerpt, "\n\n"]
    if not quotes_both:
        return Composed((*pieces, f"{label}, another version said otherwise ({second[0].named})."))
    return Composed((*pieces, f"{label} ({second[0].named}): ", second[0].excerpt))


def _beside(older: _Said, newer: _Said) -> Composed:
    def lines() -> Iterator[str | Excerpt]:
        yield "Two documents say different things:\n"
        for one in (newer, older):
            yield "\n- "
            yield one.excerpt
            yield f" ({one.named})"

    return Composed(tuple(lines()))

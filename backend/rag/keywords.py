"""One word, or a bare phrase ("parking", "Urlaub", "wifi password"): what up to three documents say of it.

Only what has the words counts, in the sentence itself or in what it stands under; then meaning decides which says most.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from backend.embedding.models.base import Embedder
from backend.embedding.search.models import Hit
from backend.quoting.candidates import Candidate, find_candidates
from backend.quoting.line_roles import Role
from backend.rag.carrying_over import depends_on_history
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.disagreement import asks_for_the_past
from backend.rag.intent import without_courtesy
from backend.rag.naming import alike, name_words
from backend.rag.ports import PassageSearch
from backend.rag.quotes import excerpt_of
from backend.rag.shelf import link_to
from backend.rag.whole_requests import bare_phrase
from backend.text.variants import variants

_MOST_WORDS = 3
_SEARCHED = 6
_MOST_DOCUMENTS = 3
_OF_THE_BEST = 3
_OF_OTHERS = 2
_EMBEDDED = 24
_LEAST_SURE = 0.8  # a slip of the pen is taken for a word only where nothing has the word
_LEAST_WORDS = 3
_TOGETHER_CHARS = 160

_IN_SENTENCE = 0.4
_FIGURES = 0.08
_EARLIER = 0.15
_SHORT = -0.2
_QUESTION = -0.3
# How much less than the best sentence another one may be worth, in its document and in another one.
_MARGIN = 0.35


@dataclass(slots=True)
class _Said:
    """`end`: of the sentence behind it, where that goes on in the same line and both are short."""

    hit: Hit
    candidate: Candidate
    score: float
    end: int


class Keywords:
    def __init__(self, search: PassageSearch, embedder: Embedder) -> None:
        self._search = search
        self._embedder = embedder

    async def compose(self, asked: Asked) -> Composed | None:
        """None where more is asked, or no passage has the words. Errors: `UpstreamError`, `Unavailable`."""
        question = asked.question
        if question.history and depends_on_history(question.text):
            return None
        bare = bare_phrase(without_courtesy(question.text))
        wanted = name_words(bare.phrase) if bare and not bare.defined else []
        if bare is None or not 0 < len(wanted) <= _MOST_WORDS:
            return None
        more = await self._search.search(
            question.caller, bare.phrase, filters=question.filters, limit=_SEARCHED, group="document"
        )
        hits = _present(asked, more.hits)
        said = await asyncio.to_thread(_saying, wanted, hits)
        if not said:
            return None
        said = sorted(said, key=lambda one: -one.score)[:_EMBEDDED]
        query, vectors = await asyncio.gather(
            self._embedder.embed_query(bare.phrase),
            self._embedder.embed_sentences([one.candidate.embedded(one.hit) for one in said]),
        )
        for one, cosine in zip(said, vectors @ query, strict=True):
            one.score += float(cosine)
        pieces = _pieces(said)
        return Composed(tuple(pieces)) if pieces else None


def _present(asked: Asked, more: Iterable[Hit]) -> list[Hit]:
    """The passages, best first, without those of documents that another one replaces."""
    hits = list({(hit.document_id, hit.start): hit for hit in (*(s.hit for s in asked.sources), *more)}.values())
    if asks_for_the_past(asked.question.text):
        return hits
    outdated = {source.hit.document_id for source in asked.sources if source.superseded_by}
    return [hit for hit in hits if hit.document_id not in outdated] or hits


def _saying(wanted: Sequence[str], hits: Sequence[Hit]) -> list[_Said]:
    """What has all the words, in the sentence or above it; with slips of the pen only if nothing has them as typed."""
    candidates = find_candidates(hits)
    ends = {id(one): _end(one, after, hits) for one, after in zip_longest(candidates, candidates[1:])}
    found = [
        (hits[candidate.passage], candidate)
        for candidate in candidates
        if candidate.role in (Role.says, Role.field) and len(name_words(candidate.text)) >= _LEAST_WORDS
    ]
    for least in (_LEAST_SURE, 0.0):
        said = [
            _Said(hit, one, _score(wanted, least, one, len(hits)), ends[id(one)])
            for hit, one in found
            if _has_all(wanted, least, hit, one)
        ]
        if said:
            return said
    return []


def _end(one: Candidate, after: Candidate | None, hits: Sequence[Hit]) -> int:
    if after is None or after.passage != one.passage or after.end - one.start > _TOGETHER_CHARS:
        return one.end
    hit = hits[one.passage]
    return one.end if "\n" in hit.text[one.start - hit.start : after.end - hit.start] else after.end


def _has_all(wanted: Sequence[str], least: float, hit: Hit, one: Candidate) -> bool:
    there = _written(f"{hit.title} {hit.heading or ''} {one.lead} {one.text}")
    return all(_has(word, least, there) for word in wanted)


def _written(text: str) -> list[str]:
    """The words of a text, and what else they may be written like: Wi-Fi is wifi too."""
    return [*name_words(text), *(found.term for found in variants(text) if found.whole)]


def _has(word: str, least: float, there: Iterable[str]) -> bool:
    return any((value := alike(word, other)) > 0 and value >= least for other in there)


def _score(wanted: Sequence[str], least: float, one: Candidate, passages: int) -> float:
    there = _written(one.text)
    own = sum(_has(word, least, there) for word in wanted) / len(wanted)
    return (
        _IN_SENTENCE * own
        + _FIGURES * any(word.isdigit() for word in there)
        + _EARLIER * (1 - one.passage / passages)
        + _SHORT * (len(there) <= _LEAST_WORDS)
        + _QUESTION * one.is_question
    )


def _apart(said: Sequence[_Said]) -> Iterator[_Said]:
    """In the order of the text, without what the one before brings along."""
    end = -1
    for one in said:
        if one.candidate.start >= end:
            yield one
            end = one.end


def _pieces(said: Sequence[_Said]) -> list[str | Excerpt]:
    ranked = sorted(said, key=lambda one: -one.score)
    least = ranked[0].score - _MARGIN
    by_document: dict[str, list[_Said]] = {}
    for one in ranked:
        if one.score >= least:
            by_document.setdefault(one.hit.document_id, []).append(one)
    pieces: list[str | Excerpt] = []
    for place, own in enumerate([*by_document.values()][:_MOST_DOCUMENTS]):
        best = sorted(own[: _OF_OTHERS if place else _OF_THE_BEST], key=lambda one: one.candidate.start)
        quotes = [q for one in _apart(best) if (q := excerpt_of(one.hit, one.candidate.start, one.end))]
        if not quotes:
            continue
        pieces.append(f"{'\n\n' if pieces else ''}{link_to(quotes[0].hit.title, quotes[0].hit.document_id)}\n")
        for quote in quotes:
            pieces += ["\n- ", quote]
    return pieces

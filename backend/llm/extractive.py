"""Answers without a language model: the sentences of the retrieved passages that answer best, word for word.

A sentence's score is 0.7·cosine to the question plus inverse-frequency weighted recall of the question's words (in the
sentence; with its title; with its neighbours), how near its passage is, and whether it offers the kind of thing that
is asked for. The weights were chosen on XQuAD and checked on halves of its articles (docs/adr/0024).
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.search.models import Hit
from backend.llm.answer_types import answer_type, offers
from backend.llm.sentences import split_sentences
from backend.llm.terms import content_terms, inverse_frequencies, recall, terms
from backend.llm.word_match import weakest_match

MAX_SENTENCES = 3
# Below this confidence the answerer abstains. Above it lie 92% of XQuAD's answerable questions and 97% of the demo's;
# below it 98% of those whose article was taken out of the library (docs/adr/0024 has the whole table).
ABSTAIN_BELOW = 0.2

# Sentences that are embedded (2.5 ms of processor time each); the rest is left out by words and passage alone. 12 lose
# 0.2% on XQuAD against all of them.
_EMBEDDED = 12
# A further sentence is shown if it scores nearly as well as the best.
_MARGIN = 0.45
_DUPLICATE_COSINE = 0.95
_DUPLICATE_WORDS = 0.8

_COSINE = 0.7
_RECALL = 0.25
_RECALL_WITH_TITLE = 0.15
_RECALL_WITH_NEIGHBOURS = 0.15
_RECALL_WITH_PREVIOUS = 0.1
_PASSAGE = 0.3
_TYPE = 0.12
# Headings, field labels and questions match a question well and answer nothing.
_NOTHING_NEW = -0.3
_LITTLE_NEW = -0.1
_IS_QUESTION = -0.15
# Logistic regression on the best sentence: its cosine, the question's worst met word, its score, constant.
_CONFIDENCE = (2.28, 2.51, 7.44, -9.01)
# Characters around a sentence in which the question's words are looked for.
_CONTEXT_BEFORE, _CONTEXT_AFTER = 200, 120


@dataclass(frozen=True, slots=True)
class QuotedSentence:
    """A sentence of a passage; `start` and `end` are offsets into the text of the passage's document version."""

    passage_index: int
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class ExtractiveAnswer:
    """At most three sentences, the best first, none twice; empty when `abstained`. `confidence` is from 0 to 1."""

    abstained: bool
    confidence: float
    sentences: tuple[QuotedSentence, ...] = ()


@dataclass(slots=True)
class _Candidate:
    """A sentence on trial. `words_score` is all of its score but the cosine."""

    passage: int
    start: int
    end: int
    text: str
    words: frozenset[str]
    content: frozenset[str]
    title: frozenset[str]
    context: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    words_score: float = 0.0
    cosine: float = 0.0
    score: float = 0.0
    vector: Vectors = field(default_factory=lambda: np.empty(0, dtype=np.float32))


class ExtractiveAnswerer:
    """Scores sentences of passages. `abstain_below`: a confidence from 0 to 1, None for the calibrated threshold."""

    def __init__(self, embedder: Embedder, *, abstain_below: float | None = None) -> None:
        self._embedder = embedder
        self._abstain_below = ABSTAIN_BELOW if abstain_below is None else abstain_below

    async def answer(self, question: str, passages: Sequence[Hit]) -> ExtractiveAnswer:
        """Quotes what answers the question, from passages given best first. Errors: `UpstreamError` of the embedder."""
        candidates = await asyncio.to_thread(_candidates, question, passages)
        if not candidates:
            return ExtractiveAnswer(abstained=True, confidence=0.0)
        question_vector, vectors = await asyncio.gather(
            self._embedder.embed_query(question),
            self._embedder.embed_queries([_with_title(passages[c.passage], c.text) for c in candidates]),
        )
        _add_cosines(candidates, passages, vectors, vectors @ question_vector)
        candidates.sort(key=lambda candidate: -candidate.score)
        best = candidates[0]
        weakest = await weakest_match(question, _around(passages[best.passage], best), self._embedder)
        confidence = _confidence(best, weakest)
        if confidence < self._abstain_below:
            return ExtractiveAnswer(abstained=True, confidence=confidence)
        chosen = _in_reading_order(_choose(candidates))
        return ExtractiveAnswer(
            abstained=False,
            confidence=confidence,
            sentences=tuple(QuotedSentence(c.passage, c.start, c.end, c.text, c.score) for c in chosen),
        )


def _with_title(passage: Hit, text: str) -> str:
    """A sentence as it is embedded: its title says what "it" and "they" are about."""
    return f"{passage.title}. {text}"


def _candidates(question: str, passages: Sequence[Hit]) -> list[_Candidate]:
    """The most promising sentences by their words and their passage, best first, at most `_EMBEDDED`."""
    wanted = content_terms(question)
    kind = answer_type(question)
    candidates = _without_overlaps([c for index, hit in enumerate(passages) for c in _split(index, hit)], passages)
    weights = inverse_frequencies(candidate.text for candidate in candidates)
    for candidate in candidates:
        hit = passages[candidate.passage]
        candidate.words_score = (
            _RECALL * recall(wanted, candidate.words, weights)
            + _RECALL_WITH_TITLE * recall(wanted, candidate.context, weights)
            + _RECALL_WITH_NEIGHBOURS * recall(wanted, candidate.around, weights)
            + _RECALL_WITH_PREVIOUS * recall(wanted, candidate.before, weights)
            + _TYPE * offers(kind, candidate.text, wanted)
            + _emptiness(candidate, wanted)
        )
        # Until the cosine is known, the passage's nearness and rank stand in for it.
        candidate.score = candidate.words_score + (hit.similarity or 0.0) + 0.1 / (1 + candidate.passage)
    candidates.sort(key=lambda candidate: -candidate.score)
    return candidates[:_EMBEDDED]


def _emptiness(candidate: _Candidate, wanted: frozenset[str]) -> float:
    """What a sentence loses because it says little that question and title did not say."""
    if candidate.text.endswith(("?", "？", "؟")):
        return _IS_QUESTION
    new = len(candidate.content - wanted - candidate.title)
    return (_NOTHING_NEW, _LITTLE_NEW)[new] if new < 2 else 0.0


def _split(index: int, hit: Hit) -> list[_Candidate]:
    """The sentences of one passage with the words around each."""
    title = frozenset(terms(f"{hit.title} {hit.heading or ''}"))
    found = [
        _Candidate(index, hit.start + s.start, hit.start + s.end, text, words, content_terms(text), title)
        for s in split_sentences(hit.text)
        # A stretch without a word (a rule of dashes) answers nothing.
        if (words := frozenset(terms(text := hit.text[s.start : s.end])))
    ]
    for position, candidate in enumerate(found):
        before = found[position - 1].words if position else frozenset()
        after = found[position + 1].words if position + 1 < len(found) else frozenset()
        candidate.context = candidate.words | title
        candidate.before = candidate.context | before
        candidate.around = candidate.before | after
    return found


def _without_overlaps(candidates: list[_Candidate], passages: Sequence[Hit]) -> list[_Candidate]:
    """Chunks overlap, so a sentence may come twice or cut off at a chunk's edge: the longest of each stays."""
    kept: list[_Candidate] = []
    taken: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for candidate in sorted(candidates, key=lambda c: (c.start - c.end, c.passage)):
        hit = passages[candidate.passage]
        ranges = taken.setdefault((hit.document_id, hit.version), [])
        if all(candidate.end <= start or candidate.start >= end for start, end in ranges):
            ranges.append((candidate.start, candidate.end))
            kept.append(candidate)
    return sorted(kept, key=lambda c: (c.passage, c.start))


def _add_cosines(candidates: list[_Candidate], passages: Sequence[Hit], vectors: Vectors, cosines: Vectors) -> None:
    best_of_passage: dict[int, float] = {}
    for candidate, vector, cosine in zip(candidates, vectors, cosines, strict=True):
        candidate.vector, candidate.cosine = vector, float(cosine)
        best_of_passage[candidate.passage] = max(best_of_passage.get(candidate.passage, -1.0), candidate.cosine)
    for candidate in candidates:
        similarity = passages[candidate.passage].similarity
        nearness = best_of_passage[candidate.passage] if similarity is None else similarity
        candidate.score = candidate.words_score + _COSINE * candidate.cosine + _PASSAGE * nearness


def _around(passage: Hit, candidate: _Candidate) -> str:
    """The title and the text around a sentence, where the words may stand that the sentence leaves out."""
    start, end = candidate.start - passage.start, candidate.end - passage.start
    window = passage.text[max(0, start - _CONTEXT_BEFORE) : end + _CONTEXT_AFTER]
    return f"{passage.title} {passage.heading or ''} {window}"


def _confidence(best: _Candidate, weakest: float) -> float:
    by_cosine, by_weakest, by_score, constant = _CONFIDENCE
    logit = by_cosine * best.cosine + by_weakest * weakest + by_score * best.score + constant
    return 1 / (1 + math.exp(-logit))


def _choose(candidates: list[_Candidate]) -> list[_Candidate]:
    """The best and up to two that add something, from candidates sorted by score."""
    chosen: list[_Candidate] = []
    for candidate in candidates:
        if len(chosen) == MAX_SENTENCES or candidate.score < candidates[0].score - _MARGIN:
            break
        if not any(_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    return chosen


def _same(one: _Candidate, other: _Candidate) -> bool:
    shared = len(one.words & other.words) / max(1, min(len(one.words), len(other.words)))
    figures_differ = {w for w in one.words ^ other.words if w[:1].isdigit()}
    # Two versions that differ in a figure only ("30 days", "20 days") are not the same statement.
    return not figures_differ and (shared > _DUPLICATE_WORDS or float(one.vector @ other.vector) > _DUPLICATE_COSINE)


def _in_reading_order(chosen: list[_Candidate]) -> list[_Candidate]:
    """The best first; then what else its passage says, in the text's order; then the other passages by their best."""
    order = list(dict.fromkeys(candidate.passage for candidate in chosen))
    first, rest = chosen[0], chosen[1:]
    return [first, *sorted(rest, key=lambda c: (order.index(c.passage), c.start))]

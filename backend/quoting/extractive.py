"""Answers without a language model: the sentences of the retrieved passages that answer best, word for word.

A sentence's score is 0.7·cosine to the question plus inverse-frequency weighted recall of the question's words (in the
sentence; with its title; with its neighbours), how near its passage is, and whether it offers the kind of thing that
is asked for. The weights were chosen on XQuAD and checked on halves of its articles (docs/adr/0024); what is no
statement of its own, such as a heading, loses, and the newest document on the subject keeps a place (docs/adr/0091).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.traits import Scale, traits_of
from backend.embedding.search.models import Hit
from backend.quoting.answer_types import answer_type, offers
from backend.quoting.candidates import Candidate, find_candidates
from backend.quoting.confidence import Evidence, Fit, fit_of, weigh
from backend.quoting.line_roles import Role
from backend.quoting.word_match import WordVectors
from backend.text.language_id import foreign_to
from backend.text.terms import content_terms, inverse_frequencies, recall

MAX_SENTENCES = 3

# Sentences that are embedded (2.5 ms of processor time each); the rest is left out by words and passage alone. 14 lose
# nothing on XQuAD against all of them, 12 lose 0.3%.
_EMBEDDED = 14
# A further sentence is shown if it scores nearly as well as the best.
_MARGIN = 0.6
# How much worse a sentence of the newest document may be that is shown beside older ones, and the share of the
# question's words it must meet against the best one.
_NEWEST_MARGIN = 0.25
_NEWEST_COVERS = 0.5
_DUPLICATE_COSINE = 0.95
_DUPLICATE_WORDS = 0.8

_COSINE = 0.7
_RECALL = 0.2
_RECALL_WITH_TITLE = 0.1
_RECALL_WITH_NEIGHBOURS = 0.2
_RECALL_WITH_PREVIOUS = 0.15
_PASSAGE = 0.4
_TYPE = 0.12
# Headings, field labels and questions match a question well and answer nothing.
_NOTHING_NEW = -0.3
_LITTLE_NEW = -0.1
_IS_QUESTION = -0.15
_FIELD = -0.15
_LABEL = -0.5


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
    """At most three sentences, the best first, none twice; empty when `abstained`. `confidence` is from 0 to 1.

    `evidence` is what the confidence rests on; None without any sentence.
    """

    abstained: bool
    confidence: float
    sentences: tuple[QuotedSentence, ...] = ()
    evidence: Evidence | None = None


class ExtractiveAnswerer:
    """Scores sentences of passages. `abstain_below`: a confidence from 0 to 1, None for that of the model's fit."""

    def __init__(self, embedder: Embedder, *, abstain_below: float | None = None) -> None:
        self._embedder = embedder
        self._traits = traits_of(embedder.model_id)
        #: Kept between questions; for whatever else compares words.
        self.words = WordVectors(embedder)
        self._abstain_below = abstain_below

    async def answer(self, question: str, passages: Sequence[Hit]) -> ExtractiveAnswer:
        """Quotes what answers the question, from passages given best first. Errors: `UpstreamError` of the embedder."""
        candidates, weights = await asyncio.to_thread(_candidates, question, passages)
        if not candidates:
            return ExtractiveAnswer(abstained=True, confidence=0.0)
        question_vector, vectors = await asyncio.gather(
            self._embedder.embed_query(question),
            self._embedder.embed_sentences([c.embedded(passages[c.passage]) for c in candidates]),
        )
        _add_cosines(candidates, passages, vectors, self._traits.answers(vectors @ question_vector))
        candidates.sort(key=lambda candidate: -candidate.score)
        evidence = await weigh(question, candidates, passages, weights, self.words)
        fit = await self._fit(question, passages[candidates[0].passage])
        confidence = fit.confidence(evidence)
        if confidence < (fit.abstain_below if self._abstain_below is None else self._abstain_below):
            return ExtractiveAnswer(abstained=True, confidence=confidence, evidence=evidence)
        chosen = _in_reading_order(_with_newest(_choose(candidates, self._traits.sentences), candidates, passages))
        return ExtractiveAnswer(
            abstained=False,
            confidence=confidence,
            sentences=tuple(QuotedSentence(c.passage, c.start, c.end, c.text, c.score) for c in chosen),
            evidence=evidence,
        )

    async def _fit(self, question: str, passage: Hit) -> Fit:
        across = (
            self._traits.many_languages
            and passage.language is not None
            and passage.language in await asyncio.to_thread(foreign_to, question)
        )
        return fit_of(self._embedder.model_id, across_languages=across)


def _candidates(question: str, passages: Sequence[Hit]) -> tuple[list[Candidate], dict[str, float]]:
    """The most promising sentences by their words and their passage, best first, at most `_EMBEDDED`.

    With them the inverse frequencies of terms over all sentences.
    """
    wanted = content_terms(question)
    kind = answer_type(question)
    candidates = find_candidates(passages)
    weights = inverse_frequencies(candidate.text for candidate in candidates)
    for candidate in candidates:
        hit = passages[candidate.passage]
        candidate.covers = recall(wanted, candidate.before, weights)
        candidate.words_score = (
            _RECALL * recall(wanted, candidate.words, weights)
            + _RECALL_WITH_TITLE * recall(wanted, candidate.context, weights)
            + _RECALL_WITH_NEIGHBOURS * recall(wanted, candidate.around, weights)
            + _RECALL_WITH_PREVIOUS * candidate.covers
            + _TYPE * offers(kind, candidate.text, wanted)
            + _emptiness(candidate, wanted)
        )
        # Until the cosine is known, the passage's nearness and rank stand in for it.
        candidate.score = candidate.words_score + (hit.similarity or 0.0) + 0.1 / (1 + candidate.passage)
    candidates.sort(key=lambda candidate: -candidate.score)
    return candidates[:_EMBEDDED], weights


def _emptiness(candidate: Candidate, wanted: frozenset[str]) -> float:
    """What a sentence loses because it says little that question and title did not say."""
    if candidate.role in (Role.label, Role.heading):
        return _LABEL
    if candidate.is_question:
        return _IS_QUESTION
    new = len(candidate.content - wanted - candidate.title)
    if candidate.role is Role.field:
        return min(_FIELD, _NOTHING_NEW if new < 1 else 0.0)
    return (_NOTHING_NEW, _LITTLE_NEW)[new] if new < 2 else 0.0


def _add_cosines(candidates: list[Candidate], passages: Sequence[Hit], vectors: Vectors, cosines: Vectors) -> None:
    best_of_passage: dict[int, float] = {}
    for candidate, vector, cosine in zip(candidates, vectors, cosines, strict=True):
        candidate.vector, candidate.cosine = vector, float(cosine)
        best_of_passage[candidate.passage] = max(best_of_passage.get(candidate.passage, -1.0), candidate.cosine)
    for candidate in candidates:
        similarity = passages[candidate.passage].similarity
        nearness = best_of_passage[candidate.passage] if similarity is None else similarity
        candidate.score = candidate.words_score + _COSINE * candidate.cosine + _PASSAGE * nearness


def _choose(candidates: list[Candidate], scale: Scale) -> list[Candidate]:
    """The best and up to two that add something, from candidates sorted by score."""
    chosen: list[Candidate] = []
    for candidate in candidates:
        if len(chosen) == MAX_SENTENCES or candidate.score < candidates[0].score - _MARGIN:
            break
        if chosen and candidate.role in (Role.label, Role.heading):
            continue
        if not any(_same(candidate, other, scale) for other in chosen):
            chosen.append(candidate)
    return chosen


def _with_newest(chosen: list[Candidate], candidates: Sequence[Candidate], passages: Sequence[Hit]) -> list[Candidate]:
    """Gives one place to the newest document that speaks of the same thing, if the chosen ones have none of it.

    Where what is in force has changed, the older document often matches better: it says in full what the newer one
    only changes. The oldest of the chosen makes room, but never the best.
    """
    best = chosen[0]
    near = [
        candidate
        for candidate in candidates
        if candidate.role is Role.says
        and candidate.score >= best.score - _NEWEST_MARGIN
        and candidate.covers >= _NEWEST_COVERS * best.covers
    ]

    def date(candidate: Candidate) -> datetime:
        return passages[candidate.passage].modified_at

    newest = max(near, key=date, default=best)  # of one document the first, which is its best
    if date(newest) <= max(map(date, chosen)):
        return chosen
    if len(chosen) == MAX_SENTENCES:
        chosen = [candidate for candidate in chosen if candidate is not min(chosen[1:], key=date)]
    return [*chosen, newest]


def _same(one: Candidate, other: Candidate, scale: Scale) -> bool:
    shared = len(one.words & other.words) / max(1, min(len(one.words), len(other.words)))
    figures_differ = {w for w in one.words ^ other.words if w[:1].isdigit()}
    # Two versions that differ in a figure only ("30 days", "20 days") are not the same statement.
    return not figures_differ and (
        shared > _DUPLICATE_WORDS or scale(float(one.vector @ other.vector)) > _DUPLICATE_COSINE
    )


def _in_reading_order(chosen: list[Candidate]) -> list[Candidate]:
    """The best first; then what else its passage says, in the text's order; then the other passages by their best."""
    order = list(dict.fromkeys(candidate.passage for candidate in chosen))
    first, rest = chosen[0], chosen[1:]
    return [first, *sorted(rest, key=lambda c: (order.index(c.passage), c.start))]

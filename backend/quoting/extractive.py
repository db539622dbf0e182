"""Answers without a language model: the sentences of the retrieved passages that answer best, word for word.

A sentence's score is 0.7·cosine to the question plus inverse-frequency weighted recall of the question's words (in the
sentence; with its title; with its neighbours), how near its passage is, and whether it offers the kind of thing that
is asked for. The weights were chosen on XQuAD and checked on halves of its articles (docs/adr/0024); what is no
statement of its own, such as a heading, loses, and the newest document on the subject keeps a place (docs/adr/0091).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.traits import traits_of
from backend.embedding.search.models import Hit
from backend.quoting.answer_types import AnswerType, answer_type, lacks_asked_kind, offers
from backend.quoting.asked_words import matter
from backend.quoting.candidates import Candidate, find_candidates
from backend.quoting.choosing import choose
from backend.quoting.completing import completed
from backend.quoting.confidence import Evidence, Fit, doubted, fit_of, weigh
from backend.quoting.line_roles import Role, row_key
from backend.quoting.word_match import WordVectors
from backend.text.language_id import foreign_to
from backend.text.terms import content_terms, content_words, inverse_frequencies, recall, terms

# Sentences that are embedded (2.5 ms of processor time each); the rest is left out by words and passage alone. 14 lose
# nothing on XQuAD against all of them, 12 lose 0.3%.
_EMBEDDED = 14

_COSINE = 0.7
_RECALL = 0.2
_RECALL_WITH_TITLE = 0.1
_RECALL_WITH_NEIGHBOURS = 0.2
_RECALL_WITH_PREVIOUS = 0.15
_PASSAGE = 0.4
_TYPE = 0.12
# What asks for a date is answered by one.
_DATE_TYPE = 0.2
# A row that is about what is asked for, not one that mentions it.
_KEY = 0.06
# Headings, field labels and questions match a question well and answer nothing.
_NOTHING_NEW = -0.3
_LITTLE_NEW = -0.1
_IS_QUESTION = -0.15
_FIELD = -0.15
_LABEL = -0.5


@dataclass(frozen=True, slots=True)
class QuotedSentence:
    """A sentence of a passage, with what it needs beside it; `start` and `end` are offsets into the text of the
    passage's document version.
    """

    passage_index: int
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class ExtractiveAnswer:
    """At most three quotes, the best first, none twice; empty when `abstained`. `confidence` is from 0 to 1.

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

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    async def answer(self, question: str, passages: Sequence[Hit]) -> ExtractiveAnswer:
        """Quotes what answers the question, from passages given best first. Errors: `UpstreamError` of the embedder."""
        asked = matter(question)
        everything, candidates, weights = await asyncio.to_thread(ranked_by_words, question, asked, passages)
        candidates = candidates[:_EMBEDDED]
        if not candidates:
            return ExtractiveAnswer(abstained=True, confidence=0.0)
        question_vector, vectors = await asyncio.gather(
            self._embedder.embed_query(question),
            self._embedder.embed_sentences([c.embedded(passages[c.passage]) for c in candidates]),
        )
        add_cosines(candidates, passages, vectors, self._traits.answers(vectors @ question_vector))
        candidates.sort(key=lambda candidate: -candidate.score)
        evidence = await weigh(question, candidates, passages, weights, self.words)
        fit = await self._fit(question, passages[candidates[0].passage])
        chosen = choose(candidates, passages, content_terms(asked), self._traits.sentences)
        quotes = tuple(
            _quoted(candidate, start, end, passages)
            for candidate, start, end in completed(chosen, everything, passages, answer_type(question))
        )
        said = [f"{candidate.lead} {candidate.text}" for candidate in chosen] + [quote.text for quote in quotes]
        confidence = doubted(fit.confidence(evidence), evidence, lacks_kind=lacks_asked_kind(question, said))
        if confidence < (fit.abstain_below if self._abstain_below is None else self._abstain_below):
            return ExtractiveAnswer(abstained=True, confidence=confidence, evidence=evidence)
        return ExtractiveAnswer(abstained=False, confidence=confidence, sentences=quotes, evidence=evidence)

    async def _fit(self, question: str, passage: Hit) -> Fit:
        across = (
            self._traits.many_languages
            and passage.language is not None
            and passage.language in await asyncio.to_thread(foreign_to, question)
        )
        return fit_of(self._embedder.model_id, across_languages=across)


def _quoted(candidate: Candidate, start: int, end: int, passages: Sequence[Hit]) -> QuotedSentence:
    hit = passages[candidate.passage]
    text = hit.text[start - hit.start : end - hit.start]
    return QuotedSentence(candidate.passage, start, end, text, candidate.score)


def ranked_by_words(
    question: str, asked: str, passages: Sequence[Hit]
) -> tuple[list[Candidate], list[Candidate], dict[str, float]]:
    """All sentences in reading order; the same by their words and their passage, the most promising first; the inverse
    frequencies of terms over all. `asked`: the question without its frame.
    """
    wanted = content_terms(asked)
    kind = answer_type(question)
    everything = find_candidates(passages, content_words(asked))
    candidates = list(everything)
    weights = inverse_frequencies(candidate.text for candidate in candidates)
    for candidate in candidates:
        hit = passages[candidate.passage]
        candidate.covers = recall(wanted, candidate.before, weights)
        candidate.words_score = (
            _RECALL * recall(wanted, candidate.words, weights)
            + _RECALL_WITH_TITLE * recall(wanted, candidate.context, weights)
            + _RECALL_WITH_NEIGHBOURS * recall(wanted, candidate.around, weights)
            + _RECALL_WITH_PREVIOUS * candidate.covers
            + (_DATE_TYPE if kind is AnswerType.date else _TYPE) * offers(kind, candidate.text, wanted)
            + _KEY * (not wanted.isdisjoint(terms(row_key(candidate.text))))
            + _emptiness(candidate, wanted)
        )
        # Until the cosine is known, the passage's nearness and rank stand in for it.
        candidate.score = candidate.words_score + (hit.similarity or 0.0) + 0.1 / (1 + candidate.passage)
    candidates.sort(key=lambda candidate: -candidate.score)
    return everything, candidates, weights


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


def add_cosines(candidates: list[Candidate], passages: Sequence[Hit], vectors: Vectors, cosines: Vectors) -> None:
    """Completes the scores of candidates by their vectors and those vectors' cosines to the question."""
    best_of_passage: dict[int, float] = {}
    for candidate, vector, cosine in zip(candidates, vectors, cosines, strict=True):
        candidate.vector, candidate.cosine = vector, float(cosine)
        best_of_passage[candidate.passage] = max(best_of_passage.get(candidate.passage, -1.0), candidate.cosine)
    for candidate in candidates:
        similarity = passages[candidate.passage].similarity
        nearness = best_of_passage[candidate.passage] if similarity is None else similarity
        candidate.score = candidate.words_score + _COSINE * candidate.cosine + _PASSAGE * nearness

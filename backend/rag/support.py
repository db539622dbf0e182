"""Which words of which passage support each sentence of a generated answer.

Each sentence is compared with the stretches (one to three sentences) of every passage by cosine and by the
inverse-frequency weighted share of its words. The model's own ``[n]`` marks are only a hint: small models misplace
them. Words alone do not tell what is true, so support is "matched", "weak" or "contradicted", never "verified": matched
is what is alike and says nothing otherwise, contradicted what by rule cannot be true with its source (`differences`).
What differs is flagged, and so are figures and names of the sentence that its passage does not have.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.traits import traits_of
from backend.embedding.search.models import Hit
from backend.quoting.answer_types import names
from backend.rag.asked_name import asked_names, lacks_asked_name
from backend.rag.differences import Difference, differences, states_direction
from backend.text.sentences import Sentence, split_sentences
from backend.text.terms import content_terms, figures, inverse_frequencies, recall, stated_figures, terms

type Support = Literal["matched", "weak", "contradicted"]

# Thresholds on 0.6·cosine + 0.4·recall; chosen on XQuAD: a sentence against its source reworded, and against the
# passages of another article (docs/adr/0025).
_MATCHED = 0.6
_WEAK = 0.42
_COSINE = 0.6
_RECALL = 0.4
# How much the model's own mark adds to the passage that it names: it decides between near equals only.
_HINT = 0.05
# A longer stretch must support the sentence this much better for each sentence that it adds.
_LENGTH_COST = 0.04
_MAX_SENTENCES = 3
# Of stretches that support a sentence equally well, but for this, one that says nothing otherwise is taken.
_NEAR_EQUAL = 0.04
_AGREES_BESIDE = 0.12
_LOOKED_INTO = 6
# Stretches that are embedded for one answer; the rest is left out by its words.
_EMBEDDED_PER_SENTENCE = 8
_NUMBERS = r"\[\d+(?:\s*[,;–-]\s*\d+)*\]"
_MARK = re.compile(rf"(?<!\s)\s*+{_NUMBERS}")
_LEADING_MARKS = re.compile(rf"(?:{_NUMBERS}[\s.]*)+")


@dataclass(frozen=True, slots=True)
class Attribution:
    """One sentence of the answer with what supports it.

    `answer_start` and `answer_end` are offsets into the answer; `start` and `end` into the text of the passage's
    document version. `flags` says what differs ("after ≠ before"), and which figures and names the passage lacks.
    """

    answer_start: int
    answer_end: int
    passage_index: int
    start: int
    end: int
    support: Support
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class _Stretch:
    """Neighbouring sentences of a passage; offsets into the passage's own text."""

    passage: int
    start: int
    end: int
    text: str
    terms: frozenset[str]
    sentences: int


@dataclass(slots=True)
class _Claim:
    """A sentence of the answer, its text without the model's marks."""

    start: int
    end: int
    text: str
    terms: frozenset[str]
    stretches: list[int]


class Attributor:
    """`attribute` with its embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def __call__(
        self, answer: str, passages: Sequence[Hit], *, hints: Sequence[tuple[int, int]] = (), question: str = ""
    ) -> list[Attribution]:
        return await attribute(answer, passages, self._embedder, hints=hints, question=question)


async def attribute(
    answer: str,
    passages: Sequence[Hit],
    embedder: Embedder,
    *,
    hints: Sequence[tuple[int, int]] = (),
    question: str = "",
) -> list[Attribution]:
    """The best support of each sentence of `answer`, in its order; a sentence without support has none.

    `hints` are what the model claimed: (offset of its mark in the answer, passage counted from 0). A mark belongs to
    the sentence that it stands in or behind. A passage that names nothing that `question` names is weak support.
    Errors: `UpstreamError` of the embedder.
    """
    claims, stretches, weights = await asyncio.to_thread(_prepare, answer, passages)
    wanted = sorted({index for claim in claims for index in claim.stretches})
    if not wanted:
        return []
    claim_vectors, stretch_vectors = await asyncio.gather(
        embedder.embed_sentences([claim.text for claim in claims]),
        embedder.embed_sentences([stretches[index].text for index in wanted]),
    )
    row = {index: position for position, index in enumerate(wanted)}
    named = _named_passages(claims, hints)
    scale = traits_of(embedder.model_id).sentences
    asked = asked_names(question)

    def attributed() -> list[Attribution]:
        found = []
        for claim, vector in zip(claims, claim_vectors, strict=True):
            cosines = {index: scale(float(stretch_vectors[row[index]] @ vector)) for index in claim.stretches}
            best = _best(claim, stretches, cosines, weights, named[claim.start], passages, asked)
            if best is not None:
                found.append(best)
        return found

    return await asyncio.to_thread(attributed)


def _prepare(answer: str, passages: Sequence[Hit]) -> tuple[list[_Claim], list[_Stretch], dict[str, float]]:
    """Sentences, stretches and word weights; each claim with the stretches that are worth embedding."""
    stretches = [stretch for index, hit in enumerate(passages) for stretch in _stretches(index, hit.text)]
    weights = inverse_frequencies(stretch.text for stretch in stretches if stretch.sentences == 1)
    claims = []
    for sentence in sentences_of(answer):
        text = without_marks(answer[sentence.start : sentence.end])
        wanted = content_terms(text)
        if not wanted:
            continue
        scores = np.array([recall(wanted, stretch.terms, weights) for stretch in stretches], dtype=np.float32)
        best = [int(index) for index in np.argsort(-scores, kind="stable")[:_EMBEDDED_PER_SENTENCE]]
        # A paraphrase may share no word: the whole of every leading passage's best stretch is looked at too.
        best += [index for index in _best_by_passage(stretches, scores) if index not in best]
        claims.append(_Claim(sentence.start, sentence.end, text, wanted, best))
    return claims, stretches, weights


def _named_passages(claims: Sequence[_Claim], hints: Sequence[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """The passages that the model named for each claim, by the claim's start."""
    named: dict[int, set[int]] = {claim.start: set() for claim in claims}
    for offset, passage in hints:
        before = [claim.start for claim in claims if claim.start < offset]
        if before:
            named[before[-1]].add(passage)
    return {start: frozenset(passages) for start, passages in named.items()}


def sentences_of(answer: str) -> list[Sentence]:
    """The answer's sentences. Marks that stand after the full stop ("… days. [2]") belong to the sentence before."""
    merged: list[Sentence] = []
    for sentence in split_sentences(answer):
        leading = _LEADING_MARKS.match(answer[sentence.start : sentence.end])
        start = sentence.start
        if leading and merged:
            mark_end = start + len(leading.group().rstrip())
            merged[-1] = Sentence(merged[-1].start, mark_end)
            start += len(leading.group())
        if start < sentence.end:
            merged.append(Sentence(start, sentence.end))
    return merged


def without_marks(sentence: str) -> str:
    """A sentence without the model's ``[n]``."""
    return _MARK.sub("", sentence).strip()


def _stretches(passage: int, text: str) -> list[_Stretch]:
    """Every run of one to three neighbouring sentences."""
    sentences = split_sentences(text)
    found = []
    for first in range(len(sentences)):
        for count in range(1, min(_MAX_SENTENCES, len(sentences) - first) + 1):
            start, end = sentences[first].start, sentences[first + count - 1].end
            part = text[start:end]
            found.append(_Stretch(passage, start, end, part, frozenset(terms(part)), count))
    return found


def _best_by_passage(stretches: Sequence[_Stretch], scores: Vectors) -> list[int]:
    best: dict[int, int] = {}
    for index, stretch in enumerate(stretches):
        there = best.get(stretch.passage)
        if there is None or scores[index] > scores[there]:
            best[stretch.passage] = index
    return list(best.values())


def _best(
    claim: _Claim,
    stretches: Sequence[_Stretch],
    cosines: Mapping[int, float],
    weights: Mapping[str, float],
    named: frozenset[int],
    passages: Sequence[Hit],
    asked: Sequence[str],
) -> Attribution | None:
    """The stretch that supports the claim best and how well; None when none does.

    Of near equals the first that says nothing otherwise.
    """

    def strength(index: int) -> float:
        return _COSINE * cosines[index] + _RECALL * recall(claim.terms, stretches[index].terms, weights)

    def preference(index: int) -> float:
        stretch = stretches[index]
        return strength(index) - _LENGTH_COST * (stretch.sentences - 1) + _HINT * (stretch.passage in named)

    ranked = sorted(((preference(index), index) for index in claim.stretches), key=lambda one: (-one[0], one[1]))
    equal = ranked[0][0] - _NEAR_EQUAL
    least = ranked[0][0] - _AGREES_BESIDE
    if strength(ranked[0][1]) < _WEAK:
        return None
    first: Attribution | None = None
    for preferred, index in ranked[:_LOOKED_INTO]:
        contradicted = first is not None and first.support == "contradicted"
        if preferred < (least if contradicted else equal) or strength(index) < _WEAK:
            break
        found = _attribution(claim, stretches[index], passages, strength(index), asked)
        if found.support == "matched":
            return found
        first = first or found
    return first


def _attribution(
    claim: _Claim, stretch: _Stretch, passages: Sequence[Hit], strength: float, asked: Sequence[str]
) -> Attribution:
    hit = passages[stretch.passage]
    differing = differences(claim.text, stretch.text, about=f"{hit.title}\n{hit.heading or ''}")
    lacking, figures_lacking = _unsupported(claim.text, hit)
    of_another = lacks_asked_name(asked, claim.text, _source(hit))
    matched = strength >= _MATCHED and not differing and not figures_lacking and not of_another
    support: Support = "matched" if matched and states_direction(claim.text, stretch.text) else "weak"
    if any(one.certain for one in differing):
        support = "contradicted"
    return Attribution(
        answer_start=claim.start,
        answer_end=claim.end,
        passage_index=stretch.passage,
        start=hit.start + stretch.start,
        end=hit.start + stretch.end,
        support=support,
        flags=_flags(differing, [*lacking, *asked] if of_another else lacking),
    )


def _flags(differing: Sequence[Difference], lacking: Sequence[str]) -> tuple[str, ...]:
    """What differs with both sides; what the passage has nowhere stands for itself."""
    told = [str(one) for one in differing if one.claimed and not set(lacking) & set(one.claimed.split())]
    return tuple(dict.fromkeys([*told, *lacking]))


def _source(hit: Hit) -> str:
    """The passage with what stands over it."""
    return f"{hit.title}\n{hit.heading or ''}\n{hit.text}"


def _unsupported(claim: str, hit: Hit) -> tuple[list[str], bool]:
    """Figures and names that neither the passage nor its title has, in their order; whether there are such figures."""
    source = _source(hit)
    known_figures, known_words = stated_figures(source), frozenset(terms(source))
    missing = [written for figure, written in figures(claim).items() if figure not in known_figures]
    counting = any(_stands_alone(written, claim) for written in missing)
    nameless = [name for name in names(claim) if not frozenset(terms(name)) <= known_words]
    return [*missing, *nameless], counting


def _stands_alone(written: str, text: str) -> bool:
    """Whether a figure counts something, and is no part of a name (K164, MEK 1/2)."""
    at = text.find(written)
    beside = text[at - 1 : at] + text[at + len(written) : at + len(written) + 1]
    return not any(sign.isalnum() or sign in "_/-" for sign in beside)

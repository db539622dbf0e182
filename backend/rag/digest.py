"""A document in short: the sentences that say most, of each of its parts, word for word.

Of each part (a section, or what stands under a line that heads it) the sentence nearest to the middle of what the part
says; what holds figures counts more, and so does what opens a part. What room is left goes to the next best.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from backend.access import Caller
from backend.documents.breaks import breaks_of
from backend.documents.models import DocumentText
from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.search.models import Hit
from backend.quoting.candidates import Candidate, find_candidates
from backend.quoting.line_roles import Role, plain
from backend.rag.composing import Excerpt
from backend.rag.ports import VersionTexts
from backend.rag.quotes import excerpt_of, heading_text

# What is read of a document, and embedded of it (2.5 ms of processor time for each sentence).
_READ_CHARS = 60_000
_EMBEDDED = 56
_MOST_PARTS = 40
# A text with fewer parts than these is cut into stretches instead: of each part at most so many, of two sentences.
_FEW_PARTS = 4
_STRETCHES = 6
_LEAST_WORDS = 3
_LEAST_HEADINGS = 3
_MOST_HEADINGS = 12

_FIGURES = 0.12
_OPENS = 0.12
_FIELD = -0.1
_SHORT = -0.15
_DUPLICATE = 0.93
_FIGURE = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_SHORT_WORDS = 5


@dataclass(slots=True)
class Part:
    """A part of a document with what it says; `heading` is empty where none stands above it."""

    heading: str
    said: list[Candidate] = field(default_factory=list)
    chosen: list[Candidate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Digest:
    """The headings of a document, if it has several, and its best sentences by part, in its order."""

    headings: tuple[str, ...]
    parts: tuple[tuple[str, tuple[Excerpt, ...]], ...]


class Digests:
    def __init__(self, texts: VersionTexts, embedder: Embedder) -> None:
        self._texts = texts
        self._embedder = embedder

    async def of(self, caller: Caller, hit: Hit, *, most: int) -> Digest | None:
        """At most `most` excerpts of the document that a passage is from; None if it says nothing in sentences.

        Errors: `NotFound`, `UpstreamError` of the embedder.
        """
        stored = await self._texts.text(caller, hit.document_id, hit.version)
        parts, headings = await asyncio.to_thread(parts_of, hit, stored)
        if not parts:
            return None
        _choose(parts, await self._weights(hit, parts), most)
        whole = whole_of(hit, stored)
        shown = tuple(
            (part.heading, tuple(filter(None, (excerpt_of(whole, one.start, one.end) for one in _in_order(part)))))
            for part in parts
            if part.chosen
        )
        return Digest(tuple(headings), tuple((heading, excerpts) for heading, excerpts in shown if excerpts))

    async def _weights(self, hit: Hit, parts: Sequence[Part]) -> dict[int, tuple[float, Vectors]]:
        """Of each sentence that is looked at, by its place: how much it says of its part, and its vector."""
        per_part = max(2, _EMBEDDED // len(parts))
        looked_at = [(part, one) for part in parts for one in part.said[:per_part]]
        vectors = await self._embedder.embed_sentences([one.embedded(hit) for _, one in looked_at])
        rows: dict[int, list[int]] = {}
        for row, (part, _) in enumerate(looked_at):
            rows.setdefault(id(part), []).append(row)
        middles = {key: _unit(vectors[own].sum(axis=0)) for key, own in rows.items()}
        return {
            one.start: (float(vectors[row] @ middles[id(part)]) + _bonus(one, part), vectors[row])
            for row, (part, one) in enumerate(looked_at)
        }


def whole_of(hit: Hit, stored: DocumentText) -> Hit:
    """The whole document as one passage, so that anything in it can be quoted."""
    breaks = tuple(breaks_of(stored.sections))
    return replace(hit, text=stored.text, start=0, end=len(stored.text), breaks=breaks, highlights=())


def parts_of(hit: Hit, stored: DocumentText) -> tuple[list[Part], list[str]]:
    """The parts of a document that say something, in order, and its headings; both are empty for one of no sentence."""
    passages = _passages(hit, stored)
    parts: list[Part] = []
    own = plain(hit.title)
    key: tuple[int, str] | None = None
    for candidate in find_candidates(passages):
        if candidate.role not in (Role.says, Role.field) or candidate.is_question or _says_little(candidate):
            continue
        heading = _heading(candidate, passages[candidate.passage], own)
        if key != (candidate.passage, heading):
            parts.append(Part(heading))
            key = (candidate.passage, heading)
        parts[-1].said.append(candidate)
    headings = list(dict.fromkeys(part.heading for part in parts if part.heading))
    if len(parts) < _FEW_PARTS:
        parts = [one for part in parts for one in _stretches(part)]
    return parts[:_MOST_PARTS], headings[:_MOST_HEADINGS] if len(headings) >= _LEAST_HEADINGS else []


def _passages(hit: Hit, stored: DocumentText) -> list[Hit]:
    """What is read of a document, cut where its page or heading changes."""
    end = min(len(stored.text), _READ_CHARS)
    breaks = [one for one in breaks_of(stored.sections) if one.start < end]
    starts = sorted({0, *(one.start for one in breaks)})
    headings = {one.start: one.heading for one in breaks}
    cuts = [*starts[1:], end]
    return [
        replace(hit, text=stored.text[start:stop], start=start, end=stop, heading=headings.get(start), highlights=())
        for start, stop in zip(starts, cuts, strict=True)
        if stored.text[start:stop].strip()
    ]


def _heading(candidate: Candidate, passage: Hit, title: str) -> str:
    """The heading right above a sentence: that of its section, or a line of the text that heads it."""
    lead = "" if candidate.text.startswith("|") else candidate.lead
    for found in (lead, (passage.heading or "").rpartition(" › ")[2]):
        shown = heading_text(found)
        if shown and plain(shown) != title:
            return shown
    return ""


def _says_little(candidate: Candidate) -> bool:
    return len(_WORD.findall(candidate.text)) < _LEAST_WORDS


def _stretches(part: Part) -> list[Part]:
    """A part in about equal stretches, so that its end is told too."""
    count = len(part.said) if len(part.said) <= _FEW_PARTS else min(_STRETCHES, len(part.said) // 2)
    cuts = [round(len(part.said) * at / count) for at in range(count + 1)]
    return [Part(part.heading, part.said[start:end]) for start, end in pairwise(cuts)]


def _bonus(candidate: Candidate, part: Part) -> float:
    words = len(_WORD.findall(candidate.text))
    return (
        _FIGURES * bool(_FIGURE.search(candidate.text))
        + _OPENS * (candidate is part.said[0] and words >= _SHORT_WORDS)
        + _FIELD * (candidate.role is Role.field)
        + _SHORT * (words < _SHORT_WORDS)
    )


def _choose(parts: Sequence[Part], weights: dict[int, tuple[float, Vectors]], most: int) -> None:
    """The best of each part first, then the next best of all."""
    known = [[one for one in part.said if one.start in weights] for part in parts]
    firsts = [max(said, key=lambda one: weights[one.start][0]) for said in known]
    pairs = sorted(zip(parts, firsts, strict=True), key=lambda pair: -weights[pair[1].start][0])
    opening = next(pair for pair in pairs if pair[0] is parts[0])
    ranked = [opening, *(pair for pair in pairs if pair is not opening)]
    rest = [(part, one) for part, said in zip(parts, known, strict=True) for one in said if one not in firsts]
    rest.sort(key=lambda pair: -weights[pair[1].start][0])
    taken: list[Vectors] = []
    for part, one in [*ranked, *rest]:
        vector = weights[one.start][1]
        if len(taken) < most and all(float(vector @ other) < _DUPLICATE for other in taken):
            part.chosen.append(one)
            taken.append(vector)


def _in_order(part: Part) -> list[Candidate]:
    return sorted(part.chosen, key=lambda one: one.start)


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)

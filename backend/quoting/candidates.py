"""Sentences of the retrieved passages as candidates for an answer, with the words around each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from backend.embedding.models.base import Vectors
from backend.embedding.search.models import Hit
from backend.quoting.line_roles import Role, is_question, plain, role, said_from, table_head
from backend.quoting.page_furniture import is_furniture, repeated
from backend.quoting.word_match import standing
from backend.text.sentences import split_sentences
from backend.text.terms import content_terms, terms

# What is embedded of a sentence; only listings and code have longer ones, and time grows with the length.
_EMBEDDED_CHARS = 400
NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Candidate:
    """A sentence on trial; `start` and `end` are offsets into the document version.

    `lead`: what it needs to be understood: the head of its table, the question that it answers, its heading.
    `context`, `before`, `around`: its terms with those of the title; of the sentence before too; of the next too.
    `covers`: the weighted share of the question's terms in `before`. `words_score`: all of the score but the cosine.
    """

    passage: int
    start: int
    end: int
    text: str
    role: Role
    words: frozenset[str]
    content: frozenset[str]
    title: frozenset[str]
    lead: str = ""
    context: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    covers: float = 0.0
    words_score: float = 0.0
    cosine: float = 0.0
    score: float = 0.0
    vector: Vectors = field(default_factory=lambda: np.empty(0, dtype=np.float32))

    @property
    def is_question(self) -> bool:
        return is_question(self.text)

    def embedded(self, passage: Hit) -> str:
        """The sentence as it is embedded: the title says what "it" and "they" are about."""
        said = f"{self.lead} {self.text}" if self.lead else self.text
        return f"{passage.title}. {said}"[:_EMBEDDED_CHARS]


def find_candidates(passages: Sequence[Hit], wanted: Mapping[str, str] = NO_WORDS) -> list[Candidate]:
    """All sentences, in the order of the passages; a sentence that two passages share comes once, and whole.

    `wanted`: terms of the question, each with its word, which count as a sentence's own if it writes them otherwise.
    What only furnishes a page (`page_furniture`) is no sentence.
    """
    found = [found for index, hit in enumerate(passages) for found in _split(index, hit, wanted)]
    found = _without_overlaps(found, passages)
    furniture = repeated([(passages[c.passage].document_id, c.text) for c in found if "|" not in c.text])
    return [c for c in found if c.text not in furniture and not is_furniture(c.text, passages[c.passage].kind)]


def _split(index: int, hit: Hit, wanted: Mapping[str, str]) -> list[Candidate]:
    named = f"{hit.title} {hit.heading or ''}"
    title = frozenset(terms(named)) | standing(wanted, named, hit.language)
    names = frozenset(plain(name) for name in (hit.title, *(hit.heading or "").split(" › ")) if name)
    found: list[Candidate] = []
    for sentence in split_sentences(hit.text):
        start = sentence.start + said_from(hit.text[sentence.start : sentence.end], hit.kind)
        text = hit.text[start : sentence.end]
        words = frozenset(terms(text))
        if wanted and not words.issuperset(wanted):
            words |= standing(wanted, text, hit.language)
        if not words:  # a rule of dashes answers nothing
            continue
        part = role(hit.text, start, sentence.end, kind=hit.kind, names=names)
        candidate = Candidate(
            index, hit.start + start, hit.start + sentence.end, text, part, words, content_terms(text), title
        )
        candidate.lead = table_head(hit.text, start)
        found.append(candidate)
    _add_leads(found, frozenset(terms(hit.title)))
    for position, candidate in enumerate(found):
        before = found[position - 1].words if position else frozenset()
        after = found[position + 1].words if position + 1 < len(found) else frozenset()
        candidate.context = candidate.words | title | frozenset(terms(candidate.lead))
        candidate.before = candidate.context | before
        candidate.around = candidate.before | after
    return found


def _add_leads(found: Sequence[Candidate], title: frozenset[str]) -> None:
    """What each sentence needs to be understood: the question before it, or else the heading that it stands under."""
    heading = ""
    asked = ""
    for candidate in found:
        if candidate.role is Role.heading:
            # The document's own title is known anyway.
            heading, asked = "" if candidate.words <= title else candidate.text, ""
        elif candidate.role is not Role.label:
            candidate.lead = candidate.lead or asked or heading
            asked = candidate.text if candidate.is_question else ""


def _without_overlaps(candidates: list[Candidate], passages: Sequence[Hit]) -> list[Candidate]:
    """Chunks overlap, so a sentence may come twice or cut off at a chunk's edge: the longest of each stays."""
    kept: list[Candidate] = []
    taken: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for candidate in sorted(candidates, key=lambda c: (c.start - c.end, c.passage)):
        hit = passages[candidate.passage]
        ranges = taken.setdefault((hit.document_id, hit.version), [])
        if all(candidate.end <= start or candidate.start >= end for start, end in ranges):
            ranges.append((candidate.start, candidate.end))
            kept.append(candidate)
    return sorted(kept, key=lambda c: (c.passage, c.start))

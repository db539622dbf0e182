"""Finds passages that contradict or replace each other, so that an answer prefers the newer and shows the older.

Works on the few passages of one answer with word sets and regular expressions, about a millisecond for eight of them.
It is a sign for the reader, not a proof: it sees versions of the same text, and words that announce a replacement.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from backend.embedding.search.models import Hit
from backend.rag.models import Contradiction

# Sentences are about the same thing when this share of the shorter one's words (numbers aside) is in the other.
_SAME_SENTENCE = 0.7
_SAME_SUBJECT_TITLE = 0.3
_SHORTEST_SENTENCE_WORDS = 4

_WORD = re.compile(r"[^\W\d_]{2,}")
_VALUE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_TITLE_VERSION = re.compile(
    r"\b(?:v(?:ersion)?\s*\d+(?:\.\d+)*|rev(?:ision)?\s*\d+|draft|final|old|new|updated|superseded|deprecated|obsolete|"
    r"archived?|copy|(?:19|20)\d\d(?:[-_/.]\d{1,2}){0,2}|q[1-4])\b|\.(?:md|pdf|docx|txt|html?|pptx|xlsx|eml)$",
    re.IGNORECASE,
)
_REPLACES = re.compile(r"\b(?:supersedes|replaces|obsoletes|ersetzt|remplace|reemplaza)\b(?!\s+by)", re.IGNORECASE)
_REPLACED = re.compile(
    r"\b(?:superseded|replaced|obsoleted)\s+by\b|\b(?:deprecated|obsolete|outdated)\b"
    r"|\bno longer (?:valid|in force|applies)\b"
    r"|\bthis (?:document|policy|page|version) (?:is|has been) (?:superseded|replaced|withdrawn|retired)\b",
    re.IGNORECASE,
)
_ASKS_FOR_THE_PAST = re.compile(
    r"\b(?:old|older|previous|previously|former|formerly|before|used to|original|originally|history|earlier|past|"
    r"was|were|did|changed?|changes|difference|compare|compared|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
# Words of a title that say nothing about its subject.
_COMMON = frozenset("the a an of for and to in on at by with from re fwd fw our your about is are".split())  # noqa: SIM905 - reads as words


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: frozenset[str]
    values: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class _Reading:
    hit: Hit
    subject: frozenset[str]
    sentences: tuple[_Sentence, ...]
    replaces: bool
    replaced: bool


def find_contradictions(hits: Sequence[Hit]) -> tuple[Contradiction, ...]:
    """At most one for each pair of documents, those of the best passages first."""
    readings = [_read(hit) for hit in hits]
    found: dict[frozenset[str], Contradiction] = {}
    for one, other in combinations(readings, 2):
        pair = frozenset({one.hit.document_id, other.hit.document_id})
        if len(pair) < 2:
            continue
        contradiction = _compare(one, other)
        if contradiction is None:
            continue
        known = found.get(pair)
        if known is None or (known.kind == "conflict" and contradiction.kind == "superseded"):
            found[pair] = contradiction
    return tuple(found.values())


def superseded_by(contradictions: Sequence[Contradiction]) -> dict[str, str]:
    """Older document id → the newer one that replaces it."""
    return {item.older.document_id: item.newer.document_id for item in contradictions if item.kind == "superseded"}


def asks_for_the_past(question: str) -> bool:
    """Whether the older of two versions may be just what is wanted."""
    return _ASKS_FOR_THE_PAST.search(question) is not None


def _read(hit: Hit) -> _Reading:
    sentences = []
    for part in _SENTENCE.split(hit.text):
        words = frozenset(word.casefold() for word in _WORD.findall(part))
        if len(words) >= _SHORTEST_SENTENCE_WORDS:
            sentences.append(_Sentence(words, frozenset(_VALUE.findall(part)), " ".join(part.split())))
    heading = f"{hit.title} {hit.heading or ''}"
    return _Reading(
        hit=hit,
        subject=_subject(hit.title),
        sentences=tuple(sentences),
        replaces=bool(_REPLACES.search(hit.text)),
        replaced=bool(_REPLACED.search(hit.text) or _REPLACED.search(heading)),
    )


def _subject(title: str) -> frozenset[str]:
    bare = _TITLE_VERSION.sub(" ", title.replace("_", " ").replace("-", " "))
    return frozenset(word for word in (w.casefold() for w in _WORD.findall(bare)) if word not in _COMMON)


def _compare(one: _Reading, other: _Reading) -> Contradiction | None:
    titles = _overlap(one.subject, other.subject)
    changed = _changed_sentences(one, other)
    announced = _announced(one, other)
    if announced and (titles >= _SAME_SUBJECT_TITLE or changed):
        older, newer = announced
        return _contradiction("superseded", older, newer, changed)
    if one.hit.modified_at == other.hit.modified_at:
        return _contradiction("conflict", one, other, changed) if changed else None
    older, newer = sorted((one, other), key=lambda reading: reading.hit.modified_at)
    if changed:
        same_title = bool(one.subject) and one.subject == other.subject
        return _contradiction("superseded" if same_title else "conflict", older, newer, changed)
    return None


def _announced(one: _Reading, other: _Reading) -> tuple[_Reading, _Reading] | None:
    """(older, newer) when exactly one of them says that it is replaced, or replaces; None when that is unclear."""
    if one.replaced != other.replaced:
        return (one, other) if one.replaced else (other, one)
    if one.replaces != other.replaces:
        older, newer = (other, one) if one.replaces else (one, other)
        return (older, newer) if older.hit.modified_at <= newer.hit.modified_at else None
    return None


def _changed_sentences(one: _Reading, other: _Reading) -> tuple[_Sentence, _Sentence] | None:
    """Two sentences with the same words but other numbers, each missing what the other says."""
    for left in one.sentences:
        for right in other.sentences:
            if not left.values or not right.values or left.values <= right.values or right.values <= left.values:
                continue
            smaller, larger = sorted((left.words, right.words), key=len)
            if len(smaller & larger) >= _SAME_SENTENCE * len(smaller) and len(smaller) >= 0.5 * len(larger):
                return left, right
    return None


def _contradiction(
    kind: str, older: _Reading, newer: _Reading, changed: tuple[_Sentence, _Sentence] | None
) -> Contradiction:
    before = f"“{older.hit.title}” ({older.hit.modified_at:%Y-%m-%d})"
    after = f"“{newer.hit.title}” ({newer.hit.modified_at:%Y-%m-%d})"
    if kind == "superseded":
        return Contradiction("superseded", older.hit, newer.hit, f"{after} replaces {before}.")
    assert changed is not None  # noqa: S101 - a conflict is always found in two sentences
    values = sorted(changed[0].values ^ changed[1].values)[:4]
    return Contradiction("conflict", older.hit, newer.hit, f"{before} and {after} differ: {', '.join(values)}.")


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0

"""Finds passages that contradict or replace each other, so that an answer prefers the newer and shows the older.

Works on the few passages of one answer with word sets and regular expressions, about a millisecond for eight of them.
It is a sign for the reader, not a proof: it sees versions of the same text, and words that announce a replacement.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from backend.embedding.search.models import Hit
from backend.rag.models import Contradiction, Source
from backend.rag.precedence import in_order
from backend.text.function_words import ENGLISH
from backend.text.terms import content_terms, terms

# Sentences are about the same thing when this share of the shorter one's words (numbers aside) is in the other.
_SAME_SENTENCE = 0.7
_SAME_SUBJECT_TITLE = 0.3
_SHORTEST_SENTENCE_WORDS = 4

_WORD = re.compile(r"[^\W\d_]{2,}")
_VALUE = re.compile(r"\d+(?:[.,:/-]\d+)*")
# "1. März" does not end a sentence.
_SENTENCE = re.compile(r"(?<=[.!?。！？])(?<!\b\d\.)(?<!\b\d\d\.)\s+|\n+")
_TITLE_VERSION = re.compile(
    r"\b(?:v(?:ersion)?\s*\d+(?:\.\d+)*|rev(?:ision)?\s*\d+|draft|final|old|new|updated|superseded|deprecated|obsolete|"
    r"archived?|copy|(?:19|20)\d\d(?:[-_/.]\d{1,2}){0,2}|q[1-4])\b|\.(?:md|pdf|docx|txt|html?|pptx|xlsx|eml)$",
    re.IGNORECASE,
)
_REPLACES = re.compile(
    r"\b(?:supersedes|replaces|obsoletes|ersetzt|remplace|reemplaza|sustituye|tritt an die stelle)\b(?!\s(?:by|durch))",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    r"\b(?:superseded|replaced|obsoleted)\s+by\b|\b(?:ersetzt|abgelöst)\s+durch\b|\baußer kraft\b|"
    r"\b(?:deprecated|obsolete|outdated)\b"
    r"|\bno longer (?:valid|in force|applies)\b"
    r"|\bthis (?:document|policy|page|version) (?:is|has been) (?:superseded|replaced|withdrawn|retired)\b",
    re.IGNORECASE,
)
# Words with which a mail or a message changes what was said before, without replacing a document.
_UPDATES = re.compile(
    r"\b(?:instead of|no longer|not any ?more|any longer|mov(?:es?|ed) (?:from|to|on)|postponed|brought forward|"
    r"delayed|"
    r"(?:raise|increase|lower|reduce|change|extend|shorten|correct|amend)(?:s|d|ed)?\b.{0,60}?\b(?:to|from|by)|amendment|"
    r"correction|withdrawn|cancelled|update[sd]?|revised|new (?:date|limit|price|address|number|amount|rule|deadline)|"
    r"not the \w+ of|is dead|turned out|in the end|final(?:ly)?|released|rather than|"
    r"nicht mehr|statt (?:bisher|wie)|verschoben|verlegt|berichtigung|korrektur|"
    r"neue[rs]? (?:termin|preis|beitrag|frist)|"
    r"ab (?:dem )?\d{1,2}\. ?\w{1,9} (?:\d{4} )?gilt|gilt ab|désormais|dorénavant|reportée?|aplazad[oa]|ya no)\b",
    re.IGNORECASE | re.DOTALL,
)
_COVERS_QUESTION = 0.6
# How much of the shorter sentence's words a change has with what it changes.
_CHANGES = 0.6
_ASKS_FOR_THE_PAST = re.compile(
    r"\b(?:old|older|previous|previously|former|formerly|before|used to|original|originally|history|earlier|past|"
    r"was|were|did|changed?|changes|difference|compare|compared|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
# Words of a title that say nothing about its subject.
_COMMON = ENGLISH | {"re", "fwd", "fw"}


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
    announces: bool
    updates: bool
    on_topic: bool


def find_contradictions(hits: Sequence[Hit], question: str = "") -> tuple[Contradiction, ...]:
    """At most one for each pair of documents, those of the best passages first.

    With the question, a later passage about the same thing that announces a change is taken for an update.
    """
    wanted = content_terms(question)
    readings = [_read(hit, wanted) for hit in hits]
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


def in_force(question: str, sources: Sequence[Source], contradictions: Sequence[Contradiction]) -> Sequence[Source]:
    """The passages to quote from: none of a document that is certainly replaced, unless the past is asked for."""
    if asks_for_the_past(question):
        return sources
    outdated = {item.older.document_id for item in contradictions if item.certain}
    return [source for source in sources if source.hit.document_id not in outdated] or sources


def _read(hit: Hit, wanted: frozenset[str]) -> _Reading:
    sentences = []
    for part in _SENTENCE.split(hit.text):
        words = frozenset(word.casefold() for word in _WORD.findall(part))
        if len(words) >= _SHORTEST_SENTENCE_WORDS:
            sentences.append(_Sentence(words, frozenset(_VALUE.findall(part)), " ".join(part.split())))
    heading = f"{hit.title} {hit.heading or ''}"
    named = wanted & frozenset(terms(heading))
    changing = bool(_UPDATES.search(heading))
    on_topic = updates = False
    for sentence in sentences if wanted else ():
        met = named | (wanted & frozenset(terms(sentence.text)))
        if len(met) >= 2 and len(met) >= _COVERS_QUESTION * len(wanted):
            on_topic = True
            updates = updates or changing or bool(_UPDATES.search(sentence.text))
    return _Reading(
        hit=hit,
        subject=subject_of(hit.title),
        sentences=tuple(sentences),
        announces=any(pattern.search(text) for pattern in (_REPLACES, _REPLACED) for text in (hit.text, heading)),
        updates=updates,
        on_topic=on_topic,
    )


def subject_of(title: str) -> frozenset[str]:
    """The words of a title without those that tell its version or date."""
    bare = _TITLE_VERSION.sub(" ", title.replace("_", " ").replace("-", " "))
    return frozenset(word for word in (w.casefold() for w in _WORD.findall(bare)) if word not in _COMMON)


def _compare(one: _Reading, other: _Reading) -> Contradiction | None:
    titles = _overlap(one.subject, other.subject)
    changed = _changed_sentences(one, other)
    ordered = in_order(one.hit, other.hit)
    if ordered is None:
        return _conflict(one, other, changed) if changed else None
    older, newer = (one, other) if ordered[0] is one.hit else (other, one)
    same_title = bool(one.subject) and one.subject == other.subject
    if (older.announces or newer.announces) and (titles >= _SAME_SUBJECT_TITLE or changed):
        return _replacement(older, newer, certain=True)
    if changed:
        return _replacement(older, newer, certain=True) if same_title else _conflict(older, newer, changed)
    if older.on_topic and (newer.updates or _changes_what_is_said(older, newer)):
        return _replacement(older, newer, certain=False)
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


def _changes_what_is_said(older: _Reading, newer: _Reading) -> bool:
    """Whether a sentence that speaks of a change is about what a sentence of the older one says, word by word."""
    changing = [one.words - ENGLISH for one in newer.sentences if _UPDATES.search(one.text)]
    for one in older.sentences:
        words = one.words - ENGLISH
        if any(len(words & other) >= _CHANGES * min(len(words), len(other)) for other in changing if words and other):
            return True
    return False


def _replacement(older: _Reading, newer: _Reading, *, certain: bool) -> Contradiction:
    verb = "replaces" if certain else "is later and speaks of a change to"
    note = f"{_named(newer.hit)} {verb} {_named(older.hit)}."
    return Contradiction("superseded" if certain else "conflict", older.hit, newer.hit, note, certain, not certain)


def _conflict(older: _Reading, newer: _Reading, changed: tuple[_Sentence, _Sentence]) -> Contradiction:
    values = sorted(changed[0].values ^ changed[1].values)[:4]
    note = f"{_named(older.hit)} and {_named(newer.hit)} differ: {', '.join(values)}."
    return Contradiction("conflict", older.hit, newer.hit, note, updates=newer.updates and older.on_topic)


def _named(hit: Hit) -> str:
    return f"“{hit.title}” ({hit.modified_at:%Y-%m-%d})"


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0

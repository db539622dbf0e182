"""The composer for what changed between two versions of one document: what differs, under the title of either."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from backend.documents.breaks import breaks_of
from backend.documents.texts import TextDamaged
from backend.embedding.search.models import Hit
from backend.errors import NotFound
from backend.rag.composing import Asked, Composed
from backend.rag.disagreement import subject_of
from backend.rag.ports import VersionTexts
from backend.rag.precedence import in_order, versions_named, versions_of
from backend.rag.sides.blocks import block
from backend.rag.sides.choice import Aspect, chosen
from backend.rag.sides.units import Alternatives, Unit, alternatives, languages_of, met, units_of, words_of
from backend.text.sides import Sides, two_sides, without_form
from backend.text.terms import content_terms, terms

# How alike the titles of two versions are, without their years and versions.
_SAME_SUBJECT = 0.5
# What is shown of either.
_MOST = 8
# How much of what is asked about them one sentence has at the least.
_MET = 0.5
# What of a document is compared; what stands behind it is not seen.
_MOST_CHARS = 60_000

_OLD = re.compile(
    r"\b(?:old|older|previous|former|earlier|last (?:years?|month|time)|used to|originally|fr(?:ü|ue)her\w*|"
    r"vorher\w*|bisher\w*|damals|alte[rnsm]?|letzte[snmr]? (?:jahr|mal)|vorig\w*|ancien(?:ne)?s?|avant|antes|"
    r"anterior(?:es)?|vieja|viejo)\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:new|newer|now|nowadays|currently?|today|this (?:year|month)|jetzt|heute|aktuell\w*|neue[rnsm]?|neuerdings|"
    r"inzwischen|nouvel(?:le)?s?|nouveau|maintenant|ahora|nuev[oa]s?|actual)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:what(?:'s| is| has| have| did| was|s)?(?: \w+){0,2} (?:chang(?:e|ed|es|ing)|different|"
    r"new (?:in|about|with))|was (?:hat|ist|haben|wurde)\b.{0,60}\b(?:geändert|neu|anders)|"
    r"qu'est-ce qui a changé|qué (?:ha )?cambi\w+)\b",
    re.IGNORECASE,
)
_VERSION_WORDS = re.compile(
    r"\b(?:v\d[\d.]*|versions?|fassung(?:en)?|(?:19|20)\d\d|than|als|vs|neu|anders)\b", re.IGNORECASE
)


class Changes:
    def __init__(self, texts: VersionTexts) -> None:
        self._texts = texts

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the question sets no times or versions against each other, or there are no two versions."""
        query = asked.query
        sides = two_sides(query)
        if not ((_OLD.search(query) and _NEW.search(query)) or _CHANGED.search(query) or _name_versions(sides)):
            return None
        hits = [source.hit for source in asked.sources]
        if not (pair := _versions_among(hits, query)):
            return None
        older, newer = [await self._whole(asked, hit) for hit in pair]
        if older is None or newer is None:
            return None
        return await asyncio.to_thread(_composed, query, older, newer)

    async def _whole(self, asked: Asked, hit: Hit) -> Hit | None:
        """The document as one passage with its headings."""
        try:
            stored = await self._texts.text(asked.question.caller, hit.document_id, hit.version)
        except (NotFound, TextDamaged):
            return None
        text = stored.text[:_MOST_CHARS]
        return replace(hit, text=text, start=0, end=len(text), breaks=tuple(breaks_of(stored.sections)), highlights=())


def _name_versions(sides: Iterable[Sides]) -> bool:
    return any(any(versions_named(one.first)) and any(versions_named(one.second)) for one in sides)


def _versions_among(hits: Sequence[Hit], query: str) -> tuple[Hit, Hit] | None:
    """The first two documents of one subject and other versions; those that the question names where it does."""
    documents = list({hit.document_id: hit for hit in reversed(hits)}.values())[::-1]
    wanted = {key for found in two_sides(query) for side in (found.first, found.second) for key in versions_named(side)}
    asked = content_terms(query)
    pairs = [pair for pair in combinations(documents, 2) if _are_versions(*pair)]
    pairs.sort(key=lambda pair: -_named(pair, wanted - {()}, asked))
    return in_order(*pairs[0]) if pairs else None


def _are_versions(one: Hit, other: Hit) -> bool:
    subjects = subject_of(one.title), subject_of(other.title)
    shared = len(subjects[0] & subjects[1]) / max(1, len(subjects[0] | subjects[1]))
    keys = zip(versions_of(one), versions_of(other), strict=True)
    told = any(key and another and key != another for key, another in keys)
    return shared == 1 or (told and shared >= _SAME_SUBJECT)


def _named(pair: tuple[Hit, Hit], wanted: set[tuple[int, ...]], asked: frozenset[str]) -> float:
    """How well the question names this pair: by its versions, then by its title."""
    keys = sum(not wanted.isdisjoint(versions_of(hit)) for hit in pair)
    return keys + len(asked & frozenset(terms(pair[0].title))) / 10


def _composed(query: str, older: Hit, newer: Hit) -> Composed | None:
    before, now = _without_common(list(units_of(older)), list(units_of(newer)))
    aspect = Aspect(_asked_of(query, older, newer), None)
    titled = content_terms(query) & frozenset(terms(f"{older.title} {newer.title}"))
    if not aspect.words and not titled:
        return None
    first, second = chosen(Sides(older.title, newer.title), aspect, before, now, most=_MOST)
    if aspect.words and not any(met(aspect.words, unit.around) > _MET for unit in (*first, *second)):
        return None
    if not first or not second:
        return None
    names = [older.title, newer.title]
    if older.title == newer.title:
        names = [f"{hit.title}, {hit.modified_at:%Y-%m-%d}" for hit in (older, newer)]
    return Composed((*block(names[0], first), "\n\n", *block(names[1], second)))


def _asked_of(query: str, older: Hit, newer: Hit) -> Alternatives:
    """What is asked about beside the document itself, the times and the change."""
    for pattern in (_OLD, _NEW, _VERSION_WORDS):
        query = pattern.sub(" ", query)
    titles = words_of(f"{older.title} {newer.title}", older.language)
    wanted = alternatives(without_form(query), languages_of([older, newer]))
    return tuple(forms for forms in wanted if forms.isdisjoint(titles))


def _without_common(before: Sequence[Unit], now: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """What only one of the two says."""
    said = [frozenset(" ".join(unit.text.split()) for unit in side) for side in (before, now)]
    return (
        [unit for unit in before if " ".join(unit.text.split()) not in said[1]],
        [unit for unit in now if " ".join(unit.text.split()) not in said[0]],
    )

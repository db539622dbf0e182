"""The composer of wholes: a list with what announces it, all of the steps, or a short section, word for word.

A question asks for it by its form (`wholes`), and a document must have it: the words of the question stand in the
lead, the headings and the title of a list, the word for what is listed right at it. The list may go on beyond the
passage that was found, so the version's text is read. Whatever is less sure is left to the next composer.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from backend.documents.models import Kind
from backend.documents.texts import TextDamaged
from backend.embedding.search.models import Hit
from backend.errors import NotFound
from backend.quoting.answer_types import names
from backend.quoting.extractive import ExtractiveAnswerer
from backend.quoting.sections import Listing, Section, Span, sections_of
from backend.rag.composing import Asked, Composed
from backend.rag.disagreement import in_force
from backend.rag.ports import VersionTexts
from backend.rag.section_writing import Page, SectionWriting
from backend.rag.whole_words import NEEDED, STEPWISE, question_words, said
from backend.rag.wholes import Sort, Whole, asked_whole
from backend.text.folding import fold
from backend.text.terms import content_words, figures, inverse_frequencies, recall, stated_figures, terms

_DOCUMENTS = 5
_MOST_PROSE_CHARS = 700
#: Of the question's words, by weight: what must stand in lead, headings and title; and there or in the list itself.
_HEADED = {Sort.members: 0.6, Sort.needs: 0.5, Sort.steps: 0.5}
_MET = 0.75
#: So near by their vectors, two words stand for each other.
_NEAR_WORD = 0.72
_LOOKED_AT = 3
#: More than this share of the question's words must be met by a list from which the best sentences are.
_SHARE_OF_QUOTED = 0.5
_MOST_WORDS = 64
_WITHOUT_PROSE = frozenset({Kind.csv, Kind.xlsx, Kind.json, Kind.code, Kind.data, Kind.log, Kind.calendar})


@dataclass(slots=True)
class _Unit:
    """What may be quoted as a whole: lists, or else paragraphs.

    `own`: the words of its lead or heading; `path`: with the headings above; `wide`: with the title; `inside`: what it
    says. `met` are the question's terms in each of these. `titled`: its heading is the document's own.
    """

    page: Page
    heading: Span | None
    parts: tuple[tuple[Span | None, Listing], ...]
    paragraphs: tuple[Span, ...]
    titled: bool
    own: str
    path: str
    inside: str
    met_own: frozenset[str] = frozenset()
    met_path: frozenset[str] = frozenset()
    met_wide: frozenset[str] = frozenset()
    met_all: frozenset[str] = frozenset()
    score: float = 0.0

    @property
    def numbered(self) -> bool:
        return bool(self.parts) and self.parts[0][1].items[0].numbered

    def around(self, start: int, end: int) -> bool:
        """Whether a stretch of the text is of one of its lists, or of what announces it."""
        return any(
            (listing.lead or listing.items[0]).start < end and start < listing.items[-1].end
            for _, listing in self.parts
        )

    @property
    def starts(self) -> frozenset[int]:
        return frozenset(listing.items[0].start for _, listing in self.parts)


class SectionAnswers:
    def __init__(self, quoting: ExtractiveAnswerer, texts: VersionTexts) -> None:
        self._quoting = quoting
        self._texts = texts

    async def compose(self, asked: Asked) -> Composed | None:
        """None where no list or section is surely the one that is asked for. Errors: `UpstreamError`."""
        whole = asked_whole(asked.query)
        wanted = question_words(asked.query) if whole else {}
        if whole is None or not wanted:
            return None
        sources = in_force(asked.question.text, asked.sources, asked.contradictions)
        pages = await self._pages(asked, [source.hit for source in sources])
        units = await asyncio.to_thread(_units, pages, whole, wanted)
        weights = inverse_frequencies(f"{source.hit.title} {source.hit.text}" for source in asked.sources)
        _rank(units, whole, wanted, weights)
        for unit in units[:_LOOKED_AT]:
            await self._add_near_words(unit, wanted)
        _rank(units, whole, wanted, weights)
        chosen = next((unit for unit in units[:_LOOKED_AT] if _fits(unit, whole, wanted, weights, asked.query)), None)
        if chosen is None:
            chosen = await self._quoted_from(units, whole, wanted, asked.query, [source.hit for source in sources])
        if chosen is None:
            return None
        urls = [source.hit.url for source in asked.sources if source.hit.url]
        return _quoted(_widest(chosen, units, whole, weights, wanted), urls)

    async def _pages(self, asked: Asked, hits: Sequence[Hit]) -> list[Page]:
        pages: list[Page] = []
        seen: set[str] = set()
        for rank, hit in enumerate(hits):
            if hit.kind in _WITHOUT_PROSE or hit.document_id in seen or len(pages) == _DOCUMENTS:
                continue
            seen.add(hit.document_id)
            with suppress(NotFound, TextDamaged):  # gone since it was found
                pages.append(
                    Page(hit, rank, await self._texts.text(asked.question.caller, hit.document_id, hit.version))
                )
        return pages

    async def _quoted_from(
        self,
        units: Sequence[_Unit],
        whole: Whole,
        wanted: Mapping[str, tuple[str, ...]],
        question: str,
        hits: Sequence[Hit],
    ) -> _Unit | None:
        """The list that the best sentences are of, where single ones would be quoted: a part of what is asked for."""
        found = await self._quoting.answer(question, hits)
        if found.abstained:
            return None
        best: tuple[int, _Unit] | None = None
        for unit in units:
            if len(unit.parts) != 1 or len(unit.met_all) <= _SHARE_OF_QUOTED * len(wanted):
                continue
            inside = [
                hits[one.passage_index].document_id == unit.page.hit.document_id and unit.around(one.start, one.end)
                for one in found.sentences
            ]
            sure = inside[0] and (unit.numbered if whole.sort is Sort.steps else _noun_met(unit, whole, wanted))
            if (sum(inside) > 1 or sure) and (best is None or sum(inside) > best[0]):
                best = (sum(inside), unit)
        return best[1] if best else None

    async def _add_near_words(self, unit: _Unit, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """Counts words of the question as met that mean nearly the same as one of lead, headings and title."""
        missing = [term for term in wanted if term not in unit.met_wide]
        words = list(content_words(f"{unit.path} {unit.page.hit.title}").values())[:_MOST_WORDS]
        own = content_words(unit.own).values()
        if not missing or not words:
            return
        vectors = await self._quoting.words.of([*(wanted[term][0] for term in missing), *words])
        cosines = self._quoting.words.scale(vectors[: len(missing)] @ vectors[len(missing) :].T)
        for term, row in zip(missing, cosines, strict=True):
            nearest = words[int(row.argmax())]
            if row.max() >= _NEAR_WORD:
                unit.met_wide |= {term}
                unit.met_all |= {term}
                unit.met_path |= {term} if nearest in content_words(unit.path).values() else frozenset()
                unit.met_own |= {term} if nearest in own else frozenset()


def _units(pages: Sequence[Page], whole: Whole, wanted: Mapping[str, tuple[str, ...]]) -> list[_Unit]:
    """Everything that may be quoted, with the question's words that it meets; of each document in its order."""
    units = [unit for page in pages for unit in _of_page(page)]
    # "what papers do they want from me": a list of what is needed may call them something else
    role = frozenset(
        term
        for term, words in wanted.items()
        if whole.sort is Sort.needs and words[0] != whole.noun and NEEDED.search(fold(words[0]))
    )
    for unit in units:
        language = unit.page.hit.language
        title = said(wanted, unit.page.hit.title, language)
        unit.met_own = said(wanted, unit.own, language, kindred=True)
        if role and NEEDED.search(fold(unit.own)):
            unit.met_own |= role
        unit.met_path = unit.met_own | said(wanted, unit.path, language, kindred=True)
        unit.met_wide = unit.met_path | title
        unit.met_all = unit.met_wide | said(wanted, unit.inside, language)
    return units


def _of_page(page: Page) -> list[_Unit]:
    known = [(one.start, one.level) for one in page.stored.sections if one.heading]
    sections = sections_of(page.stored.text, known)
    title = frozenset(terms(page.hit.title))
    units: list[_Unit] = []
    for index, section in enumerate(sections):
        own = page.said(section.heading)
        above = " ".join(page.said(sections[at].heading) for at in section.above)
        titled = not section.above and frozenset(terms(own)) <= title
        for listing in section.listings:
            lead = page.said(listing.lead)
            units.append(_unit(page, section, [(None, listing)], f"{own} {lead}", above, titled=titled and not lead))
        end = next((at for at in range(index + 1, len(sections)) if index not in sections[at].above), len(sections))
        below = sections[index:end]
        parts = [
            (one.heading if one is not section and not at else None, listing)
            for one in below
            for at, listing in enumerate(one.listings)
        ]
        if section.heading and len(parts) > 1:
            units.append(_unit(page, section, parts, own, above, titled=titled))
        prose = section.paragraphs if section.heading and not section.listings and not titled else []
        if prose and prose[-1].end - prose[0].start <= _MOST_PROSE_CHARS:
            units.append(_unit(page, section, [], own, above, titled=titled))
    return units


def _unit(
    page: Page,
    section: Section,
    parts: Sequence[tuple[Span | None, Listing]],
    own: str,
    above: str,
    *,
    titled: bool,
) -> _Unit:
    paragraphs = () if parts else tuple(section.paragraphs)
    inside = [*paragraphs, *(item for _, listing in parts for item in listing.items)]
    leads = " ".join(f"{page.said(heading)} {page.said(listing.lead)}" for heading, listing in parts)
    return _Unit(
        page=page,
        heading=section.heading,
        parts=tuple(parts),
        paragraphs=paragraphs,
        titled=titled,
        own=own,
        path=f"{own} {above}",
        inside=" ".join([leads, *map(page.said, inside)]),
    )


def _rank(
    units: list[_Unit], whole: Whole, wanted: Mapping[str, tuple[str, ...]], weights: Mapping[str, float]
) -> None:
    for unit in units:
        own = fold(unit.own)
        unit.score = (
            0.45 * recall(wanted, unit.met_path, weights)
            + 0.25 * recall(wanted, unit.met_wide, weights)
            + 0.15 * recall(wanted, unit.met_all, weights)
            + 0.1 / (1 + unit.page.rank)
            - 0.25 * unit.titled
        )
        if not unit.parts:
            unit.score -= 0.15
        if whole.noun is not None and _noun_met(unit, whole, wanted):
            unit.score += 0.3
        if whole.sort is Sort.needs:
            unit.score += 0.3 * bool(NEEDED.search(own)) - 0.3 * bool(STEPWISE.search(own)) - 0.1 * unit.numbered
        if whole.sort is Sort.steps:
            unit.score += 0.2 * bool(STEPWISE.search(own)) - 0.4 * _only_needed(unit)
            unit.score += 0.15 * unit.numbered
    units.sort(key=lambda unit: -unit.score)


def _only_needed(unit: _Unit) -> bool:
    """Whether it is a list of what one needs ("Ingredients"), not one about the thing that is asked for."""
    return not unit.met_own and NEEDED.search(fold(unit.own)) is not None


def _noun_met(unit: _Unit, whole: Whole, wanted: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the word for what is listed stands right at the list, or says nothing ("things").

    "For boats" under "House rules" are rules too, if boats are asked for.
    """
    there = unit.met_path if unit.met_own else unit.met_own
    return all(term in there for term, words in wanted.items() if words[0] == whole.noun)


def _fits(
    unit: _Unit,
    whole: Whole,
    wanted: Mapping[str, tuple[str, ...]],
    weights: Mapping[str, float],
    question: str,
) -> bool:
    """Whether this is surely what is asked for."""
    if recall(wanted, unit.met_wide, weights) < _HEADED[whole.sort] or recall(wanted, unit.met_all, weights) < _MET:
        return False
    hit = unit.page.hit
    around = f"{hit.title} {unit.path} {unit.inside}"
    if figures(question).keys() - stated_figures(around):
        return False
    # In German every noun looks like a name.
    if hit.language in (None, "en") and any(not set(terms(around)).issuperset(terms(name)) for name in names(question)):
        return False
    own = fold(unit.own)
    match whole.sort:
        case Sort.members:
            # A list of sentences is headed by what they are.
            named = whole.noun is not None and bool(unit.met_own)
            return bool(unit.met_path) and _noun_met(unit, whole, wanted) and (bool(unit.parts) or named)
        case Sort.needs:
            return (bool(unit.parts) and bool(NEEDED.search(own))) or (whole.noun is not None and bool(unit.met_own))
        case Sort.steps:
            if _only_needed(unit) and not unit.numbered:
                return False
            if unit.parts and not unit.numbered and not STEPWISE.search(own):
                # Points are steps only where what is asked is just what they are headed with.
                return recall(wanted, unit.met_path, weights) >= _MET
            return bool(unit.met_path) or bool(STEPWISE.search(own))


def _widest(
    chosen: _Unit,
    units: Sequence[_Unit],
    whole: Whole,
    weights: Mapping[str, float],
    wanted: Mapping[str, tuple[str, ...]],
) -> _Unit:
    """All the lists of a section where nothing of the question points to one of them."""
    if whole.sort is Sort.steps:
        return chosen
    least = recall(wanted, chosen.met_path, weights)
    wider = [
        unit
        for unit in units
        if unit.page is chosen.page
        and unit.starts > chosen.starts
        and not unit.titled
        and _noun_met(unit, whole, wanted)
        and recall(wanted, unit.met_path, weights) >= least
    ]
    return max(wider, key=lambda unit: len(unit.starts), default=chosen)


def _quoted(unit: _Unit, urls: Sequence[str]) -> Composed | None:
    writing = SectionWriting(unit.page, urls)
    first_lead = unit.parts[0][1].lead if unit.parts else None
    if unit.heading and (first_lead is None or len(unit.parts) > 1):
        writing.heading(unit.heading)
    for paragraph in unit.paragraphs:
        writing.block(paragraph)
    for heading, listing in unit.parts:
        if heading:
            writing.heading(heading)
        if listing.lead:
            writing.block(listing.lead)
        writing.items(listing.items)
    return writing.composed()

"""What could be asked next, from what stands around the answer: without a model, and only what has words behind it.

First what was asked, of a sibling of what it was asked about: the next section ("… in Spain?" for "… in France?"), or
another document of its kind. Then the headings around the cited section, then documents that the cited words name.
Headings and titles are words of documents, and a question that is pressed counts as typed: one that holds an address,
or more than plain words, is not offered (docs/adr/0214).
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from backend.documents.models import DocumentText, Kind, Section
from backend.documents.texts import TextDamaged
from backend.embedding.search.models import Hit
from backend.errors import BibliosError
from backend.llm.streaming import sanitise
from backend.rag.composing import Asked
from backend.rag.models import Answered, Cited, Offer
from backend.rag.ports import VersionTexts
from backend.rag.references import language_of_question
from backend.text.folding import fold
from backend.text.terms import content_terms, terms

_MOST = 3
_MOST_OF_A_RELATION = 2
_MOST_SECTIONS = 2_000
_MOST_LOOKED_AT = 12
_MOST_DOCUMENTS = 5
_MOST_CHARS_READ = 4_000
_MOST_CHARS_NAMED = 20_000
#: Less text than this below a heading answers nothing.
_LEAST_CHARS = 40
_LONGEST_CHARS = 60
_LONGEST_QUESTION_CHARS = 200
#: Of what is asked besides, this share must stand in the sibling's text.
_SHARE_MET = 0.6
#: With fewer words besides the heading, any section seems to say it.
_LEAST_BESIDES_A_HEADING = 2
_WITHOUT_HEADINGS = frozenset({Kind.csv, Kind.xlsx, Kind.json, Kind.code, Kind.data, Kind.log, Kind.calendar})

_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?:\d{1,3}[.)]){1,4}\d{0,3}\s+|\d{1,3}\s+(?=[^\W\d_])")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
_PLAIN = re.compile(r"(?:[^\W_]|[ '’&/(),:;%§€$£+?!.–—-])+")
_ADDRESS = re.compile(r"//|[^\W\d_]\.[^\W\d_]")
_SAYS = {
    "en": ("What does “{title}” say about “{topic}”?", "What does “{title}” say?"),
    "de": ("Was steht in „{title}“ zu „{topic}“?", "Was steht in „{title}“?"),
    "fr": ("Que dit « {title} » sur « {topic} » ?", "Que dit « {title} » ?"),
    "es": ("¿Qué dice «{title}» sobre «{topic}»?", "¿Qué dice «{title}»?"),
}


def speakable(words: str) -> str | None:
    """Words of a document as they may stand in a question; None where they are more than a plain, short name."""
    said = " ".join(sanitise(words, ()).split())
    said = _NUMBERED.sub("", said, count=1) if _NUMBERED.match(said) else said
    if not 1 < len(said) <= _LONGEST_CHARS or not _PLAIN.fullmatch(said) or _ADDRESS.search(said):
        return None
    return said if _WORD.search(said) else None


def titled(title: str) -> str | None:
    """A document's title as it may stand in a question, without the ending of a file's name."""
    return speakable(_EXTENSION.sub("", title))


def says(title: str, language: str) -> str:
    """The question what a document says; `title` as `titled` gives it."""
    return _SAYS[language][1].format(title=title)


async def next_questions(asked: Asked, answered: Answered, texts: VersionTexts) -> tuple[Offer, ...]:
    """At most three questions that nobody asked in this conversation. Never fails: where a text cannot be read, those
    that need it are left out.
    """
    if answered.outcome not in {"answer", "partial"} or not answered.citations:
        return ()
    hit = answered.citations[0].hit
    text = None
    if hit.kind not in _WITHOUT_HEADINGS:
        with suppress(BibliosError, TextDamaged):
            text = await texts.text(asked.question.caller, hit.document_id, hit.version)
    return offers(asked, answered.citations, text)


def offers(asked: Asked, citations: Sequence[Cited], text: DocumentText | None) -> tuple[Offer, ...]:
    """`text`: of the document that is cited first; without it nothing of its sections is offered."""
    hit = citations[0].hit
    language = language_of_question(asked.question.text)
    before = _asked_before(asked)
    known = {_words(question) for question in before}
    siblings = _siblings(text, [one for one in citations if one.hit.document_id == hit.document_id]) if text else []
    chosen: dict[tuple[str, ...], Offer] = {}

    def take(found: Iterator[Offer], most: int) -> None:
        for offer in found:
            if len(chosen) >= most:
                return
            words = _words(offer.text)
            if words and words not in known and len(offer.text) <= _LONGEST_QUESTION_CHARS:
                chosen.setdefault(words, offer)

    take(_same_of_sections(asked, hit, siblings), _MOST_OF_A_RELATION)
    take(_same_of_documents(asked, citations), _MOST_OF_A_RELATION)
    said = [content_terms(question) for question in (*before, *(offer.text for offer in chosen.values()))]
    take(_about_sections(hit, siblings, said, language), _MOST)
    take(_about_documents(asked, citations, language), _MOST)
    return tuple(chosen.values())


@dataclass(frozen=True, slots=True)
class _Sibling:
    """A section beside the cited one, with the first of its own text; `of`: what the cited one is called."""

    heading: str
    body: str
    of: str | None


def _asked_before(asked: Asked) -> list[str]:
    said = [asked.question.text, asked.query]
    for turn in asked.question.history:
        said += [turn.question, turn.query or ""]
    return [question[:_LONGEST_QUESTION_CHARS] for question in said if question.strip()]


def _siblings(text: DocumentText, citations: Sequence[Cited]) -> list[_Sibling]:
    """The sections at the level of the cited one and under the same heading, nearest first and the next before the
    last; where the cited one is the title, those right below it.
    """
    if text.excerpt or len(text.sections) > _MOST_SECTIONS:
        return []
    headed = sorted((one for one in text.sections if one.heading), key=lambda one: (one.start, one.level))
    at = {_place(headed, citation.start) for citation in citations}
    anchor = _place(headed, citations[0].start)
    if anchor is None:
        return []
    beside = [*_level_with(headed, anchor, 1), *_level_with(headed, anchor, -1)] or _below(headed, anchor)
    beside.sort(key=lambda place: (abs(place - anchor), place < anchor))
    of = speakable(headed[anchor].heading or "")
    found = []
    for place in [place for place in beside if place not in at][:_MOST_LOOKED_AT]:
        heading = speakable(headed[place].heading or "")
        body = _body(text.text, headed, place)
        if heading and len(body) >= _LEAST_CHARS:
            found.append(_Sibling(heading, body, of))
    return found


def _place(headed: Sequence[Section], start: int) -> int | None:
    """The last section that begins before an offset of the text."""
    return next((at for at in range(len(headed) - 1, -1, -1) if headed[at].start <= start), None)


def _level_with(headed: Sequence[Section], anchor: int, step: int) -> list[int]:
    found = []
    at = anchor + step
    while 0 <= at < len(headed) and headed[at].level >= headed[anchor].level:
        if headed[at].level == headed[anchor].level:
            found.append(at)
        at += step
    return found


def _below(headed: Sequence[Section], anchor: int) -> list[int]:
    inside = range(anchor + 1, len(headed))
    first = headed[anchor + 1].level if anchor + 1 < len(headed) else 0
    if first <= headed[anchor].level:
        return []
    ends = next((at for at in inside if headed[at].level <= headed[anchor].level), len(headed))
    return [at for at in range(anchor + 1, ends) if headed[at].level == first]


def _body(text: str, headed: Sequence[Section], place: int) -> str:
    """What stands below a heading and above the next one."""
    section = headed[place]
    end = min(section.end, headed[place + 1].start if place + 1 < len(headed) else section.end)
    said = text[section.start : min(end, section.start + _MOST_CHARS_READ)].lstrip(" #\t\n")
    return said.removeprefix(section.heading or "").strip()


def _same_of_sections(asked: Asked, hit: Hit, siblings: Sequence[_Sibling]) -> Iterator[Offer]:
    for one in siblings:
        if one.of and (
            question := _moved(asked.query, one.of, one.heading, one.body, besides=_LEAST_BESIDES_A_HEADING)
        ):
            yield Offer(question, hit.document_id)


def _same_of_documents(asked: Asked, citations: Sequence[Cited]) -> Iterator[Offer]:
    """The question about another document that was found, of which the title has a word in common."""
    cited = {one.hit.document_id for one in citations}
    of = titled(citations[0].hit.title)
    kind = content_terms(of) if of else frozenset()
    for source in asked.sources[:_MOST_DOCUMENTS]:
        other = titled(source.hit.title)
        if of and other and source.superseded_by is None and source.hit.document_id not in cited:
            named = content_terms(other)
            # Told apart by more than figures: those are editions, of which one is in force.
            apart = [term for term in named - kind if not term.isdigit()]
            if (
                apart
                and named & kind
                and (question := _moved(asked.query, of, other, source.hit.text[:_MOST_CHARS_READ], besides=1))
            ):
                yield Offer(question, source.hit.document_id)


def _moved(question: str, of: str, to: str, body: str, *, besides: int) -> str | None:
    """The question with one name in place of another, if the text has most of what it asks besides, `besides` words or
    more.
    """
    if len(question) > _LONGEST_QUESTION_CHARS:
        return None
    wanted, found = _words(of), list(_WORD.finditer(question))
    said = [fold(match[0]) for match in found]
    for at in range(len(said) - len(wanted) + 1):
        if wanted and tuple(said[at : at + len(wanted)]) == wanted:
            rest = content_terms(question) - content_terms(of)
            if len(rest) < besides or len(rest & frozenset(terms(body))) < _SHARE_MET * len(rest):
                return None
            return f"{question[: found[at].start()]}{to}{question[found[at + len(wanted) - 1].end() :]}"
    return None


def _about_sections(
    hit: Hit, siblings: Sequence[_Sibling], said: Sequence[frozenset[str]], language: str
) -> Iterator[Offer]:
    title = titled(hit.title)
    for one in siblings:
        if any(content_terms(one.heading) <= terms_said for terms_said in said):
            continue
        if one.heading.endswith("?"):
            yield Offer(one.heading, hit.document_id)
        elif title:
            yield Offer(_SAYS[language][0].format(title=title, topic=one.heading), hit.document_id)


def _about_documents(asked: Asked, citations: Sequence[Cited], language: str) -> Iterator[Offer]:
    """What the other documents say that were found and that the cited passages name."""
    cited = {one.hit.document_id: one.hit for one in citations}
    said = _words(" ".join(hit.text for hit in cited.values())[:_MOST_CHARS_NAMED])
    joined = f" {' '.join(said)} "
    for source in asked.sources:
        title = titled(source.hit.title)
        if title and source.superseded_by is None and source.hit.document_id not in cited:
            words = _words(title)
            if len(words) > 1 and f" {' '.join(words)} " in joined:
                yield Offer(says(title, language), source.hit.document_id)


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(text))

"""A question that names a document and one of its headings, both in quotation marks: what stands under that heading.

"What does “Leave policy” say about “Carry-over”?" is offered beneath answers, and asks for no more than the section.
"""

import asyncio
import re
from dataclasses import replace

from backend.documents.models import DocumentText
from backend.documents.texts import TextDamaged
from backend.embedding.search.models import Hit
from backend.errors import NotFound
from backend.quoting.candidates import find_candidates
from backend.quoting.line_roles import Role
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.naming import DocumentFinder, name_words
from backend.rag.next_questions import speakable, titled
from backend.rag.ports import VersionTexts
from backend.rag.quotes import excerpt_of
from backend.text.folding import fold

_QUOTED = re.compile(r"[“„«\"]\s?([^“”„«»\"]{2,80}?)\s?[”“»\"]")
_WORD = re.compile(r"[^\W_]+")
_MOST_QUOTES = 5
_MOST_CHARS = 700
_MOST_SECTIONS = 2_000
_SEPARATOR = "\n\n"


class NamedSections:
    def __init__(self, finder: DocumentFinder, texts: VersionTexts) -> None:
        self._finder = finder
        self._texts = texts

    async def compose(self, asked: Asked) -> Composed | None:
        """None unless two names are quoted, and one document is called by the first and has the second as a heading.

        Errors: `Unavailable`.
        """
        quoted = _QUOTED.findall(asked.question.text)
        if len(quoted) != 2:
            return None
        title, topic = quoted
        hit = await self._document(asked, title)
        if hit is None:
            return None
        try:
            stored = await self._texts.text(asked.question.caller, hit.document_id, hit.version)
        except (NotFound, TextDamaged):  # it has gone since it was found
            return None
        excerpts = await asyncio.to_thread(_under, hit, stored, topic)
        pieces: list[str | Excerpt] = []
        for excerpt in excerpts:
            pieces += [_SEPARATOR, excerpt] if pieces else [excerpt]
        return Composed(tuple(pieces)) if pieces else None

    async def _document(self, asked: Asked, title: str) -> Hit | None:
        """The passage of a document that is called exactly so."""
        wanted = _words(title)
        found = [source.hit for source in asked.sources if _words(titled(source.hit.title) or "") == wanted]
        if found or not name_words(title):
            return found[0] if found else None
        caller, filters = asked.question.caller, asked.question.filters
        named = await self._finder.find(caller, title, filters=filters)
        if named is None or _words(titled(named.title) or "") != wanted:
            return None
        return await self._finder.hit_of(caller, named.document_id, title)


def _under(hit: Hit, stored: DocumentText, topic: str) -> list[Excerpt]:
    """What stands below a heading and above the next one, sentence by sentence, as far as an answer should go."""
    headed = sorted((one for one in stored.sections if one.heading), key=lambda one: (one.start, one.level))
    if stored.excerpt or len(headed) > _MOST_SECTIONS:
        return []
    for place, section in enumerate(headed):
        if _words(speakable(section.heading or "") or "") != _words(topic):
            continue
        end = min(section.end, headed[place + 1].start if place + 1 < len(headed) else section.end)
        start = section.start
        part = replace(hit, text=stored.text[start:end], start=start, end=end, highlights=())
        excerpts: list[Excerpt] = []
        for candidate in find_candidates([part]):
            full = len(excerpts) == _MOST_QUOTES or (excerpts and candidate.end - start > _MOST_CHARS)
            if full:
                break
            if candidate.role in (Role.says, Role.field) and (
                excerpt := excerpt_of(part, candidate.start, candidate.end)
            ):
                excerpts.append(excerpt)
        if excerpts:
            return excerpts
    return []


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(text))

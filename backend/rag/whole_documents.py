"""Answers to what means a document as a whole, or only names something: a summary, a document, what has the words.

- `NamedSections`: a document and one of its headings, both in quotation marks.
- `NamedDocuments`: a question that is the title or the file name of one document.
- `Summaries`: "summarise X", "what is X about", where one document is called X.
- `Identified` and `Keywords`, for what is in documents and no name of one.
"""

from backend.embedding.models.base import Embedder
from backend.embedding.search.models import Hit
from backend.errors import NotFound
from backend.rag.carrying_over import depends_on_history
from backend.rag.composing import Asked, Composed, Composer, Excerpt
from backend.rag.digest import Digest, Digests
from backend.rag.disagreement import asks_for_the_past
from backend.rag.identified import Identified
from backend.rag.intent import without_courtesy
from backend.rag.keywords import Keywords
from backend.rag.named_sections import NamedSections
from backend.rag.naming import GENERIC, DocumentFinder, Named, alike, name_words
from backend.rag.ports import PassageSearch, Shelf, VersionTexts
from backend.rag.quotes import shown_heading
from backend.rag.shelf import link_to
from backend.rag.whole_requests import asks_summary_of, bare_phrase

_SUMMARY_EXCERPTS = 8
_NAMED_EXCERPTS = 6
_TITLE_WORDS = 14
# Of a title, what a question must have to be that title and no phrase that happens to be in it.
_LEAST_SHARE = 0.6
# The same where a person asks to be shown it.
_LEAST_SHOWN = 0.2
_LEAST_TITLE_WORDS = 2


def whole_documents(
    *, search: PassageSearch, texts: VersionTexts, shelf: Shelf, embedder: Embedder
) -> tuple[Composer, ...]:
    """In the order in which they are tried."""
    finder, digests = DocumentFinder(search, shelf), Digests(texts, embedder)
    return (
        NamedSections(finder, texts),
        NamedDocuments(finder, digests),
        Summaries(finder, digests, texts),
        Identified(search),
        Keywords(search, embedder),
    )


class Summaries:
    def __init__(self, finder: DocumentFinder, digests: Digests, texts: VersionTexts) -> None:
        self._finder = finder
        self._digests = digests
        self._texts = texts

    async def compose(self, asked: Asked) -> Composed | None:
        """None where no one document is meant. Errors: `UpstreamError` of the embedder, `Unavailable`."""
        subject = asks_summary_of(without_courtesy(asked.question.text))
        if subject is None:
            return None
        only = asked.question.filters.document_ids
        if len(only) == 1:  # the person has chosen the document
            hit = next((source.hit for source in asked.sources), None)
            return await _told(self._digests, asked, hit, most=_SUMMARY_EXCERPTS)
        if not subject:
            return None
        caller, filters = asked.question.caller, asked.question.filters
        found = await _found(self._finder, asked, subject)
        if found is not None:
            hit = await self._finder.hit_of(caller, found.document_id, subject)
        else:
            hit = await self._finder.find_about(
                caller, subject, self._texts, filters=filters, outdated=_outdated(asked)
            )
        return await _told(self._digests, asked, hit, most=_SUMMARY_EXCERPTS)


class NamedDocuments:
    def __init__(self, finder: DocumentFinder, digests: Digests) -> None:
        self._finder = finder
        self._digests = digests

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the question is no document's name. Errors: `UpstreamError` of the embedder, `Unavailable`."""
        if _follows_on(asked):
            return None
        bare = bare_phrase(without_courtesy(asked.question.text), most_words=_TITLE_WORDS)
        if bare is None or bare.defined or not _may_be_title(bare.phrase, quoted=bare.quoted):
            return None
        found = await _found(self._finder, asked, bare.phrase)
        if found is None or not _is_name(bare.phrase, found, least=_LEAST_SHOWN if bare.shown else _LEAST_SHARE):
            return None
        hit = await self._finder.hit_of(asked.question.caller, found.document_id, bare.phrase)
        return await _told(self._digests, asked, hit, most=_NAMED_EXCERPTS)


def _may_be_title(phrase: str, *, quoted: bool) -> bool:
    """One word is a name only in quotation marks, or as a file's."""
    return quoted or len(name_words(phrase)) >= _LEAST_TITLE_WORDS


def _is_name(phrase: str, found: Named, *, least: float) -> bool:
    """Whether a phrase is at least such a part of a document's title or file name, and nothing beside."""
    own = {word for name in found.names for word in name}
    return found.share >= least and all(
        any(alike(word, other) for other in own) for word in name_words(phrase) if word not in GENERIC
    )


def _follows_on(asked: Asked) -> bool:
    return bool(asked.question.history) and depends_on_history(asked.question.text)


async def _found(finder: DocumentFinder, asked: Asked, subject: str) -> Named | None:
    question = asked.question
    return await finder.find(question.caller, subject, filters=question.filters, outdated=_outdated(asked))


def _outdated(asked: Asked) -> frozenset[str]:
    """The documents that another one replaces, unless the past is asked for."""
    if asks_for_the_past(asked.question.text):
        return frozenset()
    return frozenset(source.hit.document_id for source in asked.sources if source.superseded_by)


async def _told(digests: Digests, asked: Asked, hit: Hit | None, *, most: int) -> Composed | None:
    if hit is None:
        return None
    try:
        digest = await digests.of(asked.question.caller, hit, most=most)
    except NotFound:  # it has gone since it was found
        return None
    return Composed(tuple(_pieces(hit, digest))) if digest is not None else None


def _pieces(hit: Hit, digest: Digest) -> list[str | Excerpt]:
    """The title as a link with kind and date, the headings, then what each part says."""
    pieces: list[str | Excerpt] = [f"{link_to(hit.title, hit.document_id)} ({hit.kind}, {hit.modified_at:%Y-%m-%d})"]
    if digest.headings:
        pieces.append(f"\n\n{' · '.join(map(shown_heading, digest.headings))}")
    pieces.append("\n")
    above = ""
    for heading, excerpts in digest.parts:
        pieces.append(f"\n- **{shown_heading(heading)}**: " if heading and heading != above else "\n- ")
        above = heading
        for at, excerpt in enumerate(excerpts):
            if at:
                pieces.append(" ")
            pieces.append(excerpt)
    return pieces

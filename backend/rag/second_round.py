"""A second round of search, from what the first one found: documents that are called what the nearest ones name.

"Where was the director of the film Gaby born?" is answered in the document of a person whom only the document of the
film names. So where a question names a document by its title and asks for more than one thing of it, the names in that
document's first sentences are looked up as titles. Where it names two ("A or B"), each side is looked up on its own
first: the words of one often push the other out of the first places (docs/adr/0209).
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from backend.access import Caller
from backend.embedding.search.models import Filters, Hit
from backend.errors import BibliosError
from backend.rag.models import Step
from backend.rag.ports import PassageSearch
from backend.text.folding import fold
from backend.text.sentences import split_sentences
from backend.text.terms import content_terms

log = structlog.get_logger(__name__)

#: What a widened result holds at most; passages of named documents are never the ones that make room.
MOST_PASSAGES = 10
_MOST_ANCHORS = 4
_MOST_NAMES = 8
_MOST_FOLLOWED_EACH = 2
_FIRST_SENTENCES = 4
_PER_SIDE = 4
_MOST_SPLITS = 3
# What comes after it is not waited for: the answer goes on with what there is.
MOST_SECONDS = 1.5
# With one thing asked of a document, its own text says it.
_NESTED = 2
# So much of two words alike is one word: "director", "directed".
_ALIKE_CHARS = 5

_WORD = re.compile(r"[^\W_]+")
_BEHIND = re.compile(r"\([^()]{1,80}\)\s{0,3}\Z")
_OR = re.compile(r",?\s(?:or|vs\.?|versus|oder|ou|o)\s", re.IGNORECASE)
_AND = re.compile(r",?\s(?:and|und|et|y)\s", re.IGNORECASE)
_BEGINS = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,30}"
_PARTICLE = r"(?:(?:de|da|di|do|du|del|della|la|le|van|von|der|den|of|the|al|el|bin|ibn|zu|y)\s)"
_NAME = re.compile(rf"\b{_BEGINS}(?:\s{_PARTICLE}{{0,2}}{_BEGINS}){{0,6}}")


@dataclass(frozen=True, slots=True)
class _Named:
    """A document whose title stands in the question, and the words of that title."""

    hit: Hit
    words: tuple[str, ...]


async def widened(
    search: PassageSearch, caller: Caller, query: str, filters: Filters, hits: Sequence[Hit]
) -> tuple[tuple[Hit, ...], tuple[Step, ...]]:
    """The hits with those of a second round, at most `MOST_PASSAGES`, and what was looked up for them; as they are
    where none is needed.

    What fails or takes too long is left out: the first round stands by itself.
    """
    if not hits or not _may_be_nested(query):
        return tuple(hits), ()
    found: list[Hit] = []
    second = _SecondRound(search, caller, filters)
    with suppress(TimeoutError):
        async with asyncio.timeout(MOST_SECONDS):
            await second.follow(query, hits, found)
    return _merged(hits, found), tuple(second.steps)


class _SecondRound:
    def __init__(self, search: PassageSearch, caller: Caller, filters: Filters) -> None:
        self._search = search
        self._caller = caller
        self._filters = filters
        self.steps: list[Step] = []

    async def follow(self, query: str, hits: Sequence[Hit], found: list[Hit]) -> None:
        """Appends what is found as it is found, so that a time-out loses no more than what comes after it."""
        named = _named_in(query, hits)
        parts = _sides(query, named)
        sides = await asyncio.gather(*(self._called(side) for side in parts))
        for part, side in zip(parts, sides, strict=True):
            found.extend(side)
            if side:
                self.steps.append(Step(part.strip(), tuple(side)))
        named = _named_in(query, [*hits, *found])
        asked = content_terms(query) - frozenset(
            term for one in named for term in content_terms(_BEHIND.sub("", one.hit.title))
        )
        if not named or len(asked) < _NESTED:
            return
        found[:0] = [one.hit for one in named]
        for one in named:
            names = [name for name in names_in(one.hit.text, asked) if _words(name) != one.words][:_MOST_NAMES]
            answers = await asyncio.gather(*(self._by_title(name) for name in names))
            followed = [(name, hit) for name, hit in zip(names, answers, strict=True) if hit is not None]
            for name, hit in followed[:_MOST_FOLLOWED_EACH]:
                found.append(hit)
                self.steps.append(Step(name, (hit,), named_in=one.hit.document_id))

    async def _called(self, text: str) -> list[Hit]:
        """Documents whose title stands in a part of the question."""
        hits = await self._hits(text, limit=_PER_SIDE)
        return [one.hit for one in _named_in(text, hits)]

    async def _by_title(self, name: str) -> Hit | None:
        wanted = _words(name)
        for hit in await self._hits(name, limit=2):
            title = _title_words(hit)
            if title == wanted or (len(wanted) > 1 and title[: len(wanted)] == wanted):
                return hit
        return None

    async def _hits(self, query: str, *, limit: int) -> Sequence[Hit]:
        try:
            result = await self._search.search(
                self._caller, query, filters=self._filters, limit=limit, group="document"
            )
        except BibliosError as error:
            log.warning("second_round_failed", code=error.code)
            return ()
        return result.hits


def names_in(text: str, asked: Iterable[str]) -> list[str]:
    """Names in the first sentences of a text, in the order in which they are worth looking up, none twice.

    Those come first that follow a word of what is asked, in whatever form: "directed by Luis Mandoki" for "director".
    """
    starts = [term[:_ALIKE_CHARS] for term in asked if len(term) >= _ALIKE_CHARS]
    near: list[str] = []
    rest: list[str] = []
    for sentence in split_sentences(text)[:_FIRST_SENTENCES]:
        said = text[sentence.start : sentence.end]
        folded = fold(said)
        places = [at for start in starts if (at := folded.find(start)) >= 0] if len(folded) == len(said) else []
        for match in _NAME.finditer(said):
            name = match.group().rstrip(".'’-")
            if not match.start() and " " not in name:
                continue  # any word begins a sentence so
            (near if places and match.start() > min(places) else rest).append(name)
    return list(dict.fromkeys([*near, *rest]))


def _may_be_nested(query: str) -> bool:
    return len(content_terms(query)) > _NESTED


def _sides(query: str, named: Sequence[_Named]) -> list[str]:
    """The two parts of "… A or B", if not both name a document that is found already."""
    # Titles have such words themselves, "or" more seldom than "and".
    between = list(_OR.finditer(query)) or list(_AND.finditer(query))
    known = [one.words for one in named]
    sides: list[str] = []
    for match in between[:_MOST_SPLITS]:
        for side in (query[: match.start()], query[match.end() :]):
            words = _words(side)
            if words and not any(_stands_in(title, words) for title in known):
                sides.append(side)
    return sides


def _named_in(text: str, hits: Sequence[Hit]) -> list[_Named]:
    """Documents whose title stands in a text, each once, at most `_MOST_ANCHORS`; not those that a longer one holds."""
    words = _words(text)
    found: dict[str, _Named] = {}
    for hit in hits:
        title = _title_words(hit)
        if title and hit.document_id not in found and _stands_in(title, words) and content_terms(" ".join(title)):
            found[hit.document_id] = _Named(hit, title)
    kept = [
        one
        for one in found.values()
        if not any(len(other.words) > len(one.words) and _stands_in(one.words, other.words) for other in found.values())
    ]
    return kept[:_MOST_ANCHORS]


def _merged(hits: Sequence[Hit], found: Sequence[Hit]) -> tuple[Hit, ...]:
    """Best first; from the end, hits make room for what was found besides."""
    known = {hit.document_id for hit in hits}
    wanted = {hit.document_id for hit in found}
    added = list({hit.document_id: hit for hit in found if hit.document_id not in known}.values())[:MOST_PASSAGES]
    kept = list(hits)
    for hit in reversed(hits):
        if len(kept) + len(added) <= max(MOST_PASSAGES, len(hits)):
            break
        if hit.document_id not in wanted:
            kept.remove(hit)
    return (*kept, *added[: max(MOST_PASSAGES, len(hits)) - len(kept)])


def _title_words(hit: Hit) -> tuple[str, ...]:
    return _words(_BEHIND.sub("", hit.title))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    size = len(part)
    return any(tuple(whole[at : at + size]) == tuple(part) for at in range(len(whole) - size + 1))

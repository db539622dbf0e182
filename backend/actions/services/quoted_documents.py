"""Which documents the words of a mail stand in, word for word: looked up for a handful of its sentences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.access import Caller
from backend.embedding.search.hydration import ChunkSource
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Filters

#: So many words in a row are no chance.
QUOTED_WORDS = 8
_SENTENCES, _HITS_EACH = 5, 5
#: Of a longer mail the rest is not compared.
_MOST_WORDS = 5_000
_QUERY_WORDS = 40
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!?;\n]+")


@dataclass(frozen=True, slots=True)
class Quote:
    """`words`: the first of those that stand in the document as they do in the mail."""

    document_id: str
    title: str
    holder: str
    words: str


class FindsQuotes(Protocol):
    """Implementation: `Quotes`."""

    async def within(self, caller: Caller, text: str) -> Sequence[Quote]: ...


class Quotes:
    def __init__(self, lexical: LexicalIndex, chunks: ChunkSource) -> None:
        self._lexical = lexical
        self._chunks = chunks

    async def within(self, caller: Caller, text: str) -> list[Quote]:
        """The documents that the caller sees and the text quotes, each once. Errors: `Unavailable`."""
        words = _WORD.findall(text.casefold())[:_MOST_WORDS]
        runs = _runs(words)
        found: dict[str, str] = {}
        for sentence in _longest(text):
            hits = await self._lexical.search(
                sentence, limit=_HITS_EACH, principals=caller.principals, filters=Filters()
            )
            found |= {hit.chunk_id: hit.document_id for hit in hits}
        if not found or not runs:
            return []
        rows, heads = await self._chunks.load(list(found), sorted(set(found.values())))
        quotes: dict[str, Quote] = {}
        for row in rows.values():
            head = heads.get(row.document_id)
            if head is None or head.version != row.version or not caller.may_see(tuple(head.access)):
                continue
            held = _runs(_WORD.findall(row.text.casefold()))
            if common := runs.keys() & held.keys():
                first = min(common, key=runs.__getitem__)
                quotes.setdefault(row.document_id, Quote(row.document_id, head.title, head.holder, " ".join(first)))
        return list(quotes.values())


def _runs(words: Sequence[str]) -> Mapping[tuple[str, ...], int]:
    """Every run of so many words, with where it first stands."""
    runs: dict[tuple[str, ...], int] = {}
    for at in range(len(words) - QUOTED_WORDS + 1):
        runs.setdefault(tuple(words[at : at + QUOTED_WORDS]), at)
    return runs


def _longest(text: str) -> list[str]:
    """The longest sentences that can hold a quote, shortened to what a search needs."""
    cut = (_WORD.findall(one) for one in _SENTENCE.split(text))
    long = sorted((words for words in cut if len(words) >= QUOTED_WORDS), key=len, reverse=True)
    return [" ".join(words[:_QUERY_WORDS]) for words in long[:_SENTENCES]]

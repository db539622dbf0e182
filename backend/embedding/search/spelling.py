"""Words that nothing has, taken for words that the caller's own documents have.

The vocabulary is read from passages whose access was checked, so that no word of a document that one may not see is
ever proposed, nor is it told that it exists.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable

from backend.access import Caller
from backend.embedding.search.hydration import ChunkSource
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Filters
from backend.text.folding import UNSPACED, fold
from backend.text.function_words import OF_QUESTIONS
from backend.text.phrases import phrases_of

_WORD = re.compile(r"[^\W\d_]+")
# Short words have too many neighbours, and long ones may have two letters wrong.
_LEAST_CHARS = 4
_LONG_CHARS = 8
_MOST_CHARS = 40
# In a longer question the other words say enough.
_MOST_WORDS = 6
_PASSAGES = 20


class Spelling:
    """Corrects queries word by word. Errors: those of the lexical index and of the chunks."""

    def __init__(self, lexical: LexicalIndex, chunks: ChunkSource) -> None:
        self._lexical = lexical
        self._chunks = chunks

    async def corrected(self, caller: Caller, query: str) -> str | None:
        """The query with its unknown words replaced; None when each is known, or has no near one.

        What stands in quotation marks is meant as it is written.
        """
        if phrases_of(query):
            return None
        words = {word: fold(word) for word in dict.fromkeys(_WORD.findall(query)) if _may_be_wrong(query, word)}
        if not words or len(words) > _MOST_WORDS:
            return None
        found = await asyncio.gather(*(self._meant(caller, word) for word in words.values()))
        meant = {word: near for word, near in zip(words, found, strict=True) if near is not None}
        if not meant:
            return None
        return _WORD.sub(lambda match: meant.get(match.group(), match.group()), query)

    async def _meant(self, caller: Caller, word: str) -> str | None:
        """The word that is meant by an unknown one, as it is written in a document."""
        known = await self._lexical.search(word, limit=1, principals=caller.principals, filters=Filters(), parts=False)
        if known:
            return None
        for edits in (1, 2) if len(word) >= _LONG_CHARS else (1,):
            hits = await self._lexical.similar(word, limit=_PASSAGES, principals=caller.principals, edits=edits)
            texts = await self._texts(caller, {hit.chunk_id: hit.document_id for hit in hits})
            if (near := _nearest(word, texts, edits)) is not None:
                return near
        return None

    async def _texts(self, caller: Caller, chunks: dict[str, str]) -> list[str]:
        rows, heads = await self._chunks.load(list(chunks), list(dict.fromkeys(chunks.values())))
        return [
            f"{head.title}\n{row.text}"
            for row in rows.values()
            if (head := heads.get(row.document_id)) is not None and caller.may_see(head.access)
        ]


def edit_distance(one: str, other: str, most: int) -> int:
    """Letters missing, added, exchanged or swapped with the next (optimal string alignment); above `most`: more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, there in enumerate(other, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != there))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == there:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]


def _may_be_wrong(query: str, word: str) -> bool:
    """Whether a word is one that people misspell: no name in capitals, no part of an identifier, no function word."""
    if not _LEAST_CHARS <= len(word) <= _MOST_CHARS or word.isupper() or UNSPACED.search(word):
        return False
    place = query.find(word)
    around = query[max(0, place - 1) : place] + query[place + len(word) : place + len(word) + 1]
    return fold(word) not in OF_QUESTIONS and not any(sign.isdigit() or sign in "-_./@" for sign in around)


def _nearest(word: str, texts: Iterable[str], edits: int) -> str | None:
    """Of the words of these texts the nearest, and of equally near ones the commonest, in lower case."""
    counts = Counter(found.lower() for text in texts for found in _WORD.findall(text))
    near = [
        (distance, -count, found)
        for found, count in counts.items()
        if found[:1] == word[:1]
        and len(found) >= _LEAST_CHARS
        and 0 < (distance := edit_distance(word, fold(found), edits)) <= edits
    ]
    return min(near)[2] if near else None

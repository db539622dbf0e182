"""In-memory indexes for tests: honest and slow. They pass the same contract suites as the real ones.

Both are derived indexes that forget everything when the process ends, so `last_seq` starts at 0.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from backend.embedding.models.base import Vectors
from backend.embedding.search.filters import entry_matches
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit
from backend.embedding.search.spelling import edit_distance
from backend.text.analysis import QueryTerms, clean, name_terms, variant_terms
from backend.text.folding import fold
from backend.text.phrases import holds_phrase
from backend.text.word_forms import form_terms

# A word, or a single character of a script that is written without spaces.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_BM25_K1 = 1.2


class _MemoryEntries:
    """The entries by chunk id, and the writes that both ports share."""

    def __init__(self) -> None:
        self._entries: dict[str, IndexEntry] = {}
        self._last_seq = 0

    @property
    def last_seq(self) -> int:
        return self._last_seq

    async def save(self, seq: int) -> None:
        self._last_seq = seq

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        self._entries.update({entry.chunk_id: entry for entry in entries})

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        gone = set(document_ids)
        self._keep(lambda entry: entry.document_id not in gone)

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        gone = set(chunk_ids)
        self._keep(lambda entry: entry.chunk_id not in gone)

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        self._entries = {
            key: replace(
                entry,
                access=changes.get(entry.document_id, entry.access),
                path=paths.get(entry.document_id, entry.path),
            )
            for key, entry in self._entries.items()
        }

    async def count(self) -> int:
        return len(self._entries)

    async def clear(self) -> None:
        self._entries.clear()
        self._last_seq = 0

    async def ping(self) -> None:
        return None

    async def close(self) -> None:
        return None

    def _keep(self, wanted: Callable[[IndexEntry], bool]) -> None:
        self._entries = {key: entry for key, entry in self._entries.items() if wanted(entry)}

    def _visible(self, principals: frozenset[str], filters: Filters) -> list[IndexEntry]:
        return [
            entry
            for entry in self._entries.values()
            if not principals.isdisjoint(entry.access) and entry_matches(filters, entry)
        ]


class MemoryVectorStore(_MemoryEntries):
    """Exact cosine similarity over every visible entry."""

    async def search(
        self, vector: Vectors, *, limit: int, principals: frozenset[str], filters: Filters
    ) -> list[IndexHit]:
        scored = [
            IndexHit(entry.chunk_id, entry.document_id, float(np.dot(entry.vector, vector)))
            for entry in self._visible(principals, filters)
        ]
        return sorted(scored, key=lambda hit: (-hit.score, hit.chunk_id))[:limit]


class MemoryLexicalIndex(_MemoryEntries):
    """Word counts weighted by rarity, without stemming; spellings by what the product says of a text and a question."""

    async def search(
        self,
        query: str,
        *,
        limit: int,
        principals: frozenset[str],
        filters: Filters,
        phrases: Sequence[str] = (),
        parts: bool = True,
    ) -> list[IndexHit]:
        seen = self._visible(principals, Filters())
        languages = {entry.language for entry in seen if entry.language}
        asked = QueryTerms(query, languages=languages, parts=parts)
        counted = {entry.chunk_id: Counter(_all_words(entry)) for entry in seen}
        total = len(counted)
        weights = {
            word: math.log(1 + total / (1 + sum(word in words for words in counted.values())))
            for word in {*_words(query), *asked.variants, *asked.forms, *asked.parts}
        }
        hits = []
        for entry in self._visible(principals, filters):
            words = counted[entry.chunk_id]
            if not all(holds_phrase(f"{entry.title}\n{entry.text}", phrase) for phrase in phrases):
                continue
            score = sum(weight * words[word] / (words[word] + _BM25_K1) for word, weight in weights.items())
            if score > 0:
                hits.append(IndexHit(entry.chunk_id, entry.document_id, score))
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))[:limit]

    async def similar(self, word: str, *, limit: int, principals: frozenset[str], edits: int) -> list[IndexHit]:
        return [
            IndexHit(entry.chunk_id, entry.document_id, 1.0)
            for entry in self._visible(principals, Filters())
            if any(
                found[:1] == word[:1] and 0 < edit_distance(word, found, edits) <= edits
                for found in _words(f"{entry.title} {entry.text}")
            )
        ][:limit]


def _words(text: str) -> list[str]:
    return _TOKEN.findall(fold(text))


def _all_words(entry: IndexEntry) -> list[str]:
    body = f"{entry.title}\n{entry.text}"
    others = [*variant_terms(clean(body)), *form_terms(clean(body), entry.language)]
    return [*_words(body), *others, *name_terms(entry.path), *name_terms(entry.filename)]

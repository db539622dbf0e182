"""Reading the tantivy index for one caller: ranked by what the caller may see, however much else there is.

tantivy finds the candidates. How rare a word is it counts over everybody's chunks, so each word is weighted anew with
how many chunks that the caller may see have it; and the candidates are scored again by `bm25`, in a settled order.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import tantivy

from backend.embedding.search import tantivy_schema as layout
from backend.embedding.search.bm25 import Bm25, Sought, rarity
from backend.embedding.search.document_table import Mask
from backend.embedding.search.tantivy_counts import Counts
from backend.text.analysis import Phrase

# What is kept of chunks that were candidates, about 1 kB each.
_CACHED_CHUNKS = 10_000
# So many times as many candidates are scored again as are wanted: the best by tantivy's lengths hold the best by ours.
_SCORED_AGAIN = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as the index has it; `row` is its document's when the chunk was written."""

    chunk_id: str
    document_id: str
    row: int
    score: float


class Wanted(Protocol):
    """What is looked for."""

    @property
    def candidates_per_hit(self) -> int: ...

    def search(
        self, reader: "TantivyReader", searcher: tantivy.Searcher, limit: int, document_ids: Sequence[str] | None
    ) -> list[tuple[float, tantivy.DocAddress]]:
        """The best so many chunks, within the documents that are named, or in all."""
        ...

    def ranked(self, chunks: list[Found], held: list[layout.Held]) -> list[Found]:
        """The candidates as they are given back."""
        ...


class TantivyReader:
    """Searches run in threads; what it keeps for them is only ever added to, or replaced."""

    def __init__(self, index: tantivy.Index) -> None:
        self.index = index
        self._held: OrderedDict[int, layout.Held] = OrderedDict()

    def read(
        self, wanted: Wanted, candidates: int, limit: int, mask: Mask, document_ids: Sequence[str] | None
    ) -> tuple[list[Found], bool]:
        """The best `limit` visible ones of so many candidates, and whether these were all that there are."""
        searcher = self.index.searcher()
        hits = wanted.search(self, searcher, candidates, document_ids)
        rows = np.array(searcher.fast_field_values(layout.ROW, [address for _, address in hits]), np.int64)
        seen = np.flatnonzero(_seen(rows, mask))[:limit].tolist()
        keys = searcher.fast_field_values(layout.KEY, [hits[place][1] for place in seen])
        held = [self._chunk(searcher, int(key or 0), hits[at][1]) for at, key in zip(seen, keys, strict=True)]
        found = [
            Found(chunk.chunk_id, chunk.document_id, int(rows[place]), hits[place][0])
            for place, chunk in zip(seen, held, strict=True)
        ]
        return wanted.ranked(found, held), len(hits) < candidates

    def rarities(self, searcher: tantivy.Searcher, wanted: Sought, counts: Counts) -> dict[tuple[str, str], float]:
        """By field and term, from what the caller may see."""
        if counts.chunks is None:
            counts.chunks = self._count(searcher, counts, None, int(searcher.num_docs))
        found = {}
        for field_, term in {(one.field, one.term) for one in wanted.terms}:
            holding = counts.holding.get((field_, term))
            if holding is None:
                of_all = searcher.doc_freq(field_, term)
                holding = self._count(searcher, counts, (field_, term), of_all) if of_all else 0
                counts.holding[field_, term] = holding
            found[field_, term] = rarity(holding, counts.chunks)
        return found

    def _count(self, searcher: tantivy.Searcher, counts: Counts, term: tuple[str, str] | None, of_all: int) -> int:
        names = counts.within(of_all)
        schema = self.index.schema
        query = (
            layout.everything(schema, document_ids=names)
            if term is None
            else layout.holding(schema, *term, document_ids=names)
        )
        hits = searcher.search(query, max(of_all, 1), count=False).hits
        rows = np.array(searcher.fast_field_values(layout.ROW, [address for _, address in hits]), np.int64)
        return int(np.count_nonzero(_seen(rows, counts.mask)))

    def _chunk(self, searcher: tantivy.Searcher, key: int, address: tantivy.DocAddress) -> layout.Held:
        """Reading what is stored costs more than anything else of a hit, so that it is kept."""
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = layout.held(searcher.doc(address))
            if len(self._held) > _CACHED_CHUNKS:
                self._held.popitem(last=False)
        return held


class Words:
    """The words of a question, ranked by BM25 over what the caller sees."""

    candidates_per_hit = _SCORED_AGAIN

    def __init__(self, wanted: Sought, phrases: Sequence[Phrase], counts: Counts) -> None:
        self._wanted = wanted
        self._phrases = phrases
        self._counts = counts
        self._rarities: dict[tuple[str, str], float] | None = None

    def search(
        self, reader: TantivyReader, searcher: tantivy.Searcher, limit: int, document_ids: Sequence[str] | None
    ) -> list[tuple[float, tantivy.DocAddress]]:
        if self._rarities is None:
            self._rarities = reader.rarities(searcher, self._wanted, self._counts)
        boosts = {
            (name, term): value / rarity(searcher.doc_freq(name, term), int(searcher.num_docs))
            for (name, term), value in self._rarities.items()
        }
        query = layout.to_query(
            reader.index.schema, self._wanted, boosts=boosts, phrases=self._phrases, document_ids=document_ids
        )
        return list(searcher.search(query, limit, count=False).hits)

    def ranked(self, chunks: list[Found], held: list[layout.Held]) -> list[Found]:
        bm25 = Bm25(self._wanted, self._rarities or {})
        scored = [
            Found(chunk.chunk_id, chunk.document_id, chunk.row, bm25.score(one.terms))
            for chunk, one in zip(chunks, held, strict=True)
        ]
        return sorted(scored, key=lambda chunk: (-chunk.score, chunk.chunk_id))


class Similar:
    """Words spelt nearly like one, in an order that nothing but the chunks' ids decides."""

    candidates_per_hit = 1

    def __init__(self, word: str, *, edits: int) -> None:
        self._word = word
        self._edits = edits

    def search(
        self, reader: TantivyReader, searcher: tantivy.Searcher, limit: int, document_ids: Sequence[str] | None
    ) -> list[tuple[float, tantivy.DocAddress]]:
        schema = reader.index.schema
        query = layout.to_similar_query(schema, self._word, edits=self._edits, document_ids=document_ids)
        found = searcher.search(query, limit, count=False, order_by_field=layout.LOT).hits
        return [(1.0, address) for _, address in found]

    def ranked(self, chunks: list[Found], held: list[layout.Held]) -> list[Found]:
        return chunks


def _seen(rows: np.ndarray[tuple[int], np.dtype[np.int64]], mask: Mask) -> Mask:
    """Which of these are visible. A row behind the mask's end belongs to a document that came after it."""
    return np.asarray((rows < len(mask)) & mask[np.minimum(rows, len(mask) - 1)])

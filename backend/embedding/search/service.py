"""Hybrid search: both legs at once, one ranking, and hits read from the truth.

A candidate becomes a hit only if its chunk is still stored, belongs to the document's present version, and the
document's access list, as stored now, has a principal of the caller: the indexes are never the last word.
"""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime

import structlog

from backend.access import Caller
from backend.documents.holders import HolderNames, NoNames
from backend.embedding.models.base import Embedder
from backend.embedding.search.copies import Folded, with_connections
from backend.embedding.search.cross_language import CrossLanguage
from backend.embedding.search.hit_reader import Asked, Group, HitReader, every_chunk, one_each
from backend.embedding.search.hydration import ChunkSource
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Filters, Hit, IndexHit, SearchResult
from backend.embedding.search.ranking import RankedDocument, rank_chunks, rank_documents, recency_weight
from backend.embedding.search.semantic import SemanticSearch
from backend.embedding.search.spelling import Spelling
from backend.embedding.vector_store.base import VectorStore
from backend.errors import BibliosError, Unavailable
from backend.monitoring.metrics import SEARCH_DEGRADED, SEARCH_SECONDS
from backend.settings import SearchSettings
from backend.text.analysis import Phrase
from backend.text.phrases import phrases_of

log = structlog.get_logger(__name__)


# A leg gives at least this many candidates for each hit that is asked for.
_CANDIDATES_PER_HIT = 5
# Where so many candidates are copies of one another that too few hits are left, so many times as many are asked for.
_WIDER = 4
_MOST_CANDIDATES = 2_000


class SearchService:
    """Searches everything that a caller may see."""

    def __init__(
        self,
        *,
        embedder: Embedder,
        vector_store: VectorStore,
        lexical: LexicalIndex,
        chunks: ChunkSource,
        settings: SearchSettings,
        names: HolderNames | None = None,
    ) -> None:
        """`names`: how connections are called; without it they have no name."""
        self._names = names or NoNames()
        self._semantic = SemanticSearch(embedder, vector_store)
        self._cross_language = CrossLanguage(embedder, chunks)
        self._lexical = lexical
        self._spelling = Spelling(lexical, chunks)
        self._chunks = chunks
        self._settings = settings

    def serve_from(self, embedder: Embedder, vector_store: VectorStore) -> None:
        """Answers from another model's vectors from now on; a search that is under way ends with the former ones."""
        self._semantic = SemanticSearch(embedder, vector_store)
        self._cross_language = CrossLanguage(embedder, self._chunks)

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters = Filters(),
        limit: int = 10,
        group: Group = "document",
        neighbours: bool = True,
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        """The best hits, best first. What the caller sees in several places is one hit, which says where else it is.

        Args:
            group: `document` gives one hit per document, `chunk` every passage.
            neighbours: chunks that follow on one another become one hit (up to three).
            strict: for words in a search field: what stands in quotation marks must be there as it is, and what has no
                word in common with the question and is far from it in meaning is left out, so that there may be none.
            spelling: a word that nothing has is taken for one that the caller's documents have; see `corrected`.

        Errors: `Unavailable` when neither leg or not the truth answers; one failing leg is named in `degraded`.
        """
        if not query.strip() or limit <= 0:
            return SearchResult(())
        started = time.perf_counter()
        seconds: dict[str, float] = {}
        corrected = await self._corrected(caller, query, seconds) if spelling else None
        phrases = phrases_of(query) if strict else ()
        asked = Asked(caller, corrected or query, filters, limit, group, neighbours, phrases, strict)
        wanted = max(self._settings.candidates, limit * _CANDIDATES_PER_HIT if group == "document" else limit)
        while True:
            semantic, lexical = await self._candidates(asked, wanted, seconds)
            fused = time.perf_counter()
            folded = await self._read(asked, semantic, lexical)
            seconds["read"] = seconds.get("read", 0.0) + time.perf_counter() - fused
            exhausted = wanted >= _MOST_CANDIDATES or all(len(leg or ()) < wanted for leg in (semantic, lexical))
            if len(folded) >= limit or not folded.left_out or exhausted:
                break
            wanted = min(wanted * _WIDER, _MOST_CANDIDATES)
        hits = await self._told(caller, folded)
        seconds["total"] = time.perf_counter() - started
        for stage, taken in seconds.items():
            SEARCH_SECONDS.labels(stage).observe(taken)
        degraded = tuple(name for name, leg in (("semantic", semantic), ("lexical", lexical)) if leg is None)
        for name in degraded:
            SEARCH_DEGRADED.labels(name).inc()
        return SearchResult(tuple(hits), degraded, seconds, corrected)

    async def _corrected(self, caller: Caller, query: str, seconds: dict[str, float]) -> str | None:
        """The query as it is meant; None where nothing is to be said, or the word index does not answer."""
        started = time.perf_counter()
        try:
            if await self._cross_language.unread(caller, query, self._lexical):
                return None
            return await self._spelling.corrected(caller, query)
        except BibliosError as error:
            log.warning("spelling_failed", code=error.code, error=str(error))
            return None
        finally:
            seconds["spelling"] = time.perf_counter() - started

    async def _candidates(
        self, asked: Asked, wanted: int, seconds: dict[str, float]
    ) -> tuple[Sequence[IndexHit] | None, Sequence[IndexHit] | None]:
        """What the semantic and the lexical leg give; None for one that failed. Errors: `Unavailable` if both did."""
        principals, filters = asked.caller.principals, asked.filters
        semantic, lexical = await asyncio.gather(
            _timed(
                "semantic",
                self._semantic.search(asked.query, limit=wanted, principals=principals, filters=filters),
                seconds,
            ),
            _timed(
                "lexical",
                self._lexical.search(
                    asked.query, limit=wanted, principals=principals, filters=filters, phrases=asked.phrases
                ),
                seconds,
            ),
        )
        if semantic is None and lexical is None:
            for name in ("semantic", "lexical"):
                SEARCH_DEGRADED.labels(name).inc()
            raise Unavailable("search does not answer at the moment; try again shortly", dependency="search")
        if semantic and (foreign := await self._cross_language.foreign(asked.query)):
            started = time.perf_counter()
            compared = await self._cross_language.compared(asked.query, foreign, semantic, lexical)
            seconds["languages"] = seconds.get("languages", 0.0) + time.perf_counter() - started
            return self._near(asked, compared.semantic, compared.lexical, compared.far_below), compared.lexical
        return self._near(asked, semantic, lexical, self._semantic.far_below), lexical

    def _near(
        self,
        asked: Asked,
        semantic: Sequence[IndexHit] | None,
        lexical: Sequence[IndexHit] | None,
        far_below: float | None,
    ) -> Sequence[IndexHit] | None:
        """Of what meaning found, what a strict search may show."""
        if semantic is None or not asked.strict:
            return semantic
        if lexical is not None and any(map(Phrase, asked.phrases)):
            with_phrases = {hit.chunk_id for hit in lexical}
            return [hit for hit in semantic if hit.chunk_id in with_phrases]
        if far_below is None:
            return semantic
        with_words = {hit.document_id for hit in lexical or ()}
        return [hit for hit in semantic if hit.score >= far_below or hit.document_id in with_words]

    async def _read(
        self, asked: Asked, semantic: Sequence[IndexHit] | None, lexical: Sequence[IndexHit] | None
    ) -> Folded:
        """The candidates as one ranking, and of that the hits."""
        legs = [leg for leg in (semantic, lexical) if leg]
        chunk_scores = rank_chunks(legs, k=self._settings.rrf_k)
        ranked = rank_documents(legs, chunk_scores, k=self._settings.rrf_k)
        if self._settings.recency_half_life_days > 0:
            ranked, chunk_scores = await self._with_recency(ranked, chunk_scores)
        similarities = {hit.chunk_id: hit.score for hit in semantic or ()}
        reader = HitReader(self._chunks, asked, similarities=similarities, chunk_scores=chunk_scores)
        return await reader.read(one_each(ranked) if asked.group == "document" else every_chunk(ranked, chunk_scores))

    async def _told(self, caller: Caller, folded: Folded) -> list[Hit]:
        """The hits with the names of their connections, and with where else the caller sees them."""
        named = [head for head in folded.heads if head.identities]
        copies = await self._chunks.copies(named, caller=caller) if named else ()
        return await with_connections(folded.hits, folded.heads, copies, self._names)

    async def _with_recency(
        self, ranked: Sequence[RankedDocument], chunk_scores: Mapping[str, float]
    ) -> tuple[list[RankedDocument], dict[str, float]]:
        heads = await self._chunks.heads([document.document_id for document in ranked])
        now = datetime.now(UTC)
        weighted: list[RankedDocument] = []
        scores: dict[str, float] = {}
        for document in ranked:
            head = heads.get(document.document_id)
            if head is None:
                continue
            weight = recency_weight(head.modified_at, now=now, half_life_days=self._settings.recency_half_life_days)
            weighted.append(RankedDocument(document.document_id, document.score * weight, document.chunk_ids))
            scores.update({chunk_id: chunk_scores[chunk_id] * weight for chunk_id in document.chunk_ids})
        weighted.sort(key=lambda document: -document.score)
        return weighted, dict(sorted(scores.items(), key=lambda item: -item[1]))


async def _timed(leg: str, search: Awaitable[list[IndexHit]], seconds: dict[str, float]) -> list[IndexHit] | None:
    """The leg's candidates; None when it failed, which is logged and told to the caller."""
    started = time.perf_counter()
    try:
        return await search
    except BibliosError as error:
        log.warning("search_leg_failed", leg=leg, code=error.code, error=str(error))
        return None
    except Exception:
        # Whatever breaks one leg, the other still answers, and `degraded` says so.
        log.exception("search_leg_failed", leg=leg)
        return None
    finally:
        seconds[leg] = time.perf_counter() - started

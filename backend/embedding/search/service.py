"""Hybrid search: both legs at once, one ranking, and hits read from the truth.

A candidate becomes a hit only if its chunk is still stored, belongs to the document's present version, and the
document's access list, as stored now, has a principal of the caller: the indexes are never the last word.
"""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import structlog

from backend.access import Caller
from backend.embedding.models.base import Embedder
from backend.embedding.search.filters import matches
from backend.embedding.search.highlights import Highlighter
from backend.embedding.search.hydration import ChunkRow, ChunkSource, DocumentHead
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Filters, Hit, IndexHit, SearchResult
from backend.embedding.search.ranking import RankedDocument, rank_chunks, rank_documents, recency_weight, shown_score
from backend.embedding.search.semantic import SemanticSearch
from backend.embedding.search.stretches import neighbours, stitch
from backend.embedding.vector_store.base import VectorStore
from backend.errors import BibliosError, Unavailable
from backend.monitoring.metrics import SEARCH_DEGRADED, SEARCH_SECONDS
from backend.settings import SearchSettings

log = structlog.get_logger(__name__)

type Group = Literal["document", "chunk"]

# A limit of n reads this many more at first, so that a few stale candidates cost no second read.
_SPARE_HITS = 2
# A leg gives at least this many candidates for each hit that is asked for.
_CANDIDATES_PER_HIT = 5


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
    ) -> None:
        self._semantic = SemanticSearch(embedder, vector_store)
        self._lexical = lexical
        self._chunks = chunks
        self._settings = settings

    def serve_from(self, embedder: Embedder, vector_store: VectorStore) -> None:
        """Answers from another model's vectors from now on; a search that is under way ends with the former ones."""
        self._semantic = SemanticSearch(embedder, vector_store)

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters = Filters(),
        limit: int = 10,
        group: Group = "document",
        neighbours: bool = True,
    ) -> SearchResult:
        """The best hits, best first.

        Args:
            group: `document` gives one hit per document, `chunk` every passage.
            neighbours: chunks that follow on one another become one hit (up to three).

        Errors: `Unavailable` when neither leg or not the truth answers; one failing leg is named in `degraded`.
        """
        if not query.strip() or limit <= 0:
            return SearchResult(())
        started = time.perf_counter()
        seconds: dict[str, float] = {}
        wanted = max(self._settings.candidates, limit * _CANDIDATES_PER_HIT if group == "document" else limit)
        semantic, lexical = await asyncio.gather(
            _timed(
                "semantic",
                self._semantic.search(query, limit=wanted, principals=caller.principals, filters=filters),
                seconds,
            ),
            _timed(
                "lexical",
                self._lexical.search(query, limit=wanted, principals=caller.principals, filters=filters),
                seconds,
            ),
        )
        degraded = tuple(name for name, leg in (("semantic", semantic), ("lexical", lexical)) if leg is None)
        for name in degraded:
            SEARCH_DEGRADED.labels(name).inc()
        if len(degraded) == 2:
            raise Unavailable("search does not answer at the moment; try again shortly", dependency="search")
        legs = [leg for leg in (semantic, lexical) if leg]
        chunk_scores = rank_chunks(legs, k=self._settings.rrf_k)
        ranked = rank_documents(legs, chunk_scores, k=self._settings.rrf_k)
        reader = _HitReader(
            self._chunks,
            caller=caller,
            filters=filters,
            highlighter=Highlighter(query),
            similarities={hit.chunk_id: hit.score for hit in semantic or ()},
            chunk_scores=chunk_scores,
            merge=neighbours,
        )
        if self._settings.recency_half_life_days > 0:
            ranked, chunk_scores = await self._with_recency(ranked, chunk_scores)
        plan = _one_each(ranked) if group == "document" else _every_chunk(ranked, chunk_scores)
        fused = time.perf_counter()
        hits = await reader.read(plan, limit)
        seconds["read"] = time.perf_counter() - fused
        seconds["total"] = time.perf_counter() - started
        for stage, taken in seconds.items():
            SEARCH_SECONDS.labels(stage).observe(taken)
        return SearchResult(tuple(hits), degraded, seconds)

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


type _Plan = list[tuple[str, str, tuple[str, ...]]]
"""In order: chunk to show, its document, and the candidates of that document."""


def _one_each(ranked: Sequence[RankedDocument]) -> _Plan:
    return [(document.chunk_ids[0], document.document_id, document.chunk_ids) for document in ranked]


def _every_chunk(ranked: Sequence[RankedDocument], chunk_scores: Mapping[str, float]) -> _Plan:
    owner = {chunk_id: document for document in ranked for chunk_id in document.chunk_ids}
    return [(chunk_id, owner[chunk_id].document_id, owner[chunk_id].chunk_ids) for chunk_id in chunk_scores]


class _HitReader:
    """Turns the plan of one search into hits, reading from the truth only what it returns."""

    def __init__(
        self,
        chunks: ChunkSource,
        *,
        caller: Caller,
        filters: Filters,
        highlighter: Highlighter,
        similarities: Mapping[str, float],
        chunk_scores: Mapping[str, float],
        merge: bool,
    ) -> None:
        self._chunks = chunks
        self._caller = caller
        self._filters = filters
        self._highlighter = highlighter
        self._similarities = similarities
        self._chunk_scores = chunk_scores
        self._merge = merge

    async def read(self, plan: _Plan, limit: int) -> list[Hit]:
        """The first `limit` that hold against the truth; goes on down the plan while some do not."""
        hits: list[Hit] = []
        shown: set[str] = set()
        position = 0
        while len(hits) < limit and position < len(plan):
            batch: list[tuple[str, tuple[str, ...]]] = []
            while position < len(plan) and len(batch) < limit - len(hits) + _SPARE_HITS:
                chunk_id, document_id, candidates = plan[position]
                position += 1
                if chunk_id in shown:
                    continue
                stretch = neighbours(chunk_id, frozenset(candidates) - shown) if self._merge else (chunk_id,)
                shown.update(stretch)
                batch.append((document_id, stretch))
            rows, heads = await self._chunks.load(
                [chunk_id for _, stretch in batch for chunk_id in stretch],
                list(dict.fromkeys(document_id for document_id, _ in batch)),
            )
            for document_id, stretch in batch:
                if len(hits) == limit:
                    break
                hit = await self._hit(heads.get(document_id), len(hits) + 1, stretch, rows)
                if hit is not None:
                    hits.append(hit)
        return hits

    async def _hit(
        self, head: DocumentHead | None, place: int, stretch: tuple[str, ...], rows: Mapping[str, ChunkRow]
    ) -> Hit | None:
        if head is None or not self._allowed(head):
            return None
        # A version newer than the head's is about to be announced; an older one has been replaced.
        held = [
            row
            for chunk_id in stretch
            if (row := rows.get(chunk_id)) is not None
            and row.document_id == head.document_id
            and row.version >= head.version
        ]
        if not held:
            return None
        piece = stitch(held)
        text = piece.text
        if text is None:
            text = await self._chunks.passage(head.document_id, held[0].version, piece.start, piece.end)
        if text is None:
            best = max(held, key=lambda row: self._chunk_scores.get(row.chunk_id, 0.0))
            piece = stitch([best])
            text = best.text
        similarities = [
            similarity for row in piece.chunks if (similarity := self._similarities.get(row.chunk_id)) is not None
        ]
        first = piece.chunks[0]
        return Hit(
            document_id=head.document_id,
            external_id=head.external_id,
            title=head.title,
            url=head.url,
            source=head.source,
            kind=head.kind,
            version=first.version,
            start=piece.start,
            end=piece.end,
            text=text,
            score=shown_score(place),
            modified_at=head.modified_at,
            page=first.page,
            heading=first.heading,
            author=head.author,
            chunk_ids=tuple(row.chunk_id for row in piece.chunks),
            similarity=max(similarities, default=None),
            highlights=self._highlighter.find(text),
        )

    def _allowed(self, head: DocumentHead) -> bool:
        return self._caller.may_see(head.access) and matches(
            self._filters,
            document_id=head.document_id,
            source=head.source,
            kind=head.kind,
            modified_at=head.modified_at.timestamp(),
            connection_id=head.connection_id,
            author=head.author,
            language=head.language,
            tags=head.tags,
        )


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

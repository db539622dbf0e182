"""From a ranking to hits: read from the truth, checked against it, the same thing once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backend.access import Caller
from backend.embedding.search.copies import Folded
from backend.embedding.search.filters import matches
from backend.embedding.search.highlights import Highlighter
from backend.embedding.search.hydration import ChunkRow, ChunkSource, DocumentHead
from backend.embedding.search.models import Filters, Hit
from backend.embedding.search.ranking import RankedDocument, shown_score
from backend.embedding.search.stretches import neighbours, stitch
from backend.text.phrases import holds_phrase

type Group = Literal["document", "chunk"]

# A limit of n reads this many more at first, so that a few stale candidates cost no second read.
_SPARE_HITS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """One search; see `SearchService.search` for `group`, `neighbours` and `strict`."""

    caller: Caller
    query: str
    filters: Filters
    limit: int
    group: Group
    neighbours: bool
    phrases: tuple[str, ...] = ()
    strict: bool = False


type Plan = list[tuple[str, str, tuple[str, ...]]]
"""In order: chunk to show, its document, and the candidates of that document."""


def one_each(ranked: Sequence[RankedDocument]) -> Plan:
    return [(document.chunk_ids[0], document.document_id, document.chunk_ids) for document in ranked]


def every_chunk(ranked: Sequence[RankedDocument], chunk_scores: Mapping[str, float]) -> Plan:
    owner = {chunk_id: document for document in ranked for chunk_id in document.chunk_ids}
    return [(chunk_id, owner[chunk_id].document_id, owner[chunk_id].chunk_ids) for chunk_id in chunk_scores]


class HitReader:
    """Turns the plan of one search into hits, reading from the truth only what it returns."""

    def __init__(
        self,
        chunks: ChunkSource,
        asked: Asked,
        *,
        similarities: Mapping[str, float],
        chunk_scores: Mapping[str, float],
    ) -> None:
        self._chunks = chunks
        self._asked = asked
        self._highlighter = Highlighter(asked.query, asked.phrases)
        self._similarities = similarities
        self._chunk_scores = chunk_scores

    async def read(self, plan: Plan) -> Folded:
        """The first ones that hold against the truth, up to the limit; goes on down the plan while some do not."""
        limit = self._asked.limit
        hits = Folded(by_passage=self._asked.group == "chunk")
        shown: set[str] = set()
        position = 0
        while len(hits) < limit and position < len(plan):
            batch: list[tuple[str, tuple[str, ...]]] = []
            while position < len(plan) and len(batch) < limit - len(hits) + _SPARE_HITS:
                chunk_id, document_id, candidates = plan[position]
                position += 1
                if chunk_id in shown:
                    continue
                stretch = neighbours(chunk_id, frozenset(candidates) - shown) if self._asked.neighbours else (chunk_id,)
                shown.update(stretch)
                batch.append((document_id, stretch))
            rows, heads = await self._chunks.load(
                [chunk_id for _, stretch in batch for chunk_id in stretch],
                list(dict.fromkeys(document_id for document_id, _ in batch)),
            )
            for document_id, stretch in batch:
                if len(hits) == limit:
                    break
                head = heads.get(document_id)
                hit = await self._hit(head, len(hits) + 1, stretch, rows)
                if head is not None and hit is not None:
                    hits.add(hit, head)
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
        if not all(holds_phrase(f"{head.title}\n{text}", phrase) for phrase in self._asked.phrases):
            return None
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
            breaks=piece.breaks,
            author=head.author,
            chunk_ids=tuple(row.chunk_id for row in piece.chunks),
            similarity=max(similarities, default=None),
            highlights=self._highlighter.find(text, head.language),
            path=head.path,
            language=head.language,
        )

    def _allowed(self, head: DocumentHead) -> bool:
        return self._asked.caller.may_see(head.access) and matches(
            self._asked.filters,
            document_id=head.document_id,
            source=head.source,
            kind=head.kind,
            modified_at=head.modified_at.timestamp(),
            connection_id=head.connection_id,
            author=head.author,
            language=head.language,
            tags=head.tags,
            path=head.path,
        )

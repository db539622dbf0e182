"""From what answering finds to what clients see."""

from collections.abc import Sequence

from backend.conversation import events
from backend.conversation.models import StoredOffer, StoredStep
from backend.embedding.search.models import Hit
from backend.embedding.search.ranking import shown_score
from backend.rag.coverage import Coverage
from backend.rag.models import Cited, Contradiction, Offer, Refusal, Source, Step


def to_passage(source: Source, place: int) -> events.Passage:
    """`place`: among the passages of its answer, counted from 1."""
    hit = source.hit
    standing = hit.standing(hit.start, hit.end)
    return events.Passage(
        document_id=hit.document_id,
        version=hit.version,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        title=hit.title,
        url=hit.url,
        source=hit.source,
        kind=hit.kind,
        connection=_connection(hit),
        page=standing.page,
        last_page=standing.last_page,
        score=shown_score(place),
        modified_at=hit.modified_at,
        superseded_by=source.superseded_by,
    )


def to_citation(cited: Cited) -> events.Citation:
    hit = cited.hit
    standing = hit.standing(cited.start, cited.end)
    return events.Citation(
        index=cited.index,
        document_id=hit.document_id,
        version=hit.version,
        start=cited.start,
        end=cited.end,
        quote=cited.quote,
        title=hit.title,
        url=hit.url,
        source=hit.source,
        kind=hit.kind,
        connection=_connection(hit),
        page=standing.page,
        last_page=standing.last_page,
        heading=standing.heading,
        support=cited.support,
        answer_start=cited.answer_start,
        answer_end=cited.answer_end,
        modified_at=hit.modified_at,
        flags=list(cited.flags),
    )


def to_refusal(refusal: Refusal, *, hints: bool) -> events.Refusal:
    """`hints`: whether who asks is told what whoever runs the server can do about it."""
    return events.Refusal(reason=refusal.reason, names=list(refusal.names), hint=refusal.hint if hints else None)


def to_coverage(coverage: Coverage) -> events.Coverage:
    return events.Coverage(
        indexed=coverage.indexed,
        reading=coverage.reading,
        failed=coverage.failed,
        late=[
            events.LateSource(
                connection=events.SourceConnection(id=one.id, name=one.name, type=one.type),
                last_read_at=one.last_read_at,
            )
            for one in coverage.late
        ],
    )


def with_closest(passages: Sequence[events.Passage], refusal: Refusal) -> list[events.Passage]:
    """The passages of a refusal, in the order in which they were found, each with its closest sentence."""
    return [
        passage
        if closest is None
        else passage.model_copy(
            update={
                "closest": events.ClosestSentence(
                    start=closest.start,
                    end=closest.end,
                    text=passage.text[closest.start - passage.start : closest.end - passage.start],
                )
            }
        )
        for passage, closest in zip(passages, refusal.closest, strict=True)
    ]


def _connection(hit: Hit) -> events.SourceConnection | None:
    held = hit.connection
    return None if held is None else events.SourceConnection(id=held.id, name=held.name, type=held.type)


def to_disagreement(item: Contradiction) -> events.Disagreement:
    return events.Disagreement(
        kind=item.kind,
        older_document_id=item.older.document_id,
        newer_document_id=item.newer.document_id,
        older_title=item.older.title,
        newer_title=item.newer.title,
        older_date=item.older.modified_at,
        newer_date=item.newer.modified_at,
        note=item.note,
    )


def to_offer(offer: Offer) -> StoredOffer:
    return StoredOffer(text=offer.text, document_id=offer.document_id)


def to_step(step: Step) -> StoredStep:
    found = [events.FoundDocument(document_id=hit.document_id, title=hit.title) for hit in step.found]
    return StoredStep(text=step.text, found=found, named_in=step.named_in)

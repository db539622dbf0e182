"""From what answering finds to what clients see."""

from backend.conversation import events
from backend.conversation.models import StoredOffer, StoredStep
from backend.embedding.search.models import Hit
from backend.embedding.search.ranking import shown_score
from backend.rag.models import Cited, Contradiction, Offer, Source, Step


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

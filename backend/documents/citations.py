"""What answers cite. The cited words outlive the document: the citation keeps them, everything else goes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.db.collection import Collection, Database
from backend.documents.models import DocumentText
from backend.documents.schema import CITATIONS

UNKNOWN = "unknown"
_BLANK = " "


@dataclass(frozen=True, slots=True)
class CitedStretch:
    """A stretch of a version that an answer cites: `quote` is that version's `text[start:end]`."""

    document_id: str
    version: int
    start: int
    end: int
    quote: str


class CitationRepository:
    """Citations by version and by the message that holds them."""

    def __init__(self, database: Database) -> None:
        self._citations: Collection = database.collection(CITATIONS)

    async def unscoped_retain(
        self,
        stretches: Sequence[CitedStretch],
        *,
        held_by: Mapping[str, str],
        user_id: str,
        message_id: str,
        conversation_id: str | None,
    ) -> None:
        """Keeps the quotes for as long as the message holds them. Idempotent.

        Args:
            held_by: the kind of holder of each document, by its id; it decides what becomes of the quotes when the
                document is gone. Of a document that is gone already nobody knows it.
        """
        await self._citations.bulk_upsert(
            [
                {
                    "_id": _citation_id(stretch, message_id),
                    "document_id": stretch.document_id,
                    "version": stretch.version,
                    "start": stretch.start,
                    "end": stretch.end,
                    "quote": stretch.quote,
                    "held_by": held_by.get(stretch.document_id, UNKNOWN),
                    "user_id": user_id,
                    "message_id": message_id,
                    "conversation_id": conversation_id,
                }
                for stretch in stretches
            ]
        )

    async def unscoped_release(self, *, message_id: str | None = None, conversation_id: str | None = None) -> None:
        """Forgets what a message, or every message of a conversation, cited."""
        if message_id is not None:
            await self._citations.delete_many({"message_id": message_id})
        if conversation_id is not None:
            await self._citations.delete_many({"conversation_id": conversation_id})

    async def unscoped_stretches(self, document_id: str, version: int, *, user_id: str) -> list[tuple[int, int, str]]:
        """The stretches of a version that a person's own answers cite."""
        records = await self._citations.find(
            {"document_id": document_id, "version": version, "user_id": user_id}, fields=("start", "end", "quote")
        )
        return [(record["start"], record["end"], record["quote"]) for record in records]

    async def unscoped_held_by(self, document_ids: Sequence[str], *, user_id: str) -> dict[str, str]:
        """The kind of holder of documents that a person's own answers cite, by id. Before release 0.2: people."""
        records = await self._citations.find(
            {"document_id": {"$in": list(document_ids)}, "user_id": user_id}, fields=("document_id", "held_by")
        )
        return {record["document_id"]: record.get("held_by", "user") for record in records}


def blanked_text(document_id: str, version: int, stretches: Sequence[tuple[int, int, str]]) -> DocumentText:
    """A text in which only the cited stretches stand, each at its place; the rest is spaces.

    So `text[start:end] == quote` holds for every citation although the document is gone.
    """
    text = [_BLANK] * max(end for _, end, _ in stretches)
    for start, end, quote in stretches:
        text[start:end] = quote
    return DocumentText(document_id=document_id, version=version, text="".join(text), excerpt=True)


def _citation_id(stretch: CitedStretch, message_id: str) -> str:
    place = f"{message_id}|{stretch.document_id}|{stretch.version}|{stretch.start}|{stretch.end}"
    return hashlib.sha256(place.encode()).hexdigest()[:40]

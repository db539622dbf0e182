"""What searches read from the truth: implements `embedding.search.hydration.ChunkSource` over the stored chunks."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from backend.access import Caller
from backend.db.collection import Collection, Database, Record
from backend.documents.incoming import digest_of
from backend.documents.models import Break
from backend.documents.repository import visible_to
from backend.documents.schema import CHUNKS, DOCUMENTS
from backend.documents.texts import VersionRepository
from backend.embedding.search.hydration import ChunkRow, DocumentHead

_CHUNK_FIELDS = ("document_id", "version", "ordinal", "start", "end", "text", "heading", "page", "breaks")
_HEAD_FIELDS = (
    "external_id",
    "title",
    "url",
    "source",
    "kind",
    "version",
    "access",
    "modified_at",
    "author",
    "language",
    "connection_id",
    "tags",
    "path",
    "silent",
    "holder",
    "same_as",
    "content_hash",
    "blob",
)


# Of all hits of a search together; whoever has more copies of one thing is told of some.
_MOST_COPIES = 500


class StoredChunks:
    """Chunks and heads by id. Access travels with the heads; the search checks it against its caller."""

    def __init__(self, database: Database) -> None:
        self._chunks: Collection = database.collection(CHUNKS)
        self._heads: Collection = database.collection(DOCUMENTS)
        self._versions = VersionRepository(database)

    async def load(
        self, chunk_ids: Sequence[str], document_ids: Sequence[str]
    ) -> tuple[Mapping[str, ChunkRow], Mapping[str, DocumentHead]]:
        """See `ChunkSource`. Only chunks of the present version: others are on their way in or out."""
        chunks, heads = await asyncio.gather(
            self._chunks.find({"_id": {"$in": list(chunk_ids)}}, fields=_CHUNK_FIELDS), self._read_heads(document_ids)
        )
        rows = {
            record["_id"]: _row(record)
            for record in chunks
            if (head := heads.get(record["document_id"])) is None or record["version"] == head.version
        }
        return rows, heads

    async def heads(self, document_ids: Sequence[str]) -> Mapping[str, DocumentHead]:
        """See `ChunkSource`."""
        return await self._read_heads(document_ids)

    async def copies(self, heads: Sequence[DocumentHead], *, caller: Caller) -> Sequence[DocumentHead]:
        """See `ChunkSource`. Asked by index: by name, and by the bytes, which an original is found by."""
        names = sorted({head.same_as for head in heads if head.same_as})
        digests = sorted({digest_of(head.file) for head in heads if head.file})
        asked = [{field: {"$in": values}} for field, values in (("same_as", names), ("blob", digests)) if values]
        visible = visible_to(caller)
        found = await asyncio.gather(
            *(self._heads.find({**one, **visible}, limit=_MOST_COPIES, fields=_HEAD_FIELDS) for one in asked)
        )
        records = {record["_id"]: record for some in found for record in some if not record.get("silent")}
        return [_head(record) for record in records.values()]

    async def passage(self, document_id: str, version: int, start: int, end: int) -> str | None:
        """See `ChunkSource`."""
        text = await self._versions.unscoped_version(document_id, version)
        return None if text is None else text.text[start:end]

    async def _read_heads(self, document_ids: Iterable[str]) -> dict[str, DocumentHead]:
        records = await self._heads.find({"_id": {"$in": list(document_ids)}}, fields=_HEAD_FIELDS)
        # The words of a silent document are outdated; its new version is on its way, or has none.
        return {record["_id"]: _head(record) for record in records if not record.get("silent")}


def _row(record: Record) -> ChunkRow:
    return ChunkRow(
        record["_id"],
        record["document_id"],
        record["version"],
        record["ordinal"],
        record["start"],
        record["end"],
        record["text"],
        record.get("heading"),
        record.get("page"),
        tuple(Break(*values) for values in record.get("breaks") or ()),
    )


def _head(record: Record) -> DocumentHead:
    return DocumentHead(
        document_id=record["_id"],
        external_id=record["external_id"],
        title=record["title"],
        url=record.get("url"),
        source=record["source"],
        kind=record["kind"],
        version=record["version"],
        access=frozenset(record["access"]),
        modified_at=record["modified_at"],
        author=record.get("author"),
        language=record.get("language"),
        connection_id=record.get("connection_id"),
        tags=frozenset(record.get("tags") or ()),
        path=record.get("path"),
        holder=record["holder"],
        same_as=record.get("same_as"),
        file=record["content_hash"] if record.get("blob") else None,
    )

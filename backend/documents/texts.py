"""Storage of version texts, in parts when they are too large for one record, and of chunks."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import structlog

from backend.db.collection import Collection, Database, Record
from backend.db.repository import Repository
from backend.documents.models import Chunk, DocumentText, PageWords, Section
from backend.documents.schema import CHUNKS, VERSION_PARTS, VERSIONS
from backend.documents.word_places import PlacedWord, unpack
from backend.errors import Unavailable

log = structlog.get_logger(__name__)

#: Code points in one record. Small, so that a passage of a large text is read without the rest of it.
PART_CHARS = 8_192
#: Code points in one write or one step of reading: at most 4 MB of UTF-8.
_AT_ONCE_CHARS = 1_000_000
_AT_ONCE = _AT_ONCE_CHARS // PART_CHARS
#: What earlier releases put into one record; theirs do not say it.
_FORMER_PART_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a version, in code points."""

    document_id: str
    version: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NewText:
    """A text to be stored under `text_id`; `version` is None while it waits to be indexed."""

    text_id: str
    document_id: str
    text: str
    created_at: datetime
    version: int | None = None
    sections: tuple[Section, ...] = ()
    words: tuple[PageWords, ...] = ()


def _parts(text: str) -> list[str]:
    return [text[start : start + PART_CHARS] for start in range(0, len(text), PART_CHARS)]


def _hash(*words: str) -> str:
    digest = hashlib.sha256()
    for text in words:
        digest.update(text.encode())
        digest.update(b"\x00")
    return digest.hexdigest()


def _pack(sections: Iterable[Section]) -> str:
    return orjson.dumps([[s.start, s.end, s.heading, s.page, s.level] for s in sections]).decode()


def _unpack(packed: str) -> list[Section]:
    return [Section(start, end, heading, page, level) for start, end, heading, page, level in orjson.loads(packed)]


class TextDamaged(Unavailable):
    """The stored words are no longer those that were written: a failing disk, or another program, changed them."""

    default_code = "text_damaged"

    def __init__(self) -> None:
        super().__init__(
            "The stored text of this document is damaged, so it is not shown. Add the document again, or ask your "
            "operator to check the disk and to restore a backup.",
            dependency="database",
        )


class VersionRepository:
    """The texts of versions. Nothing here is scoped: callers reach a text through its document.

    Each stored piece carries the hash of its words, which is compared whenever it is read: a database notices a broken
    page, not a letter that changed. Errors of every reading method: `TextDamaged`.
    """

    def __init__(self, database: Database) -> None:
        self._versions: Collection = database.collection(VERSIONS)
        self._parts: Collection = database.collection(VERSION_PARTS)

    async def unscoped_put(self, texts: Sequence[NewText]) -> None:
        """Writes or replaces texts, parts before the record that names them."""
        records: list[Record] = []
        parts: list[Record] = []
        for new in texts:
            record: Record = {"_id": new.text_id, "document_id": new.document_id, "created_at": new.created_at}
            packed = _pack(new.sections)
            if len(new.text) <= PART_CHARS and len(packed) <= PART_CHARS:
                record |= {"text": new.text, "sections": packed, "hash": _hash(new.text, packed)}
            else:
                pieces, section_pieces = _parts(new.text), _parts(packed)
                record |= {"parts": len(pieces), "section_parts": len(section_pieces), "part_chars": PART_CHARS}
                parts.extend(
                    {
                        "_id": f"{new.text_id}.{number}",
                        "text_id": new.text_id,
                        "part": number,
                        "text": piece,
                        "hash": _hash(piece),
                    }
                    for number, piece in enumerate([*pieces, *section_pieces])
                )
            parts.extend(
                {
                    "_id": f"{new.text_id}.words.{words.page}",
                    "text_id": new.text_id,
                    "page": words.page,
                    "words": words.packed,
                    "hash": _hash(words.packed),
                }
                for words in new.words
            )
            record |= {"pending": True} if new.version is None else {"version": new.version}
            records.append(record)
        for start in range(0, len(parts), _AT_ONCE):
            await self._parts.bulk_upsert(parts[start : start + _AT_ONCE])
        await self._versions.bulk_upsert(records)

    async def unscoped_accept(self, accepted: Sequence[tuple[str, int]]) -> None:
        """Gives waiting texts (by text id) their version numbers."""
        await self._versions.bulk_update(
            [(text_id, {"$set": {"version": version}, "$unset": {"pending": ""}}) for text_id, version in accepted]
        )

    async def unscoped_text(self, text_id: str) -> tuple[str, list[Section]] | None:
        """A waiting text by its id, with its sections."""
        record = await self._versions.find_one({"_id": text_id})
        if record is None:
            return None
        text, packed = await self._read(record)
        return text, _unpack(packed)

    async def unscoped_version(self, document_id: str, version: int) -> DocumentText | None:
        record = await self._versions.find_one({"document_id": document_id, "version": version})
        if record is None:
            return None
        text, packed = await self._read(record)
        return DocumentText(document_id=document_id, version=version, text=text, sections=_unpack(packed))

    async def unscoped_words(self, document_id: str, version: int, page: int) -> list[PlacedWord]:
        """Where the words of a page stand that text recognition read; none for every other page."""
        record = await self._versions.find_one({"document_id": document_id, "version": version})
        if record is None:
            return []
        kept = await self._parts.find_one({"_id": f"{record['_id']}.words.{page}"})
        if kept is None:
            return []
        await self._verify(self._parts, kept, kept["words"])
        return unpack(kept["words"])

    async def unscoped_slices(self, places: Iterable[Place]) -> dict[Place, str]:
        """The words at each place, in two reads however many there are.

        Places of versions that are gone, or whose words are damaged, are left out.
        """
        wanted = set(places)
        records = await self._versions.find(
            {
                "document_id": {"$in": sorted({place.document_id for place in wanted})},
                "version": {"$in": sorted({place.version for place in wanted})},
            },
            fields=("document_id", "version", "text", "sections", "hash", "parts", "part_chars"),
        )
        by_version = {(record["document_id"], record["version"]): record for record in records if _is_whole(record)}
        found = {
            place: record
            for place in wanted
            if (record := by_version.get((place.document_id, place.version))) is not None
        }
        needed = {part_id for place, record in found.items() for part_id in _parts_of(record, place)}
        fields = ("text", "hash")
        read = await self._parts.find({"_id": {"$in": sorted(needed)}}, fields=fields) if needed else []
        parts: dict[str, str] = {record["_id"]: record["text"] for record in read if _is_whole(record)}
        return {
            place: _slice(record, place, parts)
            for place, record in found.items()
            if all(part_id in parts for part_id in _parts_of(record, place))
        }

    async def unscoped_drop(self, document_id: str, *, before_version: int) -> None:
        """Deletes every text of a document that is older than this version; a newer one may be on its way in."""
        former = await self._versions.find(
            {"document_id": document_id, "version": {"$lt": before_version}}, fields=("parts",)
        )
        await self._delete([record["_id"] for record in former])

    async def unscoped_drop_all(self, document_ids: Sequence[str]) -> None:
        """Deletes every text of these documents, waiting ones too."""
        records = await self._versions.find({"document_id": {"$in": list(document_ids)}}, fields=("parts",))
        await self._delete([record["_id"] for record in records])

    async def unscoped_drop_texts(self, text_ids: Sequence[str]) -> None:
        await self._delete(list(text_ids))

    async def unscoped_pending(self, *, before: datetime | None = None) -> AsyncIterator[tuple[str, str]]:
        """Text id and document id of every waiting text; with `before`, of those from before then."""
        filter_: dict[str, object] = {"pending": True}
        if before is not None:
            filter_["created_at"] = {"$lt": before}
        async for record in self._versions.stream(filter_, fields=("document_id",)):
            yield record["_id"], record["document_id"]

    async def _delete(self, text_ids: list[str]) -> None:
        if not text_ids:
            return
        await self._versions.delete_many({"_id": {"$in": text_ids}})
        await self._parts.delete_many({"text_id": {"$in": text_ids}})

    async def _read(self, record: Record) -> tuple[str, str]:
        if "parts" not in record:
            await self._verify(self._versions, record, record["text"], record["sections"])
            return record["text"], record["sections"]
        pieces = []
        async for piece in self._parts.stream(
            {"text_id": record["_id"], "part": {"$gte": 0}}, sort=[("part", 1)], batch=_AT_ONCE
        ):
            await self._verify(self._parts, piece, piece["text"])
            pieces.append(piece["text"])
        return "".join(pieces[: record["parts"]]), "".join(pieces[record["parts"] :])

    @staticmethod
    async def _verify(collection: Collection, record: Record, *words: str) -> None:
        """Compares a piece with its hash; one that was stored before there were any gets its own now."""
        present = _hash(*words)
        stored = record.get("hash")
        if stored is None:
            await collection.update_one({"_id": record["_id"], "hash": {"$exists": False}}, {"$set": {"hash": present}})
        elif stored != present:
            log.error("text_damaged", record=record["_id"])
            raise TextDamaged


def _parts_of(record: Record, place: Place) -> list[str]:
    """The ids of the parts that hold a place; none for a text that stands in its version's own record."""
    if "parts" not in record:
        return []
    size = record.get("part_chars", _FORMER_PART_CHARS)
    last = min(record["parts"], -(-place.end // size))
    return [f"{record['_id']}.{number}" for number in range(place.start // size, last)]


def _is_whole(record: Record) -> bool:
    """Whether the words of a record are those that were written; one that holds none, or is old, passes."""
    stored, text = record.get("hash"), record.get("text")
    if stored is None or text is None:
        return True
    words = (text, record["sections"]) if "sections" in record else (text,)
    if stored == _hash(*words):
        return True
    log.error("text_damaged", record=record["_id"])
    return False


def _slice(record: Record, place: Place, parts: dict[str, str]) -> str:
    if "parts" not in record:
        return str(record["text"][place.start : place.end])
    size = record.get("part_chars", _FORMER_PART_CHARS)
    before = place.start // size * size
    text = "".join(parts[part_id] for part_id in _parts_of(record, place))
    return text[place.start - before : place.end - before]


class ChunkRepository:
    """Chunks as they are indexed. Nothing here is scoped: search checks access before it reads chunks."""

    def __init__(self, database: Database) -> None:
        self._chunks = Repository(database, CHUNKS, Chunk)

    async def unscoped_put(self, chunks: Sequence[Chunk]) -> None:
        await self._chunks.bulk_upsert(chunks)

    async def unscoped_of_documents(self, document_ids: Sequence[str]) -> list[Chunk]:
        """Every chunk of these documents, all versions, in order."""
        chunks = await self._chunks.find({"document_id": {"$in": list(document_ids)}})
        return sorted(chunks, key=lambda chunk: (chunk.document_id, chunk.version, chunk.ordinal))

    async def unscoped_keys_of_documents(self, document_ids: Sequence[str]) -> list[tuple[str, str]]:
        """Chunk id and hash of every chunk of these documents."""
        records = await self._chunks.records.find({"document_id": {"$in": list(document_ids)}}, fields=("hash",))
        return [(record["_id"], record["hash"]) for record in records]

    async def unscoped_former(self, document_id: str, *, version: int) -> list[tuple[str, str]]:
        """Chunk id and hash of every chunk of a document that is older than this version."""
        records = await self._chunks.records.find(
            {"document_id": document_id, "version": {"$lt": version}}, fields=("hash",)
        )
        return [(record["_id"], record["hash"]) for record in records]

    async def unscoped_delete(self, chunk_ids: Sequence[str]) -> None:
        await self._chunks.records.delete_many({"_id": {"$in": list(chunk_ids)}})

    async def unscoped_unused(self, hashes: Iterable[str]) -> set[str]:
        """Those of the hashes that no stored chunk has (any more)."""
        wanted = set(hashes)
        used: set[str] = set()
        ordered = sorted(wanted)
        for start in range(0, len(ordered), 500):
            part = ordered[start : start + 500]
            used.update(r["hash"] for r in await self._chunks.records.find({"hash": {"$in": part}}, fields=("hash",)))
        return wanted - used

    async def unscoped_count(self) -> int:
        return await self._chunks.records.count({})

"""One document from its claim to chunks with vectors: read, cut, embed. Writes nothing but the files inside it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backend.documents.blobs import BlobStore
from backend.documents.models import (
    Chunk,
    ChunkSpan,
    Document,
    DocumentError,
    Embedded,
    Extracted,
    Kind,
    Metadata,
    Said,
    Section,
)
from backend.documents.origins import indexed, merged
from backend.documents.texts import NewText, VersionRepository
from backend.documents.work import Claim
from backend.embedding.indexing.embedded_text import chunk_hash, embedded_text
from backend.embedding.indexing.legs import Legs
from backend.embedding.indexing.writer import Finished
from backend.errors import ExtractionFailed
from backend.extraction.chunkers import chunk
from backend.extraction.detect import PICTURE_TYPES
from backend.extraction.extraction import ExtractionPool
from backend.extraction.metadata import detect_language, title_of
from backend.settings import ProcessingSettings

_EMPTIED = "This document was emptied at its source, so nothing of it is found any more."
#: What is said of pictures that came along and have no words for us, by the failure that it would be of others.
_NO_WORDS = {
    "no_text": "No words were recognised in this picture, so nothing of it is found.",
    "unknown_letters": "This picture seems to hold words in letters that cannot be read here, so nothing of it is "
    "found. Ask your operator for tesseract-ocr with the language.",
}

type StoreChildren = Callable[[Document, Sequence[Embedded]], Awaitable[int]]

#: Documents inside documents inside documents …: mails with mails attached, archives of mailboxes.
_MAX_DEPTH = 8
#: Cutting and language detection of texts up to here is cheaper than handing them to a thread.
_INLINE_CHARS = 4000


@dataclass(slots=True)
class Members:
    """What lies inside a document under way. `settled`: it is stored, and what lay inside before is gone."""

    settled: bool = False


class Preparation:
    """Turns claims into what the writer takes. Errors: `ExtractionFailed` (the document's fault), else others'."""

    def __init__(
        self,
        *,
        versions: VersionRepository,
        blobs: BlobStore,
        extraction: ExtractionPool,
        legs: Legs,
        settings: ProcessingSettings,
    ) -> None:
        self._versions = versions
        self._blobs = blobs
        self._extraction = extraction
        self._legs = legs
        self._settings = settings
        self.store_children: StoreChildren | None = None

    async def prepare(self, claim: Claim, members: Members) -> Finished:
        """See the module. The chunks of one document may wait for room in the batcher. `members` is kept true."""
        match claim.work:
            case "extract":
                return await self._from_file(claim, members)
            case "text":
                return await self._from_text(claim, members)
            case _:
                return await self._again(claim)

    async def _from_file(self, claim: Claim, members: Members) -> Finished:
        document = claim.document
        extracted = await self._extract(claim)
        await self._keep_children(claim, extracted)
        members.settled = True
        if not extracted.text.strip() and not extracted.children and extracted.kind is not Kind.image:
            raise ExtractionFailed(
                "No text was found in this file. Check that it was saved or copied completely, then add it again.",
                code="no_text",
            )
        changes: dict[str, Any] = {
            "kind": str(extracted.kind),
            "warnings": list(extracted.warnings),
            **_described(claim, _read_from(extracted)),
        }
        title = changes["title"]
        version = document.version + 1
        chunks = await self._cut(document.id, version, title, extracted.text, extracted.kind, extracted.sections)
        return Finished(
            claim=claim,
            version=version,
            chunks=chunks,
            vectors=await self._embed(claim, title, chunks),
            new_text=NewText(
                text_id=f"{document.id}.{version}",
                document_id=document.id,
                text=extracted.text,
                created_at=datetime.now(UTC),
                version=version,
                sections=extracted.sections,
                words=extracted.words,
            ),
            changes=changes,
        )

    async def _from_text(self, claim: Claim, members: Members) -> Finished:
        document = claim.document
        if claim.pending_text is None and document.version:
            # What waited became the present version while another title or place of it came in.
            return await self._again(claim)
        if claim.may_follow_another:  # a file that was emptied, or that a text took the place of
            await self.drop_members(document)
        members.settled = True
        waiting = await self._versions.unscoped_text(claim.pending_text) if claim.pending_text else None
        if waiting is None:
            raise ExtractionFailed("The text of this document was lost. Send it again.", code="text_missing")
        text, sections = waiting
        version = document.version + 1
        language = None if document.given.language else await _threaded(len(text), detect_language, text)
        changes = _described(claim, Said(language=language))
        changes["warnings"] = [] if text else [_EMPTIED]
        chunks = await self._cut(document.id, version, changes["title"], text, document.kind, sections)
        return Finished(
            claim=claim,
            version=version,
            chunks=chunks,
            vectors=await self._embed(claim, changes["title"], chunks),
            accepted_text=claim.pending_text,
            changes=changes,
        )

    async def _again(self, claim: Claim) -> Finished:
        """The current version once more: its title or other metadata changed."""
        document = claim.document
        text = await self._versions.unscoped_version(document.id, document.version)
        if text is None:
            raise ExtractionFailed("The text of this document was lost. Add it again.", code="text_missing")
        chunks = await self._cut(document.id, document.version, document.title, text.text, document.kind, text.sections)
        return Finished(
            claim=claim,
            version=document.version,
            chunks=chunks,
            vectors=await self._embed(claim, document.title, chunks),
        )

    async def drop_members(self, document: Document) -> None:
        """Deletes what lies inside a document: it is of a content that the document no longer has."""
        await self._store_members(document, ())

    async def unreadable(self, claim: Claim, reason: DocumentError) -> Finished:
        """What takes the place of a document whose new version could not be read: nothing, and the reason."""
        document = claim.document
        return Finished(
            claim=claim,
            version=document.version + 1,
            chunks=(),
            vectors=await self._embed(claim, document.title, ()),
            failure=reason,
        )

    async def _extract(self, claim: Claim) -> Extracted:
        document = claim.document
        if document.blob is None:
            raise ExtractionFailed("The original of this document was lost. Add it again.", code="original_missing")
        name = document.filename or document.title
        async with self._blobs.as_file(document.blob) as path:
            try:
                return await self._extraction.extract(path, filename=name, mime=document.mime, holder=claim.holder)
            except ExtractionFailed as error:
                if error.code not in _NO_WORDS or not _came_along(document):
                    raise
                warning = _NO_WORDS[error.code]
        title = title_of(None, sections=(), kind=Kind.image, filename=name)
        return Extracted(Kind.image, "", metadata=Metadata(title=title), warnings=(warning,))

    async def _keep_children(self, claim: Claim, extracted: Extracted) -> None:
        document = claim.document
        if extracted.kind is Kind.archive and document.archive_depth >= self._settings.max_archive_depth:
            raise ExtractionFailed(
                f"Archives are read to a depth of {self._settings.max_archive_depth}. Unpack this one, add its files.",
                code="archive_too_deep",
            )
        if extracted.children and document.depth >= _MAX_DEPTH:
            raise ExtractionFailed(
                f"Files are nested more than {_MAX_DEPTH} deep here. Unpack them and add them on their own.",
                code="nested_too_deep",
            )
        dated = document.given.modified_at or extracted.metadata.modified_at or document.received_at
        known = document.model_copy(update={"kind": extracted.kind, "modified_at": dated})
        if extracted.children or claim.may_follow_another:
            await self._store_members(known, extracted.children)

    async def _store_members(self, document: Document, members: Sequence[Embedded]) -> None:
        assert self.store_children is not None  # noqa: S101 - wired before the first job
        await self.store_children(document, members)

    async def _cut(
        self, document_id: str, version: int, title: str, text: str, kind: Kind, sections: Sequence[Section]
    ) -> list[Chunk]:
        def cut() -> list[Chunk]:
            spans: Sequence[ChunkSpan] = chunk(
                text,
                sections,
                kind=kind,
                strategy=self._settings.chunk_strategy,
                max_chars=self._settings.chunk_chars,
                overlap_chars=self._settings.chunk_overlap_chars,
            )
            return [
                Chunk(
                    id=f"{document_id}.{version}.{ordinal}",
                    document_id=document_id,
                    version=version,
                    ordinal=ordinal,
                    start=span.start,
                    end=span.end,
                    text=text[span.start : span.end],
                    heading=span.heading,
                    page=span.page,
                    breaks=list(span.breaks),
                    hash=chunk_hash(title, text[span.start : span.end]),
                )
                for ordinal, span in enumerate(spans)
            ]

        return await _threaded(len(text), cut)

    async def _embed(self, claim: Claim, title: str, chunks: Sequence[Chunk]) -> dict[str, Any]:
        texts = [(embedded_text(title, item.text), item.hash) for item in chunks]
        # A copy: while this waits, a new model may take over, and whoever is left afterwards needs these vectors.
        legs = tuple(self._legs.vectors)
        return {leg.model_id: await leg.batcher.embed(texts, holder=claim.holder) for leg in legs}


def _came_along(document: Document) -> bool:
    """Whether it is a picture of an archive, a mail or an account. Nobody added it by itself, so it is no failure if it
    shows no words: most photos do not.
    """
    among_others = document.parent_id is not None or document.connection_id is not None
    return among_others and document.mime in PICTURE_TYPES


def _read_from(extracted: Extracted) -> Said:
    """What the file says of itself."""
    metadata = extracted.metadata
    return Said(
        title=metadata.title,
        author=metadata.author,
        tags=sorted(set(metadata.tags)) or None,
        modified_at=metadata.modified_at,
        language=metadata.language,
    )


def _described(claim: Claim, read: Said) -> dict[str, Any]:
    """The fields of the head that follow from what was read now, beside what was given."""
    document = claim.document
    fields = merged(
        document.given,
        read,
        external_id=document.external_id,
        filename=document.filename,
        received_at=document.received_at,
    )
    return {"read": read.stored(), **indexed(fields)}


async def _threaded[*Args, Result](chars: int, function: Callable[[*Args], Result], *args: *Args) -> Result:
    return function(*args) if chars <= _INLINE_CHARS else await asyncio.to_thread(function, *args)

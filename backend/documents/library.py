"""The library: who has which documents, what changes when one comes in again, who may read and delete them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import structlog

from backend.access import Caller
from backend.db.collection import DuplicateKey
from backend.documents.blobs import BlobStore
from backend.documents.citations import CitationRepository, CitedStretch, blanked_text
from backend.documents.incoming import FileItem, Stored, TextItem, UniqueNames, clean_name
from backend.documents.intake import Intake, Plan
from backend.documents.listing import page_json
from backend.documents.models import Document, DocumentStatus, DocumentText, Embedded
from backend.documents.repository import DocumentQuery, DocumentRepository, DocumentRow, access_fields
from backend.documents.texts import VersionRepository
from backend.errors import Conflict, Forbidden, NotFound, TooLarge
from backend.ids import new_id
from backend.settings import UploadSettings

log = structlog.get_logger(__name__)

#: Two requests may store the same new document at once; the later one then finds it and compares.
_STORE_ATTEMPTS = 4
_CHILDREN_AT_ONCE = 50
MISSING = "This document does not exist, or you may not see it."


class Indexer(Protocol):
    """What the library asks of indexing; implemented by `embedding.service.IndexingService`."""

    async def announce(self, document_ids: Sequence[str]) -> None:
        """These heads are queued."""
        ...

    async def refresh_access(self, document_ids: Sequence[str]) -> None:
        """Brings the access of these heads into both indexes, before it returns."""
        ...

    async def remove(self, document_ids: Sequence[str]) -> None:
        """Deletes documents with all that belongs to them, before it returns; a crash in between is made up for."""
        ...


@dataclass(frozen=True, slots=True)
class Original:
    """The original file of a document."""

    document: Document
    digest: str


class LibraryService:
    """Stores, shows and deletes documents. Errors for what a caller may not see: `NotFound`."""

    def __init__(
        self,
        *,
        documents: DocumentRepository,
        versions: VersionRepository,
        citations: CitationRepository,
        blobs: BlobStore,
        indexer: Indexer,
        limits: UploadSettings,
    ) -> None:
        self._documents = documents
        self._versions = versions
        self._citations = citations
        self._blobs = blobs
        self._indexer = indexer
        self._limits = limits

    # -- in ----------------------------------------------------------------------------------------------------

    async def store_texts(
        self, owner_id: str, items: Sequence[TextItem], *, source: str = "api", connection_id: str | None = None
    ) -> list[Stored]:
        """Stores or replaces texts: one look-up and one bulk write for all. Answers in the order of the items.

        An item with the external id of an earlier one of the same call replaces it. Errors: `TooLarge`.
        """
        for number, item in enumerate(items):
            if len(item.text) > self._limits.max_text_chars:
                raise TooLarge(
                    f"items.{number}.text has {len(item.text):,} characters; at most {self._limits.max_text_chars:,} "
                    "are taken (BIBLIOS_UPLOAD_MAX_TEXT_CHARS). Split it.",
                    code="text_too_large",
                )
        return await self._store(Intake(owner_id=owner_id, source=source, connection_id=connection_id), items)

    async def store_files(
        self, owner_id: str, items: Sequence[FileItem], *, source: str = "upload", connection_id: str | None = None
    ) -> list[Stored]:
        """Stores or replaces files whose blobs are pinned; the pins are given back here, whatever happens."""
        return await self._store_pinned(Intake(owner_id=owner_id, source=source, connection_id=connection_id), items)

    async def store_children(self, parent: Document, children: Iterable[Embedded]) -> int:
        """Makes the files inside a document documents of their own, with its access; returns how many there are.

        Children of an earlier version that are no longer inside are deleted.
        """
        intake = Intake(
            owner_id=parent.owner_id,
            source=parent.source,
            connection_id=parent.connection_id,
            parent=parent,
        )
        before = {record["external_id"]: record["_id"] for record in await self._documents.unscoped_children(parent.id)}
        names = UniqueNames()
        present: set[str] = set()
        batch: list[FileItem] = []
        for child in children:
            item = FileItem(
                external_id=f"{parent.external_id}!/{names.take(clean_name(child.name))}",
                filename=clean_name(child.name),
                digest=await self._blobs.put(child.data),
                size_bytes=len(child.data),
                mime=child.mime,
                access=frozenset(parent.access),
            )
            batch.append(item)
            present.add(item.external_id)
            if len(batch) == _CHILDREN_AT_ONCE:
                full, batch = batch, []
                await self._store_pinned(intake, full)
        await self._store_pinned(intake, batch)
        await self.unscoped_delete([id_ for external_id, id_ in before.items() if external_id not in present])
        return len(present)

    async def retry(self, caller: Caller, document_id: str) -> Document:
        """Queues a failed document once more. Errors: `NotFound`, `Forbidden`, `Conflict`."""
        document = await self._owned(caller, document_id)
        if document.status is not DocumentStatus.failed:
            raise Conflict(
                f"Only a failed document can be tried again; this one is {document.status}.", code="not_failed"
            )
        await self._documents.unscoped_change([(document_id, Intake.requeue())])
        await self._indexer.announce([document_id])
        return await self.get(caller, document_id)

    # -- out ---------------------------------------------------------------------------------------------------

    async def get(self, caller: Caller, document_id: str) -> Document:
        document = await self._documents.get(caller, document_id)
        if document is None:
            raise NotFound(MISSING)
        return document

    async def row(self, caller: Caller, document_id: str) -> DocumentRow:
        """The head as the API shows it."""
        row = await self._documents.row(caller, document_id)
        if row is None:
            raise NotFound(MISSING)
        return row

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None = None, limit: int = 50
    ) -> tuple[list[DocumentRow], str | None]:
        """One page of what the caller may see, newest first; see `DocumentRepository.page`."""
        return await self._documents.page(caller, query, before=before, limit=limit)

    async def page_json(
        self, caller: Caller, query: DocumentQuery, *, before: str | None = None, limit: int = 50
    ) -> tuple[list[bytes], str | None]:
        """`page` with each row as JSON."""
        return await page_json(self._documents, caller, query, before=before, limit=limit)

    async def count_by_status(self, caller: Caller) -> dict[str, int]:
        return await self._documents.count_by(caller, "status")

    async def count_by_source(self, caller: Caller) -> dict[str, int]:
        return await self._documents.count_by(caller, "source")

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        """The text of the current version, or of a cited one.

        A version that is gone shows what answers cite of it (`excerpt`): all of that to whoever may see the
        document, and to others only what their own answers cite.
        """
        document = await self._documents.get(caller, document_id)
        if document is None and version is None:
            raise NotFound(MISSING)
        if document is not None:
            wanted = version or document.version
            if wanted == 0:
                raise NotFound("This document has no text yet. See its status.", code="no_text")
            text = await self._versions.unscoped_version(document_id, wanted)
            if text is None and version is None:  # replaced between the two reads
                return await self.text(caller, document_id, (await self.get(caller, document_id)).version)
            if text is not None:
                return text
        stretches = await self._citations.unscoped_stretches(
            document_id, version or 0, user_id=None if document is not None else caller.user_id
        )
        if not stretches:
            raise NotFound(MISSING if document is None else "This version is no longer kept.", code="not_found")
        return blanked_text(document_id, version or 0, stretches)

    async def original(self, caller: Caller, document_id: str) -> Original:
        """Where the original file of a document is. Errors: `NotFound`, also for documents that came as text."""
        document = await self.get(caller, document_id)
        if document.blob is None:
            raise NotFound("This document came as text; there is no original file.", code="no_original")
        return Original(document, document.blob)

    # -- gone --------------------------------------------------------------------------------------------------

    async def delete(self, caller: Caller, document_id: str) -> None:
        """Deletes a document and the documents inside it. Errors: `NotFound`, `Forbidden`."""
        await self._owned(caller, document_id)
        await self.unscoped_delete([document_id])

    async def unscoped_delete(self, document_ids: Sequence[str]) -> None:
        """Deletes documents and what is inside them; for connectors and for whoever checked ownership."""
        if document_ids:
            await self._indexer.remove(await self._with_descendants(document_ids))

    async def unscoped_retain_citations(
        self,
        stretches: Sequence[CitedStretch],
        *,
        user_id: str,
        message_id: str,
        conversation_id: str | None = None,
    ) -> None:
        """Keeps the cited words for as long as an answer holds them; call it when the answer is persisted."""
        if stretches:
            await self._citations.unscoped_retain(
                stretches, user_id=user_id, message_id=message_id, conversation_id=conversation_id
            )

    async def unscoped_release_citations(
        self, *, message_id: str | None = None, conversation_id: str | None = None
    ) -> None:
        """Forgets the citations of a message, or of a whole conversation; call it when that is deleted."""
        await self._citations.unscoped_release(message_id=message_id, conversation_id=conversation_id)

    # -- inside ------------------------------------------------------------------------------------------------

    async def _owned(self, caller: Caller, document_id: str) -> Document:
        document = await self.get(caller, document_id)
        if document.owner_id != caller.user_id:
            raise Forbidden("Only the person who added this document can change or delete it.", code="not_owner")
        return document

    async def _with_descendants(self, document_ids: Sequence[str]) -> list[str]:
        found = list(dict.fromkeys(document_ids))
        for document_id in found:  # grows while it is walked
            found.extend(record["_id"] for record in await self._documents.unscoped_children(document_id))
        return found

    async def _store_pinned(self, intake: Intake, items: Sequence[FileItem]) -> list[Stored]:
        digests = [item.digest for item in items]
        try:
            # Long uploads may have outlived the time after which another process sweeps what no document names.
            await self._blobs.renew(digests)
            stored = await self._store(intake, items) if items else []
        except BaseException:
            self._blobs.abandon(digests)
            raise
        self._blobs.unpin(digests)
        return stored

    async def _store(self, intake: Intake, items: Sequence[TextItem | FileItem]) -> list[Stored]:
        for attempt in range(_STORE_ATTEMPTS):
            known = await self._documents.unscoped_known(list({intake.key(item) for item in items}))
            plan = intake.plan(items, known, now=datetime.now(UTC))
            try:
                await self._write(plan)
            except DuplicateKey:
                await self._versions.unscoped_drop_texts([text.text_id for text in plan.texts])
                if attempt == _STORE_ATTEMPTS - 1:
                    raise
                continue
            await self._follow_up(plan)
            return plan.results
        raise AssertionError("the last attempt returns or raises")

    async def _write(self, plan: Plan) -> None:
        """Texts before the heads that name them: what a crash leaves over is swept, what is acknowledged is whole."""
        if plan.texts:
            await self._versions.unscoped_put(plan.texts)
        if plan.heads:
            await self._documents.unscoped_insert(plan.heads)
        if plan.changes:
            await self._documents.unscoped_change(plan.changes)

    async def _follow_up(self, plan: Plan) -> None:
        if plan.replaced_texts:
            await self._versions.unscoped_drop_texts(plan.replaced_texts)
        if plan.access_changed:
            await self._spread_access(plan.access_changed)
        if plan.replaced_blobs:
            await self._blobs.trash(plan.replaced_blobs)
        if plan.queued:
            await self._indexer.announce(plan.queued)

    async def _spread_access(self, changed: dict[str, list[str]]) -> None:
        """Gives changed access lists to the documents inside as well, then to both indexes."""
        walk = list(changed)
        for document_id in walk:  # grows while it is walked
            for child in await self._documents.unscoped_children(document_id):
                changed[child["_id"]] = changed[document_id]
                walk.append(child["_id"])
                fields = access_fields(child["owner_id"], changed[document_id])
                await self._documents.unscoped_change([(child["_id"], {"$set": {**fields, "dirty": new_id()}})])
        await self._indexer.refresh_access(walk)

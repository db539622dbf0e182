"""The library: who has which documents, what changes when one comes in again, who may read and delete them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from backend.access import Caller, Holder
from backend.db.collection import DuplicateKey, Record
from backend.documents.blobs import BlobStore
from backend.documents.citations import CitationRepository, CitedStretch, blanked_text
from backend.documents.connected import ConnectedLibrary, Indexer
from backend.documents.facets import ConnectionFacet, FolderFacet, SourceFacet, folders_in
from backend.documents.holders import HolderNames, NoNames
from backend.documents.incoming import FileItem, Stored, TextItem, UniqueNames, clean_name
from backend.documents.inside import AccessState
from backend.documents.intake import Intake, Plan
from backend.documents.listing import page_json, view
from backend.documents.loss import CLOSED, HEAD_FIELDS, AfterLoss, Losses
from backend.documents.models import Document, DocumentStatus, DocumentText, Embedded
from backend.documents.repository import DocumentQuery, DocumentRepository, DocumentRow, document_key
from backend.documents.restriction import Restriction
from backend.documents.sharing import Change, Grant, grants, update_for
from backend.documents.texts import Place, VersionRepository
from backend.documents.word_places import Rectangle, boxes_of
from backend.errors import Conflict, Forbidden, InvalidInput, NotFound, TooLarge
from backend.settings import UploadSettings
from backend.uninterrupted import uninterrupted

log = structlog.get_logger(__name__)

#: Two requests may store the same new document at once; the later one then finds it and compares.
_STORE_ATTEMPTS = 4
_CHILDREN_AT_ONCE = 50
_DEMO_AT_ONCE = 500
MISSING = "This document does not exist, or you may not see it."


@dataclass(frozen=True, slots=True)
class Original:
    """The original file of a document."""

    document: Document
    digest: str


@dataclass(frozen=True, slots=True)
class Reread:
    """What answers show of documents now. Places whose words are not shown (any more) are not among `texts`."""

    texts: dict[Place, str]
    closed: set[str]
    """Cited documents whose words are no longer shown, by id."""


class LibraryService(ConnectedLibrary):
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
        names: HolderNames | None = None,
        after_loss: AfterLoss = "auto",
    ) -> None:
        """`names`: how holders are called; without it nobody has a name. `after_loss`: see `Losses`."""
        self._losses = Losses(citations, after_loss)
        super().__init__(documents, indexer)
        self._names = names or NoNames()
        self._versions = versions
        self._citations = citations
        self._blobs = blobs
        self._limits = limits

    # -- in ----------------------------------------------------------------------------------------------------

    async def store_texts(
        self, holder: Holder | str, items: Sequence[TextItem], *, source: str = "api"
    ) -> list[Stored]:
        """Stores or replaces texts: one look-up and one bulk write for all. Answers in the order of the items.

        A holder that is a string is the person with this id. An item with the external id of an earlier one of the
        same call replaces it. Errors: `TooLarge`.
        """
        for number, item in enumerate(items):
            if len(item.text) > self._limits.max_text_chars:
                raise TooLarge(
                    f"items.{number}.text has {len(item.text):,} characters; at most {self._limits.max_text_chars:,} "
                    "are taken. Split it.",
                    hint="The limit is BIBLIOS_UPLOAD_MAX_TEXT_CHARS.",
                    code="text_too_large",
                )
            if any(not 0 <= section.start <= section.end <= len(item.text) for section in item.sections):
                raise InvalidInput(f"items.{number}.sections do not lie within the text.", code="sections_outside")
        return await self._store(Intake(holder=_holder(holder), source=source), items)

    async def store_files(
        self, holder: Holder | str, items: Sequence[FileItem], *, source: str = "upload"
    ) -> list[Stored]:
        """Stores or replaces files whose blobs are pinned; the pins are given back here, whatever happens."""
        return await self._store_pinned(Intake(holder=_holder(holder), source=source), items)

    async def place(self, holder: Holder, paths: Mapping[str, str]) -> int:
        """Where documents lie at their source, by external id; returns how many lie elsewhere now."""
        by_key = {document_key(holder, "", external_id): path for external_id, path in paths.items()}
        plan = Intake.placed(by_key, await self._documents.unscoped_known(list(by_key)), now=datetime.now(UTC))
        await self._write(plan)
        await self._follow_up(plan)
        return len(plan.changes)

    async def store_children(self, parent: Document, children: Iterable[Embedded]) -> int:
        """Makes the files inside a document documents of their own; returns how many there are.

        They get the access that the document has now, which may be another one than when reading it began. Children
        of an earlier version that are no longer inside are deleted.
        """
        intake = Intake(holder=parent.holder, source=parent.source, parent=parent)
        inside = await self._documents.unscoped_children([parent.id])
        before = {record["external_id"]: record["_id"] for record in inside}
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
                inherited_date=child.dated or parent.modified_at,
            )
            batch.append(item)
            present.add(item.external_id)
            if len(batch) == _CHILDREN_AT_ONCE:
                full, batch = batch, []
                await uninterrupted(self._store_inside(intake, parent.id, full))
        if batch:
            await uninterrupted(self._store_inside(intake, parent.id, batch))
        await self.unscoped_delete([id_ for external_id, id_ in before.items() if external_id not in present])
        return len(present)

    async def _store_inside(self, intake: Intake, parent_id: str, items: Sequence[FileItem]) -> None:
        """Stores members of a document and looks again whether its access is still the one that they got.

        A change of access is written to the head first and given to the members that are there then. So either that
        finds the members stored here, or the second look finds the change. A deletion looks for members last. The
        two are not cut apart, neither by that deletion.
        """
        state = await self._access_state(parent_id) or AccessState(frozenset(), hidden=False)
        inside = replace(intake, hidden=state.hidden)
        stored = await self._store_pinned(inside, [replace(item, access=state.granted) for item in items])
        if not stored or (now := await self._access_state(parent_id)) == state:
            return
        if now is None:  # deleted by somebody who did not see these members yet
            await self.unscoped_delete([member.id for member in stored])
        else:
            await self._spread_access([parent_id])

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

    async def change(self, caller: Caller, document_id: str, change: Change) -> bool:
        """Shares or renames a document; returns whether other people may see it now.

        A change of access holds when this returns, also for what is inside, and is no work for indexing. Errors:
        `NotFound`, `Forbidden`; `Conflict` for sharing what is inside another.
        """
        document = await self._owned(caller, document_id)
        if change.access is not None and document.parent_id is not None:
            raise Conflict(
                "This document lies inside another one and is seen by whoever sees that. Share the outer one instead.",
                code="shared_with_its_parent",
            )
        update, queued = update_for(document, change, datetime.now(UTC)) or ({}, False)
        if update:
            await self._documents.unscoped_change([(document_id, update)])
        if change.access is not None:  # also when it is so already: what is inside may not have it yet
            await self._spread_access([document_id])
        if queued:
            await self._indexer.announce([document_id])
        return "access" in update.get("$set", {})

    # -- out ---------------------------------------------------------------------------------------------------

    async def get(self, caller: Caller, document_id: str) -> Document:
        document = await self._documents.get(caller, document_id)
        if document is None:
            raise NotFound(MISSING)
        return document

    async def view(self, caller: Caller, document_id: str) -> dict[str, Any]:
        """The head as the API shows it to the caller."""
        row = await self._documents.row(caller, document_id)
        if row is None:
            raise NotFound(MISSING)
        return await view(self._names, caller, row)

    async def why(self, caller: Caller, document_id: str) -> list[Grant]:
        """Why the caller sees a document, the strongest reason first. Errors: `NotFound` for who does not."""
        return grants(caller, await self.get(caller, document_id))

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None = None, limit: int = 50
    ) -> tuple[list[DocumentRow], str | None]:
        """One page of what the caller may see, newest first; see `DocumentRepository.page`."""
        return await self._documents.page(caller, query, before=before, limit=limit)

    async def page_json(
        self, caller: Caller, query: DocumentQuery, *, before: str | None = None, limit: int = 50
    ) -> tuple[list[bytes], str | None]:
        """`page` with each row as JSON, as the API shows it to the caller."""
        return await page_json(self._documents, self._names, caller, query, before=before, limit=limit)

    async def visible_ids(self, caller: Caller, document_ids: Collection[str]) -> frozenset[str]:
        """Those of these documents that the caller may see."""
        return await self._documents.visible_ids(caller, document_ids)

    async def count_by_status(self, caller: Caller, within: Restriction | None = None) -> dict[str, int]:
        return await self._documents.count_by_status(caller, within)

    async def count_by_status_and_connection(
        self, caller: Caller, within: Restriction | None = None
    ) -> dict[tuple[str, str | None], int]:
        return await self._documents.count_by_status_and_connection(caller, within)

    async def sources(self, caller: Caller) -> list[SourceFacet]:
        """Where what the caller may see comes from, most first."""
        counts = await self._documents.count_by_source(caller)
        held = {id_: Holder.connection(id_) for _, id_ in counts if id_ is not None}
        names = await self._names.names(held.values()) if held else {}
        found: dict[str, list[ConnectionFacet]] = {}
        totals: Counter[str] = Counter()
        for (source, id_), number in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))):
            totals[source] += number
            connections = found.setdefault(source, [])
            if id_ is not None:
                connections.append(ConnectionFacet(id_, names.get(held[id_], ""), number))
        ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
        return [SourceFacet(source, number, tuple(found[source])) for source, number in ordered]

    async def folders(self, caller: Caller, query: DocumentQuery) -> list[FolderFacet]:
        """The folders directly in the query's path (None: the outermost ones), as far as the caller sees into them."""
        return folders_in(query.path or "", await self._documents.count_by_path(caller, query))

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        """The text of the present version, or of one that the caller's own answers cite.

        Of a version that is not the present one there is only what those answers cite (`excerpt`), whoever may see
        the document: what was taken out of it before it was shared is nobody else's. The same holds of a document that
        is gone or closed, as far as `Losses` lets it. Errors: `NotFound`; its code is source_closed where it does not.
        """
        document = await self._documents.get(caller, document_id)
        if document is not None and not document.silent and version in (None, document.version):
            text = await self._versions.unscoped_version(document_id, document.version)
            if text is not None:
                return text
            now = await self.get(caller, document_id)
            if now.version != document.version:  # replaced between the two reads
                return await self.text(caller, document_id, version)
        if version is None:
            raise (
                NotFound(MISSING)
                if document is None
                else NotFound("This document has no text at present. See its status.", code="no_text")
            )
        stretches = await self._citations.unscoped_stretches(document_id, version, user_id=caller.user_id)
        if not stretches:
            raise NotFound(MISSING if document is None else "This version is no longer kept.", code="not_found")
        if document is None:
            heads = await self._heads_by_id([document_id], HEAD_FIELDS)
            if await self._losses.closed(caller, [document_id], heads):
                raise NotFound(CLOSED, code="source_closed")
        return blanked_text(document_id, version, stretches)

    async def boxes(self, text: DocumentText, *, page: int, start: int, end: int) -> list[Rectangle] | None:
        """Where a stretch of a text that the caller was shown stands on a page that text recognition read.

        Empty: not on this page. None: the page was not recognised, its words stand in the file itself.
        """
        words = await self._versions.unscoped_words(text.document_id, text.version, page)
        return boxes_of(words, start, end) if words else None

    async def reread(self, caller: Caller, places: Collection[Place], cited: Collection[str]) -> Reread:
        """What answers show of documents now: the words at their places, and which cited documents are closed.

        The rules of `text` for many at once: three reads however many places there are, one more when a cited document
        is gone, and never a whole large text.

        Args:
            cited: the documents that the caller's own answers cite, by id.
        """
        ids = {place.document_id for place in places}.union(cited)
        if not ids:
            return Reread({}, set())
        heads = await self._heads_by_id(ids, (*HEAD_FIELDS, "version", "silent"))
        present = {
            id_: head["version"]
            for id_, head in heads.items()
            if caller.may_see(head["access"]) and not head.get("silent")
        }
        wanted = [place for place in places if present.get(place.document_id) == place.version]
        texts = await self._versions.unscoped_slices(wanted) if wanted else {}
        return Reread(texts, await self._losses.closed(caller, cited, heads))

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

    async def delete_demo(self, caller: Caller) -> int:
        """Deletes what the caller holds of the demo; returns how many documents there were, those inside included."""
        deleted = 0
        while ids := await self._documents.demo_ids(caller, limit=_DEMO_AT_ONCE):
            await self.unscoped_delete(ids)
            deleted += len(ids)
        return deleted

    async def count_demo(self, caller: Caller) -> int:
        """How many documents of the demo the caller holds, those inside others included."""
        return await self._documents.count_demo(caller)

    async def unscoped_retain_citations(
        self,
        stretches: Sequence[CitedStretch],
        *,
        user_id: str,
        message_id: str,
        conversation_id: str | None = None,
    ) -> None:
        """Keeps the cited words for as long as an answer holds them; call it when the answer is persisted."""
        if not stretches:
            return
        cited = {stretch.document_id for stretch in stretches}
        heads = await self._documents.unscoped_many(cited, ("holder",))
        await self._citations.unscoped_retain(
            stretches,
            held_by={head["_id"]: Holder.parse(head["holder"]).kind for head in heads},
            user_id=user_id,
            message_id=message_id,
            conversation_id=conversation_id,
        )

    async def unscoped_release_citations(
        self, *, message_id: str | None = None, conversation_id: str | None = None
    ) -> None:
        """Forgets the citations of a message, or of a whole conversation; call it when that is deleted."""
        await self._citations.unscoped_release(message_id=message_id, conversation_id=conversation_id)

    # -- inside ------------------------------------------------------------------------------------------------

    async def _heads_by_id(self, document_ids: Iterable[str], fields: Sequence[str]) -> dict[str, Record]:
        return {head["_id"]: head for head in await self._documents.unscoped_many(document_ids, fields)}

    async def _owned(self, caller: Caller, document_id: str) -> Document:
        document = await self.get(caller, document_id)
        if not document.holder.is_person(caller.user_id):
            raise Forbidden("Only the person who added this document can change or delete it.", code="not_owner")
        return document

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
        created: dict[str, Stored] = {}
        for attempt in range(_STORE_ATTEMPTS):
            known = await self._documents.unscoped_known(list({intake.key(item) for item in items}))
            plan = intake.plan(items, known, now=datetime.now(UTC))
            try:
                await self._write(plan)
            except DuplicateKey:
                inserted = await self._keep_inserted(plan)
                created |= {stored.id: stored for stored in plan.results if stored.id in inserted}
                if attempt == _STORE_ATTEMPTS - 1:
                    raise
                continue
            await self._follow_up(plan)
            return [
                created.get(stored.id, stored) if stored.outcome == "unchanged" else stored for stored in plan.results
            ]
        raise AssertionError("the last attempt returns or raises")

    async def _write(self, plan: Plan) -> None:
        """Texts before the heads that name them: what a crash leaves over is swept, what is acknowledged is whole."""
        if plan.texts:
            await self._versions.unscoped_put(plan.texts)
        if plan.heads:
            await self._documents.unscoped_insert(plan.heads)
        if plan.changes:
            await self._documents.unscoped_change(plan.changes)

    async def _keep_inserted(self, plan: Plan) -> set[str]:
        """Which heads of a refused plan are there: those before the refused one stand, with their texts and their work.

        The texts of the others go, and those of changes, which come after all heads.
        """
        heads = await self._documents.unscoped_many([head["_id"] for head in plan.heads], ("key",))
        inserted = {head["_id"] for head in heads}
        await self._versions.unscoped_drop_texts([t.text_id for t in plan.texts if t.document_id not in inserted])
        if queued := [document_id for document_id in plan.queued if document_id in inserted]:
            await self._indexer.announce(queued)
        return inserted

    async def _follow_up(self, plan: Plan) -> None:
        if plan.lists:
            await self._settle_lists(plan.lists)
        await self._spread_access(plan.access_changed)
        if plan.replaced_texts:
            await self._versions.unscoped_drop_texts(plan.replaced_texts)
        if plan.emptied:  # what was inside is no longer there, nor is anybody to store more of it
            await self._indexer.announce(plan.emptied)
            await self.unscoped_delete(await self._inside.of(plan.emptied))
        if plan.replaced_blobs:
            await self._blobs.trash(plan.replaced_blobs)
        if plan.queued:
            await self._indexer.announce(plan.queued)


def _holder(holder: Holder | str) -> Holder:
    return Holder.person(holder) if isinstance(holder, str) else holder

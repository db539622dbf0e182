"""Decides what an incoming item means for the library: new, replaced, only its metadata changed, or nothing to do.

Pure: reads no clock and no database. `library` carries the plan out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from backend.access import Holder
from backend.db.collection import Record, Update
from backend.documents.incoming import FileItem, Stored, TextItem, content_hash, same_as_hash
from backend.documents.models import Document, DocumentStatus, Kind, Said
from backend.documents.origins import INDEXED_FIELDS, given_by, in_milliseconds, merged
from backend.documents.repository import Known, access_fields, document_key, hidden_fields
from backend.documents.texts import NewText
from backend.ids import new_id

#: What indexing has to do with a queued head.
EXTRACT, TEXT, REINDEX = "extract", "text", "reindex"

#: Why a document failed, where it says that it is to be sent or added again.
_LOST = frozenset({"text_missing", "text_damaged", "original_missing"})
_EMPTY_FILE = {"code": "empty_file", "message": "This file is empty (0 bytes). Add it again once it has content."}
_EMPTY_TEXT = {"code": "empty_text", "message": "This document has no text. Send it again with its text."}


@dataclass(slots=True)
class Plan:
    """The writes of one call, and what follows from them."""

    texts: list[NewText] = field(default_factory=list)
    heads: list[Record] = field(default_factory=list)
    changes: list[tuple[str, Update]] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)
    access_changed: list[str] = field(default_factory=list)
    """Documents whose access what is inside them does not have, or may not have, or whose path the indexes lack."""
    lists: dict[str, frozenset[str]] = field(default_factory=dict)
    """Access lists that documents are given which may be hidden, or shown again, meanwhile: those of connections."""
    emptied: list[str] = field(default_factory=list)
    replaced_texts: list[str] = field(default_factory=list)
    replaced_blobs: list[str] = field(default_factory=list)
    results: list[Stored] = field(default_factory=list)

    def moved(self, there: Known) -> dict[str, Any]:
        """Marks a document that lies elsewhere now: the indexes are told beside its access, and that is no work."""
        if there.version == 0:
            return {}
        if there.id not in self.access_changed:
            self.access_changed.append(there.id)
        return {"dirty": new_id()}


@dataclass(frozen=True, slots=True)
class Intake:
    """Where the items of one call come from. `parent` is the archive or mail that they were found in.

    `hidden`: that one is hidden, so what is new in it comes in hidden.
    """

    holder: Holder
    source: str
    parent: Document | None = None
    hidden: bool = False

    def key(self, item: TextItem | FileItem) -> str:
        return document_key(self.holder, self.source, item.external_id)

    @staticmethod
    def requeue() -> Update:
        """The update that sends a failed document through once more."""
        return {"$set": queued_again(datetime.now(UTC)), "$unset": {"error": "", **_NO_LEASE}}

    def plan(self, items: Sequence[TextItem | FileItem], known: Mapping[str, Known], *, now: datetime) -> Plan:
        """Plans all items together; an item replaces an earlier one with the same external id."""
        plan = Plan()
        last = {self.key(item): item for item in items}
        stored: dict[str, Stored] = {}
        for key, item in last.items():
            there = known.get(key)
            stored[key] = self._create(plan, key, item, now) if there is None else self._update(plan, there, item, now)
        plan.results = [stored[self.key(item)] for item in items]
        return plan

    @staticmethod
    def placed(paths: Mapping[str, str], known: Mapping[str, Known], *, now: datetime) -> Plan:
        """Plans other places for documents that are there, by key; their content is what it was."""
        plan = Plan()
        for key, there in known.items():
            given = there.given.model_copy(update={"path": paths[key]})
            if given == there.given:
                continue
            changes = _described(there.external_id, there.filename, given, there.read, there.received_at)
            marked = {**changes, **plan.moved(there)}
            update: Update = {"$set": marked}
            if there.status is not DocumentStatus.failed and _differs(changes, there):
                update = {"$set": {**marked, **_described_anew(there, now)}, "$unset": dict(_NO_LEASE)}
                plan.queued.append(there.id)
            plan.changes.append((there.id, update))
        return plan

    def _create(self, plan: Plan, key: str, item: TextItem | FileItem, now: datetime) -> Stored:
        document_id = new_id()
        head: Record = {
            "_id": document_id,
            "key": key,
            "holder": str(self.holder),
            "external_id": item.external_id,
            "source": self.source,
            "version": 0,
            "chunks": 0,
            "kind": str(Kind.text),  # a file's kind is known when it was read
            "created_at": now,
            "index_seq": 0,
            **self._access(item),
            **_described(item.external_id, _filename(item), given_by(item, Said()), Said(), _received_at(item, now)),
            **self._content(plan, document_id, item, now),
        }
        if self.holder.connection_id is not None:
            head["connection_id"] = self.holder.connection_id
        else:  # for the release before this one, which may still serve from the same database
            head["owner_id"] = self.holder.id
        head |= _linked(item, None)
        if self.parent is not None:
            head["parent_id"] = self.parent.id
            head["depth"] = self.parent.depth + 1
            head["archive_depth"] = self.parent.archive_depth + (self.parent.kind is Kind.archive)
        plan.heads.append(head)
        return _stored(
            plan, document_id, item, head["status"], queued=head["status"] == DocumentStatus.queued, created=True
        )

    def _access(self, item: TextItem | FileItem) -> dict[str, Any]:
        fields = access_fields(self.holder, item.access)
        return hidden_fields(fields["access"]) if self.hidden else fields

    def _update(self, plan: Plan, there: Known, item: TextItem | FileItem, now: datetime) -> Stored:
        changes: dict[str, Any] = {}
        unset: dict[str, str] = {}
        access = access_fields(self.holder, item.access)
        access_changed = there.access != frozenset(access["access"])
        if access_changed:  # first, whatever becomes of the rest
            # Searches check the head as well, so a person who lost access sees nothing from here on.
            changes |= {"kept_access": access["access"]} if there.hidden else access
            changes["dirty"] = new_id()
            if self.holder.connection_id is not None:
                plan.lists[there.id] = frozenset(access["access"])
        if access_changed or there.marked:
            plan.access_changed.append(there.id)
        changes |= _linked(item, there)
        same_content = there.content_hash == content_hash(item)
        failed = there.status is DocumentStatus.failed
        if _is_empty(item) and (failed or not same_content):
            plan.emptied.append(there.id)
        given = given_by(item, there.given)
        if given.path != there.given.path:
            changes |= plan.moved(there)
        if given != there.given or not same_content:
            received_at = there.received_at if same_content else _received_at(item, now)
            changes |= _described(item.external_id, _filename(item), given, there.read, received_at)
        if not same_content:
            changes |= self._content(plan, there.id, item, now, version=there.version)
            unset = {"error": "", **_NO_LEASE} if changes["status"] == DocumentStatus.queued else dict(_NO_LEASE)
            if there.pending_text is not None:
                plan.replaced_texts.append(there.pending_text)
                if "pending_text" not in changes:
                    unset["pending_text"] = ""
            if there.blob is not None and there.blob != changes.get("blob"):
                plan.replaced_blobs.append(there.blob)
                if "blob" not in changes:
                    unset["blob"] = ""
        elif failed:
            if not _is_empty(item) or there.error in _LOST:
                changes |= self._once_more(plan, there, item, now)
                unset = {"error": "", **_NO_LEASE}
        elif given != there.given and _differs(changes, there):
            changes |= _described_anew(there, now)
            unset = dict(_NO_LEASE)
        if not changes:
            return Stored(there.id, item.external_id, there.status, "unchanged")
        update: dict[str, Any] = {"$set": changes}
        if unset:
            update["$unset"] = unset
        plan.changes.append((there.id, update))
        queued = changes.get("status") == DocumentStatus.queued
        status = changes.get("status", there.status)
        stored = _stored(plan, there.id, item, status, queued=queued, created=False)
        return replace(stored, access_changed=access_changed)

    def _once_more(self, plan: Plan, there: Known, item: TextItem | FileItem, now: datetime) -> dict[str, Any]:
        """A failed document whose content came in once more. A text that waits, or whatever was lost, is put again.

        A present version that could not be indexed again is only queued: as a new one it would silence its own words.
        """
        if there.pending_text is None and there.error not in _LOST:
            return queued_again(now)
        if there.pending_text is not None:
            plan.replaced_texts.append(there.pending_text)
        return self._content(plan, there.id, item, now, version=there.version)

    def _content(
        self, plan: Plan, document_id: str, item: TextItem | FileItem, now: datetime, *, version: int = 0
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {"content_hash": content_hash(item)}
        if isinstance(item, FileItem):
            fields |= {
                "blob": item.digest,
                "filename": item.filename,
                "mime": item.mime,
                "size_bytes": item.size_bytes,
                "work": EXTRACT,
            }
        else:
            fields |= {"size_bytes": len(item.text.encode()), "kind": str(item.kind), "work": TEXT}
        empty = _is_empty(item)
        if empty and version == 0:  # told at once; a folder with an empty file in it comes in all the same
            error = _EMPTY_FILE if isinstance(item, FileItem) else _EMPTY_TEXT
            return {**fields, "status": str(DocumentStatus.failed), "error": dict(error)}
        if empty:  # emptied at its source: a version without words, and the words of before are silent from here on
            fields |= {"silent": True, "work": TEXT}
        if empty or isinstance(item, TextItem):
            words = "" if empty or isinstance(item, FileItem) else item.text
            sections = item.sections if words and isinstance(item, TextItem) else ()
            text = NewText(text_id=new_id(), document_id=document_id, text=words, created_at=now, sections=sections)
            plan.texts.append(text)
            fields["pending_text"] = text.text_id
        return {**fields, **queued_again(now)}


_NO_LEASE = {"lease_token": ""}


def _linked(item: TextItem | FileItem, there: Known | None) -> dict[str, Any]:
    """What the source says of revision, parent and identity, where that is news."""
    same_as = None if item.same_as is None else same_as_hash(item.same_as)
    said = {"revision": item.revision, "parent_external_id": item.parent, "same_as": same_as}
    return {name: value for name, value in said.items() if value is not None and value != getattr(there, name, None)}


def _described(
    external_id: str, filename: str | None, given: Said, read: Said, received_at: datetime
) -> dict[str, Any]:
    """What is known of the document, as its head holds it: by origin, and merged."""
    fields = merged(given, read, external_id=external_id, filename=filename, received_at=received_at)
    return {"given": given.stored(), "read": read.stored(), "received_at": received_at, **fields}


def _differs(described: Mapping[str, Any], there: Known) -> bool:
    """Whether the indexes hold something else than what is described."""
    before = _described(there.external_id, there.filename, there.given, there.read, there.received_at)
    return any(described[name] != before[name] for name in INDEXED_FIELDS)


def _described_anew(there: Known, now: datetime) -> dict[str, Any]:
    """The work on a document of which another thing is said. Not indexed yet: what is under way starts again."""
    return queued_again(now) if there.status is not DocumentStatus.indexed else {**queued_again(now), "work": REINDEX}


def _received_at(item: TextItem | FileItem, now: datetime) -> datetime:
    """The date of what nobody dates: a file inside another one came with that one."""
    inherited = item.inherited_date if isinstance(item, FileItem) else None
    return in_milliseconds(inherited) if inherited is not None else now


def _filename(item: TextItem | FileItem) -> str | None:
    return item.filename if isinstance(item, FileItem) else None


def _stored(
    plan: Plan, document_id: str, item: TextItem | FileItem, status: str, *, queued: bool, created: bool
) -> Stored:
    if queued:
        plan.queued.append(document_id)
    return Stored(document_id, item.external_id, DocumentStatus(status), "created" if created else "updated")


def queued_again(now: datetime) -> dict[str, Any]:
    """The fields of a head that is to be worked on from now on."""
    return {"status": str(DocumentStatus.queued), "due_at": now, "attempts": 0, "failures": 0}


def _is_empty(item: TextItem | FileItem) -> bool:
    return item.size_bytes == 0 if isinstance(item, FileItem) else not item.text.strip()

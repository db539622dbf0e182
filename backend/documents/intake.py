"""Decides what an incoming item means for the library: new, replaced, only its metadata changed, or nothing to do.

Pure: reads no clock and no database. `library` carries the plan out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from backend.db.collection import Record, Update
from backend.documents.incoming import FileItem, Stored, TextItem, content_hash, metadata_hash
from backend.documents.models import Document, DocumentStatus, Kind
from backend.documents.repository import Known, access_fields, document_key
from backend.documents.texts import NewText
from backend.ids import new_id

#: What indexing has to do with a queued head.
EXTRACT, TEXT, REINDEX = "extract", "text", "reindex"

_EMPTY_FILE = {"code": "empty_file", "message": "This file is empty (0 bytes). Add it again once it has content."}
_EMPTY_TEXT = {"code": "empty_text", "message": "This document has no text. Send it again with its text."}


@dataclass(slots=True)
class Plan:
    """The writes of one call, and what follows from them."""

    texts: list[NewText] = field(default_factory=list)
    heads: list[Record] = field(default_factory=list)
    changes: list[tuple[str, Update]] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)
    access_changed: dict[str, list[str]] = field(default_factory=dict)
    replaced_texts: list[str] = field(default_factory=list)
    replaced_blobs: list[str] = field(default_factory=list)
    results: list[Stored] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Intake:
    """Where the items of one call come from. `parent` is the archive or mail that they were found in."""

    owner_id: str
    source: str
    connection_id: str | None = None
    parent: Document | None = None

    def key(self, item: TextItem | FileItem) -> str:
        return document_key(self.owner_id, self.source, self.connection_id, item.external_id)

    @staticmethod
    def requeue() -> Update:
        """The update that sends a failed document through once more."""
        return {"$set": _queued(datetime.now(UTC)), "$unset": {"error": "", **_NO_LEASE}}

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

    def _create(self, plan: Plan, key: str, item: TextItem | FileItem, now: datetime) -> Stored:
        document_id = new_id()
        head: Record = {
            "_id": document_id,
            "key": key,
            "owner_id": self.owner_id,
            "external_id": item.external_id,
            "source": self.source,
            "version": 0,
            "chunks": 0,
            "kind": str(Kind.text),  # a file's kind is known when it was read
            "created_at": now,
            "index_seq": 0,
            **self._metadata(item, now),
            **self._content(plan, document_id, item, now),
        }
        if self.connection_id is not None:
            head["connection_id"] = self.connection_id
        if self.parent is not None:
            head["parent_id"] = self.parent.id
            head["depth"] = self.parent.depth + 1
            head["archive_depth"] = self.parent.archive_depth + (self.parent.kind is Kind.archive)
        plan.heads.append(head)
        return self._stored(plan, document_id, item, head["status"], created=True)

    def _update(self, plan: Plan, there: Known, item: TextItem | FileItem, now: datetime) -> Stored:
        same_content = there.content_hash == content_hash(item)
        same_metadata = there.metadata_hash == metadata_hash(item)
        if same_content and same_metadata and there.status is not DocumentStatus.failed:
            return Stored(there.id, item.external_id, there.status, "unchanged")
        changes: dict[str, Any] = {}
        if not same_metadata:
            changes |= self._metadata(item, now)
            if there.access != frozenset(changes["access"]):
                # Searches check the head as well, so a person who lost access sees nothing from here on.
                changes["dirty"] = new_id()
                plan.access_changed[there.id] = changes["access"]
        unset: dict[str, str] = {}
        if not same_content:
            changes |= self._content(plan, there.id, item, now)
            unset = {"error": "", **_NO_LEASE} if changes["status"] == DocumentStatus.queued else dict(_NO_LEASE)
            if there.pending_text is not None:
                plan.replaced_texts.append(there.pending_text)
                if "pending_text" not in changes:
                    unset["pending_text"] = ""
            if there.blob is not None and there.blob != changes.get("blob"):
                plan.replaced_blobs.append(there.blob)
                if "blob" not in changes:
                    unset["blob"] = ""
        elif there.status is DocumentStatus.failed:
            if not _is_empty(item):
                changes |= _queued(now)
                unset = {"error": "", **_NO_LEASE}
            elif not changes:
                return Stored(there.id, item.external_id, there.status, "unchanged")
        elif there.status is DocumentStatus.indexed:
            changes |= {**_queued(now), "work": REINDEX}
            unset = dict(_NO_LEASE)
        else:  # not indexed yet: what is under way starts again, with the new metadata
            changes |= _queued(now)
            unset = dict(_NO_LEASE)
        update: dict[str, Any] = {"$set": changes}
        if unset:
            update["$unset"] = unset
        plan.changes.append((there.id, update))
        return self._stored(plan, there.id, item, changes.get("status", there.status), created=False)

    def _metadata(self, item: TextItem | FileItem, now: datetime) -> dict[str, Any]:
        name = PurePosixPath(item.filename).name if isinstance(item, FileItem) else item.external_id
        fields: dict[str, Any] = {
            "title": (item.title or "").strip() or name,
            "title_given": bool((item.title or "").strip()),
            "url": item.url,
            "author": item.author,
            "tags": list(item.tags),
            **access_fields(self.owner_id, item.access),
            "modified_at": (item.modified_at or now).astimezone(UTC),
            "modified_given": item.modified_at is not None,
            "metadata_hash": metadata_hash(item),
        }
        if isinstance(item, TextItem) and item.language is not None:
            fields["language"] = item.language
        return fields

    def _content(self, plan: Plan, document_id: str, item: TextItem | FileItem, now: datetime) -> dict[str, Any]:
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
        if _is_empty(item):  # told at once; a folder with an empty file in it comes in all the same
            error = _EMPTY_FILE if isinstance(item, FileItem) else _EMPTY_TEXT
            return {**fields, "status": str(DocumentStatus.failed), "error": dict(error)}
        if isinstance(item, TextItem):
            text = NewText(text_id=new_id(), document_id=document_id, text=item.text, created_at=now)
            plan.texts.append(text)
            fields["pending_text"] = text.text_id
        return {**fields, **_queued(now)}

    def _stored(self, plan: Plan, document_id: str, item: TextItem | FileItem, status: str, *, created: bool) -> Stored:
        if status == DocumentStatus.queued:
            plan.queued.append(document_id)
        return Stored(document_id, item.external_id, DocumentStatus(status), "created" if created else "updated")


_NO_LEASE = {"lease_token": ""}


def _queued(now: datetime) -> dict[str, Any]:
    return {"status": str(DocumentStatus.queued), "due_at": now, "attempts": 0, "failures": 0}


def _is_empty(item: TextItem | FileItem) -> bool:
    return item.size_bytes == 0 if isinstance(item, FileItem) else not item.text.strip()

"""What a person changes of a document beside its content, and why somebody may see it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from backend.access import WORKSPACE, Caller, person_handle, source_group
from backend.db.collection import Update
from backend.documents.intake import REINDEX, queued_again
from backend.documents.models import Document, DocumentStatus
from backend.documents.origins import INDEXED_FIELDS, merged
from backend.documents.repository import access_fields
from backend.ids import new_id

type Reason = Literal["holder", "person", "address", "group", "matched", "source_group", "workspace"]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to change; None leaves it. An empty title and `tags_back` give way to what the file says.

    `access` holds everybody beside the person who holds the document.
    """

    access: frozenset[str] | None = None
    title: str | None = None
    tags: tuple[str, ...] | None = None
    tags_back: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """One reason why somebody may see a document: the principal that the access list and the person have in common."""

    reason: Reason
    principal: str


def update_for(document: Document, change: Change, now: datetime) -> tuple[Update, bool] | None:
    """The update that makes the change, and whether indexing has work with it; None when all is so already."""
    changes: dict[str, Any] = {}
    given = document.given
    if change.title is not None:
        given = given.model_copy(update={"title": change.title.strip() or None})
    if change.tags is not None or change.tags_back:
        given = given.model_copy(update={"tags": None if change.tags_back else list(change.tags or ())})
    if change.access is not None:
        access = access_fields(document.holder, change.access)
        if access["access"] != sorted(document.access):
            changes |= {**access, "dirty": new_id()}
    queued = False
    if given != document.given:
        fields = merged(
            given,
            document.read,
            external_id=document.external_id,
            filename=document.filename,
            received_at=document.received_at,
        )
        changes |= {"given": given.stored(), **fields}
        queued = document.status is not DocumentStatus.failed and any(
            fields[name] != getattr(document, name) for name in INDEXED_FIELDS
        )
    if not changes:
        return None
    if not queued:
        return {"$set": changes}, False
    changes |= queued_again(now)
    if document.status is DocumentStatus.indexed:
        changes["work"] = REINDEX
    return {"$set": changes, "$unset": {"lease_token": ""}}, True


def grants(caller: Caller, document: Document) -> list[Grant]:
    """Why the caller sees a document, the strongest reason first. Principals of others are not told."""
    found = [] if not document.holder.is_person(caller.user_id) else [Grant("holder", str(document.holder))]
    held = {grant.principal for grant in found}
    common = sorted(caller.principals.intersection(document.access) - held, key=lambda name: (_rank(name), name))
    return found + [Grant(_reason(name), name) for name in common]


_REASONS: tuple[tuple[str, Reason], ...] = (
    ("user:", "person"),
    ("email:", "address"),
    ("group:", "group"),
    ("source:", "source_group"),
    (WORKSPACE, "workspace"),
)


def _rank(principal: str) -> int:
    return next(number for number, (start, _) in enumerate(_REASONS) if principal.startswith(start))


def _reason(principal: str) -> Reason:
    found = source_group(principal)
    matched = found is not None and person_handle(found[1]) is not None
    return "matched" if matched else _REASONS[_rank(principal)][1]

"""What the audit log notes of what people do to documents: one entry a request, however many documents it is about."""

from collections.abc import Iterable

from backend.audit.log import AuditLog, Origin
from backend.auth.models import User
from backend.documents.incoming import Stored

#: Ids in one entry; the count beside them is of all.
_MOST_IDS = 20


async def note_deleted(audit: AuditLog, user: User, origin: Origin, document_id: str) -> None:
    await audit.record("document.deleted", origin=origin, actor=user.actor, subject_id=document_id)


async def note_demo_removed(audit: AuditLog, user: User, origin: Origin, documents: int) -> None:
    """One entry for all of it; nothing when there was none."""
    if documents:
        await audit.record(
            "document.deleted", origin=origin, actor=user.actor, details={"documents": str(documents), "demo": "all"}
        )


async def note_access(audit: AuditLog, user: User, origin: Origin, changed: Iterable[str]) -> None:
    """Notes that other people may see these documents now; nothing when there are none.

    What lies inside a document goes with it and is not counted. Who may see it is not noted: the addresses of others
    would outlive their accounts in the log.
    """
    ids = list(dict.fromkeys(changed))
    if not ids:
        return
    await audit.record(
        "document.access_changed",
        origin=origin,
        actor=user.actor,
        subject_id=ids[0] if len(ids) == 1 else None,
        details={"documents": str(len(ids)), "ids": " ".join(ids[:_MOST_IDS])},
    )


async def note_stored(audit: AuditLog, user: User, origin: Origin, stored: Iterable[Stored]) -> None:
    """`note_access` for what came in again with another access list."""
    await note_access(audit, user, origin, (item.id for item in stored if item.access_changed))

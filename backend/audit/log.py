"""The audit log: who did what, when, from where, with which outcome. Append-only: events are never changed or deleted.

Records leave only through retention (`BIBLIOS_AUDIT_RETENTION_DAYS`), enforced by the database itself. The one thing
that is taken out of a record is who a deleted account belonged to (`forget_names`): the event and the ids stay.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import structlog
from pydantic import BaseModel, Field

from backend.audit.actors import Actor, ActorKind
from backend.db.collection import CollectionSpec, Database, Index, Record
from backend.db.repository import Repository
from backend.ids import new_id

log = structlog.get_logger(__name__)

AUDIT_LOG = CollectionSpec(
    "audit_log",
    (
        Index((("at", -1), ("_id", -1))),  # the log, newest first
        Index((("actor_id", 1), ("at", -1), ("_id", -1))),  # what one person did
        Index((("subject_id", 1), ("at", -1), ("_id", -1))),  # what was done to one account
        Index((("event", 1), ("at", -1), ("_id", -1))),  # one kind of event
        Index((("expires_at", 1),), ttl_seconds=0),  # retention
    ),
)

type Outcome = Literal["success", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from. Commands on the server's own machine have an empty address."""

    ip: str = ""
    user_agent: str = ""
    request_id: str = ""


class AuditEvent(BaseModel):
    """One entry. `subject` is what it was done to (an account, a session, a document), `details` holds no secrets."""

    id: str
    at: datetime
    event: str
    outcome: Outcome
    actor_kind: ActorKind | None = None
    actor_id: str | None = None
    actor: str | None = None
    subject_id: str | None = None
    subject: str | None = None
    ip: str = ""
    user_agent: str = ""
    request_id: str = ""
    details: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """`user_id` matches what somebody did as well as what was done to them."""

    user_id: str | None = None
    event: str | None = None
    outcome: Outcome | None = None
    after: datetime | None = None
    before: datetime | None = None

    def query(self) -> dict[str, Any]:
        query: dict[str, Any] = {}
        if self.user_id is not None:
            query["$or"] = [{"actor_id": self.user_id}, {"subject_id": self.user_id}]
        for name in ("event", "outcome"):
            if (value := getattr(self, name)) is not None:
                query[name] = value
        bounds = {"$gte": self.after, "$lt": self.before}
        if times := {operator: value for operator, value in bounds.items() if value is not None}:
            query["at"] = times
        return query


class AuditLog:
    """Writes and reads the log."""

    def __init__(self, database: Database, *, retention_days: int) -> None:
        self._entries = Repository(database, AUDIT_LOG, AuditEvent, earlier=_with_kind)
        self._retention = timedelta(days=retention_days)

    async def record(
        self,
        event: str,
        *,
        origin: Origin,
        outcome: Outcome = "success",
        actor: Actor | None = None,
        subject_id: str | None = None,
        subject: str | None = None,
        details: dict[str, str] | None = None,
    ) -> None:
        """Appends one entry; when this returns it is stored. Without an actor nobody knows who it was."""
        now = datetime.now(UTC)
        entry = AuditEvent(
            id=new_id(),
            at=now,
            event=event,
            outcome=outcome,
            actor_kind=actor.kind if actor else None,
            actor_id=actor.id if actor else None,
            actor=actor.name if actor else None,
            subject_id=subject_id,
            subject=subject,
            ip=origin.ip,
            user_agent=origin.user_agent[:300],
            request_id=origin.request_id,
            details=details or {},
        )
        await self._entries.insert_one(entry, {"expires_at": now + self._retention})
        log.info("audit", audit_event=event, outcome=outcome, actor_kind=entry.actor_kind, actor_id=entry.actor_id)

    async def page(
        self, wanted: AuditFilter, *, before: tuple[datetime, str] | None = None, limit: int = 50
    ) -> list[AuditEvent]:
        """Newest first, after the entry with this time and id."""
        query = wanted.query()
        if before:
            at, entry_id = before
            older: dict[str, Any] = {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": entry_id}}]}
            query = {"$and": [query, older]} if query else older
        return await self._entries.find(query, sort=[("at", -1), ("_id", -1)], limit=limit)

    async def forget_names(self, user_id: str) -> None:
        """Takes address, device and names of a deleted account out of its records."""
        nameless: dict[str, Any] = {"actor": None, "ip": "", "user_agent": "", "details": {}}
        await self._entries.records.update_many({"actor_id": user_id}, {"$set": nameless})
        await self._entries.records.update_many({"subject_id": user_id, "actor_id": None}, {"$set": nameless})
        await self._entries.records.update_many(
            {"subject_id": user_id}, {"$set": {"subject": None}, "$unset": {"details.person": ""}}
        )

    def stream(self, wanted: AuditFilter) -> AsyncIterator[AuditEvent]:
        """Everything that matches, newest first, for an export."""
        return self._entries.stream(wanted.query(), sort=[("at", -1), ("_id", -1)])


def _with_kind(record: Record) -> Record:
    """Before there were other actors every one that had an id was a person."""
    return record if record.get("actor_id") is None else {"actor_kind": "person", **record}

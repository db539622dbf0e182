"""A connection as it is shown, and the events of its topic: one closed union on `type`, shared with the browser."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter

from backend.connectors.manifest import CredentialKind, Mode
from backend.connectors.models import ConnectedAccount, Connection, ConnectionStatus, Finding, Reason, Run
from backend.events.base import StreamError, StreamReset, TopicKind


class RunningView(BaseModel):
    """The synchronisation under way, in items."""

    seen: int
    indexed: int
    skipped: int
    failed: int
    rate: float | None = Field(None, description="items a second since it began")
    eta_s: float | None = Field(None, description="time left; null: the source does not tell how much there is")

    @classmethod
    def of(cls, run: Run, *, now: datetime) -> Self:
        counts, seconds = run.counts, (now - run.started_at).total_seconds()
        return cls(
            seen=counts.seen,
            indexed=counts.indexed + counts.unchanged,
            skipped=counts.skipped,
            failed=counts.failed,
            rate=round(counts.seen / seconds, 2) if counts.seen and seconds > 0 else None,
            eta_s=run.expected and _time_left(counts.seen, run.expected, seconds),
        )


class ConnectionView(BaseModel):
    """A connection as its owner, or an administrator for the workspace, is shown it: no titles, no content.

    `documents` counts the items of the source that are here.
    """

    id: str
    type: str
    mode: Mode
    name: str
    owner_id: str = Field(description="who answers for it")
    credential: CredentialKind
    account: ConnectedAccount | None
    status: ConnectionStatus
    status_reason: Reason | None
    options: dict[str, Any]
    documents: int
    items: dict[str, int]
    created_at: datetime
    last_sync_at: datetime | None
    next_sync_at: datetime | None
    access_as_of: datetime | None = Field(description="when who may open what was last read")
    capabilities: list[Finding]
    progress: RunningView | None

    @classmethod
    def of(cls, connection: Connection, items: Mapping[str, int], run: Run | None, *, now: datetime) -> Self:
        """`run` is the one under way."""
        waits = connection.status in (ConnectionStatus.paused, ConnectionStatus.attention)
        return cls(
            id=connection.id,
            type=connection.type,
            mode=connection.mode,
            name=connection.name,
            owner_id=connection.owner_id,
            credential=connection.credential,
            account=connection.account,
            status=connection.status,
            status_reason=connection.status_reason,
            options=connection.options,
            documents=items.get("indexed", 0),
            items=dict(items),
            created_at=connection.created_at,
            last_sync_at=connection.last_sync_at,
            next_sync_at=None if waits else connection.due_at,
            access_as_of=connection.access_as_of,
            capabilities=connection.capabilities,
            progress=None if run is None or connection.status not in _UNDER_WAY else RunningView.of(run, now=now),
        )


_UNDER_WAY = (ConnectionStatus.connecting, ConnectionStatus.syncing, ConnectionStatus.waiting)


class ConnectionChanged(BaseModel):
    """It was changed, or its synchronisation goes on; as it is now."""

    type: Literal["connection.changed"] = "connection.changed"
    connection: ConnectionView


class ConnectionDeleted(BaseModel):
    type: Literal["connection.deleted"] = "connection.deleted"
    connection_id: str


type ConnectionEvent = Annotated[ConnectionChanged | ConnectionDeleted, Field(discriminator="type")]

type ConnectionStreamEvent = Annotated[
    ConnectionChanged | ConnectionDeleted | StreamReset | StreamError, Field(discriminator="type")
]

CONNECTION: TopicKind[ConnectionChanged | ConnectionDeleted] = TopicKind("connection", TypeAdapter(ConnectionEvent))


def _time_left(seen: int, expected: int, seconds: float) -> float | None:
    if not seen or seen >= expected:
        return None
    return round((expected - seen) * seconds / seen, 1)

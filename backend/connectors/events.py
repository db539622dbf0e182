"""A connection as it is shown, and the events of its topic: one closed union on `type`, shared with the browser."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter

from backend.connectors.manifest import CredentialKind, Manifest, Mode, Purpose
from backend.connectors.models import (
    CONNECTOR_REMOVED,
    NOT_ALLOWED_YET,
    ConnectedAccount,
    Connection,
    ConnectionStatus,
    Finding,
    Reason,
    Run,
)
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
    def of(cls, run: Run, *, items_a_minute: float | None, now: datetime) -> Self:
        """`items_a_minute`: see `Manifest`."""
        counts = run.counts
        rate, left = pace(run, items_a_minute=items_a_minute, now=now)
        return cls(
            seen=counts.seen,
            indexed=counts.indexed + counts.unchanged,
            skipped=counts.skipped,
            failed=counts.failed,
            rate=rate,
            eta_s=left,
        )


class ConnectionView(BaseModel):
    """A connection as its owner, or an administrator for the workspace, is shown it: no titles, no content.

    `documents` counts the items of the source that are here and can be read, `items` all of them by what became of
    them.
    """

    id: str
    type: str
    purpose: Purpose
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
    def of(
        cls,
        connection: Connection,
        items: Mapping[str, int],
        run: Run | None,
        manifest: Manifest | None,
        *,
        now: datetime,
    ) -> Self:
        """`run` is the one under way. `manifest` None: the connector is not here any more."""
        status, reason = connection.status, connection.status_reason
        if manifest is None:
            status, reason = ConnectionStatus.attention, CONNECTOR_REMOVED
        elif connection.awaits_consent:
            reason = NOT_ALLOWED_YET
        waits = status in (ConnectionStatus.paused, ConnectionStatus.attention)
        going = run is not None and status in _UNDER_WAY
        return cls(
            id=connection.id,
            type=connection.type if manifest is None else manifest.type,
            purpose=connection.purpose,
            mode=connection.mode,
            name=connection.name,
            owner_id=connection.owner_id,
            credential=connection.credential,
            account=connection.account,
            status=status,
            status_reason=reason,
            options=connection.options,
            documents=items.get("indexed", 0) + items.get("processing", 0),
            items=dict(items),
            created_at=connection.created_at,
            last_sync_at=connection.last_sync_at,
            next_sync_at=None if waits else connection.due_at,
            access_as_of=connection.access_as_of,
            capabilities=connection.capabilities,
            progress=RunningView.of(run, items_a_minute=None if manifest is None else manifest.items_a_minute, now=now)
            if going and run
            else None,
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


#: A provider's limits are for a minute: from then on the pace so far has them in it.
_LIMITS_SHOW_SECONDS = 60.0


def pace(run: Run, *, items_a_minute: float | None, now: datetime) -> tuple[float | None, float | None]:
    """Items a second since a run began, until it ended or now, and the seconds that are left of it, as far as that is
    known: at the pace so far and, before that shows them, no faster than the provider's limits allow.
    """
    seen, seconds = run.counts.seen, ((run.ended_at or now) - run.started_at).total_seconds()
    if not seen or seconds <= 0:
        return None, None
    rate, left = seen / seconds, max((run.expected or 0) - seen, 0)
    if not left or run.ended_at is not None:
        return round(rate, 2), None
    at_least = left * 60 / items_a_minute if items_a_minute and seconds < _LIMITS_SHOW_SECONDS else 0.0
    return round(rate, 2), round(max(left / rate, at_least), 1)

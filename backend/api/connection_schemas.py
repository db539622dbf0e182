"""The bodies of the connector and connection routes."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from backend.connectors.base import CredentialKind, Manifest, Mode
from backend.connectors.models import ConnectedAccount, ConnectionStatus, Item, ItemStatus, Reason, Run, RunStatus
from backend.connectors.service import Progress
from backend.documents.incoming import clean_text

ConnectionId = Annotated[str, Path(max_length=64)]


class ScopeView(BaseModel):
    """A permission at the source, and why it is asked for."""

    scope: str
    why: str


class RightView(BaseModel):
    """How one kind of right at the source is copied here."""

    there: str
    here: str


class ConnectorView(BaseModel):
    """A service that can be connected. `options` is the JSON schema of what can be chosen."""

    type: str
    name: str
    icon: str
    scopes: list[ScopeView]
    options: dict[str, Any]
    credentials: list[CredentialKind]
    modes: list[Mode]
    rights: list[RightView]

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        return cls(
            type=manifest.slug,
            name=manifest.name,
            icon=manifest.icon,
            scopes=[ScopeView(scope=scope.scope, why=scope.why) for scope in manifest.scopes],
            options=manifest.options.model_json_schema(),
            credentials=list(manifest.credentials),
            modes=list(manifest.modes),
            rights=[RightView(there=there, here=here) for there, here in manifest.rights],
        )


class ConnectorList(BaseModel):
    items: list[ConnectorView]


class TokenCredentials(BaseModel):
    """A token that the person made at the source."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr = Field(min_length=1, max_length=10_000)


class NewConnection(BaseModel):
    """What to connect. `options` as the connector's schema has them."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(min_length=1, max_length=40)
    mode: Mode
    name: str | None = Field(None, min_length=1, max_length=100)
    credentials: TokenCredentials
    options: dict[str, Any] = Field(default_factory=dict, max_length=50)


class RunningView(BaseModel):
    """The synchronisation under way, in items."""

    seen: int
    indexed: int
    skipped: int
    failed: int


class ConnectionView(BaseModel):
    """A connection as its owner, or an administrator for the workspace, is shown it: no titles, no content.

    `documents` counts the items of the source that are here.
    """

    id: str
    type: str
    mode: Mode
    name: str
    account: ConnectedAccount | None
    status: ConnectionStatus
    status_reason: Reason | None
    options: dict[str, Any]
    documents: int
    items: dict[str, int]
    created_at: datetime
    last_sync_at: datetime | None
    next_sync_at: datetime | None
    progress: RunningView | None

    @classmethod
    def of(cls, progress: Progress) -> Self:
        connection, run = progress.connection, progress.run
        waits = connection.status in (ConnectionStatus.paused, ConnectionStatus.attention)
        return cls(
            id=connection.id,
            type=connection.type,
            mode=connection.mode,
            name=connection.name,
            account=connection.account,
            status=connection.status,
            status_reason=connection.status_reason,
            options=connection.options,
            documents=progress.items.get("indexed", 0),
            items=dict(progress.items),
            created_at=connection.created_at,
            last_sync_at=connection.last_sync_at,
            next_sync_at=None if waits else connection.due_at,
            progress=None
            if run is None
            else RunningView(
                seen=run.seen, indexed=run.indexed + run.unchanged, skipped=run.skipped, failed=run.failed
            ),
        )


class ConnectionList(BaseModel):
    items: list[ConnectionView]


class RunView(BaseModel):
    """One synchronisation with what became of the items that it saw."""

    id: str
    started_at: datetime
    ended_at: datetime | None
    status: RunStatus
    reason: Reason | None
    seen: int
    indexed: int
    unchanged: int
    skipped: int
    failed: int
    deleted: int
    hidden: int

    @classmethod
    def of(cls, run: Run) -> Self:
        return cls(
            id=run.id,
            started_at=run.started_at,
            ended_at=run.ended_at,
            status=run.status,
            reason=run.reason,
            **run.counts.model_dump(),
        )


class RunPage(BaseModel):
    items: list[RunView]
    next_cursor: str | None


class ItemView(BaseModel):
    """A row of the ledger. `title` and `document_id` are null where the reader may not open the document."""

    external_id: str
    title: str | None
    status: ItemStatus
    reason: Reason | None
    document_id: str | None
    at: datetime

    @classmethod
    def of(cls, item: Item, *, readable: bool) -> Self:
        return cls(
            external_id=item.external_id,
            title=item.title and clean_text(item.title) if readable else None,
            status=item.status,
            reason=item.reason,
            document_id=item.document_id if readable else None,
            at=item.at,
        )


class ItemPage(BaseModel):
    items: list[ItemView]
    next_cursor: str | None


class QuarantineDecision(BaseModel):
    """What becomes of documents that are no longer at their source."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["delete", "keep"]

"""Connections, their runs and the ledger of their items, as they are stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from backend.connectors.base import Capability
from backend.connectors.manifest import CredentialKind, Mode, Purpose
from backend.connectors.source_events import Cursor


class ConnectionStatus(StrEnum):
    connecting = "connecting"
    syncing = "syncing"
    ready = "ready"
    waiting = "waiting"
    paused = "paused"
    attention = "attention"
    quarantined = "quarantined"


class Reason(BaseModel):
    """Why something is as it is: a stable code and a sentence that says what to do."""

    code: str
    message: str


#: Why a connection stands still whose owner may not use this server.
OWNER_INACTIVE = Reason(
    code="owner_inactive",
    message="The account of whoever connected this is deactivated. What was allowed is given back; connect it again.",
)


#: Why nothing happens before a person has allowed it.
NOT_ALLOWED_YET = Reason(
    code="not_allowed_yet",
    message="It was not allowed at the service yet, so nothing is read. Allow it there; otherwise it is removed a day "
    "after that was last tried.",
)
#: Why nothing happens before a person has started it.
NOT_STARTED = Reason(
    code="not_started", message="It is allowed. Choose what to include, then start it; nothing is read before."
)
CONNECTOR_REMOVED = Reason(
    code="connector_removed",
    message="This server does not offer this service any more. What is here still answers, and nothing new is read. "
    "Ask your operator to bring it back, or disconnect it.",
)


class ConnectedAccount(BaseModel):
    """Whose account it is at the source."""

    id: str
    name: str
    address: str | None = None


class Finding(BaseModel):
    """What was found out of one thing that a connection needs; see `base.Capability`.

    "off": this server is not set up for it, and it goes without.
    """

    name: str
    state: Literal["passed", "failed", "unknown", "off"]
    message: str

    @classmethod
    def of(cls, found: Capability) -> Self:
        return cls(name=found.name, state=found.state, message=found.message)


class StoredCursor(BaseModel):
    """A cursor with the version that its connector's model had when it was stored."""

    version: int
    data: dict[str, Any]

    @classmethod
    def of(cls, cursor: Cursor) -> Self:
        return cls(version=cursor.VERSION, data=cursor.model_dump(mode="json"))


class Listing(BaseModel):
    """The latest listing. `id` grows with each; `options` identifies what it was made with, `before` what the one
    before it was made with.
    """

    id: int
    options: str
    before: str | None = None


class Span(BaseModel):
    """A time that is measured again and again: the latest, the longest, how often, and when it was last."""

    last_seconds: float
    longest_seconds: float
    number: int
    at: datetime


class TimeToForget(BaseModel):
    """How long deleted items went on answering; see `sync/forgetting.py`."""

    told: Span | None = None
    noticed: Span | None = None


class Connection(BaseModel):
    """One account of a source. It holds its documents; who connected it sees them by their access lists alone.

    `type` is the slug of its manifest. One whose `purpose` is "actions" is never read.
    `credential` is what its grant holds. `access_as_of` is when who may open what was last read completely,
    `lists_as_of` when the access lists of all items were last known, `reconciled_at` when everything that is there was
    last named. `due_at` is when it is synchronised next, None while a
    person has to act first. `again`: somebody asked for a synchronisation while one was under way. `failures` counts
    attempts in a row that came to nothing. `deleting`: it is gone for everybody, and what it holds is being deleted.
    `relist`: the next run names everything again, "anew" without knowing anything of before. `held`: its first
    synchronisation waits until a person starts it. `asked_at` is when a person was last sent to the provider's page.
    """

    id: str
    type: str
    purpose: Purpose = "sync"
    mode: Mode
    name: str
    owner_id: str
    credential: CredentialKind = "token"
    options: dict[str, Any] = Field(default_factory=dict)
    account: ConnectedAccount | None = None
    capabilities: list[Finding] = Field(default_factory=list)
    status: ConnectionStatus = ConnectionStatus.connecting
    status_reason: Reason | None = None
    created_at: datetime
    due_at: datetime | None
    last_sync_at: datetime | None = None
    access_as_of: datetime | None = None
    lists_as_of: datetime | None = None
    reconciled_at: datetime | None = None
    cursor: StoredCursor | None = None
    listing: Listing | None = None
    run_id: str | None = None
    failures: int = 0
    again: bool = False
    relist: Literal["no", "named", "anew"] = "no"
    held: bool = False
    asked_at: datetime | None = None
    deleting: bool = False
    forgetting: TimeToForget = Field(default_factory=TimeToForget)

    @property
    def awaits_consent(self) -> bool:
        """It was begun at the provider's page and never allowed there."""
        return self.status is ConnectionStatus.connecting and self.account is None and self.due_at is None

    @property
    def awaits_start(self) -> bool:
        return self.held and self.status is ConnectionStatus.connecting and self.account is not None


class RunStatus(StrEnum):
    running = "running"
    complete = "complete"
    partial = "partial"
    failed = "failed"


class Counts(BaseModel):
    """Items of a run by what became of them; `seen` is the sum of `indexed`, `skipped`, `failed` and `unchanged`.

    `calls` are requests to the provider.
    """

    seen: int = 0
    indexed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    deleted: int = 0
    hidden: int = 0
    calls: int = 0


class Run(BaseModel):
    """One synchronisation, from its start until nothing more was new; it may wait and go on in between.

    `expected` is how many items there are, as far as the source said.
    """

    id: str
    connection_id: str
    started_at: datetime
    ended_at: datetime | None = None
    status: RunStatus = RunStatus.running
    reason: Reason | None = None
    counts: Counts = Field(default_factory=Counts)
    expected: int | None = None


type ItemStatus = Literal["processing", "indexed", "skipped", "failed", "hidden", "deleted"]

#: What answers, or soon will; while a new version is being read the one before it does.
ANSWERING: frozenset[ItemStatus] = frozenset({"processing", "indexed"})


class Item(BaseModel):
    """A row of the ledger: what became of one item of a source.

    "processing": it is here, and its document is not indexed yet. `unreadable`: the source gave it, and its document
    could not be read; it is skipped or failed for that.

    `revision` is the one that was read, where the source tells revisions. `listing` is the last one that named it,
    `absent_in` the last complete one that did not, `absences` how many in a row did not. `whole` is the external id of
    the item that it came with (see `base.Whole`).
    """

    id: str
    connection_id: str
    external_id: str
    title: str | None
    status: ItemStatus
    reason: Reason | None = None
    unreadable: bool = False
    document_id: str | None = None
    revision: str | None = None
    at: datetime
    listing: int = 0
    absent_in: int = 0
    absences: int = 0
    whole: str | None = None

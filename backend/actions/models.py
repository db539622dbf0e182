"""Actions as they are stored, with everything that was decided and tried."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from backend.actions.status import ActionStatus, Move
from backend.audit.actors import ActorKind

type ActionKind = Literal["email", "calendar", "slack"]

#: From where a field of a payload is known.
type Origin = Literal["person", "directory", "thread", "account", "template", "document"]


class Reason(BaseModel):
    """A stable code and a sentence for people."""

    code: str
    message: str


class Step(BaseModel):
    """One transition: when, by whom, to where, and why. From where is where the step before led to."""

    at: datetime
    move: Move
    to: ActionStatus
    actor_kind: ActorKind
    actor_id: str | None = None
    reason: str | None = None


class Artefact(BaseModel):
    """What is sent, made once. `sha256` names its bytes in the blob store, `request` is all else that goes out with
    them (recipients, parameters), `hash` binds both, and whose account sends it when.
    """

    sha256: str
    size_bytes: int
    request: dict[str, Any]
    hash: str


class Caution(BaseModel):
    """What whoever approves should know. `confirm`: it has to be confirmed by its code."""

    code: str
    message: str
    field: str | None = None
    confirm: bool = False


class Attempt(BaseModel):
    """One request to the provider, stored before its first byte leaves.

    `key` is what the provider, or a look into it, knows it by; `token` the lease under which it is made. `prepared`:
    what is at the provider already, in the channel's own names, and has not left. `sending` is stored right before the
    call: without it nothing has left. `outcome` is None while it is under way, "lost" when nobody can say what became
    of it.
    """

    number: int
    key: str
    sha256: str
    token: str
    began_at: datetime
    prepared: dict[str, str] = Field(default_factory=dict)
    sending: bool = False
    ended_at: datetime | None = None
    outcome: Literal["done", "not_done", "lost"] | None = None
    reason: Reason | None = None


class Receipt(BaseModel):
    """What the provider answered: `id` is its own, `url` where it can be seen."""

    at: datetime
    id: str
    url: str | None = None
    details: dict[str, str] = Field(default_factory=dict)


class Approval(BaseModel):
    user_id: str
    at: datetime
    hash: str
    confirmed: list[str] = Field(default_factory=list)


class Action(BaseModel):
    """One mail, event or message, from its proposal to its receipt.

    `via` is the id of the connection that sends it, or ``smtp``. `due_at` is when the server has something to do with
    it next: its expiry while it is undecided, its time while it is scheduled, the end of the lease while it is under
    way, the next look for one that is unknown. `attempt` is the one under way; `attempts` counts them all. `looks`
    counts how often it was looked for at the provider.
    """

    id: str
    kind: ActionKind
    owner_id: str
    via: str
    status: ActionStatus = ActionStatus.awaiting_approval
    payload: dict[str, Any]
    artefact: Artefact
    origins: dict[str, Origin] = Field(default_factory=dict)
    warnings: list[Caution] = Field(default_factory=list)
    created_at: datetime
    expires_at: datetime
    schedule_at: datetime | None = None
    due_at: datetime | None
    approvals: list[Approval] = Field(default_factory=list)
    attempt: Attempt | None = None
    attempts: int = 0
    past_attempts: list[Attempt] = Field(default_factory=list)
    looks: int = 0
    preview: dict[str, Any] = Field(default_factory=dict)
    receipt: Receipt | None = None
    reason: Reason | None = None
    timeline: list[Step] = Field(default_factory=list)

    @property
    def hash(self) -> str:
        """What an approval names."""
        return self.artefact.hash

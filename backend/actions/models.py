"""Actions as they are stored, with everything that was decided and tried."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from backend.actions.status import ActionStatus, Move
from backend.audit.actors import ActorKind

type ActionKind = Literal["email", "calendar", "slack"]

#: From where a field of a payload is known.
type Origin = Literal["person", "directory", "thread", "account", "template", "document", "assistant"]


class Reason(BaseModel):
    """A stable code and a sentence for people."""

    code: str
    message: str


class Step(BaseModel):
    """One transition: when, by whom, to where, and why. From where is where the step before led to.

    `subject_id`: to whom something was handed on. `sources`: the documents, by id, that the reason names.
    """

    at: datetime
    move: Move
    to: ActionStatus
    actor_kind: ActorKind
    actor_id: str | None = None
    subject_id: str | None = None
    reason: str | None = None
    sources: list[str] = Field(default_factory=list)


class Reach(BaseModel):
    """Whom and what something reaches, for the policy: mail addresses, channels by their ids at the provider, how many
    people at least, and how many files. `outside`: it leaves the house although no address says so.
    """

    addresses: list[str] = Field(default_factory=list)
    channels: list[str] = Field(default_factory=list)
    people: int = 0
    attachments: int = 0
    outside: bool = False


class Artefact(BaseModel):
    """What is sent, made once. `sha256` names its bytes in the blob store, `request` is all else that goes out with
    them (recipients, parameters), `hash` binds both, and whose account sends it when. `reach` says whom it reaches.
    """

    sha256: str
    size_bytes: int
    request: dict[str, Any]
    hash: str
    reach: Reach = Field(default_factory=Reach)


class Caution(BaseModel):
    """What whoever approves should know. `confirm`: it has to be confirmed by its code. `action_id`: of another action
    of its owner that it is about. `sources`: the documents, by id, that its message tells of."""

    code: str
    message: str
    field: str | None = None
    confirm: bool = False
    action_id: str | None = None
    sources: list[str] = Field(default_factory=list)


class Likeness(BaseModel):
    """By what an action is known again when the same is proposed once more.

    `reach` is a digest of its kind and of whom it reaches (None: nobody), `sketch` stands for its words, `start` and
    `end` are when an event is.
    """

    reach: str | None = None
    sketch: list[int] = Field(default_factory=list)
    start: datetime | None = None
    end: datetime | None = None


class AskedIn(BaseModel):
    """The conversation in which a model prepared it, the answer that it was prepared for, and by what it is known again
    that the model asks for the same."""

    conversation_id: str
    message_id: str
    likeness: Likeness = Field(default_factory=Likeness)


class EvidenceSource(BaseModel):
    """A stretch of a version of a document, in code points. Its words are not kept: they are read when it is shown."""

    document_id: str
    version: int
    start: int
    end: int
    title: str
    page: int | None = None


class Evidence(BaseModel):
    """From where a claim is known: a passage that was read, the person's own words, or nothing that was found.

    The claim is `payload[field][start:end]`, in code points; where both are 0 it is the whole field.
    """

    field: str
    start: int = 0
    end: int = 0
    support: Literal["document", "person", "none"]
    source: EvidenceSource | None = None


class Suggestion(BaseModel):
    """A value that was not taken over by itself, since the person did not say it. `document_id`: where it stands;
    `source`: at which place.
    """

    field: str
    value: str
    origin: Origin
    document_id: str | None = None
    title: str | None = None
    source: EvidenceSource | None = None


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
    """`rules`: those whose second person this is; the owner's approval is nobody's second."""

    user_id: str
    at: datetime
    hash: str
    confirmed: list[str] = Field(default_factory=list)
    rules: list[str] = Field(default_factory=list)


class Requirement(BaseModel):
    """So many others whom one rule of the policy asks for: of these people and, with `administrators`, of those.

    `delegates` are people to whom somebody of them handed it on.
    """

    rule: str
    name: str
    people: list[str] = Field(default_factory=list)
    administrators: bool = False
    delegates: list[str] = Field(default_factory=list)
    count: int = 1


class Ruling(BaseModel):
    """What one rule of the policy says of an action."""

    rule: str
    name: str
    effect: Literal["forbid", "second_person", "confirm"]
    reason: str | None = None


#: In `Action.waits_for`: one of the administrators.
ADMINISTRATORS = "administrators"


class Action(BaseModel):
    """One mail, event or message, from its proposal to its receipt.

    `via` is the id of the connection that sends it, or ``smtp``. `due_at` is when the server has something to do with
    it next: its expiry while it is undecided, its time while it is scheduled, the end of the lease while it is under
    way, the next look for one that is unknown. `attempt` is the one under way; `attempts` counts them all. `looks`
    counts how often it was looked for at the provider. `revision` counts its moves. `counted`: it is in the counts of
    the ceilings. `moment`: when its account has a place for it. `suggestions` and `missing` are of a draft that a model
    began.

    `rulings` is what the policy said of it last, `requires` whom else it needs for that, `outside` the domains outside
    of the house that it reaches, `waits_for` the ids of those whose word is missing (and `ADMINISTRATORS`), `handed_on`
    who gave their part to somebody else, `seen_by` who decided anything of it beside its owner.

    `likeness` is by what a repetition is recognised, `asked_in` where a model was asked for it, `group` the id that
    those share which were proposed together, `group_size` how many they were.
    """

    id: str
    kind: ActionKind
    owner_id: str
    via: str
    status: ActionStatus = ActionStatus.awaiting_approval
    payload: dict[str, Any]
    artefact: Artefact
    origins: dict[str, Origin] = Field(default_factory=dict)
    evidence: list[Evidence] = Field(default_factory=list)
    suggestions: list[Suggestion] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    warnings: list[Caution] = Field(default_factory=list)
    created_at: datetime
    expires_at: datetime
    schedule_at: datetime | None = None
    due_at: datetime | None
    approvals: list[Approval] = Field(default_factory=list)
    requires: list[Requirement] = Field(default_factory=list)
    rulings: list[Ruling] = Field(default_factory=list)
    waits_for: list[str] = Field(default_factory=list)
    handed_on: list[str] = Field(default_factory=list)
    seen_by: list[str] = Field(default_factory=list)
    outside: list[str] = Field(default_factory=list)
    likeness: Likeness = Field(default_factory=Likeness)
    asked_in: AskedIn | None = None
    group: str | None = None
    group_size: int = 0
    revision: int = 0
    counted: bool = False
    moment: datetime | None = None
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

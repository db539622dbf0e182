"""An action as it is shown, and the events of a person's actions: one closed union on `type`."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter

from backend.actions.models import Action, ActionKind, Caution, Origin, Reason, Receipt, Ruling, Suggestion
from backend.actions.status import ActionStatus, Move
from backend.audit.actors import ActorKind
from backend.events.base import StreamError, StreamReset, TopicKind

_CLOSED = "Something was taken over from a document that is not open to you."
_SHOWS_CLOSED = (
    "Somebody whom it goes to may not open a document here that it shows something of. It is not open to you either."
)
_TELLS_OF_CLOSED = (
    "There is something to know about the mail that it answers, which is not open to you. Ask whoever proposed it."
)
#: Warnings that name people or words of the mail that is answered.
_OF_ANSWERED = frozenset({"new_conversation", "reply_to_differs"})


class StepView(BaseModel):
    """One transition. `from` is null for the first."""

    at: datetime
    move: Move | None
    from_: ActionStatus | None = Field(serialization_alias="from", validation_alias="from")
    to: ActionStatus
    actor_kind: ActorKind
    actor_id: str | None
    actor_name: str | None = Field(None, description="of a person; null where the account was deleted")
    subject_name: str | None = Field(None, description="to whom it was handed on")
    reason: str | None


class PersonView(BaseModel):
    user_id: str
    name: str | None = Field(description="null where the account was deleted")


class ApprovalView(PersonView):
    """Somebody has approved exactly what it is now."""

    at: datetime


class AttemptView(BaseModel):
    """One request to the provider."""

    number: int
    began_at: datetime
    ended_at: datetime | None
    outcome: Literal["done", "not_done", "lost"] | None
    reason: Reason | None


class EvidenceLocation(BaseModel):
    """A stretch of the text of the document's version, in code points."""

    start: int
    end: int
    page: int | None


class EvidenceView(BaseModel):
    """From where a claim is known. What the reader may not open is told to be there, without its title or words."""

    field: str
    start: int = Field(description="the claim is this stretch of the field, in code points; both 0: the whole field")
    end: int
    support: Literal["document", "person", "none"]
    state: Literal["open", "changed", "closed"] | None = Field(
        None, description="of a document: as it was read, changed since, or not open to the reader"
    )
    document_id: str | None = None
    version: int | None = None
    title: str | None = None
    quote: str | None = Field(None, description="of one that is open: its text[start:end]")
    location: EvidenceLocation | None = None


class ActionView(BaseModel):
    """An action as whoever may decide on it is shown it."""

    id: str
    kind: ActionKind
    via: str
    status: ActionStatus
    payload: dict[str, Any]
    preview: dict[str, Any] = Field(description="exactly what goes out, as it will look")
    hash: str = Field(description="of exactly what goes out; an approval names it")
    origins: dict[str, Origin] = Field(description="from where a field of the payload is known")
    evidence: list[EvidenceView] = Field(description="from where its claims are known, as far as the caller may see it")
    suggestions: list[Suggestion] = Field(description="of a draft: what the person may take over, field by field")
    missing: list[str] = Field(description="of a draft: fields that have to be filled in")
    warnings: list[Caution]
    created_by: str
    created_by_name: str | None
    created_at: datetime
    expires_at: datetime
    schedule_at: datetime | None = Field(description="the time that was asked for")
    scheduled_at: datetime | None = Field(description="when it goes out, while it waits for that")
    attempts: list[AttemptView]
    receipt: Receipt | None
    reason: Reason | None
    timeline: list[StepView]
    rulings: list[Ruling] = Field(description="what each rule of the policy that fits it says")
    approvals: list[ApprovalView]
    waiting_for: list[PersonView] = Field(description="whose word is missing")
    group: str | None = Field(None, description="shared by those that were proposed together")
    group_size: int = Field(0, description="how many were proposed together; 0: it is by itself")
    may: list[str] = Field(description="what the caller may do with it now: edit, approve, reject, delegate, …")

    @classmethod
    def of(
        cls,
        action: Action,
        *,
        names: Mapping[str, str] | None = None,
        waiting: Sequence[str] = (),
        may: Sequence[str] = (),
        evidence: Sequence[EvidenceView] = (),
        closed: AbstractSet[str] = frozenset(),
    ) -> Self:
        """`names` of people by id, `waiting` the ids of those whose word is missing; `closed`: documents, by id, whose
        titles are not shown.
        """
        names = names or {}
        tried = [*action.past_attempts, *([action.attempt] if action.attempt else [])]
        return cls(
            id=action.id,
            kind=action.kind,
            via=action.via,
            status=action.status,
            payload=action.payload,
            preview=_preview(action, closed),
            hash=action.hash,
            origins=action.origins,
            evidence=list(evidence),
            suggestions=action.suggestions,
            missing=action.missing,
            warnings=_warnings(action, closed),
            created_by=action.owner_id,
            created_by_name=names.get(action.owner_id),
            created_at=action.created_at,
            expires_at=action.expires_at,
            schedule_at=action.schedule_at,
            scheduled_at=action.due_at if action.status is ActionStatus.scheduled else None,
            attempts=[AttemptView.model_validate(one.model_dump()) for one in tried],
            receipt=action.receipt,
            reason=action.reason,
            timeline=_steps(action, names, closed),
            rulings=action.rulings,
            approvals=[
                ApprovalView(user_id=one.user_id, name=names.get(one.user_id), at=one.at) for one in action.approvals
            ],
            waiting_for=[PersonView(user_id=one, name=names.get(one)) for one in waiting],
            group=action.group,
            group_size=action.group_size,
            may=list(may),
        )


def _preview(action: Action, closed: AbstractSet[str]) -> dict[str, Any]:
    """Of the mail that it answers, nothing is told to who may not open that."""
    answered = action.preview.get("in_reply_to")
    if not answered or answered["document_id"] not in closed:
        return action.preview
    blank = {**answered, "document_id": None, "from": "", "subject": "", "sent_at": None}
    return {**action.preview, "in_reply_to": blank}


def _warnings(action: Action, closed: AbstractSet[str]) -> list[Caution]:
    """Those that tell of a document which is not open say only that."""
    answered = (action.preview.get("in_reply_to") or {}).get("document_id")
    shown: list[Caution] = []
    for one in action.warnings:
        of_answered = answered in closed and (one.field == "in_reply_to" or one.code in _OF_ANSWERED)
        if of_answered or not closed.isdisjoint(one.sources):
            text = _SHOWS_CLOSED if one.code == "not_theirs" else _TELLS_OF_CLOSED
            shown.append(one.model_copy(update={"message": text, "sources": []}))
        else:
            shown.append(one)
    return shown


def _steps(action: Action, names: Mapping[str, str], closed: AbstractSet[str]) -> list[StepView]:
    shown: list[StepView] = []
    for step in action.timeline:
        more = {
            "from": shown[-1].to if shown else None,
            "actor_name": names.get(step.actor_id or ""),
            "subject_name": names.get(step.subject_id or ""),
        }
        if not closed.isdisjoint(step.sources):
            more["reason"] = _CLOSED
        shown.append(StepView.model_validate({**step.model_dump(), **more}))
    return shown


class ActionChanged(BaseModel):
    """It was proposed, decided on, tried or ended; fetch it for its content."""

    type: Literal["action.changed"] = "action.changed"
    action_id: str
    kind: ActionKind
    status: ActionStatus
    hash: str
    scheduled_at: datetime | None


type ActionStreamEvent = Annotated[ActionChanged | StreamReset | StreamError, Field(discriminator="type")]

#: A person's actions, by the person's id.
ACTIONS_OF: TopicKind[ActionChanged] = TopicKind("actions", TypeAdapter(ActionChanged))

"""An action as it is shown, and the events of a person's actions: one closed union on `type`."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter

from backend.actions.models import Action, ActionKind, Caution, Origin, Reason, Receipt
from backend.actions.status import ActionStatus, Move
from backend.audit.actors import ActorKind
from backend.events.base import StreamError, StreamReset, TopicKind


class StepView(BaseModel):
    """One transition. `from` is null for the first."""

    at: datetime
    move: Move | None
    from_: ActionStatus | None = Field(serialization_alias="from", validation_alias="from")
    to: ActionStatus
    actor_kind: ActorKind
    actor_id: str | None
    reason: str | None


class AttemptView(BaseModel):
    """One request to the provider."""

    number: int
    began_at: datetime
    ended_at: datetime | None
    outcome: Literal["done", "not_done", "lost"] | None
    reason: Reason | None


class ActionView(BaseModel):
    """An action as whoever may decide on it is shown it."""

    id: str
    kind: ActionKind
    via: str
    status: ActionStatus
    payload: dict[str, Any]
    preview: dict[str, Any] = Field(description="exactly what goes out, as it will look")
    hash: str = Field(description="of exactly what goes out; an approval names it")
    origins: dict[str, Origin]
    warnings: list[Caution]
    created_by: str
    created_at: datetime
    expires_at: datetime
    schedule_at: datetime | None = Field(description="the time that was asked for")
    scheduled_at: datetime | None = Field(description="when it goes out, while it waits for that")
    attempts: list[AttemptView]
    receipt: Receipt | None
    reason: Reason | None
    timeline: list[StepView]

    @classmethod
    def of(cls, action: Action) -> Self:
        tried = [*action.past_attempts, *([action.attempt] if action.attempt else [])]
        return cls(
            id=action.id,
            kind=action.kind,
            via=action.via,
            status=action.status,
            payload=action.payload,
            preview=action.preview,
            hash=action.hash,
            origins=action.origins,
            warnings=action.warnings,
            created_by=action.owner_id,
            created_at=action.created_at,
            expires_at=action.expires_at,
            schedule_at=action.schedule_at,
            scheduled_at=action.due_at if action.status is ActionStatus.scheduled else None,
            attempts=[AttemptView.model_validate(one.model_dump()) for one in tried],
            receipt=action.receipt,
            reason=action.reason,
            timeline=_steps(action),
        )


def _steps(action: Action) -> list[StepView]:
    shown: list[StepView] = []
    for step in action.timeline:
        before = shown[-1].to if shown else None
        shown.append(StepView.model_validate({**step.model_dump(), "from": before}))
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

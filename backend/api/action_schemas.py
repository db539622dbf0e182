"""Requests and answers of the routes of actions."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from backend.actions.events import ActionView
from backend.actions.models import ActionKind
from backend.api.bounds import ZonedTime

_Confirm = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)]


class NewAction(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: ActionKind
    payload: dict[str, Any]
    via: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        "smtp", description="a connection's id, or smtp for the workspace's mail server"
    )
    schedule_at: ZonedTime | None = None


class ActionEdit(BaseModel):
    """The whole content as it is to be now."""

    model_config = ConfigDict(extra="forbid")

    payload: dict[str, Any]
    schedule_at: ZonedTime | None = None


class ApproveRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    hash: str = Field(min_length=64, max_length=64, description="of what was shown; anything else is not approved")
    confirm: _Confirm = Field(default_factory=list, description="codes of warnings that need it")


class RejectRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=500)] | None = None


class RetryRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    confirm: _Confirm = Field(default_factory=list)


class WayView(BaseModel):
    """An account from which an action can leave. `via` names it in a proposal."""

    via: str
    kind: ActionKind
    name: str
    address: str | None


class WayList(BaseModel):
    items: list[WayView]


class ActionPage(BaseModel):
    items: list[ActionView]
    next_cursor: str | None

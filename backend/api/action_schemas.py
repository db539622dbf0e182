"""Requests and answers of the routes of actions."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.actions.events import ActionView
from backend.actions.models import ActionKind, Ruling
from backend.actions.policy import Policy
from backend.api.bounds import ZonedTime
from backend.api.problems import FieldProblemView
from backend.errors import BibliosError
from backend.mail_address import plausible_address

SampleAddress = Annotated[str, Field(max_length=254), AfterValidator(plausible_address)]
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
    hash: str | None = Field(None, min_length=64, max_length=64, description="of what was edited; another one now: 409")


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


class ItemDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=64)]
    hash: str = Field(min_length=64, max_length=64, description="of what was shown; anything else is not decided on")
    confirm: _Confirm = Field(default_factory=list, description="codes of its warnings that need it")


class ManyDecisions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "reject", "cancel"]
    items: Annotated[list[ItemDecision], Field(min_length=1, max_length=100)]
    reason: Annotated[str, Field(max_length=500)] | None = Field(None, description="of a rejection")


class ItemProblem(BaseModel):
    """As an error answer of a single one says it."""

    status: int
    code: str
    detail: str
    errors: list[FieldProblemView] = Field(default_factory=list)

    @classmethod
    def of(cls, error: BibliosError) -> Self:
        fields = [FieldProblemView(field=one.field, code=one.code, message=one.message) for one in error.fields]
        return cls(status=error.status, code=error.code, detail=error.message, errors=fields)


class ItemDecided(BaseModel):
    """`action` as it is now; null with a `problem`."""

    id: str
    action: ActionView | None
    problem: ItemProblem | None


class ManyDecided(BaseModel):
    items: list[ItemDecided] = Field(description="in the order of the request")


class NewSeparateMails(BaseModel):
    """A mail without copies; each of its recipients gets one of their own."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["email"] = "email"
    payload: dict[str, Any] = Field(description="{{name}}, {{first_name}} and {{address}} become the recipient's own")
    via: Annotated[str, Field(min_length=1, max_length=64)] = "smtp"
    schedule_at: ZonedTime | None = None


class SeparateMail(BaseModel):
    address: str
    action: ActionView | None
    problem: ItemProblem | None


class SeparateMails(BaseModel):
    group: str = Field(description="lists them: GET /actions?group=")
    items: list[SeparateMail]


class DelegateRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: str = Field(min_length=1, max_length=64, description="who is asked instead")


class AwaitingCount(BaseModel):
    count: int = Field(description="what waits for one's own word; 100 at most")


class DecideRequest(BaseModel):
    """Without `decision` it only shows what the link is about."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(min_length=1, max_length=200)]
    decision: Literal["approve", "reject"] | None = None
    reason: Annotated[str, Field(max_length=500)] | None = None
    confirm: _Confirm = Field(default_factory=list, description="codes of warnings that need it")


class DecideView(BaseModel):
    """ "changed": it is not what it was when the mail was sent; the link decides nothing, its person may sign in."""

    state: Literal["open", "changed", "decided"]
    action: ActionView


class PolicyView(BaseModel):
    """`version` has to be sent back with a change. 0: nobody has written one, and this is what holds until then."""

    version: int
    policy: Policy
    changed_at: datetime | None
    changed_by: str | None
    names: dict[str, str] = Field(description="of those whom it names as approvers, and of who changed it, by id")


class PolicyChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=0, description="of the policy that was looked at; another one meanwhile: 409")
    policy: Policy


class PolicySample(BaseModel):
    """Something that somebody might send: `people` read it where it goes, `shared` with other organisations."""

    model_config = ConfigDict(extra="forbid")

    kind: ActionKind
    recipients: Annotated[list[SampleAddress], Field(max_length=500)] = Field(default_factory=list)
    channel: Annotated[str, Field(max_length=200)] | None = None
    people: int = Field(0, ge=0, le=1_000_000)
    shared: bool = False
    attachments: int = Field(0, ge=0, le=1000)
    sender: SampleAddress | None = Field(None, description="whose it is; left out: one's own")


class PolicyTrial(BaseModel):
    model_config = ConfigDict(extra="forbid")

    policy: Policy = Field(description="as it would be; nothing is stored")
    sample: PolicySample


class TrialView(BaseModel):
    """What would become of the sample. `outside`: the domains outside of `inside` that it reaches."""

    rulings: list[Ruling]
    forbidden: str | None = Field(description="why it would not leave at all")
    inside: list[str]
    outside: list[str]


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

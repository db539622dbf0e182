"""What an answer to a mail begins with."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from backend.actions.models import Caution, Origin
from backend.api.dependencies import CurrentCaller
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import ActionReplies

router = APIRouter(prefix="/actions", tags=["actions"], responses=PROBLEM_RESPONSES)


class AnsweredView(BaseModel):
    """The mail that is answered: of a conversation the latest one."""

    document_id: str
    from_: str = Field(serialization_alias="from", validation_alias="from")
    subject: str
    sent_at: str | None


class ReplyView(BaseModel):
    payload: dict[str, Any] = Field(description="a mail's, without its text; nothing was proposed")
    via: str = Field(description="the account that the conversation is in, or the first that mail can leave by")
    in_reply_to: AnsweredView
    warnings: list[Caution]
    origins: dict[str, Origin]


@router.get("/reply", summary="Begin an answer to a mail")
async def begin_reply(
    replies: ActionReplies,
    caller: CurrentCaller,
    document_id: Annotated[str, Query(min_length=1, max_length=64)],
    everybody: Annotated[bool, Query(alias="all", description="to all whom the mail names but oneself")] = False,
) -> ReplyView:
    """The latest mail of a conversation is answered. 422 for what is no mail, or whose headers nobody has."""
    found = await replies.begin(caller, document_id, everybody=everybody)
    return ReplyView(
        payload=found.payload,
        via=found.via,
        in_reply_to=AnsweredView.model_validate(found.in_reply_to),
        warnings=found.warnings,
        origins=found.origins,
    )

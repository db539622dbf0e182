"""Deciding on actions in Slack: asked there, and pressed there."""

from fastapi import APIRouter, BackgroundTasks, Request

from backend.api.dependencies import CurrentCaller, CurrentUser, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import ActionButtons, Actions, Audit
from backend.errors import Conflict

router = APIRouter(prefix="/actions", tags=["actions"], responses=PROBLEM_RESPONSES)

_EVENTS = {"approve": "action.approved", "reject": "action.rejected"}


@router.post("/slack", summary="What was pressed in Slack")
async def receive_press(
    request: Request, buttons: ActionButtons, audit: Audit, origin: RequestOrigin, after: BackgroundTasks
) -> dict[str, str]:
    """For Slack alone, which signs it. Answered before the card is changed."""
    press = await buttons.press(await request.body(), request.headers)
    if press.refused is None:
        details = {"action_id": press.action.id, "kind": press.action.kind, "by": "slack"}
        await audit.record(_EVENTS[press.decision], origin=origin, actor=press.user.actor, details=details)
    after.add_task(buttons.show, press)
    return {}


@router.post("/{action_id}/slack", status_code=204, summary="Have the question asked in Slack")
async def ask_in_slack(
    action_id: str, buttons: ActionButtons, actions: Actions, caller: CurrentCaller, user: CurrentUser
) -> None:
    """In one's own conversation with the workspace's app, with all that would be sent and two buttons."""
    await actions.get(caller, action_id)
    if not user.email_verified:
        raise Conflict("Confirm your mail address first: Slack knows you by it.", code="address_not_confirmed")
    await buttons.ask(caller, action_id, address=user.email)

"""Actions of the signed-in person: proposed, decided on, carried out."""

from collections.abc import AsyncIterable
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse

from backend.actions.events import ActionStreamEvent, ActionView
from backend.actions.service import Proposal
from backend.actions.status import ActionStatus
from backend.api import sse
from backend.api.action_schemas import (
    ActionEdit,
    ActionPage,
    ApproveRequest,
    NewAction,
    RejectRequest,
    RetryRequest,
    WayList,
    WayView,
)
from backend.api.dependencies import CurrentCaller, CurrentUser, RequestOrigin
from backend.api.idempotency import IdempotencyKey
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Actions, Audit
from backend.api.sse import StreamGuard
from backend.events.base import Reading

router = APIRouter(prefix="/actions", tags=["actions"], responses=PROBLEM_RESPONSES)

Statuses = Annotated[list[ActionStatus] | None, Query(alias="status", max_length=len(ActionStatus))]


@router.post("", status_code=201, summary="Propose an action")
async def propose(
    body: NewAction,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    audit: Audit,
    origin: RequestOrigin,
    key: IdempotencyKey = None,
) -> ActionView:
    """It waits for an approval, and is not sent without one."""
    wanted = Proposal(body.kind, body.payload, body.via, body.schedule_at, key)
    made = await actions.propose(caller, wanted, actor=user.actor)
    await audit.record("action.proposed", origin=origin, actor=user.actor, details=_details(made.id, made.kind))
    return ActionView.of(made)


@router.get("", summary="One's actions, newest first")
async def list_actions(
    actions: Actions, caller: CurrentCaller, statuses: Statuses = None, cursor: Cursor = None, limit: Limit = 50
) -> ActionPage:
    found = await actions.page(caller, statuses or (), before=decode_cursor(cursor), limit=limit + 1)
    shown = found[:limit]
    return ActionPage(
        items=[ActionView.of(one) for one in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > limit else None,
    )


async def _follow(actions: Actions, caller: CurrentCaller, last_event_id: sse.LastEventId = None) -> Reading:
    return await actions.follow(caller, after=sse.position(last_event_id))


@router.get("/events", response_class=EventSourceResponse, openapi_extra=sse.ENDLESS)
async def watch_actions(
    follow: Annotated[Reading, Depends(_follow)], guard: StreamGuard
) -> AsyncIterable[ActionStreamEvent]:
    """What becomes of one's actions, from now or from `Last-Event-ID` on. Begin it, then fetch the list."""
    async for event in sse.frames(follow, guard):
        yield cast("ActionStreamEvent", event)


@router.get("/ways", summary="By which one's actions can leave")
async def list_ways(actions: Actions, caller: CurrentCaller) -> WayList:
    """One's own accounts, those of the workspace, and what this server has itself."""
    found = await actions.ways(caller)
    return WayList(items=[WayView(via=one.via, kind=one.kind, name=one.name, address=one.address) for one in found])


@router.get("/{action_id}")
async def get_action(action_id: str, actions: Actions, caller: CurrentCaller) -> ActionView:
    return ActionView.of(await actions.get(caller, action_id))


@router.patch("/{action_id}", summary="Change what is to be sent")
async def edit_action(
    action_id: str,
    body: ActionEdit,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    audit: Audit,
    origin: RequestOrigin,
) -> ActionView:
    """Only while it waits for an approval. It has another hash then, and approvals so far fall."""
    changed = await actions.edit(caller, action_id, body.payload, schedule_at=body.schedule_at, actor=user.actor)
    await audit.record("action.edited", origin=origin, actor=user.actor, details=_details(action_id, changed.kind))
    return ActionView.of(changed)


@router.post("/{action_id}/approve", summary="Approve exactly what was shown")
async def approve_action(
    action_id: str,
    body: ApproveRequest,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    audit: Audit,
    origin: RequestOrigin,
) -> ActionView:
    """It leaves after the time to undo. 409 if it has changed or was decided on; `detail` says what it is then."""
    approved = await actions.approve(caller, action_id, body.hash, confirmed=body.confirm, actor=user.actor)
    details = {**_details(action_id, approved.kind), "hash": body.hash}
    await audit.record("action.approved", origin=origin, actor=user.actor, details=details)
    return ActionView.of(approved)


@router.post("/{action_id}/reject")
async def reject_action(
    action_id: str,
    body: RejectRequest,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    audit: Audit,
    origin: RequestOrigin,
) -> ActionView:
    rejected = await actions.reject(caller, action_id, body.reason, actor=user.actor)
    await audit.record("action.rejected", origin=origin, actor=user.actor, details=_details(action_id, rejected.kind))
    return ActionView.of(rejected)


@router.post("/{action_id}/cancel", summary="Withdraw it, or undo an approval in time")
async def cancel_action(
    action_id: str, actions: Actions, caller: CurrentCaller, user: CurrentUser, audit: Audit, origin: RequestOrigin
) -> ActionView:
    cancelled = await actions.cancel(caller, action_id, actor=user.actor)
    details = _details(action_id, cancelled.kind)
    await audit.record("action.cancelled", origin=origin, actor=user.actor, details=details)
    return ActionView.of(cancelled)


@router.post("/{action_id}/retry", summary="Try the same once more")
async def retry_action(
    action_id: str,
    body: RetryRequest,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    audit: Audit,
    origin: RequestOrigin,
) -> ActionView:
    """One that is unknown needs the confirmation ``may_be_sent_twice``."""
    again = await actions.retry(caller, action_id, confirmed=body.confirm, actor=user.actor)
    await audit.record("action.retried", origin=origin, actor=user.actor, details=_details(action_id, again.kind))
    return ActionView.of(again)


def _details(action_id: str, kind: str) -> dict[str, str]:
    return {"action_id": action_id, "kind": kind}

"""Actions of the signed-in person: proposed, decided on, carried out."""

from collections.abc import AsyncIterable
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse

from backend.actions.events import ActionStreamEvent, ActionView
from backend.actions.models import ActionKind
from backend.actions.status import ActionStatus
from backend.actions.writing import Proposal
from backend.api import sse
from backend.api.action_audit import Notes
from backend.api.action_schemas import (
    ActionEdit,
    ActionPage,
    ApproveRequest,
    AwaitingCount,
    DelegateRequest,
    NewAction,
    RejectRequest,
    RetryRequest,
    WayList,
    WayView,
)
from backend.api.dependencies import CurrentCaller, CurrentUser
from backend.api.idempotency import IdempotencyKey
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Actions
from backend.api.sse import StreamGuard
from backend.events.base import Reading

router = APIRouter(prefix="/actions", tags=["actions"], responses=PROBLEM_RESPONSES)

Statuses = Annotated[list[ActionStatus] | None, Query(alias="status", max_length=len(ActionStatus))]
Kinds = Annotated[list[ActionKind] | None, Query(alias="kind", max_length=10)]


@router.post("", status_code=201, summary="Propose an action")
async def propose(
    body: NewAction,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
    key: IdempotencyKey = None,
) -> ActionView:
    """It waits for an approval, and is not sent without one."""
    wanted = Proposal(body.kind, body.payload, body.via, body.schedule_at, key)
    async with notes.forbidden(kind=body.kind):
        made = await actions.propose(caller, wanted, actor=user.actor)
    await notes.note("action.proposed", made)
    return await actions.view(caller, made)


@router.get("", summary="One's actions, newest first")
async def list_actions(
    actions: Actions,
    caller: CurrentCaller,
    statuses: Statuses = None,
    awaiting: Annotated[Literal["me"] | None, Query(description="only what waits for one's own word")] = None,
    decided: Annotated[Literal["me"] | None, Query(description="only those of others that one decided on")] = None,
    group: Annotated[str | None, Query(max_length=64, description="only those that were proposed together")] = None,
    kinds: Kinds = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ActionPage:
    """With ``awaiting=me`` also those of others for which one is asked."""
    before = decode_cursor(cursor)
    if awaiting is not None:
        found = await actions.awaiting(caller, before=before, limit=limit + 1)
    elif decided is not None:
        found = await actions.decided(caller, statuses or (), kinds or (), before=before, limit=limit + 1)
    else:
        found = await actions.page(caller, statuses or (), kinds or (), group=group, before=before, limit=limit + 1)
    shown = found[:limit]
    return ActionPage(
        items=await actions.views(caller, shown),
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


@router.get("/awaiting", summary="How many wait for one's own word")
async def count_awaiting(actions: Actions, caller: CurrentCaller) -> AwaitingCount:
    return AwaitingCount(count=await actions.count_awaiting(caller))


@router.get("/{action_id}")
async def get_action(action_id: str, actions: Actions, caller: CurrentCaller) -> ActionView:
    return await actions.view(caller, await actions.get(caller, action_id))


@router.patch("/{action_id}", summary="Change what is to be sent")
async def edit_action(
    action_id: str,
    body: ActionEdit,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
) -> ActionView:
    """Only while it waits for an approval. It has another hash then, and approvals so far fall."""
    async with notes.forbidden(action_id=action_id):
        changed = await actions.edit(
            caller, action_id, body.payload, schedule_at=body.schedule_at, actor=user.actor, of_hash=body.hash
        )
    await notes.note("action.edited", changed)
    if (taken := changed.timeline[-1].reason) is not None:
        await notes.note("action.suggestion_taken", changed, what=taken)
    return await actions.view(caller, changed)


@router.post("/{action_id}/approve", summary="Approve exactly what was shown")
async def approve_action(
    action_id: str,
    body: ApproveRequest,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
) -> ActionView:
    """The last approval that it needs lets it go after the time to undo. 409 if it has changed or was decided on;
    `detail` says what it is then, and whose decision that was."""
    approved = await actions.approve(caller, action_id, body.hash, confirmed=body.confirm, actor=user.actor)
    await notes.note("action.approved", approved, hash=body.hash)
    return await actions.view(caller, approved)


@router.post("/{action_id}/reject")
async def reject_action(
    action_id: str,
    body: RejectRequest,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
) -> ActionView:
    rejected = await actions.reject(caller, action_id, body.reason, actor=user.actor)
    await notes.note("action.rejected", rejected)
    return await actions.view(caller, rejected)


@router.post("/{action_id}/delegate", summary="Ask somebody else instead of oneself")
async def delegate_action(
    action_id: str,
    body: DelegateRequest,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
) -> ActionView:
    """For who is asked beside its owner. Only to somebody who may approve it: never its owner."""
    handed = await actions.delegate(caller, action_id, body.user_id, actor=user.actor)
    await notes.note("action.delegated", handed, subject_id=body.user_id)
    return await actions.view(caller, handed)


@router.post("/{action_id}/cancel", summary="Withdraw it, or undo an approval in time")
async def cancel_action(
    action_id: str, actions: Actions, caller: CurrentCaller, user: CurrentUser, notes: Notes
) -> ActionView:
    cancelled = await actions.cancel(caller, action_id, actor=user.actor)
    await notes.note("action.cancelled", cancelled)
    return await actions.view(caller, cancelled)


@router.post("/{action_id}/retry", summary="Try the same once more")
async def retry_action(
    action_id: str,
    body: RetryRequest,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
) -> ActionView:
    """One that is unknown needs the confirmation ``may_be_sent_twice``."""
    again = await actions.retry(caller, action_id, confirmed=body.confirm, actor=user.actor)
    await notes.note("action.retried", again)
    return await actions.view(caller, again)

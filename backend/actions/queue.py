"""Carries out what was approved: exactly once, or with an honest "unknown".

An attempt is stored before it begins, and once more right before its first byte leaves; whoever lost its lease, or
slept past it, makes no call. What nobody can say anything of is looked for at the provider, never sent again by itself.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog

from backend.actions.announcing import Announcer
from backend.actions.approving import Against, waits_for
from backend.actions.base import Channel, Lost, NotDone, Outgoing
from backend.actions.ceilings import Ceilings, Full
from backend.actions.models import Action, Attempt, Caution, Reason, Receipt, Requirement
from backend.actions.paces import Pace, Paces
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus, Move
from backend.audit.actors import SYSTEM
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from backend.errors import (
    BibliosError,
    InvalidConfig,
    NotFound,
    PermissionMissing,
    ReauthRequired,
    SourceRateLimited,
    SourceRefused,
)
from backend.jobs.queue import Job, JobQueue
from backend.jobs.queues import ACTIONS
from backend.retry import Backoff

log = structlog.get_logger(__name__)

CARRY_OUT = Job("carry_out_action", ACTIONS)

LEASE = timedelta(seconds=120)
#: A call is not begun when its lease ends sooner; every channel's own deadline is shorter.
_MARGIN = timedelta(seconds=90)
#: After so many attempts that certainly did nothing it is given up.
MAX_ATTEMPTS = 8
_AGAIN = Backoff(20.0, factor=3.0, longest_seconds=3600.0, jitter=0.1)
#: An attempt whose answer was lost is looked for so long, more and more seldom.
_LOOKS = Backoff(15.0, attempts=10, factor=3.0, longest_seconds=6 * 3600.0)

#: A provider that says how long to wait means the account.
_LIMITS = frozenset({SourceRateLimited.default_code, "ratelimited", "rate_limited"})
_CHANGED = Reason(
    code="changed", message="What is stored is not what was approved. Nothing was sent; look at it again."
)
_VANISHED = Reason(
    code="interrupted",
    message="The server was interrupted while it was being sent. Whether it went out is being looked up.",
)
_TOO_LATE = "Its time has passed by too long while the server was away. Is it still to be sent?"
_INTERNAL = Reason(
    code="internal_error", message="Something went wrong on our side while it was being sent. Tell your operator."
)

#: How fast the account of an action sends.
type FindPace = Callable[[Action], Awaitable[Pace]]
type OpenChannel = Callable[[Action], Awaitable[Channel]]
#: What speaks against carrying it out now; None: nothing. Asked on the final artefact.
type Objection = Callable[[Action, datetime], Awaitable[Against | None]]


@dataclass(frozen=True, slots=True)
class Times:
    """`undo`: how long an approved action waits. `overdue`: later than this it is asked about again."""

    undo: timedelta
    overdue: timedelta


class ActionQueue:
    """Does what is due with one action; calls of `run` may be repeated and doubled.

    Args:
        open_channel: errors: `NotDone` where the account cannot send at all.
    """

    def __init__(
        self,
        *,
        actions: ActionRepository,
        blobs: BlobStore,
        open_channel: OpenChannel,
        objection: Objection,
        ceilings: Ceilings,
        paces: Paces,
        pace_of: FindPace,
        announcer: Announcer,
        jobs: JobQueue,
        times: Times,
        clock: Clock,
    ) -> None:
        self._actions = actions
        self._blobs = blobs
        self._open_channel = open_channel
        self._objection = objection
        self._ceilings = ceilings
        self._paces = paces
        self._pace_of = pace_of
        self._announcer = announcer
        self._jobs = jobs
        self._times = times
        self._clock = clock

    async def due(self) -> list[str]:
        return await self._actions.due(self._clock())

    async def run(self, action_id: str) -> None:
        """What there is to do with it at this time, if anything."""
        action = await self._actions.get(action_id)
        now = self._clock()
        if action is None or action.due_at is None:
            return
        if action.status is ActionStatus.approved:
            await self.schedule(action)
        elif action.due_at <= now:
            with structlog.contextvars.bound_contextvars(action_id=action_id, kind=action.kind):
                await _TURNS[action.status](self, action)

    def is_overdue(self, at: datetime) -> bool:
        """Whether a time has passed by too long to do now what was meant for then."""
        return self._clock() - at > self._times.overdue

    async def schedule(self, action: Action) -> None:
        """An approved action waits for its hour, and at least for the time to undo it."""
        now = self._clock()
        at = max(now + self._times.undo, action.schedule_at or now)
        moved = await self._move(action, Move.schedule, due_at=at)
        if moved is not None:
            await self._jobs.send(CARRY_OUT, [action.id], at=at)

    async def _expire(self, action: Action) -> None:
        await self._move(action, Move.expire, due_at=None, reason="Nobody decided in time.")

    async def _carry_out(self, action: Action) -> None:
        now = self._clock()
        if action.due_at is not None and self.is_overdue(action.due_at):
            await self._ask_again(action, _TOO_LATE)
            return
        objection = await self._objection(action, now)
        if objection is not None and objection.ends:
            await self._move(action, Move.invalidate, due_at=None, reason=objection.reason)
            return
        if objection is not None:
            await self._ask_again(action, objection.reason, objection.changes)
            return
        claimed = await self._claim(action, now)
        if claimed is None:
            return
        await self._announcer.changed(claimed)
        await self._attempt(claimed)

    async def _claim(self, action: Action, now: datetime) -> Action | None:
        """Begins an attempt, within the ceilings of its owner and at the pace of its account; None: not now, or another
        worker has it."""
        if not action.counted and (full := await self._ceilings.take(action, now)):
            await self._hold(action, full)
            return None
        if full := await self._paces.take(action, await self._pace_of(action), now):
            await self._hold(action, full, counted=True, moment=full.until if full.reason.code == "pace" else None)
            return None
        return await self._actions.claim(action, key=_key(action), length=LEASE, actor=SYSTEM, now=now)

    async def _hold(self, action: Action, full: Full, **more: Any) -> None:
        changes = {"reason": full.reason.model_dump(), **more}
        if await self._move(action, Move.hold, due_at=full.until, reason=full.reason.message, changes=changes):
            await self._jobs.send(CARRY_OUT, [action.id], at=full.until)

    async def _attempt(self, action: Action) -> None:
        try:
            content = await self._blobs.read(action.artefact.sha256)
            if sha256(content).hexdigest() != action.artefact.sha256:
                await self._not_done(action, _CHANGED, None)
                return
            channel = await self._open_channel(action)
        except NotDone as error:
            await self._not_done(action, error.reason, error.again_after_seconds)
            return
        except NotFound:
            await self._not_done(action, _CHANGED, None)
            return
        try:
            await self._prepare(action, channel, Outgoing(content, action.artefact.request, _key(action)))
        finally:
            await channel.close()

    async def _prepare(self, action: Action, channel: Channel, outgoing: Outgoing) -> None:
        try:
            prepared = await channel.prepare(outgoing)
        except NotDone as error:
            await self._not_done(action, error.reason, error.again_after_seconds)
            return
        except BibliosError as error:  # nothing has left yet
            await self._not_done(action, Reason(code=error.code, message=error.message), _pause_of(error))
            return
        except Exception:
            log.exception("action_not_prepared")
            await self._not_done(action, _INTERNAL, 0.0)
            return
        begun = await self._actions.begin_sending(action, now=self._clock(), margin=_MARGIN, prepared=prepared)
        if begun is None:
            log.warning("attempt_given_up", reason="its lease was lost before the call")
            return
        await self._send(begun, channel, replace(outgoing, prepared=prepared))

    async def _send(self, action: Action, channel: Channel, outgoing: Outgoing) -> None:
        try:
            receipt = await channel.send(outgoing, now=self._clock())
        except NotDone as error:
            await self._not_done(action, error.reason, error.again_after_seconds)
        except Lost as error:
            await self._lost(action, error.reason)
        except Exception:  # what is in no table may have happened
            log.exception("action_failed")
            await self._lost(action, _INTERNAL)
        else:
            await self._end(action, Move.succeed, "done", None, changes={"receipt": receipt.model_dump()}, due_at=None)

    async def _not_done(self, action: Action, reason: Reason, again_after: float | None) -> None:
        """It certainly did not happen: tried again by itself while that may help, else failed."""
        if again_after is None or action.attempts >= MAX_ATTEMPTS:
            await self._end(action, Move.fail, "not_done", reason, due_at=None)
            return
        if reason.code in _LIMITS and again_after > 0:  # it is the account's, and so for all of its actions
            await self._paces.block(action.via, self._clock() + timedelta(seconds=again_after))
        at = self._clock() + timedelta(seconds=max(again_after, _AGAIN.after(action.attempts)))
        if await self._end(action, Move.postpone, "not_done", reason, due_at=at):
            await self._jobs.send(CARRY_OUT, [action.id], at=at)

    async def _lost(self, action: Action, reason: Reason) -> None:
        at = self._clock() + timedelta(seconds=_LOOKS.after(1))
        if await self._end(action, Move.lose, "lost", reason, due_at=at):
            await self._jobs.send(CARRY_OUT, [action.id], at=at)

    async def _recover(self, action: Action) -> None:
        """An attempt whose lease has ended: its worker is gone, or sleeps and will make no call."""
        if action.attempt is not None and action.attempt.sending:
            await self._lost(action, _VANISHED)
        else:
            await self._not_done(action, _VANISHED, 0.0)

    async def _look(self, action: Action) -> None:
        """Whether the provider holds what nobody could say anything of. Not to be seen there proves nothing."""
        receipt: Receipt | None = None
        last = action.past_attempts[-1] if action.past_attempts else None
        try:
            channel = await self._open_channel(action)
            try:
                receipt = await channel.look(last, action.artefact.request) if last else None
            finally:
                await channel.close()
        except (NotDone, Lost, BibliosError) as error:
            log.info("action_not_looked_up", error=str(error))
        except Exception:  # whatever it is, looking has an end
            log.exception("action_not_looked_up")
        if receipt is not None:
            await self._move(
                action, Move.settle, due_at=None, changes={"receipt": receipt.model_dump(), "reason": None}
            )
            return
        pause = _LOOKS.pause(action.looks + 1)
        at = None if pause is None else self._clock() + timedelta(seconds=pause)
        await self._actions.look_again(action, at=at)
        if at is not None:
            await self._jobs.send(CARRY_OUT, [action.id], at=at)

    async def restored(self, action: Action, why: str, warning: Caution) -> None:
        """What a backup holds of an action that may have gone on since: it needs a person, and warns once."""
        if action.status is ActionStatus.executing:
            await self._lost(action, Reason(code="restored", message=why))
        elif action.status in (ActionStatus.approved, ActionStatus.scheduled):
            others = [one for one in action.warnings if one.code != warning.code]
            await self._ask_again(action, why, {"warnings": [one.model_dump() for one in (*others, warning)]})

    async def _ask_again(self, action: Action, why: str, changes: Mapping[str, Any] | None = None) -> None:
        """It has to be decided on anew, by everybody, within the time that any proposal has."""
        lasts = action.expires_at - action.created_at
        until = self._clock() + lasts
        required = (changes or {}).get("requires")
        requires = action.requires if required is None else [Requirement.model_validate(one) for one in required]
        await self._move(
            action,
            Move.ask_again,
            due_at=until,
            reason=why,
            changes={
                **(changes or {}),
                "approvals": [],
                "waits_for": waits_for(action.owner_id, requires, (), action.handed_on),
                "expires_at": until,
                "reason": None,
            },
        )

    async def _end(
        self,
        action: Action,
        move: Move,
        outcome: str,
        reason: Reason | None,
        *,
        due_at: datetime | None,
        changes: Mapping[str, Any] | None = None,
    ) -> bool:
        now = self._clock()
        if action.attempt is None:
            raise ValueError("an attempt that is not under way cannot end")
        attempt = Attempt.model_validate(
            {**action.attempt.model_dump(), "ended_at": now, "outcome": outcome, "reason": reason}
        )
        ended = await self._actions.end(
            action,
            move,
            attempt,
            actor=SYSTEM,
            now=now,
            due_at=due_at,
            reason=reason.message if reason else None,
            changes={"reason": reason and reason.model_dump(), **(changes or {})},
        )
        if ended is None:  # whoever found the lease ended took it for lost
            log.warning("attempt_ended_late", outcome=outcome)
            if outcome == "done":
                await self._move(action, Move.settle, due_at=None, changes={"reason": None, **(changes or {})})
            return False
        await self._announcer.changed(ended)
        return True

    async def _move(
        self,
        action: Action,
        move: Move,
        *,
        due_at: datetime | None,
        reason: str | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> Action | None:
        moved = await self._actions.move(
            action.id,
            move,
            actor=SYSTEM,
            now=self._clock(),
            due_at=due_at,
            reason=reason,
            where=None if move is Move.settle else {"due_at": action.due_at},
            changes=changes,
        )
        if moved is not None:
            await self._announcer.changed(moved)
        return moved


type _Turn = Callable[[ActionQueue, Action], Awaitable[None]]

#: What is done with an action that is due, by its status.
_TURNS: Mapping[ActionStatus, _Turn] = {
    ActionStatus.draft: ActionQueue._expire,
    ActionStatus.awaiting_approval: ActionQueue._expire,
    ActionStatus.scheduled: ActionQueue._carry_out,
    ActionStatus.executing: ActionQueue._recover,
    ActionStatus.unknown: ActionQueue._look,
}


def _pause_of(error: BibliosError) -> float | None:
    """In how many seconds what failed before anything left is tried again; None: not before a person mends it."""
    if isinstance(error, SourceRateLimited):
        return error.retry_after_seconds or 0.0
    needs_person = isinstance(error, (ReauthRequired, PermissionMissing, InvalidConfig, SourceRefused))
    return None if needs_person else 0.0


def _key(action: Action) -> str:
    """By what the provider, or a look into it, knows every attempt of an action."""
    return action.id

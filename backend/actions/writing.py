"""What a person writes becomes an action: proposed, drafted, edited. Its artefact is made here, once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.approving import RESTORED, Approving, Asked, waits_for
from backend.actions.base import Made, Owner, Workflow
from backend.actions.finding import Finding
from backend.actions.models import Action, ActionKind, Artefact, AskedIn, Evidence, Origin, Reach, Step, Suggestion
from backend.actions.origins import documents_taken, evidence_after, origins_after, taken_over
from backend.actions.policy import reach_of
from backend.actions.repetition import Repetition, likeness_of
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus, Move
from backend.actions.ways import Ways
from backend.audit.actors import Actor
from backend.db.collection import DuplicateKey
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from backend.errors import FieldProblem, Forbidden, InvalidInput
from backend.ids import new_id

#: The code of the error that says that the policy does not let something out.
FORBIDDEN = "forbidden_by_policy"
_FARTHEST = timedelta(days=366)
#: So often an edit is tried against decisions that come in at the same moment; each of them is one of few people.
_TRIES = 60
_EDITABLE = frozenset({ActionStatus.draft, ActionStatus.awaiting_approval})

type FindOwner = Callable[[str], Awaitable[Owner]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be sent, by which account, and when (None: as soon as it may). `key`: the same one proposes once.

    `origins`: from where the fields of the payload are known; `evidence`: from where its claims are. `asked_in`: a
    model prepared it there. `group`: it is proposed together with others, so many of them; for the policy it reaches as
    many people.
    """

    kind: ActionKind
    payload: Mapping[str, Any]
    via: str
    schedule_at: datetime | None = None
    key: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    evidence: Sequence[Evidence] = ()
    asked_in: AskedIn | None = None
    group: str | None = None
    group_size: int = 0


class Writing:
    """Args:
    ways: by which what is proposed can leave.
    owner: a person with their proven address. Errors: `Conflict` without one.
    """

    def __init__(
        self,
        *,
        actions: ActionRepository,
        ways: Ways,
        blobs: BlobStore,
        finding: Finding,
        approving: Approving,
        repetition: Repetition,
        announcer: Announcer,
        owner: FindOwner,
        expires_after: timedelta,
        clock: Clock,
    ) -> None:
        self._actions = actions
        self._ways = ways
        self._blobs = blobs
        self._finding = finding
        self._approving = approving
        self._repetition = repetition
        self._announcer = announcer
        self._owner = owner
        self._expires_after = expires_after
        self._clock = clock

    async def read(self, caller: Caller, proposal: Proposal) -> dict[str, Any]:
        """Its payload in its one form. Errors: `InvalidInput` with the fields."""
        return await _read(await self._workflow(caller, proposal.kind, proposal.via), proposal.payload)

    async def propose(self, caller: Caller, proposal: Proposal, *, actor: Actor) -> Action:
        """Makes what will be sent, and asks for its approval. With the key of an earlier call it is that one.

        Errors: `InvalidInput` with the fields, `Forbidden` by the policy.
        """
        if proposal.key is not None and (known := await self._actions.proposed(caller.user_id, proposal.key)):
            return known
        now, action_id = self._clock(), new_id()
        workflow = await self._workflow(caller, proposal.kind, proposal.via)
        payload = await _read(workflow, proposal.payload)
        made = await workflow.make(await self._owner(caller.user_id), payload, action_id=action_id)
        reach = _reach(made, proposal.group_size)
        asked = await self._ask(caller.user_id, proposal.kind, reach)
        artefact = await self._keep(made, reach, proposal.kind, proposal.via, proposal.schedule_at, now)
        likeness = likeness_of(proposal.kind, payload, reach)
        repeated = await self._repetition.caution(caller.user_id, proposal.kind, likeness, but=action_id)
        expires = now + self._expires_after
        first = Step(
            at=now, move=Move.submit, to=ActionStatus.awaiting_approval, actor_kind=actor.kind, actor_id=actor.id
        )
        action = Action(
            id=action_id,
            kind=proposal.kind,
            owner_id=caller.user_id,
            via=proposal.via,
            payload=payload,
            artefact=artefact,
            preview=made.preview,
            origins={**made.origins, **proposal.origins},
            evidence=list(proposal.evidence),
            warnings=asked.warnings([*made.warnings, *([repeated] if repeated else [])]),
            requires=list(asked.requires),
            rulings=list(asked.verdict.rulings),
            outside=list(asked.outside),
            waits_for=waits_for(caller.user_id, asked.requires, (), ()),
            created_at=now,
            expires_at=expires,
            schedule_at=proposal.schedule_at,
            due_at=expires,
            likeness=likeness,
            asked_in=proposal.asked_in,
            group=proposal.group,
            group_size=proposal.group_size,
            timeline=[first],
        )
        try:
            await self._actions.add(action, key=proposal.key)
        except DuplicateKey:  # the same was proposed meanwhile
            self._blobs.abandon([artefact.sha256])
            return await self.propose(caller, proposal, actor=actor)
        self._blobs.unpin([artefact.sha256])
        await self._announcer.changed(action)
        return action

    async def draft(
        self, caller: Caller, proposal: Proposal, *, missing: Sequence[str], suggestions: Sequence[Suggestion]
    ) -> Action:
        """Keeps what cannot be asked an approval of yet: the person fills in the rest, and it is made then.

        Nothing of it is a payload that was checked, and its hash approves nothing.
        """
        now = self._clock()
        expires = now + self._expires_after
        empty = Made(b"", {}, {})
        artefact = await self._keep(empty, Reach(), proposal.kind, proposal.via, None, now)
        action = Action(
            id=new_id(),
            kind=proposal.kind,
            owner_id=caller.user_id,
            via=proposal.via,
            status=ActionStatus.draft,
            payload=dict(proposal.payload),
            artefact=artefact,
            origins=dict(proposal.origins),
            evidence=list(proposal.evidence),
            suggestions=list(suggestions),
            missing=list(missing),
            waits_for=[caller.user_id],
            created_at=now,
            expires_at=expires,
            due_at=expires,
            likeness=likeness_of(proposal.kind, proposal.payload, Reach()),
            asked_in=proposal.asked_in,
        )
        try:
            await self._actions.add(action, key=proposal.key)
        except DuplicateKey:
            known = await self._actions.proposed(caller.user_id, proposal.key or "")
            if known is None:
                raise
            return known
        finally:
            self._blobs.unpin([artefact.sha256])
        await self._announcer.changed(action)
        return action

    async def edit(
        self,
        caller: Caller,
        action_id: str,
        payload: Mapping[str, Any],
        *,
        schedule_at: datetime | None,
        actor: Actor,
        of_hash: str | None = None,
    ) -> Action:
        """Other content, another hash: what was approved of the former falls. A draft waits for an approval then.

        `of_hash`: only of what has this hash. Errors: as of a proposal.
        """
        action = await self._finding.own(caller, action_id)
        if of_hash not in (None, action.hash):
            raise await self._finding.refused(action_id, of_hash)
        now = self._clock()
        workflow = await self._workflow(caller, action.kind, action.via)
        read = await _read(workflow, payload)
        made = await workflow.make(await self._owner(caller.user_id), read, action_id=action_id)
        reach = _reach(made, action.group_size)
        kept = [one for one in action.warnings if one.code == RESTORED]
        likeness = likeness_of(action.kind, read, reach)
        repeated = await self._repetition.caution(caller.user_id, action.kind, likeness, but=action_id)
        kept += [repeated] if repeated else []
        moved: Action | None = None
        artefact: Artefact | None = None
        before = action
        for _ in range(_TRIES):
            asked = await self._ask(caller.user_id, action.kind, reach, of=before)
            artefact = artefact or await self._keep(made, reach, action.kind, action.via, schedule_at, now)
            moved = await self._actions.move(
                action_id,
                Move.submit if before.status is ActionStatus.draft else Move.edit,
                actor=actor,
                now=now,
                due_at=before.expires_at,
                reason=taken_over(action, read),
                sources=documents_taken(action, read),
                where={"artefact.hash": action.hash, "revision": before.revision, "expires_at": {"$gt": now}},
                changes={
                    "payload": read,
                    "artefact": artefact.model_dump(),
                    "preview": made.preview,
                    **asked.changes([*made.warnings, *kept]),
                    "likeness": likeness.model_dump(),
                    "schedule_at": schedule_at,
                    "approvals": [],
                    "origins": origins_after(action, read),
                    "evidence": [one.model_dump() for one in evidence_after(action, read)],
                    "suggestions": [],
                    "missing": [],
                    "waits_for": waits_for(caller.user_id, asked.requires, (), before.handed_on),
                },
            )
            before = await self._finding.get(caller, action_id) if moved is None else before
            if moved is not None or before.status not in _EDITABLE or before.hash != action.hash:
                break
        if moved is None:
            if artefact is not None:
                self._blobs.abandon([artefact.sha256])
            raise await self._finding.refused(action_id, action.hash)
        self._blobs.unpin([moved.artefact.sha256])
        await self._announcer.changed(moved, before=before)
        return moved

    async def _ask(self, owner_id: str, kind: ActionKind, reach: Reach, *, of: Action | None = None) -> Asked:
        """Errors: `Forbidden` where the policy does not let it out at all."""
        asked = await self._approving.ask(owner_id, kind, reach, before=of)
        if asked.verdict.forbidden:
            raise Forbidden(f"The policy forbids this: {asked.verdict.forbidden}", code=FORBIDDEN)
        return asked

    async def _workflow(self, caller: Caller, kind: ActionKind, via: str) -> Workflow:
        way = await self._ways.find(caller.user_id, kind, via)
        if way is None:
            message = "This cannot be sent that way. Choose another account."
            raise InvalidInput(message, fields=[FieldProblem("via", "unknown", message)])
        return way.workflow

    async def _keep(
        self, made: Made, reach: Reach, kind: ActionKind, via: str, schedule_at: datetime | None, now: datetime
    ) -> Artefact:
        if schedule_at is not None and not now < schedule_at < now + _FARTHEST:
            message = "Choose a time within the next year."
            raise InvalidInput(message, fields=[FieldProblem("schedule_at", "out_of_range", message)])
        digest = await self._blobs.put(made.content)
        bound = {
            "kind": kind,
            "via": via,
            "request": made.request,
            "content": digest,
            "schedule_at": schedule_at and schedule_at.isoformat(),
        }
        canonical = orjson.dumps(bound, option=orjson.OPT_SORT_KEYS)
        return Artefact(
            sha256=digest,
            size_bytes=len(made.content),
            request=made.request,
            hash=sha256(canonical).hexdigest(),
            reach=reach,
        )


def _reach(made: Made, group_size: int) -> Reach:
    """Many mails to one person each reach as many people as one mail to many."""
    reach = made.reaches or reach_of(made.request, made.preview)
    return reach.model_copy(update={"people": max(reach.people, group_size)})


async def _read(workflow: Workflow, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Beside the event loop: cleaning a large page takes half a second."""
    return await asyncio.to_thread(workflow.read, payload)

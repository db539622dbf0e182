"""Storage of actions. Every transition is one conditional update that writes the status and its step together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.actions.models import Action, ActionKind, Approval, Attempt, Likeness, Step
from backend.actions.status import RULES, ActionStatus, Move
from backend.audit.actors import Actor
from backend.db.collection import CollectionSpec, Database, Filter, Index, Record
from backend.db.repository import Repository
from backend.ids import new_id

ACTIONS = CollectionSpec(
    "actions",
    (
        Index((("owner_id", 1), ("_id", -1))),  # a person's own, newest first
        Index((("owner_id", 1), ("proposal_key", 1)), unique=True, partial={"proposal_key": {"$exists": True}}),
        Index((("due_at", 1),)),  # what the server has to do something with (each poll)
        Index((("status", 1), ("_id", -1))),  # what waits for somebody's word, what a restored installation holds
        Index((("owner_id", 1), ("likeness.reach", 1), ("_id", -1))),  # was the same proposed already?
        Index((("owner_id", 1), ("asked_in.conversation_id", 1), ("_id", -1))),  # what a conversation has begun
        Index((("owner_id", 1), ("group", 1), ("_id", -1))),  # those that were proposed together
        Index((("seen_by", 1), ("_id", -1))),  # what somebody decided on beside its owner
        Index((("artefact.sha256", 1),)),  # does anything still need these bytes?
    ),
)


#: What may still go out, or may have: the same once more is worth a word.
_OPEN = (
    ActionStatus.awaiting_approval,
    ActionStatus.approved,
    ActionStatus.scheduled,
    ActionStatus.executing,
    ActionStatus.unknown,
)
#: Of those that reach the same people, so many of the newest are compared.
_COMPARED = 200


@dataclass(frozen=True, slots=True)
class Earlier:
    """What there is to know of an action that reaches the same people. `at`: when it was sent, was tried, goes out, or
    was proposed."""

    id: str
    status: ActionStatus
    likeness: Likeness
    at: datetime


class ActionRepository:
    """Actions by id, by owner and by when they are due."""

    def __init__(self, database: Database) -> None:
        self._actions = Repository(database, ACTIONS, Action)
        self._records = self._actions.records

    async def add(self, action: Action, *, key: str | None) -> None:
        """Errors: `DuplicateKey` for a key that the owner has proposed something with."""
        await self._actions.insert_one(action, {} if key is None else {"proposal_key": key})

    async def proposed(self, owner_id: str, key: str) -> Action | None:
        return await self._actions.find_one({"owner_id": owner_id, "proposal_key": key})

    async def get(self, action_id: str) -> Action | None:
        return await self._actions.find_one({"_id": action_id})

    async def page(
        self,
        owner_id: str,
        statuses: Sequence[ActionStatus],
        kinds: Sequence[ActionKind] = (),
        *,
        group: str | None = None,
        before: str | None,
        limit: int,
    ) -> list[Action]:
        """Newest first; no statuses, or no kinds: all of them. `group`: those that were proposed together as that."""
        wanted: dict[str, Any] = {"owner_id": owner_id}
        if group is not None:
            wanted["group"] = group
        return await self._page(wanted, statuses, kinds, before=before, limit=limit)

    async def decided_by(
        self,
        user_id: str,
        statuses: Sequence[ActionStatus],
        kinds: Sequence[ActionKind] = (),
        *,
        before: str | None,
        limit: int,
    ) -> list[Action]:
        """Those of others that somebody approved, rejected or handed on; newest first."""
        return await self._page({"seen_by": user_id}, statuses, kinds, before=before, limit=limit)

    async def _page(
        self,
        wanted: dict[str, Any],
        statuses: Sequence[ActionStatus],
        kinds: Sequence[ActionKind],
        *,
        before: str | None,
        limit: int,
    ) -> list[Action]:
        if kinds:
            wanted["kind"] = {"$in": list(kinds)}
        if statuses:
            wanted["status"] = {"$in": [str(status) for status in statuses]}
        if before:
            wanted["_id"] = {"$lt": before}
        return await self._actions.find(wanted, sort=[("_id", -1)], limit=limit)

    async def of_event(self, owner_id: str, via: str, event_id: str, statuses: Sequence[ActionStatus]) -> list[Action]:
        """What a person does from one account to an event that is there, in no order."""
        wanted = {"owner_id": owner_id, "kind": "calendar", "via": via, "payload.event_id": event_id}
        return await self._actions.find({**wanted, "status": {"$in": [str(status) for status in statuses]}})

    async def reaching_the_same(self, owner_id: str, reach: str, *, sent_since: datetime, but: str) -> list[Earlier]:
        """What a person has undecided, on its way or unknown that reaches exactly the same, or has sent since then;
        newest first."""
        found = await self._records.find(
            {
                "owner_id": owner_id,
                "likeness.reach": reach,
                "_id": {"$ne": but},
                "$or": [
                    {"status": {"$in": [str(one) for one in _OPEN]}},
                    {"status": str(ActionStatus.succeeded), "receipt.at": {"$gte": sent_since}},
                ],
            },
            sort=[("_id", -1)],
            limit=_COMPARED,
            fields=("status", "likeness", "receipt.at", "due_at", "created_at", "past_attempts.began_at"),
        )
        return [_earlier(record) for record in found]

    async def of_conversation(
        self, owner_id: str, conversation_id: str, kind: ActionKind, statuses: Sequence[ActionStatus]
    ) -> list[Action]:
        """What a model began for a person in one conversation, newest first."""
        wanted = {"owner_id": owner_id, "asked_in.conversation_id": conversation_id, "kind": kind}
        among = {"status": {"$in": [str(one) for one in statuses]}}
        return await self._actions.find({**wanted, **among}, sort=[("_id", -1)], limit=_COMPARED)

    async def move(
        self,
        action_id: str,
        move: Move,
        *,
        actor: Actor,
        now: datetime,
        due_at: datetime | None,
        reason: str | None = None,
        subject_id: str | None = None,
        sources: Sequence[str] = (),
        where: Filter | None = None,
        changes: Mapping[str, Any] | None = None,
        pushed: Mapping[str, Any] | None = None,
        drop: Sequence[str] = (),
    ) -> Action | None:
        """The action after a move; None where the table does not allow it from where it is, or `where` does not hold.

        `due_at`: when the server has something to do with it next. `sources`: the documents that the reason names.
        """
        rule = RULES[move]
        step = Step(
            at=now,
            move=move,
            to=rule.to,
            actor_kind=actor.kind,
            actor_id=actor.id,
            subject_id=subject_id,
            reason=reason,
            sources=list(sources),
        )
        update: dict[str, dict[str, Any]] = {
            "$set": {"status": str(rule.to), "due_at": due_at, **(changes or {})},
            "$push": {"timeline": _record(step), **(pushed or {})},
            "$inc": {"revision": 1},
        }
        if drop:
            update["$unset"] = dict.fromkeys(drop, "")
        origins = sorted(str(origin) for origin in rule.origins)
        return await self._actions.find_one_and_update(
            {**(where or {}), "_id": action_id, "status": {"$in": origins}}, update
        )

    async def approve(
        self,
        action_id: str,
        approval: Approval,
        *,
        actor: Actor,
        now: datetime,
        revision: int | None = None,
        waits_until: datetime | None = None,
        others: Sequence[Approval] | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> Action | None:
        """Approves exactly the artefact that the approval names, in the revision that was looked at (None: in any).

        `waits_until`: others have to approve it too, until then; None: it was the last word that was missing.
        `others`: the approvals that stand beside this one; None: those that are stored.
        """
        where: dict[str, Any] = {"artefact.hash": approval.hash}
        if revision is not None:
            where["revision"] = revision
        given = None if others is None else {"approvals": [_record(one) for one in (*others, approval)]}
        return await self.move(
            action_id,
            Move.approve if waits_until is None else Move.endorse,
            actor=actor,
            now=now,
            due_at=waits_until or now,
            where=where,
            changes={**(changes or {}), **(given or {})},
            pushed=None if given else {"approvals": _record(approval)},
        )

    async def awaiting(self, names: Sequence[str], user_id: str, *, before: str | None, limit: int) -> list[Action]:
        """What waits for somebody's word, newest first. `names`: as what they are waited for."""
        wanted = _awaiting(names, user_id)
        if before:
            wanted["_id"] = {"$lt": before}
        return await self._actions.find(wanted, sort=[("_id", -1)], limit=limit)

    async def count_awaiting(self, names: Sequence[str], user_id: str, *, limit: int) -> int:
        return await self._records.count(_awaiting(names, user_id), limit=limit)

    async def unscoped_waiting_for(self, user_id: str) -> list[Action]:
        """Undecided ones of all people for which somebody is asked by name."""
        wanted = {"status": str(ActionStatus.awaiting_approval), "requires.people": user_id}
        handed = {"status": str(ActionStatus.awaiting_approval), "requires.delegates": user_id}
        found = [*await self._actions.find(wanted), *await self._actions.find(handed)]
        return list({one.id: one for one in found}.values())

    async def unscoped_undecided(self) -> list[str]:
        """The ids of what waits for an approval, of all people."""
        found = await self._records.find({"status": str(ActionStatus.awaiting_approval)}, fields=("_id",))
        return [record["_id"] for record in found]

    async def unscoped_not_ended(self, *, via: str | None = None) -> list[Action]:
        """Those of all people that are undecided, wait for their time or are under way; by one account or by any."""
        statuses = [*sorted(str(one) for one in RULES[Move.invalidate].origins), str(ActionStatus.executing)]
        wanted: dict[str, Any] = {"status": {"$in": statuses}}
        if via is not None:
            wanted["via"] = via
        return await self._actions.find(wanted)

    async def update(self, action: Action, changes: Mapping[str, Any]) -> Action | None:
        """Changes what is beside its status, if it is still in the revision that was looked at."""
        return await self._actions.find_one_and_update(
            {"_id": action.id, "revision": action.revision, "status": str(action.status)},
            {"$set": dict(changes), "$inc": {"revision": 1}},
        )

    async def not_begun(self, owner_id: str) -> list[str]:
        """What waits for a decision or for its time."""
        waits = sorted(str(origin) for origin in RULES[Move.invalidate].origins)
        found = await self._records.find({"owner_id": owner_id, "status": {"$in": waits}}, fields=("status",))
        return [record["_id"] for record in found]

    async def delete_of(self, owner_id: str) -> None:
        await self._records.delete_many({"owner_id": owner_id})

    # -- for those that carry out --------------------------------------------------------------------------------

    async def due(self, now: datetime, *, limit: int = 100) -> list[str]:
        found = await self._records.find({"due_at": {"$lte": now}}, sort=[("due_at", 1)], limit=limit, fields=("_id",))
        return [record["_id"] for record in found]

    async def claim(self, action: Action, *, key: str, length: timedelta, actor: Actor, now: datetime) -> Action | None:
        """Begins an attempt of one that is scheduled and due: from here on nobody else does."""
        attempt = Attempt(
            number=action.attempts + 1, key=key, sha256=action.artefact.sha256, token=new_id(), began_at=now
        )
        return await self.move(
            action.id,
            Move.claim,
            actor=actor,
            now=now,
            due_at=now + length,
            where={"due_at": {"$lte": now}, "artefact.hash": action.hash},
            changes={"attempt": _record(attempt), "attempts": attempt.number, "counted": True, "moment": None},
        )

    async def begin_sending(
        self, action: Action, *, now: datetime, margin: timedelta, prepared: Mapping[str, str]
    ) -> Action | None:
        """Notes that the first byte leaves now, and what was prepared for it. None when the lease was lost, or ends too
        soon: no call is made then.

        From here on nobody can say of an attempt without an outcome that it did not happen.
        """
        return await self._actions.find_one_and_update(
            {**_mine(action), "due_at": {"$gt": now + margin}},
            {"$set": {"attempt.sending": True, "attempt.prepared": dict(prepared)}},
        )

    async def end(
        self,
        action: Action,
        move: Move,
        attempt: Attempt,
        *,
        actor: Actor,
        now: datetime,
        due_at: datetime | None,
        reason: str | None,
        changes: Mapping[str, Any],
    ) -> Action | None:
        """Ends an attempt, as it is now; None if it is no longer the present one."""
        return await self.move(
            action.id,
            move,
            actor=actor,
            now=now,
            due_at=due_at,
            reason=reason,
            where={"attempt.token": attempt.token},
            changes={**changes, "attempt": None},
            pushed={"past_attempts": _record(attempt)},
        )

    async def look_again(self, action: Action, *, at: datetime | None) -> None:
        """When one that is unknown is looked for next."""
        unknown = {"_id": action.id, "status": str(ActionStatus.unknown)}
        await self._records.update_one(unknown, {"$set": {"due_at": at}, "$inc": {"looks": 1}})

    async def blobs_in_use(self, digests: Sequence[str]) -> set[str]:
        """Which of these bytes an action still names."""
        found = await self._records.find({"artefact.sha256": {"$in": list(digests)}}, fields=("artefact.sha256",))
        return {record["artefact"]["sha256"] for record in found}


def _awaiting(names: Sequence[str], user_id: str) -> dict[str, Any]:
    return {
        "status": {"$in": [str(ActionStatus.awaiting_approval), str(ActionStatus.draft)]},
        "waits_for": {"$in": list(names)},
        "$or": [
            {"waits_for": user_id},
            {  # by another name: administrators are not their own second, and decide once
                "owner_id": {"$ne": user_id},
                "approvals.user_id": {"$ne": user_id},
                "handed_on": {"$ne": user_id},
            },
        ],
    }


def _earlier(record: Record) -> Earlier:
    status = ActionStatus(record["status"])
    receipt, tried = record.get("receipt"), record.get("past_attempts")
    at = record["created_at"]
    if status is ActionStatus.succeeded and receipt:
        at = receipt["at"]
    elif status is ActionStatus.unknown and tried:
        at = tried[-1]["began_at"]
    elif status in (ActionStatus.approved, ActionStatus.scheduled):
        at = record.get("due_at") or at
    return Earlier(record["_id"], status, Likeness.model_validate(record["likeness"]), at)


def _mine(action: Action) -> dict[str, Any]:
    if action.attempt is None:
        raise ValueError("only an attempt under way has a lease")
    return {"_id": action.id, "status": str(ActionStatus.executing), "attempt.token": action.attempt.token}


def _record(model: Step | Attempt | Approval) -> Record:
    return {name: str(value) if isinstance(value, (ActionStatus, Move)) else value for name, value in _fields(model)}


def _fields(model: Step | Attempt | Approval) -> list[tuple[str, Any]]:
    return list(model.model_dump(mode="python").items())

"""Storage of actions. Every transition is one conditional update that writes the status and its step together."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.actions.models import Action, Approval, Attempt, Step
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
        Index((("artefact.sha256", 1),)),  # does anything still need these bytes?
    ),
)


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
        self, owner_id: str, statuses: Sequence[ActionStatus], *, before: str | None, limit: int
    ) -> list[Action]:
        """Newest first; no statuses: all of them."""
        wanted: dict[str, Any] = {"owner_id": owner_id}
        if statuses:
            wanted["status"] = {"$in": [str(status) for status in statuses]}
        if before:
            wanted["_id"] = {"$lt": before}
        return await self._actions.find(wanted, sort=[("_id", -1)], limit=limit)

    async def move(
        self,
        action_id: str,
        move: Move,
        *,
        actor: Actor,
        now: datetime,
        due_at: datetime | None,
        reason: str | None = None,
        where: Filter | None = None,
        changes: Mapping[str, Any] | None = None,
        pushed: Mapping[str, Any] | None = None,
        drop: Sequence[str] = (),
    ) -> Action | None:
        """The action after a move; None where the table does not allow it from where it is, or `where` does not hold.

        `due_at`: when the server has something to do with it next.
        """
        rule = RULES[move]
        step = Step(at=now, move=move, to=rule.to, actor_kind=actor.kind, actor_id=actor.id, reason=reason)
        update: dict[str, dict[str, Any]] = {
            "$set": {"status": str(rule.to), "due_at": due_at, **(changes or {})},
            "$push": {"timeline": _record(step), **(pushed or {})},
        }
        if drop:
            update["$unset"] = dict.fromkeys(drop, "")
        origins = sorted(str(origin) for origin in rule.origins)
        return await self._actions.find_one_and_update(
            {"_id": action_id, "status": {"$in": origins}, **(where or {})}, update
        )

    async def approve(self, action_id: str, approval: Approval, *, actor: Actor, now: datetime) -> Action | None:
        """Approves exactly the artefact that the approval names."""
        return await self.move(
            action_id,
            Move.approve,
            actor=actor,
            now=now,
            due_at=now,
            where={"artefact.hash": approval.hash},
            pushed={"approvals": _record(approval)},
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
            changes={"attempt": _record(attempt), "attempts": attempt.number},
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


def _mine(action: Action) -> dict[str, Any]:
    if action.attempt is None:
        raise ValueError("only an attempt under way has a lease")
    return {"_id": action.id, "status": str(ActionStatus.executing), "attempt.token": action.attempt.token}


def _record(model: Step | Attempt | Approval) -> Record:
    return {name: str(value) if isinstance(value, (ActionStatus, Move)) else value for name, value in _fields(model)}


def _fields(model: Step | Attempt | Approval) -> list[tuple[str, Any]]:
    return list(model.model_dump(mode="python").items())

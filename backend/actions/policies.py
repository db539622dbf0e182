"""The policy of the installation: stored, and changed only by whoever has seen what it was."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from pydantic import BaseModel

from backend.actions.people import People
from backend.actions.policy import DEFAULT_POLICY, Policy, SecondPerson
from backend.db.collection import CollectionSpec, Database, DuplicateKey
from backend.db.lease import Clock
from backend.db.repository import Repository
from backend.errors import Conflict, FieldProblem, InvalidInput

ACTION_POLICY = CollectionSpec("action_policy")
_ONLY = "policy"


class StoredPolicy(BaseModel):
    """`version` counts the changes; 0: nobody has written one."""

    id: str = _ONLY
    version: int = 0
    policy: Policy = DEFAULT_POLICY
    changed_at: datetime | None = None
    changed_by: str | None = None


class Policies:
    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._policies = Repository(database, ACTION_POLICY, StoredPolicy)
        self._people = people
        self._clock = clock
        self._tell: Callable[[], Awaitable[None]] | None = None

    def on_changed(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Calls it after each change."""
        self._tell = tell

    async def now(self) -> StoredPolicy:
        return await self._policies.find_one({"_id": _ONLY}) or StoredPolicy()

    async def names(self, stored: StoredPolicy) -> dict[str, str]:
        """What everybody whom it names is called, by id; who is not there any more is left out."""
        ids = {
            one
            for rule in stored.policy.rules
            if isinstance(rule.then, SecondPerson) and rule.then.approvers != "administrators"
            for one in rule.then.approvers
        }
        return dict(await self._people.names(ids | ({stored.changed_by} if stored.changed_by else set())))

    async def replace(self, policy: Policy, *, version: int, by: str) -> StoredPolicy:
        """Another policy instead of the one with this version.

        Errors: `Conflict` (changed) where that is not the present one, `InvalidInput` for approvers who are nobody.
        """
        await self._check_approvers(policy)
        stored = await self._store(policy, version=version, by=by)
        if self._tell is not None:
            await self._tell()
        return stored

    async def _store(self, policy: Policy, *, version: int, by: str) -> StoredPolicy:
        now = self._clock()  # as it is stored: databases keep milliseconds
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        stored = StoredPolicy(version=version + 1, policy=policy, changed_at=now, changed_by=by)
        if version == 0:
            try:
                await self._policies.insert_one(stored)
            except DuplicateKey:
                raise _changed() from None
            return stored
        record = self._policies.record(stored)
        del record["_id"]
        replaced = await self._policies.find_one_and_update({"_id": _ONLY, "version": version}, {"$set": record})
        if replaced is None:
            raise _changed()
        return replaced

    async def _check_approvers(self, policy: Policy) -> None:
        for number, rule in enumerate(policy.rules):
            if not isinstance(rule.then, SecondPerson) or rule.then.approvers == "administrators":
                continue
            missing = set(rule.then.approvers) - (await self._people.active(rule.then.approvers)).keys()
            if missing:
                message = f"The rule '{rule.name}' names somebody who has no account here, or may not use it now."
                raise InvalidInput(
                    message, fields=[FieldProblem(f"rules.{number}.then.approvers", "unknown_person", message)]
                )


def _changed() -> Conflict:
    return Conflict("Somebody else has changed the policy meanwhile. Look at it as it is now.", code="changed")

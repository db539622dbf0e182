"""Whose word an action needs: its owner's, and that of the second people whom the policy asks for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.actions.models import (
    ADMINISTRATORS,
    Action,
    ActionKind,
    Approval,
    Caution,
    Reach,
    Requirement,
)
from backend.actions.people import Human, People
from backend.actions.policies import Policies
from backend.actions.policy import POLICY, Second, Verdict, house_of, judge, outside_domains, reach_of

#: Marks what an installation that was restored from a backup may have sent already.
RESTORED = "restored"
#: Warns that a rule asks for more people than there are.
NOBODY = "nobody_can_approve"


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against carrying something out. `ends`: no decision can mend it; else it is asked about again.

    `changes` are the fields of the action that follow from it.
    """

    reason: str
    ends: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the policy of now says of an action. `outside`: the domains outside of the house that it reaches. `unmet`:
    the rules that ask for more people than there are."""

    verdict: Verdict
    requires: tuple[Requirement, ...]
    outside: tuple[str, ...]
    unmet: tuple[str, ...] = ()

    def warnings(self, others: Sequence[Caution]) -> list[Caution]:
        """With those that are not the policy's."""
        found = [one for one in others if not one.code.startswith(POLICY) and one.code != NOBODY]
        if self.unmet:
            names = ", ".join(self.unmet)
            text = f"There are not enough people here who could approve it (rule: {names}). Ask your administrator."
            found.append(Caution(code=NOBODY, message=text))
        return [*found, *self.verdict.cautions]

    def changes(self, warnings: Sequence[Caution]) -> dict[str, Any]:
        """The fields of an action that hold it."""
        return {
            "requires": [one.model_dump() for one in self.requires],
            "rulings": [one.model_dump() for one in self.verdict.rulings],
            "outside": list(self.outside),
            "warnings": [one.model_dump() for one in self.warnings(warnings)],
        }


class Approving:
    """Asks the policy, and says who may decide."""

    def __init__(self, policies: Policies, people: People) -> None:
        self._policies = policies
        self.people = people

    async def ask(self, owner_id: str, kind: ActionKind, reach: Reach, *, before: Action | None = None) -> Asked:
        """`before`: so far; who handed it on is not asked, to whom it was handed on is while they may approve it."""
        policy = (await self._policies.now()).policy
        owner = (await self.people.active([owner_id])).get(owner_id)
        address = (owner and owner.address) or ""
        verdict = judge(policy, kind, reach, address)
        delegates = {one.rule: one.delegates for one in before.requires} if before else {}
        gone = frozenset({owner_id, *(before.handed_on if before else ())})
        requires = [await self._required(one, gone, delegates.get(one.rule.id, ())) for one in verdict.seconds]
        return Asked(
            verdict,
            tuple(requires),
            tuple(sorted(outside_domains(reach, house_of(policy, address)))),
            tuple([one.name for one in requires if not await self._can_be_met(one, gone)]),
        )

    async def _can_be_met(self, required: Requirement, gone: Collection[str]) -> bool:
        able = {*required.people, *required.delegates}
        if required.administrators:
            able |= (await self.people.administrators()).keys()
        return len(able.difference(gone)) >= required.count

    async def ask_for(self, action: Action) -> Asked:
        reach = action.artefact.reach
        if reach == Reach():  # stored before it was written down
            reach = reach_of(action.artefact.request, action.preview)
        return await self.ask(action.owner_id, action.kind, reach, before=action)

    async def counted(self, action: Action, requires: Sequence[Requirement]) -> list[Approval]:
        """The approvals so far, each for those of these rules whose second person it is of now."""
        humans = await self.people.active(one.user_id for one in action.approvals)
        return [
            one.model_copy(
                update={"rules": parts_of(action, requires, humans[one.user_id]) if one.user_id in humans else []}
            )
            for one in action.approvals
        ]

    async def _required(self, second: Second, gone: Collection[str], delegates: Collection[str]) -> Requirement:
        """Where fewer of those who are named can approve than it needs, the administrators are asked as well."""
        named = () if second.asks.approvers == ADMINISTRATORS else second.asks.approvers
        found = await self.people.active({*named, *delegates}.difference(gone))
        people = sorted(found.keys() & set(named))
        handed = sorted(key for key in found.keys() & set(delegates) if key in named or found[key].is_admin)
        of_all = second.asks.approvers == ADMINISTRATORS or len({*people, *handed}) < second.asks.count
        return Requirement(
            rule=second.rule.id,
            name=second.rule.name,
            people=people,
            administrators=of_all,
            delegates=handed,
            count=second.asks.count,
        )

    async def human(self, user_id: str) -> Human | None:
        return (await self.people.active([user_id])).get(user_id)

    async def waiting(self, action: Action) -> dict[str, Human]:
        """The people whose word is missing now, by id."""
        found = dict(await self.people.active([one for one in action.waits_for if one != ADMINISTRATORS]))
        if ADMINISTRATORS in action.waits_for:
            done = {action.owner_id, *(one.user_id for one in action.approvals), *action.handed_on}
            found |= {key: one for key, one in (await self.people.administrators()).items() if key not in done}
        return found

    async def against(self, action: Action) -> Against | None:
        """Whether what was approved is still approved: by the policy of now, and by people who may."""
        asked = await self.ask_for(action)
        if asked.verdict.forbidden:
            return Against(f"The policy forbids it now: {asked.verdict.forbidden}", ends=True)
        changes = asked.changes(action.warnings)
        approvals = [one for one in action.approvals if one.hash == action.hash]
        if action.owner_id not in {one.user_id for one in approvals}:
            return Against("Its owner has not approved what it is now.", changes=changes)
        for caution in asked.verdict.cautions:
            if any(caution.code not in one.confirmed for one in approvals):
                return Against(f"The policy asks for a confirmation now: {caution.message}", changes=changes)
        humans = await self.people.active(one.user_id for one in approvals)
        for required in asked.requires:
            seconds = {key for key, one in humans.items() if may_second(required, one, action.owner_id, ())}
            if len(seconds) < required.count:
                return Against(f"The policy asks for a second person now (rule: {required.name}).", changes=changes)
        return None


def may_second(required: Requirement, human: Human, owner_id: str, handed_on: Collection[str]) -> bool:
    """Whether somebody is one of those whom a rule asks for. The owner never is."""
    if human.id == owner_id or human.id in handed_on:
        return False
    return human.id in required.people or human.id in required.delegates or (required.administrators and human.is_admin)


def parts_of(action: Action, requires: Sequence[Requirement], human: Human) -> list[str]:
    """The rules whose second person somebody would be."""
    return [one.rule for one in requires if may_second(one, human, action.owner_id, action.handed_on)]


def waits_for(
    owner_id: str, requires: Sequence[Requirement], approvals: Sequence[Approval], handed_on: Collection[str]
) -> list[str]:
    """The ids of those whose word is missing, and `ADMINISTRATORS`; none: it is approved."""
    done = {one.user_id for one in approvals}
    lacking = missing(requires, approvals)
    found = {user_id for one in lacking for user_id in (*one.people, *one.delegates)} - {*handed_on, owner_id}
    if any(one.administrators for one in lacking):
        found.add(ADMINISTRATORS)
    return sorted((found | {owner_id}) - done)


def missing(requires: Sequence[Requirement], approvals: Sequence[Approval]) -> list[Requirement]:
    """What is required and not given yet."""
    return [one for one in requires if sum(one.rule in given.rules for given in approvals) < one.count]


def is_complete(owner_id: str, requires: Sequence[Requirement], approvals: Sequence[Approval]) -> bool:
    return owner_id in {one.user_id for one in approvals} and not missing(requires, approvals)

"""Whatever people, providers, clocks and crashes do: nothing is sent twice or unapproved, and nothing hangs."""

import asyncio
import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from backend.access import Caller
from backend.actions.base import Lost, NotDone
from backend.actions.ceilings import Limits
from backend.actions.deciding import MAY_BE_SENT_TWICE
from backend.actions.models import Action
from backend.actions.status import RULES, ActionStatus
from backend.audit.actors import Actor
from backend.errors import Conflict, Forbidden, InvalidInput, NotFound
from tests.integration.actions.place import place
from tests.integration.actions.test_approvers import CONFIRM, OUT, rules, second

PEOPLE = ["ada", "ben", "root"]
POLICIES: dict[str, list[dict[str, Any]]] = {"none": [], "ben": [second("ben")], "all": [second(), CONFIRM]}
HOWS = ["fine", "busy", "lost", "taken and lost", "killed", "taken and killed", "slept"]
_CONFIRMED = ["policy:r1", "restored", MAY_BE_SENT_TWICE]


class Killed(BaseException):
    """The worker's process is gone."""


class Actions(RuleBasedStateMachine):
    actions = Bundle("actions")

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.entered = place(self.folder, Limits(per_hour=5))
        self.here = self.do(self.entered.__aenter__())
        self.ids: list[str] = []
        self.twice: Counter[str] = Counter()
        self.how = self.next = "fine"
        self.right = True  # each call was made under a lease, for what everybody had approved
        self.here.provider.before, self.here.provider.after = self.before, self.after

    def teardown(self) -> None:
        if hasattr(self, "here"):
            self.do(self.entered.__aexit__(None, None, None))
            self.runner.close()
            shutil.rmtree(self.folder)

    def do[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    # -- the provider ---------------------------------------------------------------------------------------------

    async def before(self) -> None:
        sending = await self.get(self.here.provider.key)
        self.right = self.right and (
            sending.attempt is not None
            and sending.attempt.sending
            and {one.hash for one in sending.approvals} == {sending.hash}
            and "ada" in {one.user_id for one in sending.approvals}
            and all(sum(one.rule in given.rules for given in sending.approvals) for one in sending.requires)
            and sending.due_at is not None
            and sending.due_at > self.here.now
        )
        how, self.how = self.how, "fine"
        if how == "busy":
            raise NotDone("busy", "Not now.", again_after_seconds=0)
        if how == "lost":
            raise Lost("lost", "The line broke.")
        if how == "killed":
            raise Killed
        if how == "slept":
            self.here.later(seconds=300)
            await self.here.queue.run(sending.id)
        self.next = how

    async def after(self) -> None:
        if self.next == "taken and lost":
            raise Lost("lost", "The line broke.")
        if self.next == "taken and killed":
            raise Killed

    # -- what people do ---------------------------------------------------------------------------------------------

    def try_to(self, work: Awaitable[Action]) -> Action | None:
        async def tried() -> Action | None:
            try:
                return await work
            except (Conflict, Forbidden, NotFound, InvalidInput):
                return None

        return self.do(tried())

    @rule(target=actions, outside=st.booleans())
    def propose(self, outside: bool) -> str:
        self.here.caller = Caller.of("ada")
        action = self.do(self.here.proposed(f"text {len(self.ids)}", to=OUT if outside else ()))
        self.ids.append(action.id)
        return action.id

    @rule(action=actions, text=st.sampled_from(["a", "b"]), outside=st.booleans())
    def edit(self, action: str, text: str, outside: bool) -> None:
        payload = {"text": text, "recipients": OUT if outside else []}
        service = self.here.service
        self.try_to(service.edit(Caller.of("ada"), action, payload, schedule_at=None, actor=_actor("ada")))

    @rule(action=actions, who=st.sampled_from(PEOPLE), current=st.booleans())
    def approve(self, action: str, who: str, current: bool) -> None:
        hash_ = self.do(self.get(action)).hash if current else "0" * 64
        service, actor = self.here.service, _actor(who)
        done = self.try_to(service.approve(Caller.of(who), action, hash_, confirmed=_CONFIRMED, actor=actor))
        assert done is None or current

    @rule(action=actions)
    def approve_by_all(self, action: str) -> None:
        for who in PEOPLE:
            self.approve(action, who, current=True)

    @rule(action=actions, how=st.sampled_from(HOWS), twice=st.booleans())
    def approve_and_wait(self, action: str, how: str, twice: bool) -> None:
        self.approve_by_all(action)
        for _ in range(1 + twice):
            self.next_call(how)
            self.clock(31)
            self.work()

    @rule(action=actions)
    def repeat_what_is_unknown(self, action: str) -> None:
        self.retry(action, sure=True)
        self.clock(31)
        self.work()

    @rule(action=actions, who=st.sampled_from(PEOPLE))
    def reject(self, action: str, who: str) -> None:
        self.try_to(self.here.service.reject(Caller.of(who), action, None, actor=_actor(who)))

    @rule(action=actions, who=st.sampled_from(PEOPLE))
    def cancel(self, action: str, who: str) -> None:
        self.try_to(self.here.service.cancel(Caller.of(who), action, actor=_actor(who)))

    @rule(action=actions, to=st.sampled_from(PEOPLE))
    def delegate(self, action: str, to: str) -> None:
        self.try_to(self.here.service.delegate(Caller.of("ben"), action, to, actor=_actor("ben")))

    @rule(action=actions, sure=st.booleans())
    def retry(self, action: str, sure: bool) -> None:
        before = self.do(self.get(action)).status
        service, confirmed = self.here.service, [MAY_BE_SENT_TWICE] if sure else []
        done = self.try_to(service.retry(Caller.of("ada"), action, confirmed=confirmed, actor=_actor("ada")))
        if done is not None:
            assert before in RULES[done.timeline[-2].move].origins
            self.twice[action] += before is ActionStatus.unknown

    @rule(name=st.sampled_from(list(POLICIES)))
    def change_policy(self, name: str) -> None:
        version = self.do(self.here.policies.now()).version
        self.do(self.here.policies.replace(rules(*POLICIES[name]), version=version, by="root"))

    # -- what the server does -----------------------------------------------------------------------------------------

    @rule(how=st.sampled_from(HOWS))
    def next_call(self, how: str) -> None:
        self.how = how

    @rule(seconds=st.sampled_from([1, 31, 130, 3000, 4000, 90_000, -40, -4000]))
    def clock(self, seconds: int) -> None:
        self.here.now += timedelta(seconds=seconds)

    @rule()
    def restore(self) -> None:
        self.do(self.here.service.unscoped_restored())

    @rule()
    def work(self) -> None:
        async def worked() -> None:
            for action_id in await self.here.queue.due():
                for _ in range(2):  # messages come twice
                    try:
                        await self.here.queue.run(action_id)
                    except Killed:
                        break

        self.do(worked())

    # -- what always holds --------------------------------------------------------------------------------------------

    async def get(self, action_id: str) -> Action:
        found = await self.here.actions.get(action_id)
        assert found is not None
        return found

    async def all(self) -> list[Action]:
        return [await self.get(one) for one in self.ids]

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        if not hasattr(self, "here"):
            return
        assert self.right
        held = Counter(key for key, _ in self.here.provider.held)
        for key, times in held.items():
            assert times <= 1 + self.twice[key]

    @invariant()
    def every_history_is_legal(self) -> None:
        if not hasattr(self, "here"):
            return
        held = {key for key, _ in self.here.provider.held}
        for one in self.do(self.all()):
            for before, step in itertools.pairwise(one.timeline):
                assert before.to in RULES[step.move].origins
                assert step.to is RULES[step.move].to
            assert all(approval.hash == one.hash for approval in one.approvals)
            if one.status is ActionStatus.succeeded:
                assert one.id in held
            if one.id in held:
                states = {"executing", "unknown", "succeeded"} | (
                    {"approved", "scheduled", "awaiting_approval", "failed", "cancelled", "expired", "rejected"}
                    if self.twice[one.id]
                    else set()
                )
                assert str(one.status) in states

    @invariant()
    def nothing_hangs(self) -> None:
        """What is not at rest has a time at which the server looks at it; what is undecided has somebody to decide."""
        if not hasattr(self, "here"):
            return
        for one in self.do(self.all()):
            moving = {"awaiting_approval", "approved", "scheduled", "executing"}
            assert str(one.status) not in moving or one.due_at is not None
            assert one.status is not ActionStatus.awaiting_approval or one.waits_for


def _actor(name: str) -> Actor:
    return Actor.person(name, f"{name}@example.com")


TestActions = Actions.TestCase
TestActions.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)

"""A worker that dies (-9), or sleeps past its lease and wakes again, at each step of an attempt, at each service.

Afterwards the service holds it exactly once, or the action says `unknown` and a look settles it: never twice, never
lost. A worker stops at its step by itself, or the service meets it there, so that nothing depends on time.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

import pytest
import pytest_asyncio

from backend.access import Caller
from backend.actions.base import Channel, Owner
from backend.actions.evidence import KnownFrom
from backend.actions.models import Action
from backend.actions.queue import LEASE
from backend.actions.repository import ActionRepository
from backend.actions.service import ActionService
from backend.actions.status import ActionStatus
from backend.actions.ways import Way, Ways
from backend.actions.writing import Proposal
from backend.audit.actors import Actor
from backend.documents.blobs.local import LocalBlobStore
from tests.integration.actions.crashes.engine import COLLECTIONS, engine
from tests.integration.actions.crashes.stages.base import Stage
from tests.integration.actions.crashes.stages.registry import STAGES
from tests.integration.actions.crashes.worker import OWN_STEPS, STEPS, ActionWorker, StepName, Work, clock_of
from tests.integration.actions.place import NoDocuments, Nothing
from tests.support.long import sampled
from tests.support.mongo_server import mongo_database, mongo_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

type Blow = Literal["killed", "asleep"]

#: One that sleeps wakes after others did its work, or before they came.
ROUNDS: Mapping[Blow, int] = {"killed": sampled(1, 20), "asleep": sampled(2, 20)}
_ADA = Actor.person("ada", "ada@example.com")
_SEED = 825
#: A second one sees what the first has not.
_ENOUGH_LOOKS = 2
_MOST_TURNS = 20


@dataclass(slots=True)
class Place:
    """One service, a database and workers over it."""

    stage: Stage
    uri: str
    name: str
    folder: Path
    service: ActionService

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    def later(self, by: timedelta) -> None:
        self.clock.write_text(str(float(self.clock.read_text()) + by.total_seconds()))

    async def approved(self) -> Action:
        caller = Caller.of("ada")
        action = await self.service.propose(caller, Proposal(self.stage.kind, self.stage.payload, "way"), actor=_ADA)
        return await self.service.approve(caller, action.id, action.hash, confirmed=("repeated",), actor=_ADA)

    async def shown(self, action: Action) -> Action:
        return await self.service.get(Caller.of("ada"), action.id)

    def worker(self, action: Action, stop_at: StepName | None = None) -> ActionWorker:
        blobs = self.folder / "blobs"
        return ActionWorker(Work(self.uri, self.name, blobs, self.clock, self.stage.account(), action.id, stop_at))

    async def struck(self, action: Action, step: StepName, blow: Blow) -> ActionWorker:
        """A worker that was hit at its step."""
        if step in OWN_STEPS:
            worker = self.worker(action, step)
            assert await worker.stopped()
            _hit(worker, blow)
        else:
            started: SimpleQueue[ActionWorker] = SimpleQueue()
            met = asyncio.Event()
            loop = asyncio.get_running_loop()

            def meet() -> None:
                _hit(started.get(), blow)
                loop.call_soon_threadsafe(met.set)

            self.stage.meet(meet, done=step == "sent")
            started.put(worker := self.worker(action))
            await met.wait()
        if blow == "killed":
            assert await worker.ended() == -9
        return worker

    async def at_rest(self, action: Action) -> Action:
        """Others do what is due, whenever it is, until nothing is left to be done but looking again."""
        for _ in range(_MOST_TURNS):
            shown = await self.shown(action)
            if shown.due_at is None or shown.looks >= _ENOUGH_LOOKS:
                return shown
            assert await (await self.next_worker(action)).ended() == 0
        raise AssertionError(f"it never came to rest: {await self.shown(action)}")

    async def next_worker(self, action: Action, stop_at: StepName | None = None) -> ActionWorker:
        """Another one, at the time when something is due."""
        due_at = (await self.shown(action)).due_at
        assert due_at is not None
        self.later(max(timedelta(), due_at - clock_of(self.clock)) + timedelta(seconds=1))
        return self.worker(action, stop_at)


def _hit(worker: ActionWorker, blow: Blow) -> None:
    worker.kill() if blow == "killed" else worker.sleep()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=sorted(STAGES))
async def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    folder = tmp_path_factory.mktemp("crashes")
    (folder / "clock").write_text("0")

    def clock() -> datetime:
        return clock_of(folder / "clock")

    with mongo_server() as uri:
        async with mongo_database(uri, *COLLECTIONS) as database, STAGES[request.param](clock) as stage:
            blobs = LocalBlobStore(folder / "blobs").prepare()
            actions = ActionRepository(database)

            async def nobody(action: Action) -> Channel:
                raise AssertionError("only workers carry out")

            async def nothing(action: Action) -> str | None:
                return None

            async def owner(user_id: str) -> Owner:
                return Owner(Caller.of(user_id), "Ada", "ada@example.com")

            way = Way("way", stage.kind, "Way", None, stage.workflow(blobs), lambda: pytest.fail("only workers send"))
            parts = engine(database, actions, blobs, nobody, clock)
            service = ActionService(
                actions=actions, ways=Ways([way], {}, Nothing()), blobs=blobs, queue=parts.queue,
                announcer=parts.announcer, owner=owner, approving=parts.approving, lack=nothing,
                ceilings=parts.ceilings, links=parts.links,
                known_from=KnownFrom(NoDocuments()), expires_after=timedelta(days=3), clock=clock,
            )  # fmt: skip
            yield Place(stage, uri, database.driver.name, folder, service)


def _rounds() -> list[tuple[StepName, Blow, int]]:
    every = [(step, blow, number) for step in STEPS for blow in ROUNDS for number in range(ROUNDS[blow])]
    random.Random(_SEED).shuffle(every)
    return every


@pytest.mark.parametrize(("step", "blow", "number"), _rounds())
async def test_it_is_there_once_or_unknown_and_never_twice(
    place: Place, step: StepName, blow: Blow, number: int
) -> None:
    place.stage.reset()
    action = await place.approved()
    worker = await place.struck(action, step, blow)
    place.later(LEASE + timedelta(seconds=10))
    if blow == "asleep":
        if number % 2:
            await place.at_rest(action)
        worker.wake()
        assert await worker.ended() == 0
        if step == "claimed" and not number % 2:
            assert place.stage.asked() == 0, "its lease had ended, so that it makes no call"
    ended = await place.at_rest(action)

    held = place.stage.held(action.id)
    assert held <= 1, "twice"
    assert ended.status in (ActionStatus.succeeded, ActionStatus.unknown)
    if ended.status is ActionStatus.succeeded:
        assert (held, ended.receipt is not None) == (1, True)
    elif held:
        assert not place.stage.told, "it holds it and can be asked, so that it is settled"
    if STEPS.index(step) >= STEPS.index("sent"):
        assert held == 1, "it was done before the blow"
    if STEPS.index(step) < STEPS.index("begun"):
        assert ended.status is ActionStatus.succeeded, "nothing had left, so that it was sent again"
    assert place.stage.asked() == (0 if (step, blow) == ("begun", "killed") else 1)
    assert len({attempt.token for attempt in ended.past_attempts}) == len(ended.past_attempts) <= 2


@pytest.mark.parametrize("step", ["claimed", "prepared"])
async def test_one_that_slept_past_its_lease_makes_no_call_while_another_is_about_to(
    place: Place, step: StepName
) -> None:
    place.stage.reset()
    action = await place.approved()
    sleeper = await place.struck(action, step, "asleep")
    assert await (await place.next_worker(action)).ended() == 0
    assert (await place.shown(action)).status is ActionStatus.scheduled
    other = await place.next_worker(action, "begun")
    assert await other.stopped()
    sleeper.wake()
    assert await sleeper.ended() == 0
    assert place.stage.asked() == 0
    other.wake()
    assert await other.ended() == 0
    assert (await place.shown(action)).status is ActionStatus.succeeded
    assert (place.stage.held(action.id), place.stage.asked()) == (1, 1)

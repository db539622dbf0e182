"""The engine over a real database and blob store; its channel does what a test says, its clock is moved."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.base import Channel, Made, Outgoing, Owner
from backend.actions.models import Action, Attempt, Receipt
from backend.actions.queue import ActionQueue, Times
from backend.actions.repository import ACTIONS, ActionRepository
from backend.actions.service import ActionService, Proposal
from backend.actions.ways import Way, Ways
from backend.audit.actors import SYSTEM, Actor
from backend.connectors.manifest import Setup
from backend.connectors.models import Connection
from backend.documents.blobs.local import LocalBlobStore
from backend.events.memory import MemoryEvents
from backend.jobs.queue import Job
from tests.support.database import sqlite_database

ADA = Actor.person("ada", "ada@example.com")
UNDO = timedelta(seconds=30)
OVERDUE = timedelta(hours=1)
EXPIRES = timedelta(hours=72)


class StillQueue:
    """Takes messages and delivers none: tests run what is due themselves, and lose what they like."""

    async def send(self, job: Job, record_ids: Sequence[str], *, at: datetime | None = None) -> None:
        return None


@dataclass(slots=True)
class Provider:
    """What it holds, by key. `before` and `after` happen around the moment in which it takes something."""

    held: list[tuple[str, bytes]] = field(default_factory=list)
    calls: int = 0
    before: Callable[[], Awaitable[None]] | None = None
    after: Callable[[], Awaitable[None]] | None = None
    preparing: Callable[[], Awaitable[None]] | None = None
    looking: Callable[[], Awaitable[None]] | None = None
    blind: bool = False
    closed: int = 0

    async def prepare(self, outgoing: Outgoing) -> Mapping[str, str]:
        if self.preparing:
            await self.preparing()
        return {"draft": f"d-{outgoing.key}"}

    async def close(self) -> None:
        self.closed += 1

    async def send(self, outgoing: Outgoing, *, now: datetime) -> Receipt:
        assert outgoing.prepared == {"draft": f"d-{outgoing.key}"}
        self.calls += 1
        if self.before:
            await self.before()
        self.held.append((outgoing.key, outgoing.content))
        if self.after:
            await self.after()
        return Receipt(at=now, id=f"p-{len(self.held)}")

    async def look(self, attempt: Attempt, request: Mapping[str, Any]) -> Receipt | None:
        if self.looking:
            await self.looking()
        found = [number for number, (key, _) in enumerate(self.held, 1) if key == attempt.key]
        return Receipt(at=attempt.began_at, id=f"p-{found[0]}") if found and not self.blind else None


class Notes:
    """A workflow whose artefact is its text."""

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return dict(payload)

    async def make(self, owner: Owner, payload: Mapping[str, Any], *, action_id: str) -> Made:
        return Made(payload["text"].encode(), {"to": payload.get("to", "dana")}, dict(payload))


class Nothing:
    """Nobody has connected an account."""

    async def to_act_with(self, user_id: str) -> list[Connection]:
        return []

    def opened(self, connection: Connection) -> Setup:
        raise LookupError(connection.id)


@dataclass(slots=True)
class Place:
    actions: ActionRepository
    service: ActionService
    queue: ActionQueue
    blobs: LocalBlobStore
    provider: Provider
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    objection: str | None = None
    caller: Caller = field(default_factory=lambda: Caller.of("ada"))

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def proposed(self, text: str = "hello", *, at: datetime | None = None) -> Action:
        wanted = Proposal("email", {"text": text}, "smtp", at)
        return await self.service.propose(self.caller, wanted, actor=ADA)

    async def approved(self, text: str = "hello", *, at: datetime | None = None) -> Action:
        action = await self.proposed(text, at=at)
        return await self.service.approve(self.caller, action.id, action.hash, confirmed=(), actor=ADA)

    async def due(self, action: Action) -> Action:
        """An approved action at the moment when it may leave."""
        self.later(seconds=UNDO.total_seconds())
        return await self.shown(action)

    async def shown(self, action: Action) -> Action:
        return await self.service.get(self.caller, action.id)

    async def run(self, action: Action) -> Action:
        await self.queue.run(action.id)
        return await self.shown(action)

    async def claimed(self, action: Action) -> Action:
        """As a worker leaves it that is killed right after it began."""
        found = await self.actions.claim(
            await self.shown(action), key=action.id, length=timedelta(seconds=120), actor=SYSTEM, now=self.now
        )
        assert found is not None
        return found


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    async with sqlite_database(folder, ACTIONS) as database:
        actions, blobs, provider = ActionRepository(database), LocalBlobStore(folder / "blobs").prepare(), Provider()
        announcer, still = Announcer(MemoryEvents()), StillQueue()

        async def open_channel(action: Action) -> Channel:
            return provider

        async def owner(user_id: str) -> Owner:
            return Owner(Caller.of(user_id), "Ada", "ada@example.com")

        async def objection(action: Action, now: datetime) -> str | None:
            return here.objection

        queue = ActionQueue(
            actions=actions,
            blobs=blobs,
            open_channel=open_channel,
            objection=objection,
            announcer=announcer,
            jobs=still,  # type: ignore[arg-type]
            times=Times(UNDO, OVERDUE),
            clock=lambda: here.now,
        )
        service = ActionService(
            actions=actions,
            ways=Ways([Way("smtp", "email", "Mail", None, Notes(), lambda: provider)], {}, Nothing()),
            blobs=blobs,
            queue=queue,
            announcer=announcer,
            owner=owner,
            expires_after=EXPIRES,
            clock=lambda: here.now,
        )
        here = Place(actions, service, queue, blobs, provider)
        yield here

"""The engine over a real database and blob store; its channel does what a test says, its clock is moved."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.approving import Against, Approving
from backend.actions.base import Channel, Made, Outgoing, Owner
from backend.actions.ceilings import ACTION_COUNTS, ACTION_DOMAINS, Ceilings, Limits
from backend.actions.evidence import KnownFrom
from backend.actions.links import ACTION_LINKS, ActionLinks
from backend.actions.mailed import MailedDecisions
from backend.actions.models import Action, Attempt, Receipt
from backend.actions.paces import ACTION_PACES, ACTION_QUOTAS, Pace, Paces
from backend.actions.people import Human
from backend.actions.policies import ACTION_POLICY, Policies
from backend.actions.queue import ActionQueue, Times
from backend.actions.repository import ACTIONS, ActionRepository
from backend.actions.restoring import ACTION_PRESENCE, Presence
from backend.actions.service import ActionService
from backend.actions.ways import Way, Ways
from backend.actions.writing import Proposal
from backend.audit.actors import SYSTEM, Actor
from backend.connectors.manifest import Setup
from backend.connectors.models import Connection
from backend.db.collection import Database
from backend.documents.blobs.local import LocalBlobStore
from backend.documents.library import Reread
from backend.documents.models import Document
from backend.documents.texts import Place as TextPlace
from backend.errors import NotFound
from backend.events.memory import MemoryEvents
from backend.jobs.queue import Job
from backend.mail.base import Mail
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
    """What it holds, by key. `before` and `after` happen around the moment in which it takes something.

    `key` is that of the call under way.
    """

    held: list[tuple[str, bytes]] = field(default_factory=list)
    calls: int = 0
    key: str = ""
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
        self.key = outgoing.key
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
        request = {"to": payload.get("to", "dana"), "recipients": payload.get("recipients", [])}
        return Made(payload["text"].encode(), request, dict(payload))


class NoDocuments:
    """No action here has evidence, so that nothing is looked up."""

    async def get(self, caller: Caller, document_id: str) -> Document:
        raise NotFound(document_id)

    async def reread(self, caller: Caller, places: Collection[TextPlace], cited: Collection[str]) -> Reread:
        return Reread({}, set())


class Nothing:
    """Nobody has connected an account."""

    async def to_act_with(self, user_id: str) -> list[Connection]:
        return []

    def opened(self, connection: Connection) -> Setup:
        raise LookupError(connection.id)

    def on_disconnected(self, tell: Callable[[str], Awaitable[None]]) -> None:
        return None


class Crew:
    """The people of a place; who is in `away` may not use their account."""

    def __init__(self) -> None:
        self.all = {
            name: Human(name, name.title(), f"{name}@example.com", is_admin=name in ("root", "rita"))
            for name in ("ada", "ben", "cleo", "dan", "root", "rita")
        }
        self.away: set[str] = set()

    async def active(self, user_ids: Iterable[str]) -> dict[str, Human]:
        return {one: self.all[one] for one in set(user_ids) & self.all.keys() - self.away}

    async def administrators(self) -> dict[str, Human]:
        return {one: human for one, human in (await self.active(self.all)).items() if human.is_admin}

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        return {one: self.all[one].name for one in set(user_ids) & self.all.keys()}


@dataclass(slots=True)
class Place:
    actions: ActionRepository
    service: ActionService
    queue: ActionQueue
    blobs: LocalBlobStore
    provider: Provider
    crew: Crew
    policies: Policies
    mailed: MailedDecisions
    presence: Presence
    mails: list[Mail]
    paces: Paces
    database: Database
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    objection: str | None = None
    lack: str | None = None
    caller: Caller = field(default_factory=lambda: Caller.of("ada"))

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def proposed(self, text: str = "hello", *, at: datetime | None = None, to: Sequence[str] = ()) -> Action:
        wanted = Proposal("email", {"text": text, "recipients": list(to)}, "smtp", at)
        return await self.service.propose(self.caller, wanted, actor=ADA)

    async def approved(self, text: str = "hello", *, at: datetime | None = None) -> Action:
        action = await self.proposed(text, at=at)
        return await self.service.approve(self.caller, action.id, action.hash, confirmed=(), actor=ADA)

    async def approved_to(self, to: Sequence[str]) -> Action:
        action = await self.proposed(to=to)
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
async def place(folder: Path, limits: Limits = Limits(), pace: Pace = Pace()) -> AsyncIterator[Place]:
    async with sqlite_database(
        folder,
        ACTIONS,
        ACTION_POLICY,
        ACTION_COUNTS,
        ACTION_DOMAINS,
        ACTION_LINKS,
        ACTION_PRESENCE,
        ACTION_PACES,
        ACTION_QUOTAS,
    ) as database:
        actions, blobs, provider = ActionRepository(database), LocalBlobStore(folder / "blobs").prepare(), Provider()
        crew, mails, still = Crew(), list[Mail](), StillQueue()

        def now() -> datetime:
            return here.now

        policies = Policies(database, crew, now)
        approving = Approving(policies, crew)
        links = ActionLinks(database, approving, post=mails.append, public_url="https://here.example", clock=now)
        paces = Paces(database)
        announcer, ceilings = Announcer(MemoryEvents(), approving, links.ask), Ceilings(database, limits)

        async def open_channel(action: Action) -> Channel:
            return provider

        async def pace_of(action: Action) -> Pace:
            return pace

        async def owner(user_id: str) -> Owner:
            return Owner(Caller.of(user_id), "Ada", "ada@example.com")

        async def objection(action: Action, now: datetime) -> Against | None:
            return Against(here.objection) if here.objection else await approving.against(action)

        async def lack(action: Action) -> str | None:
            return here.lack

        queue = ActionQueue(
            actions=actions,
            blobs=blobs,
            open_channel=open_channel,
            objection=objection,
            ceilings=ceilings,
            paces=paces,
            pace_of=pace_of,
            announcer=announcer,
            jobs=still,  # type: ignore[arg-type]
            times=Times(UNDO, OVERDUE),
            clock=now,
        )
        service = ActionService(
            actions=actions,
            ways=Ways([Way("smtp", "email", "Mail", None, Notes(), lambda: provider)], {}, Nothing()),
            blobs=blobs,
            queue=queue,
            announcer=announcer,
            owner=owner,
            approving=approving,
            lack=lack,
            ceilings=ceilings,
            links=links,
            known_from=KnownFrom(NoDocuments()),
            expires_after=EXPIRES,
            clock=now,
        )
        policies.on_changed(service.undecided.unscoped_refresh)
        mailed, presence = MailedDecisions(links, service, approving), Presence(database, now)
        here = Place(actions, service, queue, blobs, provider, crew, policies, mailed, presence, mails, paces, database)
        yield here

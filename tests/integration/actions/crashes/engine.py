"""The engine over a database that several processes share, with policy, ceilings and links as the product has them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.actions.announcing import Announcer
from backend.actions.approving import Against, Approving
from backend.actions.base import Channel
from backend.actions.ceilings import ACTION_COUNTS, ACTION_DOMAINS, Ceilings, Limits
from backend.actions.links import ACTION_LINKS, ActionLinks
from backend.actions.models import Action
from backend.actions.paces import ACTION_PACES, ACTION_QUOTAS, Pace, Paces
from backend.actions.policies import ACTION_POLICY, Policies
from backend.actions.queue import ActionQueue, Times
from backend.actions.repository import ACTIONS, ActionRepository
from backend.db.collection import Database
from backend.documents.blobs import BlobStore
from backend.events.memory import MemoryEvents
from tests.integration.actions.place import Crew, StillQueue

COLLECTIONS = (ACTIONS, ACTION_POLICY, ACTION_COUNTS, ACTION_DOMAINS, ACTION_LINKS, ACTION_PACES, ACTION_QUOTAS)


@dataclass(frozen=True, slots=True)
class Engine:
    queue: ActionQueue
    approving: Approving
    announcer: Announcer
    ceilings: Ceilings
    links: ActionLinks


def engine(
    database: Database,
    actions: ActionRepository,
    blobs: BlobStore,
    open_channel: Callable[[Action], Awaitable[Channel]],
    clock: Callable[[], datetime],
) -> Engine:
    """Nothing waits to be undone."""
    crew = Crew()
    approving = Approving(Policies(database, crew, clock), crew)
    links = ActionLinks(database, approving, post=lambda mail: None, public_url="https://here.example", clock=clock)
    announcer, ceilings = Announcer(MemoryEvents(), approving, links.ask), Ceilings(database, Limits())

    async def objection(action: Action, now: datetime) -> Against | None:
        return await approving.against(action)

    async def pace_of(action: Action) -> Pace:
        return Pace()

    queue = ActionQueue(
        actions=actions,
        blobs=blobs,
        open_channel=open_channel,
        objection=objection,
        ceilings=ceilings,
        paces=Paces(database),
        pace_of=pace_of,
        announcer=announcer,
        jobs=StillQueue(),  # type: ignore[arg-type]
        times=Times(timedelta(), timedelta(days=1)),
        clock=clock,
    )
    return Engine(queue, approving, announcer, ceilings, links)

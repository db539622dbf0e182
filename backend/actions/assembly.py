"""Puts the parts of actions together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial

from backend.actions.announcing import Announcer
from backend.actions.base import Channel, NotDone, Owner
from backend.actions.channels.gmail import GmailChannel
from backend.actions.channels.smtp import SmtpChannel
from backend.actions.models import Action
from backend.actions.queue import CARRY_OUT, ActionQueue, Times
from backend.actions.repository import ACTIONS, ActionRepository
from backend.actions.service import ActionService
from backend.actions.services.email import EmailWorkflow
from backend.actions.ways import Accounts, Way, Ways
from backend.auth.repository import UserRepository
from backend.connectors.acting import gmail
from backend.connectors.manifest import Setup
from backend.connectors.models import Connection
from backend.db.collection import Database
from backend.db.lease import Clock, utc_now
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.errors import Conflict
from backend.events.base import Events
from backend.jobs.queue import JobQueue
from backend.settings import Settings

SMTP = "smtp"
_OWN_MAIL = "This server's mail"
_NOT_CONNECTED = "The account that was to send this is not connected any more. Nothing was sent."
#: How late an action is at the most when its message was lost.
_RECOVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Actions:
    """What the routes use."""

    service: ActionService
    queue: ActionQueue


async def build_actions(
    *,
    database: Database,
    library: LibraryService,
    blobs: BlobStore,
    users: UserRepository,
    accounts: Accounts,
    jobs: JobQueue,
    events: Events,
    settings: Settings,
    clock: Clock = utc_now,
) -> Actions:
    """Prepares the collection and registers the work; before the queue starts."""
    await database.prepare([ACTIONS])
    actions, announcer = ActionRepository(database), Announcer(events)

    own: list[Way] = []
    if settings.mail.configured:
        workflow = EmailWorkflow(sender=settings.mail.sender, of_person=False, library=library, blobs=blobs)
        address = parseaddr(settings.mail.sender)[1]
        own.append(Way(SMTP, "email", _OWN_MAIL, address, workflow, partial(SmtpChannel, settings.mail)))

    def from_mailbox(connection: Connection, opened: Callable[[], Setup]) -> Way:
        address = _address_of(connection)
        workflow = EmailWorkflow(sender=address, of_person=True, library=library, blobs=blobs)
        return Way(connection.id, "email", connection.name, address, workflow, lambda: GmailChannel(opened()))

    ways = Ways(own, {gmail.SLUG: from_mailbox}, accounts)

    async def open_channel(action: Action) -> Channel:
        way = await ways.find(action.owner_id, action.kind, action.via)
        if way is None:
            raise NotDone("no_account", _NOT_CONNECTED)
        return way.open()

    async def owner(user_id: str) -> Owner:
        user = await users.get(user_id)
        if user is None or not user.active or not user.email_verified or user.email_collides_with is not None:
            raise Conflict("Confirm your mail address first: it is what answers go to.", code="address_not_confirmed")
        return Owner(user.caller(), user.name, user.email)

    async def objection(action: Action, now: datetime) -> str | None:
        user = await users.get(action.owner_id)
        return None if user is not None and user.active else "Whoever it belongs to may not use this server any more."

    queue = ActionQueue(
        actions=actions,
        blobs=blobs,
        open_channel=open_channel,
        objection=objection,
        announcer=announcer,
        jobs=jobs,
        times=Times(
            timedelta(seconds=settings.actions.undo_seconds), timedelta(minutes=settings.actions.overdue_minutes)
        ),
        clock=clock,
    )
    service = ActionService(
        actions=actions,
        ways=ways,
        blobs=blobs,
        queue=queue,
        announcer=announcer,
        owner=owner,
        expires_after=timedelta(hours=settings.actions.expire_hours),
        clock=clock,
    )
    jobs.register(CARRY_OUT, queue.run)
    jobs.recover(CARRY_OUT, queue.due, every_seconds=_RECOVERY_SECONDS)
    return Actions(service, queue)


def _address_of(connection: Connection) -> str:
    if connection.account is None or connection.account.address is None:
        raise ValueError(f"a mailbox without an address: {connection.id}")
    return connection.account.address

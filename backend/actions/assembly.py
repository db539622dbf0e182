"""Puts the parts of actions together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.approving import Against, Approving
from backend.actions.availability import FreeTimes
from backend.actions.base import Channel, NotDone, Owner
from backend.actions.calendar_events import CalendarEvents
from backend.actions.ceilings import ACTION_COUNTS, ACTION_DOMAINS, Ceilings, Limits
from backend.actions.evidence import KnownFrom
from backend.actions.links import ACTION_LINKS, ActionLinks
from backend.actions.mailed import MailedDecisions
from backend.actions.models import Action
from backend.actions.paces import ACTION_PACES, ACTION_QUOTAS, UNPACED, Pace, Paces
from backend.actions.people import AccountsOfPeople
from backend.actions.places import SlackPlaces
from backend.actions.policies import ACTION_POLICY, Policies
from backend.actions.proposing.directory import UserDirectory
from backend.actions.proposing.service import ProposingService
from backend.actions.proposing.supporting import Attribute, Supporting
from backend.actions.queue import CARRY_OUT, ActionQueue, Times
from backend.actions.replies import Replies
from backend.actions.repository import ACTIONS, ActionRepository
from backend.actions.restoring import ACTION_PRESENCE, NOTED_EVERY_SECONDS, Presence
from backend.actions.service import ActionService
from backend.actions.services.acquaintances import Acquaintances
from backend.actions.services.answers import Answers, ReadAccounts
from backend.actions.services.mail_checks import MailChecks
from backend.actions.services.not_theirs import NotTheirs
from backend.actions.services.quoted_documents import Quotes
from backend.actions.slack_buttons import PRESSES, SlackButtons
from backend.actions.templates.repository import ACTION_TEMPLATES, TemplateRepository
from backend.actions.templates.service import TemplateService
from backend.actions.way_makers import make_ways, own_address
from backend.audit.log import AuditLog
from backend.auth.directory import PrincipalDirectory
from backend.auth.models import User
from backend.auth.repository import UserRepository
from backend.connectors.acting import slack
from backend.db.collection import Database
from backend.db.lease import Clock, utc_now
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.embedding.indexing.chunk_source import StoredChunks
from backend.embedding.search.lexical_base import LexicalIndex
from backend.errors import Conflict, NotFound
from backend.events.base import Events
from backend.jobs.queue import JobQueue
from backend.mail.outbox import Outbox
from backend.settings import Settings

SMTP = "smtp"
_OWN_MAIL = "This server's mail"
_NOT_CONNECTED = "The account that was to send this is not connected any more. Nothing was sent."
#: How late an action is at the most when its message was lost.
_RECOVERY_SECONDS = 1.0


_COLLECTIONS = (
    ACTIONS,
    ACTION_POLICY,
    ACTION_COUNTS,
    ACTION_DOMAINS,
    ACTION_PACES,
    ACTION_QUOTAS,
    ACTION_LINKS,
    ACTION_PRESENCE,
    ACTION_TEMPLATES,
    PRESSES,
)


@dataclass(frozen=True, slots=True)
class Actions:
    """What the routes use."""

    service: ActionService
    queue: ActionQueue
    proposing: ProposingService
    templates: TemplateService
    buttons: SlackButtons
    policies: Policies
    places: SlackPlaces
    mailed: MailedDecisions
    presence: Presence
    free_times: FreeTimes
    calendar_events: CalendarEvents
    replies: Replies


async def build_actions(
    *,
    database: Database,
    library: LibraryService,
    lexical: LexicalIndex,
    blobs: BlobStore,
    users: UserRepository,
    directory: PrincipalDirectory,
    accounts: ReadAccounts,
    jobs: JobQueue,
    events: Events,
    outbox: Outbox,
    audit: AuditLog,
    attribute: Attribute,
    settings: Settings,
    clock: Clock = utc_now,
) -> Actions:
    """Prepares the collections, looks whether they are those of a backup, and registers the work; before the queue
    starts.

    Args:
        attribute: finds what supports the sentences that a model wrote.
    """
    await database.prepare(_COLLECTIONS)
    actions, people = ActionRepository(database), AccountsOfPeople(users)
    policies = Policies(database, people, clock)
    approving = Approving(policies, people)
    links = ActionLinks(database, approving, post=outbox.post, public_url=settings.page_url, clock=clock)
    announcer = Announcer(events, approving, links.ask)
    limits = settings.actions
    ceilings = Ceilings(database, Limits(limits.per_hour, limits.per_day, limits.new_domains_per_day))

    async def caller_of(user: User) -> Caller:
        return user.caller(await directory.groups_of(user.caller().principals))

    not_theirs = NotTheirs(library, users, Quotes(lexical, StoredChunks(database)), caller_of)
    checks = MailChecks(Acquaintances(users, policies, ceilings), not_theirs)
    answers = Answers(library, blobs, accounts, server_address=own_address(settings.mail))
    ways = make_ways(
        library=library,
        blobs=blobs,
        actions=actions,
        accounts=accounts,
        answers=answers,
        checks=checks,
        mail=settings.mail,
        pacing=settings.actions,
        clock=clock,
    )

    async def open_channel(action: Action) -> Channel:
        way = await ways.find(action.owner_id, action.kind, action.via)
        if way is None:
            raise NotDone("no_account", _NOT_CONNECTED)
        return way.open()

    async def pace_of(action: Action) -> Pace:
        way = await ways.find(action.owner_id, action.kind, action.via)
        return way.pace if way else UNPACED

    async def owner(user_id: str) -> Owner:
        user = await users.get(user_id)
        if user is None or not user.active or not user.email_verified or user.email_collides_with is not None:
            raise Conflict("Confirm your mail address first: it is what answers go to.", code="address_not_confirmed")
        return Owner(await caller_of(user), user.name, user.email)

    async def objection(action: Action, now: datetime) -> Against | None:
        user = await users.get(action.owner_id)
        if user is None or not user.active:
            return Against("Whoever it belongs to may not use this server any more.", ends=True)
        return await approving.against(action)

    async def lack(action: Action) -> str | None:
        for attached in action.preview.get("attachments", ()):
            try:
                await library.get((await owner(action.owner_id)).caller, attached["document_id"])
            except NotFound:
                return f"'{attached['name']}' was deleted, or its owner may not open it any more. Nothing was sent."
        return None

    queue = ActionQueue(
        actions=actions,
        blobs=blobs,
        open_channel=open_channel,
        objection=objection,
        ceilings=ceilings,
        paces=Paces(database),
        pace_of=pace_of,
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
        approving=approving,
        lack=lack,
        ceilings=ceilings,
        links=links,
        known_from=KnownFrom(library),
        expires_after=timedelta(hours=settings.actions.expire_hours),
        clock=clock,
    )
    accounts.on_disconnected(service.unscoped_account_gone)
    policies.on_changed(service.undecided.unscoped_refresh)
    presence = Presence(database, clock)
    if await presence.is_restored():
        await service.unscoped_restored()
        await presence.note_asked()
    jobs.register(CARRY_OUT, queue.run)
    jobs.recover(CARRY_OUT, queue.due, every_seconds=_RECOVERY_SECONDS)
    jobs.every(NOTED_EVERY_SECONDS, "note-that-actions-run", presence.note_alive)
    buttons = SlackButtons(
        database,
        service=service,
        actions=actions,
        accounts=accounts,
        users=users,
        secret=slack.signing_secret(settings.actions.registrations),
        clock=clock,
    )
    return Actions(
        service=service,
        queue=queue,
        proposing=ProposingService(service, UserDirectory(users), Supporting(attribute, library), audit),
        templates=TemplateService(TemplateRepository(database), clock=clock),
        buttons=buttons,
        policies=policies,
        places=SlackPlaces(accounts, clock=clock),
        mailed=MailedDecisions(links, service, approving),
        presence=presence,
        free_times=FreeTimes(accounts),
        calendar_events=CalendarEvents(accounts),
        replies=Replies(answers, ways, owner),
    )

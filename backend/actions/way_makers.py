"""The ways of this server, and of each account that was connected to act with."""

from collections.abc import Callable
from email.utils import parseaddr
from functools import partial

from backend.actions.channels.gmail import GmailChannel
from backend.actions.channels.google_calendar import GoogleCalendarChannel
from backend.actions.channels.slack import SlackChannel
from backend.actions.channels.smtp import SmtpChannel
from backend.actions.paces import Pace
from backend.actions.repository import ActionRepository
from backend.actions.services.answers import FindsAnswered
from backend.actions.services.calendar import CalendarWorkflow
from backend.actions.services.email import EmailWorkflow
from backend.actions.services.invitation import InvitationWorkflow, Invited
from backend.actions.services.mail_checks import MailChecks
from backend.actions.services.mailable import with_ascii_domain
from backend.actions.services.slack import SlackWorkflow
from backend.actions.status import ActionStatus
from backend.actions.ways import Accounts, MakeWay, Way, Ways
from backend.connectors.acting import gmail, google_calendar, slack
from backend.connectors.acting.calendar_api import CalendarApi
from backend.connectors.acting.slack_desk import SlackDesk
from backend.connectors.manifest import Setup
from backend.connectors.models import Connection
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.settings import ActionSettings, MailSettings

SMTP = "smtp"
_OWN_MAIL = "This server's mail"
#: What the guests have, or may have.
_HAS_LEFT = (ActionStatus.succeeded, ActionStatus.unknown)


def make_ways(
    *,
    library: LibraryService,
    blobs: BlobStore,
    actions: ActionRepository,
    accounts: Accounts,
    answers: FindsAnswered,
    checks: MailChecks,
    mail: MailSettings,
    pacing: ActionSettings,
    clock: Clock,
) -> Ways:
    """A mailbox also invites, after every calendar."""
    mails_from = partial(EmailWorkflow, library=library, blobs=blobs, answers=answers, checks=checks)

    by_gmail = Pace(pacing.gmail_per_second, pacing.gmail_per_day)
    by_smtp = Pace(pacing.smtp_per_second, pacing.smtp_per_day)
    in_google = Pace(pacing.calendar_per_second)
    in_slack = Pace(pacing.slack_per_second, each_place=True)

    def from_mailbox(connection: Connection, opened: Callable[[], Setup]) -> Way:
        address = _address_of(connection)
        workflow = mails_from(sender=address, of_person=True)
        return Way(connection.id, "email", connection.name, address, workflow, lambda: GmailChannel(opened()), by_gmail)

    def in_calendar(connection: Connection, opened: Callable[[], Setup]) -> Way:
        address = _address_of(connection)
        workflow = CalendarWorkflow(calendar=address, open_api=lambda: CalendarApi(opened()), clock=clock)
        return Way(
            connection.id,
            "calendar",
            connection.name,
            address,
            workflow,
            lambda: GoogleCalendarChannel(opened()),
            in_google,
        )

    def invited_from_mailbox(connection: Connection, opened: Callable[[], Setup]) -> Way:
        address = _address_of(connection)
        workflow = InvitationWorkflow(
            sender=address, of_person=True, earlier=partial(_invited, actions, connection.id), clock=clock
        )
        return Way(
            connection.id, "calendar", connection.name, address, workflow, lambda: GmailChannel(opened()), by_gmail
        )

    own: list[Way] = []
    if mail.configured:
        address = own_address(mail)
        sender = mail.sender.replace(parseaddr(mail.sender)[1], address)
        mails = mails_from(sender=sender, of_person=False)
        own.append(Way(SMTP, "email", _OWN_MAIL, address, mails, partial(SmtpChannel, mail), by_smtp))
        invitations = InvitationWorkflow(
            sender=sender, of_person=False, earlier=partial(_invited, actions, SMTP), clock=clock
        )
        own.append(Way(SMTP, "calendar", _OWN_MAIL, address, invitations, partial(SmtpChannel, mail), by_smtp))
    makers: dict[str, MakeWay] = {
        gmail.SLUG: from_mailbox,
        google_calendar.SLUG: in_calendar,
        slack.SLUG: partial(_from_slack, in_slack),
    }
    return Ways(own, makers, accounts, besides={gmail.SLUG: invited_from_mailbox})


def own_address(mail: MailSettings) -> str:
    """From which this server's own mail comes; empty where it has none."""
    return with_ascii_domain(parseaddr(mail.sender)[1])


async def _invited(actions: ActionRepository, via: str, owner_id: str, action_id: str) -> Invited | None:
    """What a person has invited to by mail from there, with all that they changed of it since. Of two changes the one
    with the later number counts, as for the guests' calendars.
    """
    found = await actions.get(action_id)
    if found is None or (found.owner_id, found.kind, found.via) != (owner_id, "calendar", via):
        return None
    if found.status not in _HAS_LEFT or found.payload.get("operation", "create") != "create":
        return None
    made = [
        (int(one.artefact.request["sequence"]), one.id, one)
        for one in await actions.of_event(owner_id, via, action_id, list(ActionStatus))
        if "sequence" in one.artefact.request
    ]
    changes = [one for _, _, one in sorted(made) if one.status in _HAS_LEFT]
    whole = dict(found.payload)
    for one in changes:
        if one.payload["operation"] == "update":
            whole |= one.payload
    return Invited(
        whole,
        number=max((number for number, _, _ in made), default=0),
        is_cancelled=any(one.payload["operation"] == "cancel" for one in changes),
    )


def _from_slack(pace: Pace, connection: Connection, opened: Callable[[], Setup]) -> Way:
    def desk() -> SlackDesk:
        return SlackDesk(opened())

    workflow = SlackWorkflow(desk, of_person=connection.mode == "personal")
    address = connection.account.name if connection.account else None
    return Way(connection.id, "slack", connection.name, address, workflow, lambda: SlackChannel(desk()), pace)


def _address_of(connection: Connection) -> str:
    if connection.account is None or connection.account.address is None:
        raise ValueError(f"an account without an address: {connection.id}")
    return connection.account.address

"""Appointments by mail, where no calendar is connected: an invitation that the guests' own calendars read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any

from backend.actions.base import Made, Owner
from backend.actions.models import Caution
from backend.actions.services import calendar_payload
from backend.actions.services.calendar_event import When, event_id_of, merged
from backend.actions.services.calendar_payload import CalendarPayload, Guest, refused
from backend.actions.services.calendar_preview import Picture, Seen, preview_of, warnings_of
from backend.actions.services.email import ACTION_HEADER
from backend.actions.services.ics import Invitation
from backend.actions.services.mailable import answers_to
from backend.db.lease import Clock
from backend.mail_address import mail_key
from backend.monitoring.printable import printable, printable_line

_SUBJECTS = {"create": "Invitation", "update": "Changed", "cancel": "Cancelled"}
#: Later versions count the seconds from here, which 32 bits hold until 2094. Two of one second count on.
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_NOT_BY_MAIL = {
    "conference": "A conference is made in a calendar. Connect one, or write a link into the description.",
    "scope": "By mail there are no series. Leave this out.",
    "send_updates": "By mail an appointment is in the mails alone: everybody is told.",
}

_CANCELLED = "This was cancelled, and nobody has it in their calendar any more. Invite to a new one instead."


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that a person has sent: its payload with what they changed of it since, and the highest number of a
    version that was made of it, whether that has left or not.
    """

    payload: Mapping[str, Any]
    number: int
    is_cancelled: bool


#: By the person's id and that of the action that invited; None: there is none.
type Earlier = Callable[[str, str], Awaitable[Invited | None]]


@dataclass(frozen=True, slots=True)
class InvitationWorkflow:
    """Makes invitations.

    Args:
        sender: the address that they come from, with or without a name.
        of_person: it is the person's own mailbox, which keeps what it sends. Otherwise it is the workspace's:
            answers go to the person, and so does a copy.
        earlier: finds what is to be changed: `event_id` is the id of the action that invited.
    """

    sender: str
    of_person: bool
    earlier: Earlier
    clock: Clock

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return calendar_payload.read(payload)

    async def make(self, owner: Owner, payload: Mapping[str, Any], *, action_id: str) -> Made:
        asked = CalendarPayload.model_validate(payload)
        event, first, number = await self._whole(owner, asked, action_id)
        for name, used in (
            ("conference", event.conference),
            ("scope", event.scope is not None),
            ("send_updates", event.send_updates != "all"),
        ):
            if used:
                raise refused(name, "not_by_mail", _NOT_BY_MAIL[name])
        if not event.attendees:
            raise refused(
                "attendees", "missing", "Say who is invited: by mail an appointment is with its guests alone."
            )
        now, when = self.clock(), When.of(event)
        address = parseaddr(self.sender)[1]
        invitation = Invitation(
            method="CANCEL" if event.operation == "cancel" else "REQUEST",
            uid=f"{event_id_of(first)}@{address.rpartition('@')[2]}",
            sequence=0 if event.operation == "create" else max(int((now - _FIRST).total_seconds()), number + 1),
            stamp=now,
            when=when,
            title=event.title,
            location=event.location,
            description=event.description,
            organizer=(owner.name, address if self.of_person else answers_to(owner)),
            sent_by=address,
            guests=event.attendees,
        )
        subject = f"{_SUBJECTS[event.operation]}: {event.title}".strip(": ")
        text = _text_of(event, when)
        content = self._mail(owner, event.attendees, subject, text, invitation, action_id)
        copies = [] if self.of_person else [answers_to(owner)]
        recipients = list({mail_key(one): one for one in (*map(_address, event.attendees), *copies)}.values())
        request = {
            "sender": address,
            "recipients": recipients,
            "method": invitation.method,
            "uid": invitation.uid,
            "sequence": invitation.sequence,
        }
        picture = Picture(
            payload=event,
            calendar=owner.address,
            when=when,
            title=event.title,
            location=event.location,
            description=event.description,
            conference=False,
            guests=merged((), event.attendees, owner.address),
            event_id=first,
        )
        seen = Seen({}, {})
        preview = {
            **preview_of(picture, seen),
            "calendar": printable_line(self.sender),
            "mails": [printable_line(one) for one in recipients],
            "subject": printable_line(subject),
            "text": printable(text),
        }
        return Made(content, request, preview, tuple(self._warnings(picture, asked, seen, now)))

    async def _whole(self, owner: Owner, payload: CalendarPayload, action_id: str) -> tuple[CalendarPayload, str, int]:
        """The event as it is to be, the id of the action that first invited to it, and the highest number so far."""
        if payload.operation == "create":
            if payload.event_id is not None:
                raise refused("event_id", "not_new", "What is new has no event yet. Leave this out.")
            return payload, action_id, 0
        if payload.event_id is None:
            raise refused("event_id", "missing", "Say which invitation, by the id of its action.")
        found = await self.earlier(owner.caller.user_id, payload.event_id)
        if found is None:
            raise refused("event_id", "not_there", "You have not sent such an invitation by mail.")
        if found.is_cancelled and payload.operation == "update":
            raise refused("event_id", "cancelled", _CANCELLED)
        given = payload.model_dump(mode="json", exclude_unset=True)
        return CalendarPayload.model_validate({**found.payload, **given}), payload.event_id, found.number

    def _warnings(self, picture: Picture, asked: CalendarPayload, seen: Seen, now: datetime) -> list[Caution]:
        found = warnings_of(picture, seen, now=now)
        if asked.operation == "update" and asked.gives("attendees"):
            text = "Whoever was invited before and is not any more is not told. Cancel it to tell everybody."
            found.append(Caution(code="removed_not_told", message=text, field="attendees"))
        return found

    def _mail(
        self,
        owner: Owner,
        guests: Sequence[Guest],
        subject: str,
        text: str,
        invitation: Invitation,
        action_id: str,
    ) -> bytes:
        made = EmailMessage(policy=SMTP)
        made["From"] = Address(owner.name, addr_spec=self.sender) if self.of_person else self.sender
        if not self.of_person:
            made["Reply-To"] = Address(owner.name, addr_spec=answers_to(owner))
        made["To"] = [Address(one.name or "", addr_spec=one.address) for one in guests]
        if not self.of_person and mail_key(owner.address) not in {one.key for one in guests}:
            made["Cc"] = Address(owner.name, addr_spec=answers_to(owner))
        made["Subject"] = subject
        made["Message-ID"] = f"<{action_id}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        made[ACTION_HEADER] = action_id
        made.set_content(text)
        made.add_alternative(
            invitation.written(), subtype="calendar", charset="utf-8", params={"method": invitation.method}
        )
        return made.as_bytes()


def _address(guest: Guest) -> str:
    return guest.address


def _text_of(event: CalendarPayload, when: When) -> str:
    """For whoever reads mail without a calendar."""
    start, end = when.shown()
    if when.all_day:
        days = f"{start.weekday}, {start.local}"
        time = days if start == end else f"{days} to {end.weekday}, {end.local}"
    else:
        time = f"{start.weekday}, {start.local.replace('T', ' ')} (UTC{start.utc_offset}, {start.zone})"
        time += f" to {end.local.replace('T', ' ')} (UTC{end.utc_offset}, {end.zone})"
    told = {"create": "You are invited", "update": "This has changed", "cancel": "This is cancelled"}[event.operation]
    lines = [f"{told}: {event.title}".rstrip(": "), "", time]
    if event.location:
        lines.append(event.location)
    if event.description:
        lines += ["", event.description]
    return "\n".join(lines) + "\n"

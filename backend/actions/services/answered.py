"""A mail that is answered, as its headers tell, and the answer that it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from backend.actions.services.email_headers import answer_subject, message_ids, references_of
from backend.actions.services.mailable import mailable, one_line
from backend.connectors.gmail.mime import Address, addresses, decoded_header
from backend.mail_address import mail_key
from backend.monitoring.printable import printable_line

#: So many people are written to in each field.
MOST_RECIPIENTS = 100
_MAX_NAME_CHARS = 200
_MAX_SUBJECT_CHARS = 990


@dataclass(frozen=True, slots=True)
class Answered:
    """`references` are those of an answer: they end with the mail's own id, and are empty where it has none.

    `mailbox` and `thread_id`: where the conversation lies at Gmail; None for a mail that is a file. `later`: who wrote
    in it after this mail.
    """

    document_id: str
    message_id: str | None
    references: tuple[str, ...]
    subject: str
    sender: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: datetime | None
    mailbox: str | None = None
    thread_id: str | None = None
    later: tuple[Address, ...] = ()

    @classmethod
    def of(cls, document_id: str, headers: Mapping[str, str], *, sent_at: datetime | None = None) -> "Answered":
        """`headers`: by name in small letters. `sent_at`: where it is known better than by the mail's own word."""
        own = message_ids(headers.get("message-id", ""))[:1]
        before = (message_ids(headers.get("references", "")), message_ids(headers.get("in-reply-to", "")))
        return cls(
            document_id=document_id,
            message_id=own[0] if own else None,
            references=references_of(own[0], *before) if own else (),
            subject=_line(decoded_header(headers.get("subject", ""))),
            sender=_people(headers, "from"),
            reply_to=_people(headers, "reply-to"),
            to=_people(headers, "to"),
            cc=_people(headers, "cc"),
            sent_at=sent_at or _date(headers.get("date", "")),
        )

    @property
    def diverted_to(self) -> tuple[Address, ...]:
        """Where answers are asked to go instead of to the sender; empty where that is the same."""
        elsewhere = keys_of(self.reply_to) - keys_of(self.sender)
        return tuple(one for one in self.reply_to if mail_key(one.address or "") in elsewhere)

    def people(self, own: frozenset[str], *, everybody: bool) -> tuple[list[Address], list[Address]]:
        """To whom an answer goes and who gets a copy, without one's own addresses; to them where nobody else is there.

        An answer to what one has written oneself goes to whom that went to.
        """
        from_me = bool(self.sender) and keys_of(self.sender) <= own
        to = list(self.to) if from_me else list(self.reply_to or self.sender)
        if everybody:
            to += [] if from_me else self.to
        others = _each_once(to, without=own) or _each_once(self.reply_to or self.sender, without=frozenset())
        copies = _each_once(self.cc, without=own | keys_of(others)) if everybody else []
        return others, copies

    def shown(self) -> dict[str, Any]:
        """For people: which mail it is."""
        return {
            "document_id": self.document_id,
            "from": printable_line(", ".join(one.shown for one in self.sender[:3])),
            "subject": printable_line(self.subject),
            "sent_at": self.sent_at and self.sent_at.isoformat(),
        }


def answer_to(answered: Answered, own: frozenset[str], *, everybody: bool) -> dict[str, Any]:
    """The payload that an answer begins with; its text is still to be written."""
    to, cc = answered.people(own, everybody=everybody)
    return {
        "to": [_recipient(one) for one in to[:MOST_RECIPIENTS]],
        "cc": [_recipient(one) for one in cc[:MOST_RECIPIENTS]],
        "bcc": [],
        "subject": answer_subject(answered.subject),
        "text": "",
        "attachments": [],
        "in_reply_to": answered.document_id,
        **({"in_reply_to_message": answered.message_id} if answered.message_id else {}),
    }


def beyond(answered: Answered, own: frozenset[str], *, everybody: bool) -> list[str]:
    """Whom an answer leaves out, since no more people are written to in each field."""
    return [
        printable_line(one.shown)
        for people in answered.people(own, everybody=everybody)
        for one in people[MOST_RECIPIENTS:]
    ]


def unreachable(answered: Answered, *, everybody: bool) -> list[str]:
    """Whom an answer leaves out, since mail cannot carry what stands there as their address."""
    people = [*(answered.reply_to or answered.sender), *((*answered.to, *answered.cc) if everybody else ())]
    return [printable_line(one.shown) for one in people if _mailable(one) is None]


def keys_of(people: Sequence[Address]) -> frozenset[str]:
    return frozenset(mail_key(one.address) for one in people if one.address)


def _each_once(people: Sequence[Address], *, without: frozenset[str]) -> list[Address]:
    found: dict[str, Address] = {}
    for one in people:
        address = _mailable(one)
        if address is not None and mail_key(address) not in without:
            found.setdefault(mail_key(address), one)
    return list(found.values())


def _mailable(one: Address) -> str | None:
    try:
        return mailable(one.address or "")
    except ValueError:
        return None


def _recipient(one: Address) -> dict[str, str]:
    name = _line(one.name or "")[:_MAX_NAME_CHARS].strip()
    address = _mailable(one) or ""
    return {"name": name, "address": address} if name and name != address else {"address": address}


def _line(text: str) -> str:
    """What others wrote, in one line that a header can carry."""
    return one_line(" ".join(text.replace("\0", " ").split())[:_MAX_SUBJECT_CHARS])


def _people(headers: Mapping[str, str], name: str) -> tuple[Address, ...]:
    return tuple(addresses(headers.get(name, "")))


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None

"""Conversations in the shape of the Gmail API, made as the stand-in makes them."""

from datetime import datetime
from email.message import Message
from typing import Any

from backend.connectors.gmail.processor import Mail, mail_of
from tests.support.gmail_state import GmailMailbox

MAILBOX = "ada@example.com"


def thread(*mails: Message, labels: tuple[str, ...] = ("INBOX",), date: datetime | None = None) -> dict[str, Any]:
    """The answer of ``threads.get``."""
    mailbox = GmailMailbox(MAILBOX)
    first: str | None = None
    for mail in mails:
        first = mailbox.deliver(mail, *labels, thread=first, date=date).thread_id
    return {"id": first, "messages": [mailbox.shown(mail) for mail in mailbox.mails.values()]}


def mails(*given: Message, labels: tuple[str, ...] = ("INBOX",), date: datetime | None = None) -> list[Mail]:
    return [mail_of(one) for one in thread(*given, labels=labels, date=date)["messages"]]

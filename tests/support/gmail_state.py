"""The mailboxes of a stand-in of Gmail: mails in conversations, labels, and the history of what happened to them."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from typing import Any

from tests.support.gmail_payload import payload_of, snippet_of

SYSTEM_LABELS = (
    "INBOX", "SENT", "TRASH", "SPAM", "DRAFT", "UNREAD", "STARRED", "IMPORTANT", "CHAT",
    "CATEGORY_PERSONAL", "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES", "CATEGORY_FORUMS",
)  # fmt: skip
_FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

#: Ids are the service's own, not a mailbox's: the same mail has another id in each.
_numbers = itertools.count(0x18C0_0000_0000_0001, 0x10_0001)


@dataclass(slots=True)
class Mail:
    """`broken`: what stands in the answer instead of the mail."""

    id: str
    thread_id: str
    message: Message
    labels: set[str]
    date: datetime
    history: int
    broken: Any = None


@dataclass(slots=True)
class Record:
    """A record of the history: `kind` is the field that tells it, `labels` those of the mail at the time."""

    id: int
    kind: str
    mail_id: str
    thread_id: str
    labels: tuple[str, ...]
    moved: tuple[str, ...] = ()


@dataclass(slots=True)
class GmailMailbox:
    """What one address holds. `oldest`: history from before it is forgotten."""

    address: str
    mails: dict[str, Mail] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    history: list[Record] = field(default_factory=list)
    now: int = 1000
    oldest: int = 1000
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    #: Told of each change, with the mailbox's address and where its history is now.
    tell: Callable[[str, int], None] = lambda _address, _history: None

    def deliver(self, message: Message, *labels: str, thread: str | None = None, date: datetime | None = None) -> Mail:
        """A mail comes in, into a conversation or one of its own. Without labels: unread, in the inbox."""
        id_ = f"{next(_numbers):x}"
        when = date or _FIRST + timedelta(minutes=len(self.history))
        mail = Mail(id_, thread or id_, message, set(labels or ("INBOX", "UNREAD")), when, 0)
        self.mails[id_] = mail
        self._happened("messagesAdded", mail)
        return mail

    def label(self, name: str) -> str:
        """A label that a person makes; its id."""
        id_ = f"Label_{len(self.names) + 1}"
        self.names[id_] = name
        return id_

    def modify(self, mail_id: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        mail = self.mails[mail_id]
        added, removed = set(add) - mail.labels, set(remove) & mail.labels
        mail.labels |= added
        mail.labels -= removed
        if added:
            self._happened("labelsAdded", mail, tuple(sorted(added)))
        if removed:
            self._happened("labelsRemoved", mail, tuple(sorted(removed)))

    def trash(self, mail_id: str) -> None:
        self.modify(mail_id, add=("TRASH",), remove=("INBOX",))

    def untrash(self, mail_id: str) -> None:
        self.modify(mail_id, add=("INBOX",), remove=("TRASH",))

    def delete(self, mail_id: str) -> None:
        """For ever, without the trash."""
        self._happened("messagesDeleted", self.mails[mail_id])
        del self.mails[mail_id]

    def forget_history(self) -> None:
        self.now += 1000
        self.oldest = self.now
        self.history.clear()

    # -- as the API shows it -------------------------------------------------------------------------------------

    def threads(self) -> dict[str, list[Mail]]:
        """Conversations, those with the latest mail first."""
        found: dict[str, list[Mail]] = {}
        for mail in self.mails.values():
            found.setdefault(mail.thread_id, []).append(mail)
        return dict(sorted(found.items(), key=lambda one: (max(mail.date for mail in one[1]), one[0]), reverse=True))

    def shown(self, mail: Mail) -> Any:
        if mail.broken is not None:
            return mail.broken
        return {
            "id": mail.id,
            "threadId": mail.thread_id,
            "labelIds": sorted(mail.labels),
            "snippet": snippet_of(mail.message),
            "payload": payload_of(mail.message, lambda data: self._issue(mail.id, data)),
            "sizeEstimate": len(mail.message.as_bytes()),
            "historyId": str(mail.history),
            "internalDate": str(int(mail.date.timestamp() * 1000)),
        }

    def records_since(self, since: int) -> list[Record]:
        return [record for record in self.history if record.id > since]

    def _issue(self, mail_id: str, data: bytes) -> str:
        token = f"ANGjdJ{len(self.files):08d}"
        self.files[token] = (mail_id, data)
        return token

    def _happened(self, kind: str, mail: Mail, moved: tuple[str, ...] = ()) -> None:
        self.now += 7  # ids grow, with gaps
        mail.history = self.now
        self.history.append(Record(self.now, kind, mail.id, mail.thread_id, tuple(sorted(mail.labels)), moved))
        self.tell(self.address, self.now)


def shown_record(record: Record) -> dict[str, Any]:
    bare = {"id": record.mail_id, "threadId": record.thread_id}
    change: dict[str, Any] = {"message": {**bare, "labelIds": list(record.labels)}}
    if record.moved:
        change["labelIds"] = list(record.moved)
    return {"id": str(record.id), "messages": [bare], record.kind: [change]}


def letter(
    words: str,
    *,
    subject: str | None = "A letter",
    sender: str = "Cem Demir <cem@example.com>",
    to: str = "ada@example.com",
    **headers: str,
) -> EmailMessage:
    """A plain mail with a Message-ID."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    if subject is not None:
        message["Subject"] = subject
    message["Message-ID"] = f"<{next(_numbers):x}@mail.example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message

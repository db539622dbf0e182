"""Drafts of a stand-in of Gmail: written, read back, sent once.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.drafts (2026-11)
"""

import itertools
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

from tests.support.gmail_state import GmailMailbox, Mail

_numbers = itertools.count(1)


@dataclass(slots=True)
class Drafts:
    """By mailbox and id.

    Args:
        changes: what is kept is not what was given.
        moves: a draft is not put into the conversation that was asked for.
        renames: Message-IDs are replaced, as Gmail may.
        sent: every mail that has left, with the mailbox that it left from.
    """

    changes: bool = False
    moves: bool = False
    renames: bool = True
    kept: dict[tuple[str, str], Mail] = field(default_factory=dict)
    sent: list[tuple[str, Mail]] = field(default_factory=list)

    def reset(self) -> None:
        self.changes, self.moves, self.renames = False, False, True
        self.kept.clear()
        self.sent.clear()

    def create(self, mailbox: GmailMailbox, asked: dict[str, Any]) -> dict[str, Any]:
        message = asked["message"]
        raw = urlsafe_b64decode(message["raw"])
        if self.changes:
            raw = raw.replace(b"launch", b"lunch")
        parsed = message_from_bytes(raw, policy=SMTP)
        if self.renames:
            del parsed["Message-ID"]
            parsed["Message-ID"] = f"<CA{next(_numbers)}@mail.gmail.com>"
        thread = message.get("threadId")
        if thread is not None and thread not in mailbox.threads():
            raise KeyError(thread)
        mail = mailbox.deliver(parsed, "DRAFT", thread=None if self.moves else thread)
        draft = f"r{next(_numbers):019d}"
        self.kept[mailbox.address, draft] = mail
        return self._shown(draft, mail)

    def read(self, mailbox: GmailMailbox, draft: str) -> dict[str, Any]:
        mail = self.kept[mailbox.address, draft]
        shown = self._shown(draft, mail)
        shown["message"]["raw"] = urlsafe_b64encode(mail.message.as_bytes()).decode()
        return shown

    def delete(self, mailbox: GmailMailbox, draft: str) -> None:
        mailbox.delete(self.kept.pop((mailbox.address, draft)).id)

    def send(self, mailbox: GmailMailbox, draft: str) -> dict[str, Any]:
        mail = self.kept.pop((mailbox.address, draft))
        mailbox.modify(mail.id, add=("SENT",), remove=("DRAFT",))
        self.sent.append((mailbox.address, mail))
        return {"id": mail.id, "threadId": mail.thread_id, "labelIds": ["SENT"]}

    def _shown(self, draft: str, mail: Mail) -> dict[str, Any]:
        return {"id": draft, "message": {"id": mail.id, "threadId": mail.thread_id, "labelIds": sorted(mail.labels)}}

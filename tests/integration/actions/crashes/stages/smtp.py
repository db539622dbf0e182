"""This server's own mail: nobody can ask it what it has sent."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from backend.actions.base import Workflow
from backend.actions.models import ActionKind
from backend.actions.services.email import ACTION_HEADER, EmailWorkflow
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from tests.integration.actions.crashes.stages.base import MAIL, Stage
from tests.support.mailbox import Mailbox, mailbox_of


class _MetMailbox(Mailbox):
    """Tells when a mail has come, before it is answered."""

    meeting: Callable[[], None] | None = None
    done: bool = True
    asked: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.asked += 1
        met, self.meeting = self.meeting, None
        if met is None:
            return await super().handle_DATA(server, session, envelope)
        met()
        if self.done:
            return await super().handle_DATA(server, session, envelope)
        assert server.transport is not None
        server.transport.close()
        return "421 nobody hears this"


@dataclass(slots=True)
class SmtpStage:
    box: _MetMailbox
    kind: ActionKind = "email"
    payload: Mapping[str, Any] = field(default_factory=lambda: MAIL)
    told: bool = False

    def workflow(self, blobs: BlobStore) -> Workflow:
        return EmailWorkflow(sender="team@example.com", of_person=False, library=None, blobs=blobs, answers=None)  # type: ignore[arg-type]  # no attachments, no answers

    def account(self) -> Mapping[str, Any]:
        return {"service": "smtp", "settings": self.box.settings}

    def meet(self, do: Callable[[], None], *, done: bool) -> None:
        self.box.meeting, self.box.done = do, done

    def held(self, action_id: str) -> int:
        return sum(mail[ACTION_HEADER] == action_id for mail in self.box.mails)

    def asked(self) -> int:
        return self.box.asked

    def reset(self) -> None:
        self.box.mails.clear()
        self.box.meeting, self.box.asked = None, 0


@asynccontextmanager
async def smtp_stage(clock: Clock) -> AsyncIterator[Stage]:
    with mailbox_of(_MetMailbox) as box:
        yield SmtpStage(box)

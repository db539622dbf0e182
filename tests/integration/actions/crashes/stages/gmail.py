"""A person's mailbox at Gmail."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from backend.actions.base import Workflow
from backend.actions.models import ActionKind
from backend.actions.services.email import ACTION_HEADER, EmailWorkflow
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from tests.integration.actions.crashes.stages.base import ADA, MAIL, Stage, meet_at
from tests.support.gmail_service import GmailService
from tests.support.provider_wire import Request, Wire, served


@dataclass(slots=True)
class GmailStage:
    service: GmailService
    wire: Wire
    url: str
    token: str
    kind: ActionKind = "email"
    payload: Mapping[str, Any] = field(default_factory=lambda: MAIL)
    told: bool = True

    def workflow(self, blobs: BlobStore) -> Workflow:
        return EmailWorkflow(sender=ADA, of_person=True, library=None, blobs=blobs, answers=None)  # type: ignore[arg-type]  # no attachments, no answers

    def account(self) -> Mapping[str, Any]:
        return {"service": "gmail", "url": self.url, "token": self.token}

    def meet(self, do: Callable[[], None], *, done: bool) -> None:
        meet_at(self.wire, _sends_draft, do, done=done)

    def held(self, action_id: str) -> int:
        return sum(mail.message[ACTION_HEADER] == action_id for _, mail in self.service.drafts.sent)

    def asked(self) -> int:
        return sum(map(_sends_draft, self.wire.journal))

    def reset(self) -> None:
        self.service.drafts.reset()
        self.wire.mend()
        self.wire.journal.clear()


@asynccontextmanager
async def gmail_stage(clock: Clock) -> AsyncIterator[Stage]:
    service = GmailService()
    service.mailbox(ADA)
    wire = Wire(service.app)
    async with served(wire) as url:
        scopes = " ".join(f"https://www.googleapis.com/auth/gmail.{name}" for name in ("compose", "readonly"))
        yield GmailStage(service, wire, url, service.consents.issue(ADA, scopes))


def _sends_draft(request: Request) -> bool:
    return request.path.endswith("/drafts/send")

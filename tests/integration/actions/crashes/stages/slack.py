"""A public channel of a workspace of Slack, in which the app's bot posts for a person."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send

from backend.actions.base import Workflow
from backend.actions.models import ActionKind
from backend.actions.services.slack import SlackWorkflow
from backend.connectors.acting.slack_desk import SlackDesk
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from tests.integration.actions.crashes.channels import slack_setup
from tests.integration.actions.crashes.stages.base import Stage, meet_at
from tests.support.provider_wire import Request, Wire, served
from tests.support.slack_posting import ACTION_SCOPES
from tests.support.slack_service import Conversation, SlackService
from tests.support.slack_web_api import SlackWebApi


@dataclass(slots=True)
class SlackStage:
    channel: Conversation
    wire: Wire
    url: str
    token: str
    payload: Mapping[str, Any]
    kind: ActionKind = "slack"
    told: bool = True

    def workflow(self, blobs: BlobStore) -> Workflow:
        return SlackWorkflow(lambda: SlackDesk(slack_setup(self.account())), of_person=False)

    def account(self) -> Mapping[str, Any]:
        return {"service": "slack", "url": f"{self.url}/api", "token": self.token}

    def meet(self, do: Callable[[], None], *, done: bool) -> None:
        meet_at(self.wire, _posts, do, done=done)

    def held(self, action_id: str) -> int:
        said = [one["metadata"]["event_payload"] for one in self.channel.messages.values()]
        return sum(payload["action"] == action_id for payload in said)

    def asked(self) -> int:
        return sum(map(_posts, self.wire.journal))

    def reset(self) -> None:
        self.channel.messages.clear()
        self.wire.mend()
        self.wire.journal.clear()


@asynccontextmanager
async def slack_stage(clock: Clock) -> AsyncIterator[Stage]:
    service = SlackService()
    web_api = SlackWebApi(service).application()

    async def by_the_clock(scope: Scope, receive: Receive, send: Send) -> None:
        """Messages are looked for by when they were posted."""
        service.now = max(service.now, int(clock().timestamp()))
        await web_api(scope, receive, send)

    wire = Wire(by_the_clock)
    async with served(wire) as url:
        service.user("U0ADA00001", "ada", "ada@example.com")  # a bot posts for members of the workspace alone
        channel = service.conversation("general", kind="public_channel")
        payload = {"channel": channel.id, "text": "We launch."}
        yield SlackStage(channel, wire, url, service.token(scopes=ACTION_SCOPES), payload)


def _posts(request: Request) -> bool:
    return request.path.endswith("/chat.postMessage")

"""A workspace of Slack with the application in front of it: who acts there, and what has been posted."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.actions.repository import ACTIONS
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import proposed
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.mailbox import mailbox
from tests.support.provider_wire import Request, Wire, served
from tests.support.slack_posting import ACTION_SCOPES
from tests.support.slack_service import Conversation, SlackService
from tests.support.slack_web_api import SlackWebApi

SIGNING_SECRET = "slack-signing-secret"
ADA, DANA, BEN = "U0ADA00001", "U0DANA0001", "U0BEN00001"


def is_post(request: Request) -> bool:
    return request.path.endswith(("/chat.postMessage", "/chat.update"))


@dataclass(slots=True)
class Place:
    """`via` is the workspace's account, a bot; `own` is Ada's own. A channel for each of the ways to see one."""

    world: World
    service: SlackService
    wire: Wire
    ada: Person
    ben: Person
    via: str
    own: str
    general: Conversation
    harbour: Conversation
    vault: Conversation

    def body(self, where: str, text: str = "We launch.", **more: Any) -> dict[str, Any]:
        via = more.pop("via", self.via)
        return {"kind": "slack", "payload": {"channel": where, "text": text, **more}, "via": via}

    async def proposed(self, where: str | None = None, text: str = "We launch.", **more: Any) -> dict[str, Any]:
        return await proposed(self.ada, self.body(where or self.general.id, text, **more))

    async def refused(self, where: str, text: str = "We launch.", **more: Any) -> tuple[str, str]:
        answer = await self.ada.call("POST", "/actions", json=self.body(where, text, **more))
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        return error["field"], error["code"]

    async def approved(self, where: str | None = None, text: str = "We launch.", **more: Any) -> dict[str, Any]:
        return await self.approve(await self.proposed(where, text, **more))

    async def approve(self, action: dict[str, Any]) -> dict[str, Any]:
        confirm = [one["code"] for one in action["warnings"] if one["confirm"]]
        body = {"hash": action["hash"], "confirm": confirm}
        answer = await self.ada.call("POST", f"/actions/{action['id']}/approve", json=body)
        assert answer.status_code == 200, answer.text
        return action

    def clear(self) -> None:
        for one in self.service.conversations.values():
            one.messages.clear()
        self.wire.mend()
        self.wire.journal.clear()

    def posts(self) -> int:
        return sum(map(is_post, self.wire.journal))

    def said(self, where: Conversation) -> list[dict[str, Any]]:
        """What actions have posted there."""
        return [one for one in where.messages.values() if "metadata" in one]

    async def look_now(self, action_id: str) -> dict[str, Any]:
        """Its next look is due."""
        container = self.world.app.container
        records = container.database.collection(ACTIONS)
        (record,) = await records.find({"_id": action_id})
        await records.update_one({"_id": action_id}, {"$set": {"due_at": record["created_at"]}})
        await container.actions.queue.run(action_id)
        return dict((await self.ada.call("GET", f"/actions/{action_id}")).json())


async def _connected(person: Person, service: SlackService, mode: str, token: str | None = None) -> str:
    body: dict[str, Any] = {"type": "slack", "purpose": "actions", "mode": mode}
    if token:
        body["credentials"] = {"token": token}
    answer = await person.call("POST", "/connections", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    if not token:
        back = await service.consents.allow(made["authorize_url"])
        answer = await person.http.get(back, follow_redirects=False)
        assert answer.headers["location"].endswith(f"connected={made['id']}"), answer.headers["location"]
    shown = (await person.call("GET", f"/connections/{made['id']}")).json()
    assert shown["status"] == "ready", shown
    return str(made["id"])


@asynccontextmanager
async def slack_place(folder: Path) -> AsyncIterator[Place]:
    service = SlackService(now=int(time.time()))
    wire = Wire(SlackWebApi(service).application())
    with mailbox() as mail:
        async with served(wire) as url:
            registered = {
                "slack_client_id": CLIENT_ID,
                "slack_client_secret": CLIENT_SECRET,
                "slack_api_url": f"{url}/api",
                "slack_authorize_url": f"{url}/oauth/v2/authorize",
                "slack_token_url": f"{url}/api/oauth.v2.access",
                "slack_signing_secret": SIGNING_SECRET,
                "slack_revoke_url": f"{url}/api/auth.revoke",
            }
            actions = {"undo_seconds": 0, **registered}
            settings = settings_for(folder, mail=mail.settings, actions=actions)
            async with running_app(settings) as app, world(app, mail) as here:
                admin = await here.administrator(email="admin@example.com")
                ada, ben = await proven(here), await proven(here)
                service.user(ADA, "ada", ada.email)
                service.user(BEN, "ben", ben.email)
                service.user(DANA, "dana", "dana@example.com")
                via = await _connected(admin, service, "workspace", service.token(scopes=ACTION_SCOPES))
                own = await _connected(ada, service, "personal")
                general = service.conversation("general", ADA, BEN, DANA, kind="public_channel")
                harbour = service.conversation("harbour", ADA, DANA)
                vault = service.conversation("vault", BEN)
                yield Place(here, service, wire, ada, ben, via, own, general, harbour, vault)

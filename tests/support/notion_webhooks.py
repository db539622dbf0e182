"""Notion's webhooks: a subscription offers its secret, is verified with it, and signs with it from then on.

https://developers.notion.com/reference/webhooks, …/webhooks-events-delivery (2026-11)
"""

import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from tests.support.notion_service import WORKSPACE, Thing

_numbers = itertools.count(1)


@dataclass(slots=True)
class Webhook:
    """One subscription. Events wait until `deliver`.

    Args:
        reached: where the address that it was told really is.
        public: of a public connection, whose events name who may open what has changed.
    """

    reached: str
    public: tuple[str, ...] = ()
    secret: str = field(default_factory=lambda: f"secret_{next(_numbers):043d}")
    verified: bool = False
    waiting: list[bytes] = field(default_factory=list)

    async def offer(self) -> int:
        """What Notion sends when the subscription is made, and once more on "resend"."""
        async with httpx.AsyncClient(timeout=60) as http:
            return (await http.post(self.reached, json={"verification_token": self.secret})).status_code

    def verify(self, pasted: str) -> bool:
        """What was pasted into Notion's page."""
        self.verified = self.verified or pasted == self.secret
        return self.verified

    def tell(self, type_: str, thing: Thing) -> None:
        if self.verified:
            self.waiting.append(body_of(self.event(type_, thing.id, thing.kind)))

    def event(self, type_: str, id_: str, kind: str, **changed: Any) -> dict[str, Any]:
        named = {"accessible_by": [{"id": one, "type": "person"} for one in self.public]} if self.public else {}
        return {
            "id": str(UUID(int=next(_numbers), version=4)),
            "timestamp": "2026-11-29T12:00:00.000Z",
            "workspace_id": WORKSPACE,
            "workspace_name": "Herring Works",
            "subscription_id": str(UUID(int=1, version=4)),
            "integration_id": str(UUID(int=2, version=4)),
            "authors": [{"id": str(UUID(int=3, version=4)), "type": "person"}],
            "attempt_number": 1,
            "api_version": "2026-03-11",
            "entity": {"id": id_, "type": kind},
            "type": type_,
            "data": {"parent": {"id": WORKSPACE, "type": "space"}},
            **named,
        } | changed

    def signed(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "X-Notion-Signature": f"sha256={digest}"}

    async def deliver(self) -> list[int]:
        waiting, self.waiting = self.waiting, []
        async with httpx.AsyncClient(timeout=60) as http:
            return [
                (await http.post(self.reached, content=body, headers=self.signed(body))).status_code for body in waiting
            ]


def body_of(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()

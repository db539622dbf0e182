"""A topic of Pub/Sub with a push subscription, and the promises by which Gmail publishes to it.

https://developers.google.com/workspace/gmail/api/guides/push,
https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions (2026-11)
"""

import itertools
import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

TOPIC = "projects/project-of-the-test/topics/mail"
PUSH_ACCOUNT = "pushes@project-of-the-test.iam.gserviceaccount.com"
_WEEK_SECONDS = 7 * 24 * 3600

_numbers = itertools.count(1)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": f"google-{next(_numbers)}", "use": "sig", "alg": "RS256"})


@dataclass(slots=True)
class PubSub:
    """What is published waits until `deliver`.

    Args:
        writable: topics to which Gmail was allowed to publish.
        endpoint: where the subscription pushes to; that is also what its tokens are for.
        clock: by which promises end.
    """

    writable: set[str] = field(default_factory=lambda: {TOPIC})
    endpoint: str = ""
    clock: Callable[[], float] = time.time
    promises: dict[str, tuple[str, float]] = field(default_factory=dict)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    looked_up: int = 0
    key: RSAKey = field(default_factory=_new_key)

    def reset(self) -> None:
        self.writable = {TOPIC}
        self.clock = time.time
        self.promises.clear()
        self.waiting.clear()

    def rotate(self) -> None:
        self.key = _new_key()

    def certificates(self, _: Request) -> Response:
        self.looked_up += 1
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    def other_topic(self, address: str, topic: str) -> bool:
        held, ends_at = self.promises.get(address, ("", 0.0))
        return ends_at > self.clock() and held != topic

    def watch(self, address: str, topic: str) -> float:
        ends_at = self.clock() + _WEEK_SECONDS
        self.promises[address] = (topic, ends_at)
        return ends_at

    def stop(self, address: str) -> None:
        self.promises.pop(address, None)

    def tell(self, address: str, history: int) -> None:
        _, ends_at = self.promises.get(address, ("", 0.0))
        if ends_at > self.clock():
            self.publish({"emailAddress": address, "historyId": history})

    def publish(self, said: Any) -> dict[str, Any]:
        """A message as it is pushed."""
        message = {
            "data": b64encode(json.dumps(said).encode()).decode(),
            "messageId": str(10_000_000_000 + next(_numbers)),
            "publishTime": "2026-11-29T12:00:00.000Z",
        }
        made = {"message": message, "subscription": "projects/project-of-the-test/subscriptions/mail"}
        self.waiting.append(made)
        return made

    def token(self, *, key: RSAKey | None = None, **claims: Any) -> str:
        """As Pub/Sub makes one, but for these claims; None leaves one out."""
        now, key = int(time.time()), key or self.key
        made = {
            "aud": self.endpoint,
            "azp": "113774264463038321964",
            "email": PUSH_ACCOUNT,
            "email_verified": True,
            "exp": now + 3600,
            "iat": now,
            "iss": "https://accounts.google.com",
            "sub": "113774264463038321964",
        } | claims
        header = {"alg": "RS256", "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, {name: value for name, value in made.items() if value is not None}, key)

    async def deliver(self, url: str) -> list[int]:
        """Pushes everything that waits to where the endpoint is really reached; the statuses."""
        waiting, self.waiting = self.waiting, []
        async with httpx.AsyncClient(timeout=60) as http:
            headers = {"Authorization": f"Bearer {self.token()}"}
            return [(await http.post(url, json=one, headers=headers)).status_code for one in waiting]

"""Channels by which Drive tells that something has changed.

https://developers.google.com/workspace/drive/api/guides/push (2026-11)
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx

from tests.support.google_discovery import Refused

_HOUR_SECONDS, _WEEK_SECONDS = 3600, 7 * 24 * 3600
_URI = "https://www.googleapis.com/drive/v3/changes?alt=json&pageToken={}"


@dataclass(slots=True)
class Channel:
    id: str
    user: str
    watched: str
    address: str
    token: str
    resource: str
    uri: str
    ends_at: float
    sent: int = 0


@dataclass(slots=True)
class Channels:
    """By id. What is sent waits until `deliver`. `refuses`: the reason with which every new one is refused."""

    clock: Callable[[], float] = time.time
    refuses: str | None = None
    open_ones: dict[str, Channel] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    waiting: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def reset(self) -> None:
        self.clock, self.refuses = time.time, None
        self.open_ones.clear()
        self.stopped.clear()
        self.waiting.clear()

    def live(self) -> list[Channel]:
        return [one for one in self.open_ones.values() if one.ends_at > self.clock()]

    def open(self, asked: dict[str, Any], *, user: str, watched: str, page_token: str) -> dict[str, Any]:
        id_, address = str(asked.get("id", "")), str(asked.get("address", ""))
        if self.refuses is not None:
            raise Refused(403 if self.refuses == "forbidden" else 400, self.refuses, "Refused.")
        if asked.get("type") != "web_hook" or not re.fullmatch(r"[A-Za-z0-9\-_+/=]{1,64}", id_):
            raise Refused(400, "invalid", "Invalid channel.")
        if not address.startswith("https://"):
            raise Refused(400, "push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {address}")
        if len(str(asked.get("token", ""))) > 256:
            raise Refused(400, "invalid", "The token is too long.")
        if id_ in self.known:
            raise Refused(400, "channelIdNotUnique", f"Channel id {id_} not unique")
        self.known.add(id_)
        now = self.clock()
        wanted = int(asked["expiration"]) / 1000 if "expiration" in asked else now + _HOUR_SECONDS
        resource = hashlib.sha256(watched.encode()).hexdigest()[:27]
        made = Channel(
            id_, user, watched, address, str(asked.get("token", "")), resource, _URI.format(page_token),
            min(wanted, now + _WEEK_SECONDS),
        )  # fmt: skip
        self.open_ones[id_] = made
        self._send(made, "sync")
        return {
            "kind": "api#channel",
            "id": id_,
            "resourceId": resource,
            "resourceUri": made.uri,
            **({"token": made.token} if made.token else {}),
            "expiration": str(int(made.ends_at * 1000)),
        }

    def stop(self, id_: str, resource: str, *, user: str) -> None:
        found = self.open_ones.get(id_)
        if found is None or found.resource != resource or found.user != user:
            raise Refused(404, "notFound", f"Channel '{id_}' not found for project '1234567890'")
        del self.open_ones[id_]
        self.stopped.append(id_)

    def tell(self, watched: str) -> None:
        for one in self.live():
            if one.watched == watched:
                self._send(one, "change")

    def headers(self, channel: Channel, state: str, **changed: str) -> dict[str, str]:
        return {
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Message-Number": str(channel.sent),
            "X-Goog-Resource-ID": channel.resource,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-URI": channel.uri,
            "X-Goog-Channel-Expiration": format_datetime(datetime.fromtimestamp(channel.ends_at, UTC), usegmt=True),
            **({"X-Goog-Channel-Token": channel.token} if channel.token else {}),
        } | changed

    async def deliver(self, base_url: str) -> list[int]:
        """Sends everything that waits to the same paths of another address; the statuses."""
        waiting, self.waiting = self.waiting, []
        async with httpx.AsyncClient(base_url=base_url, timeout=60) as http:
            return [
                (await http.post(httpx.URL(address).path, headers=headers)).status_code for address, headers in waiting
            ]

    def _send(self, channel: Channel, state: str) -> None:
        channel.sent += 1 if state == "sync" else 7  # they grow, with gaps
        self.waiting.append((channel.address, self.headers(channel, state)))

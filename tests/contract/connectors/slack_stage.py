"""A workspace of Slack: items are threads and days of two private channels, one of Ada's and one of both people."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from backend.connectors.manifest import Manifest, Mode
from backend.connectors.slack.connector import MANIFEST
from backend.connectors.slack.processor import day_id, thread_id
from backend.connectors.slack.timestamps import day_of
from tests.contract.connectors.stage import ADA, BEN, Ability, Entry, FaultKind
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.provider_wire import Fault, Request, Wire, served
from tests.support.slack_service import DAY_SECONDS, Conversation, SlackService
from tests.support.slack_web_api import SlackWebApi

_PEOPLE = {ADA: "U0ADA00001", BEN: "U0BEN00001"}
#: Short pages, so that a listing has several.
_PAGE = 7
_FAULTS = {
    "unauthorized": Fault(status=200, body={"ok": False, "error": "invalid_auth"}),
    "forbidden": Fault(status=200, body={"ok": False, "error": "missing_scope", "needed": "channels:read"}),
    "limited": Fault(status=429, headers=(("Retry-After", "1"),), body={"ok": False, "error": "ratelimited"}),
    "limited_without_a_time": Fault(status=429, body={"ok": False, "error": "ratelimited"}),
    "down": Fault(status=503, body={"ok": False, "error": "service_unavailable"}),
    "dropped": Fault("drop"),
    "cut": Fault("cut"),
    "garbled": Fault("garble"),
}


class SlackStage:
    """Every other item is a thread with a reply, the rest are messages alone on their day."""

    can: frozenset[Ability] = frozenset({"share", "join", "move", "consent", "lie"})
    mode: Mode = "workspace"

    def __init__(self) -> None:
        self.wire = Wire(self._fresh().application())

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    @property
    def credentials(self) -> dict[str, Any]:
        return {"token": self._token}

    @property
    def options(self) -> dict[str, Any]:
        return {}

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, str]]:
        async with served(self.wire) as url:
            yield {
                "slack_client_id": CLIENT_ID,
                "slack_client_secret": CLIENT_SECRET,
                "slack_api_url": f"{url}/api",
                "slack_authorize_url": f"{url}/oauth/v2/authorize",
                "slack_token_url": f"{url}/api/oauth.v2.access",
                "slack_revoke_url": f"{url}/api/auth.revoke",
            }

    def reset(self) -> None:
        self.wire.app = self._fresh().application()
        self.wire.mend()

    def _fresh(self) -> SlackWebApi:
        service = self.service = SlackService(page=_PAGE)
        for address, id_ in _PEOPLE.items():
            service.user(id_, address.partition("@")[0], address)
        service.conversation("general", *_PEOPLE.values(), kind="public_channel", bot=False)
        self._hers = service.conversation("hers", _PEOPLE[ADA])
        self._both = service.conversation("both", *_PEOPLE.values())
        self._items: dict[str, tuple[Conversation, str]] = {}
        self._token = service.token()
        return SlackWebApi(service)

    def truth(self) -> dict[str, Entry]:
        return {
            id_: Entry(where.messages[ts]["text"].strip(), self.service.readers(where))
            for id_, (where, ts) in self._items.items()
        }

    def add(self, words: str, *readers: str) -> str:
        """On a day of its own: what is said on one day outside of threads is one item."""
        where = self._both if set(readers) == set(_PEOPLE) else self._hers
        self.service.later(DAY_SECONDS // 4)
        if len(self._items) % 2:
            self.service.later(DAY_SECONDS * 3 // 4)
        ts = self.service.post(where, _PEOPLE[ADA], words)
        if len(self._items) % 2:
            item = day_id(where.id, day_of(ts))
        else:
            self.service.post(where, _PEOPLE[ADA], "Thank you for this.", thread=ts)
            item = thread_id(where.id, ts)
        self._items[item] = (where, ts)
        return item

    def edit(self, id_: str, words: str) -> None:
        self.service.edit(*self._items[id_], words)

    def remove(self, id_: str) -> None:
        self.service.delete_thread(*self._items.pop(id_))

    def restore(self, id_: str) -> None:
        raise NotImplementedError("What was deleted at Slack does not come back.")

    def move(self, id_: str) -> None:
        """The channel gets another name."""
        self._items[id_][0].name += "-renamed"

    def share(self, id_: str, *readers: str) -> None:
        where = self._items[id_][0]
        where.members = {*(_PEOPLE[one] for one in readers), *(where.members - set(_PEOPLE.values()))}

    def join(self, id_: str, reader: str) -> None:
        self._items[id_][0].members.add(_PEOPLE[reader])

    def leave(self, id_: str, reader: str) -> None:
        self._items[id_][0].members.discard(_PEOPLE[reader])

    def spoil(self, id_: str) -> None:
        where, ts = self._items.pop(id_)
        where.messages[ts] |= {"text": None, "blocks": "none", "user": 17, "files": [None], "attachments": {"a": 1}}

    def swell(self, id_: str) -> None:
        self.service.edit(*self._items.pop(id_), "many words " * 3_000)

    def fail(self, nth: int, kind: FaultKind) -> None:
        self.wire.fail(nth, _FAULTS[kind])

    def is_call(self, request: Request) -> bool:
        return request.path.startswith("/api/") and "oauth" not in request.path

    def calls(self) -> int:
        return len(self.wire.journal)

    def expire_cursor(self) -> None:
        raise NotImplementedError("Slack keeps no changes that it could forget.")

    def expire_token(self) -> None:
        self.service.consents.expire()

    def revoke(self) -> None:
        self.service.consents.revoke_all()

    def lie(self, how: Literal["cut", "empty"] | None) -> None:
        self.service.breaks, self.service.empty = how == "cut", how == "empty"

    async def consent(self, authorize_url: str) -> str:
        return await self.service.consents.allow(authorize_url)


def stage() -> SlackStage:
    return SlackStage()

"""Notion over its stand-in: pages that one person connects."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from backend.connectors.manifest import Manifest, Mode
from backend.connectors.notion.connector import MANIFEST
from tests.contract.connectors.stage import ADA, Ability, Entry, FaultKind
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.notion_api import NotionApi
from tests.support.notion_service import SECRET, NotionService, Thing
from tests.support.provider_wire import Fault, Request, Wire, served

FAULTS: dict[FaultKind, Fault] = {
    "unauthorized": Fault(status=401, body={"object": "error", "status": 401, "code": "unauthorized", "message": "…"}),
    "forbidden": Fault(
        status=403, body={"object": "error", "status": 403, "code": "restricted_resource", "message": "…"}
    ),
    "limited": Fault(
        status=429,
        headers=(("retry-after", "1"),),
        body={
            "object": "error",
            "status": 429,
            "code": "rate_limited",
            "message": "You have been rate limited. Please try again in a few minutes.",
            "additional_data": {"rate_limit_reason": "connection"},
        },
    ),
    "limited_without_a_time": Fault(
        status=529, body={"object": "error", "status": 529, "code": "service_overload", "message": "…"}
    ),
    "down": Fault(status=500, body={"object": "error", "status": 500, "code": "internal_server_error", "message": "…"}),
    "dropped": Fault("drop"),
    "cut": Fault("cut"),
    "garbled": Fault("garble"),
}


class NotionStage:
    can: frozenset[Ability] = frozenset({"move", "restore", "consent", "lie"})
    mode: Mode = "personal"
    manifest: Manifest = MANIFEST

    def __init__(self) -> None:
        self.service = NotionService()
        self.wire = Wire(NotionApi(self.service).app())
        self.options: dict[str, Any] = {}

    @property
    def credentials(self) -> dict[str, Any]:
        return {"token": SECRET}

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, str]]:
        async with served(self.wire, dated=False) as url:
            yield {
                "notion_api_url": f"{url}/v1",
                "notion_client_id": CLIENT_ID,
                "notion_client_secret": CLIENT_SECRET,
                "notion_authorize_url": f"{url}/v1/oauth/authorize",
                "notion_token_url": f"{url}/v1/oauth/token",
                "notion_revoke_url": f"{url}/v1/oauth/revoke",
            }

    def reset(self) -> None:
        self.service.reset()
        self.service.page_limit = 5
        self.wire.mend()
        self.options = {}

    def truth(self) -> dict[str, Entry]:
        return {
            id_: Entry(_words(thing), frozenset({ADA}))
            for id_, thing in self.service.things.items()
            if not self.service.trashed(thing) and self.service.visible(thing) and not thing.malformed
        }

    def add(self, words: str, *readers: str) -> str:
        return self.service.page(f"Page of {len(self.service.things)}", words).id

    def edit(self, id_: str, words: str) -> None:
        self.service.write(self._thing(id_), words)

    def remove(self, id_: str) -> None:
        self._thing(id_).in_trash = True
        self.service.touch(self._thing(id_))

    def restore(self, id_: str) -> None:
        self._thing(id_).in_trash = False
        self.service.touch(self._thing(id_))

    def move(self, id_: str) -> None:
        """Under a page that the connection sees."""
        thing = self._thing(id_)
        thing.parent = ("page", self.service.page("A place", "Words of a place.").id)
        self.service.touch(thing)

    def share(self, id_: str, *readers: str) -> None:
        raise NotImplementedError("Notion tells nobody's rights")

    def join(self, id_: str, reader: str) -> None:
        raise NotImplementedError("its items are seen by no group")

    def leave(self, id_: str, reader: str) -> None:
        raise NotImplementedError("its items are seen by no group")

    def spoil(self, id_: str) -> None:
        self._thing(id_).malformed = True
        self.service.touch(self._thing(id_))

    def swell(self, id_: str) -> None:
        self.service.write(self._thing(id_), "many words " * 3_000)

    def fail(self, nth: int, kind: FaultKind) -> None:
        self.wire.fail(nth, FAULTS[kind])

    def is_call(self, request: Request) -> bool:
        return "/oauth/" not in request.path

    def calls(self) -> int:
        return len(self.wire.journal)

    def expire_cursor(self) -> None:
        raise NotImplementedError("Notion forgets no changes")

    def expire_token(self) -> None:
        self.service.consents.expire()

    def revoke(self) -> None:
        self.service.secret = ""
        self.service.consents.revoke_all()

    def lie(self, how: Literal["cut", "empty"] | None) -> None:
        self.service.cut, self.service.empty = how == "cut", how == "empty"

    async def consent(self, authorize_url: str) -> str:
        return await self.service.consents.allow(authorize_url)

    def _thing(self, id_: str) -> Thing:
        return self.service.things[id_]


def _words(thing: Thing) -> str:
    return "".join(str(one["plain_text"]) for block in thing.blocks for one in block.body["rich_text"]).strip()


def stage() -> NotionStage:
    return NotionStage()

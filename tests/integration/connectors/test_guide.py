"""The connector of `docs/developer/connectors.md`, run as it stands there."""

import importlib
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.connectors.manifest import Manifest
from backend.connectors.registry import Registry
from tests.integration.connectors.rig import Rig
from tests.support.accounts import world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox
from tests.support.provider_wire import served
from tests.support.toy_source import ToyService

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUIDE = Path(__file__).parents[3] / "docs" / "developer" / "connectors.md"
TOKEN = "feed-token-of-the-test"


class Feed:
    """The service of the guide: entries in pages of two, and what has changed."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, Any]] = {}
        self.log: list[str] = []

    def put(self, id_: str, text: str, *readers: str, draft: bool = False) -> None:
        self.log.append(id_)
        self.entries[id_] = {
            "id": id_, "title": f"Entry {id_}", "text": text, "readers": list(readers), "draft": draft,
            "revision": str(len(self.log)),
        }  # fmt: skip

    def remove(self, id_: str) -> None:
        del self.entries[id_]
        self.log.append(id_)

    def app(self) -> Starlette:
        async def me(_: Request) -> Response:
            return JSONResponse({"id": "feed-1", "name": "Feed of the test", "now": len(self.log)})

        async def entries(request: Request) -> Response:
            start = int(request.query_params["page"] or 0)
            found = [self.entries[id_] for id_ in sorted(self.entries)]
            following = str(start + 2) if start + 2 < len(found) else ""
            return JSONResponse({"entries": found[start : start + 2], "next": following})

        async def entry(request: Request) -> Response:
            return JSONResponse(self.entries[request.path_params["id"]])

        async def changes(request: Request) -> Response:
            ids = dict.fromkeys(self.log[int(request.query_params["since"]) :])
            there = [self.entries[id_] for id_ in ids if id_ in self.entries]
            gone = [id_ for id_ in ids if id_ not in self.entries]
            return JSONResponse({"entries": there, "removed": gone, "now": len(self.log)})

        routes = [("/me", me), ("/entries", entries), ("/entries/{id}", entry), ("/changes", changes)]

        async def guarded(request: Request) -> Response:
            return JSONResponse({"error": "unauthorized"}, 401)

        def only_with_token(handler: Any) -> Any:
            async def handle(request: Request) -> Response:
                allowed = request.headers.get("authorization") == f"Bearer {TOKEN}"
                answer: Response = await (handler if allowed else guarded)(request)
                return answer

            return handle

        return Starlette(routes=[Route(path, only_with_token(handler)) for path, handler in routes])


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manifest]:
    """Out of the guide's code, written into files as the guide names them."""
    folder = tmp_path_factory.mktemp("guide")
    for block in re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL):
        name = block.splitlines()[0].removeprefix("# ")
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(block, encoding="utf-8")
    (folder / "feed" / "__init__.py").write_text("", encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        found: Manifest = importlib.import_module("feed.connector").MANIFEST
        yield found
    finally:
        sys.path.remove(str(folder))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def feed_rig(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Rig, Feed]]:
    feed = Feed()
    with mailbox() as mail:
        async with served(feed.app()) as url:
            settings = settings_for(
                tmp_path_factory.mktemp("data"),
                mail=mail.settings,
                sync={"interval_seconds": 86_400},
                connectors={"feed_api_url": url},
            )
            async with running_app(settings, connectors=Registry([manifest])) as app, world(app, mail) as here:
                admin = await here.administrator()
                reader = await here.person("reader")
                for person in (admin, reader):
                    await admin.call("PATCH", f"/admin/users/{person.id}", json={"email_verified": True})
                yield Rig(here, ToyService(), admin, reader), feed


async def test_the_connector_of_the_guide_keeps_up_with_its_service(feed_rig: tuple[Rig, Feed]) -> None:
    rig, feed = feed_rig
    for number in range(5):
        feed.put(f"e{number}", f"Words of entry {number}.", rig.reader.email)
    feed.put("draft", "Not yet.", rig.reader.email, draft=True)
    made = await rig.connect(type="feed", credentials={"token": TOKEN})
    done = await rig.settled(made["id"])
    assert (done["status"], done["documents"]) == ("ready", 5)
    assert len(await rig.titles(rig.reader, made["id"])) == 5
    feed.remove("e1")
    feed.put("e2", "Other words.", rig.admin.email)
    await rig.synced(made["id"])
    assert await rig.titles(rig.reader, made["id"]) == {"Entry e0", "Entry e3", "Entry e4"}
    assert await rig.titles(rig.admin, made["id"]) == {"Entry e2"}


async def test_a_wrong_token_is_told_when_it_is_connected(feed_rig: tuple[Rig, Feed]) -> None:
    rig, _ = feed_rig
    body = {"type": "feed", "mode": "personal", "credentials": {"token": "wrong"}}
    refused = await rig.admin.call("POST", "/connections", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "reauth_required")

"""Every route of the schema × every scope of an API key: what a key opens, and that it opens nothing else.

The routes come from the schema; what each gives is written here by hand, so a new route fails until somebody decided.
"""

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio

from backend.auth.models import Scope
from tests.security.test_routes import API, CLOSED, CONNECTABLE, Route, one_of_everything
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox

#: What a key can never do, whatever its scopes: accounts, keys, sessions, the workspace.
NEVER = ("/auth/", "/admin/", "/connections", "/connectors", "/actions/policy")
READ, CHAT = frozenset({Scope.read}), frozenset({Scope.chat})
INGEST, ACTIONS = frozenset({Scope.ingest}), frozenset({Scope.actions})
#: The workspace's, below a path that keys may use.
NOBODY: frozenset[Scope] = frozenset()
#: By method and path below ``/api/v1``: the scopes of which one opens the route.
OPENS: dict[tuple[str, str], frozenset[Scope]] = {
    ("get", "/auth/me"): READ | CHAT | INGEST | ACTIONS,
    ("get", "/documents"): READ,
    ("post", "/documents"): INGEST,
    ("get", "/documents/stats"): READ,
    ("get", "/documents/sources"): READ,
    ("get", "/documents/paths"): READ,
    ("post", "/documents/text"): INGEST,
    ("get", "/documents/{document_id}"): READ,
    ("patch", "/documents/{document_id}"): INGEST,
    ("delete", "/documents/{document_id}"): INGEST,
    ("get", "/documents/{document_id}/why"): READ,
    ("get", "/documents/{document_id}/file"): READ,
    ("get", "/documents/{document_id}/text"): READ,
    ("post", "/documents/{document_id}/retry"): INGEST,
    ("get", "/documents/{document_id}/pages/{page}.png"): READ,
    ("get", "/documents/{document_id}/pages/{page}/boxes"): READ,
    ("get", "/search"): READ,
    ("get", "/demo"): READ,
    ("post", "/demo"): INGEST,
    ("delete", "/demo"): INGEST,
    ("get", "/export"): READ | CHAT | ACTIONS,
    ("get", "/actions"): ACTIONS,
    ("post", "/actions"): ACTIONS,
    ("post", "/actions/decide-many"): ACTIONS,
    ("post", "/actions/separately"): ACTIONS,
    ("get", "/actions/events"): ACTIONS,
    ("get", "/actions/templates"): ACTIONS,
    ("post", "/actions/templates"): NOBODY,
    ("patch", "/actions/templates/{template_id}"): NOBODY,
    ("delete", "/actions/templates/{template_id}"): NOBODY,
    ("post", "/actions/templates/preview"): NOBODY,
    ("post", "/actions/templates/{template_id}/preview"): ACTIONS,
    ("get", "/actions/ways"): ACTIONS,
    ("get", "/actions/places"): ACTIONS,
    ("get", "/actions/reply"): ACTIONS,
    ("get", "/actions/awaiting"): ACTIONS,
    ("get", "/actions/{action_id}"): ACTIONS,
    ("patch", "/actions/{action_id}"): ACTIONS,
    ("post", "/actions/{action_id}/approve"): ACTIONS,
    ("post", "/actions/{action_id}/cancel"): ACTIONS,
    ("post", "/actions/{action_id}/delegate"): ACTIONS,
    ("post", "/actions/{action_id}/reject"): ACTIONS,
    ("post", "/actions/{action_id}/retry"): ACTIONS,
    ("post", "/actions/{action_id}/slack"): ACTIONS,
    ("get", "/calendar/events"): ACTIONS,
    ("get", "/calendar/free"): ACTIONS,
    ("get", "/chat/config"): CHAT,
    ("get", "/conversations"): CHAT,
    ("post", "/conversations"): CHAT,
    ("get", "/conversations/events"): CHAT,
    ("get", "/conversations/{conversation_id}"): CHAT,
    ("patch", "/conversations/{conversation_id}"): CHAT,
    ("delete", "/conversations/{conversation_id}"): CHAT,
    ("get", "/conversations/{conversation_id}/messages"): CHAT,
    ("post", "/conversations/{conversation_id}/messages"): CHAT,
    ("get", "/messages/{message_id}/events"): CHAT,
    ("post", "/messages/{message_id}/feedback"): CHAT,
    ("post", "/messages/{message_id}/regenerate"): CHAT,
    ("post", "/messages/{message_id}/stop"): CHAT,
}


@dataclass(slots=True)
class Keys:
    """Somebody who has one of everything, and a client for each scope."""

    here: World
    owner: Person
    by_scope: dict[Scope, httpx.AsyncClient]
    ids: dict[str, str] = field(default_factory=dict)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keys(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Keys]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings)
        async with running_app(settings, connectors=CONNECTABLE) as app, world(app, mail) as here:
            owner = await here.person()  # the administrator, so that it is the key that is refused and not the role
            ids = await one_of_everything(here, owner)
            yield Keys(here, owner, {scope: await here.api_key(owner, scope) for scope in Scope}, ids)


def below(route: Route) -> tuple[str, str]:
    return route.method, route.path.removeprefix(API)


def test_each_route_is_decided_on() -> None:
    open_to_keys = {below(route) for route in CLOSED if not below(route)[1].startswith(NEVER)} | {("get", "/auth/me")}
    assert open_to_keys == OPENS.keys()


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("route", CLOSED, ids=[f"{route.method} {route.path}" for route in CLOSED])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_scope_opens_what_it_stands_for_and_nothing_else(keys: Keys, route: Route, scope: Scope) -> None:
    # Of nobody: what is opened answers "not there" and the next row of the matrix finds everything in its place.
    url = route.url(dict.fromkeys(keys.ids, "0" * 32))
    client = keys.by_scope[scope]
    async with client.stream(route.method.upper(), url, json=route.body(), params=route.query(), timeout=60) as answer:
        refused = answer.status_code in (401, 403)
        code = (await answer.aread() and answer.json()["code"]) if refused else ""
    if scope in OPENS.get(below(route), frozenset()):
        assert not refused
    else:
        assert refused
        assert code == ("scope_missing" if OPENS.get(below(route)) else "key_not_allowed")


@pytest.mark.parametrize(
    ("scopes", "parts"),
    [
        (("read",), {"documents"}),
        (("chat",), {"conversations"}),
        (("read", "chat"), {"documents", "conversations"}),
        (("read", "ingest"), {"documents"}),
        (("actions",), {"actions"}),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_an_export_holds_what_the_key_may_read(keys: Keys, scopes: tuple[str, ...], parts: set[str]) -> None:
    client = await keys.here.api_key(keys.owner, *scopes)
    answer = await client.get(f"{API}/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} == parts


@pytest.mark.asyncio(loop_scope="module")
async def test_a_person_at_the_pages_exports_everything(keys: Keys) -> None:
    answer = await keys.owner.call("GET", "/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        parts = {name.partition("/")[0] for name in archive.namelist()}
    assert parts == {"documents", "conversations", "actions", "connections"}

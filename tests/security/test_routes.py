"""Every route of the schema: closed without credentials unless listed here, and blind to what belongs to somebody else.

Generated from the schema, so that a new route cannot be forgotten: it fails here until it is closed, or listed.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from backend.connectors.registry import Registry
from backend.main import create_app
from backend.settings import Settings
from tests.support.accounts import AUTH, Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox
from tests.support.toy_source import TOKEN, Note, ToyService
from tests.support.waiting import until_true

API = "/api/v1"
SCHEMA: dict[str, Any] = create_app(Settings(_env_file=None)).openapi()

#: Open to everybody, each for a reason that its name says.
PUBLIC = {
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),  # to this machine, else by a token: test_health
    ("get", f"{API}/auth/registration"),
    ("post", f"{API}/auth/register"),
    ("post", f"{API}/auth/login"),
    ("post", f"{API}/auth/refresh"),  # by its cookie
    ("post", f"{API}/auth/logout"),  # by its cookie
    ("post", f"{API}/auth/password/forgot"),
    ("post", f"{API}/auth/password/reset"),  # by a mailed secret
    ("post", f"{API}/auth/email/verify"),  # by a mailed secret
    ("post", f"{API}/auth/invitations/look-up"),  # by a mailed secret
    ("post", f"{API}/actions/decide"),  # by a mailed secret
    ("get", f"{API}/auth/providers"),
    ("get", f"{API}/auth/oauth/{{provider}}/start"),
    ("get", f"{API}/auth/oauth/{{provider}}/callback"),
    ("get", f"{API}/connectors/{{type}}/oauth/callback"),  # by its cookie
    ("post", f"{API}/connectors/{{type}}/events"),  # by the provider's signature
    ("post", f"{API}/actions/slack"),  # by Slack's signature
    ("post", f"{API}/auth/oauth/link"),  # by a secret of the flow, and a password
}
#: Parameters that name no resource of a person.
NO_RESOURCE = {"provider", "page", "type", "template_id"}


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    operation: dict[str, Any]

    @property
    def parameters(self) -> list[str]:
        return [item["name"] for item in self.operation.get("parameters", ()) if item["in"] == "path"]

    def url(self, values: dict[str, str]) -> str:
        return self.path.format(**{name: values.get(name, "1") for name in self.parameters})

    def body(self) -> Any:
        content = self.operation.get("requestBody", {}).get("content", {})
        return example(content["application/json"]["schema"]) if "application/json" in content else None

    def query(self) -> dict[str, Any]:
        required = [item for item in self.operation.get("parameters", ()) if item["in"] == "query" and item["required"]]
        return {item["name"]: example(item["schema"]) for item in required}


def routes() -> Iterator[Route]:
    for path, operations in SCHEMA["paths"].items():
        for method, operation in operations.items():
            yield Route(method, path, operation)


def example(schema: dict[str, Any]) -> Any:
    """A value that the schema accepts."""
    if "$ref" in schema:
        return example(SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "examples" in schema:
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: example(schema["properties"][name]) for name in schema.get("required", ())}
        case "array":
            return [example(schema["items"])]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return "an example value".ljust(schema.get("minLength", 0), "!")


#: What `one_of_everything` connects.
TOY = ToyService()
CONNECTABLE = Registry([TOY.manifest])
ALL = list(routes())
CLOSED = [route for route in ALL if (route.method, route.path) not in PUBLIC]
#: Routes about one resource of a person.
OWNED = [
    route for route in CLOSED if set(route.parameters) - NO_RESOURCE and not route.path.startswith(f"{API}/admin/")
]
ADMIN = [route for route in ALL if route.path.startswith(f"{API}/admin/")]


def names(found: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", found, ids=[f"{route.method} {route.path}" for route in found])


@dataclass(slots=True)
class Two:
    """`owner` has one of everything; `ids` are by path parameter. `other` has nothing."""

    here: World
    owner: Person
    other: Person
    ids: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings)
        async with running_app(settings, connectors=CONNECTABLE) as app, world(app, mail) as here:
            await here.administrator()
            owner, other = await here.person(), await here.person()
            yield Two(here, owner, other, await one_of_everything(here, owner))


async def one_of_everything(here: World, owner: Person) -> dict[str, str]:
    """By path parameter. A new kind of resource gets its line here."""
    texts = {"items": [{"external_id": "d", "text": "Marmalade is made of oranges."}]}
    document = (await owner.call("POST", "/documents/text", json=texts)).json()["items"][0]["id"]

    async def indexed() -> bool:
        return bool((await owner.call("GET", f"/documents/{document}")).json()["status"] == "indexed")

    await until_true(indexed)
    conversation = (await owner.call("POST", "/conversations", json={})).json()["id"]
    await owner.call("POST", f"/conversations/{conversation}/messages", json={"content": "What is marmalade?"})
    messages = (await owner.call("GET", f"/conversations/{conversation}/messages")).json()["items"]
    TOY.put(Note("note", "Words.", frozenset({owner.email})))
    toy = {"type": "toy", "mode": "personal", "credentials": {"token": TOKEN}}
    connection = (await owner.call("POST", "/connections", json=toy)).json()["id"]

    async def synchronised() -> bool:
        return bool((await owner.call("GET", f"/connections/{connection}/items")).json()["items"])

    await until_true(synchronised)
    secret = await here.mail.secret(owner.email, "Confirm")
    await owner.http.post(f"{AUTH}/email/verify", json={"token": secret})
    mail = {"kind": "email", "payload": {"to": [{"address": "dana@example.com"}], "text": "Marmalade?"}}
    return {
        "action_id": (await owner.call("POST", "/actions", json=mail)).json()["id"],
        "document_id": document,
        "connection_id": connection,
        "external_id": "note",
        "person_id": "0" * 40,  # a personal connection has nobody
        "option": "folder",
        "conversation_id": conversation,
        "message_id": messages[-1]["id"],
        "session_id": await owner.session_id(),
        "key_id": (await owner.call("POST", "/auth/api-keys", json={"name": "k", "scopes": ["read"]})).json()["id"],
    }


def test_list_of_public_routes_names_only_routes_that_exist() -> None:
    assert {(route.method, route.path) for route in ALL} >= PUBLIC


@names(CLOSED)
@pytest.mark.asyncio(loop_scope="module")
async def test_route_is_closed_without_credentials(two: Two, route: Route) -> None:
    answer = await two.here.browser().request(route.method, route.url(two.ids), json=route.body(), params=route.query())
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@names(CLOSED)
@pytest.mark.asyncio(loop_scope="module")
async def test_route_is_closed_to_a_cookie_alone(two: Two, route: Route) -> None:
    """A cookie travels by itself, so no route but refresh and logout may take it (CSRF)."""
    answer = await two.owner.http.request(route.method, route.url(two.ids), json=route.body(), params=route.query())
    assert answer.status_code == 401


@names(OWNED)
@pytest.mark.asyncio(loop_scope="module")
async def test_resource_of_somebody_else_is_not_there(two: Two, route: Route) -> None:
    unknown = set(route.parameters) - NO_RESOURCE - two.ids.keys()
    assert not unknown, f"teach one_of_everything how to make {unknown}"
    missing = dict.fromkeys(two.ids, "0" * 32)
    answers = [await ask(two.other, route, ids) for ids in (two.ids, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert bodies[0] == bodies[1]


async def ask(person: Person, route: Route, ids: dict[str, str]) -> Any:
    return await person.call(
        route.method.upper(), route.url(ids).removeprefix(API), json=route.body(), params=route.query()
    )


@names(
    [
        route
        for route in OWNED
        if route.method == "get"
        and not route.path.endswith(("/file", ".png", "/boxes"))
        and "x-endless-stream" not in route.operation
    ]
)
@pytest.mark.asyncio(loop_scope="module")
async def test_owner_is_not_told_that_it_is_not_there(two: Two, route: Route) -> None:
    """So the refusals above are about whose it is. (Files and pages: this document came as text.)"""
    assert (await ask(two.owner, route, two.ids)).status_code == 200


@names(ADMIN)
@pytest.mark.asyncio(loop_scope="module")
async def test_administration_is_closed_to_members(two: Two, route: Route) -> None:
    ids = dict.fromkeys(route.parameters, two.owner.id)
    answer = await ask(two.other, route, ids)
    assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")

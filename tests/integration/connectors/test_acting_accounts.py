"""Accounts that are connected to act with: apart from what is read, and never read."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from backend.connectors.base import Account, ActingAccount, Capability, Options
from backend.connectors.manifest import Manifest, Scope, Setup
from backend.connectors.registry import Registry
from backend.connectors.source_events import Cursor
from backend.errors import ReauthRequired
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox
from tests.support.toy_source import TOKEN as READ_TOKEN
from tests.support.toy_source import ToyService

pytestmark = pytest.mark.asyncio(loop_scope="module")

_TOKEN = "toy-token-to-act-with"


class _Toy(ActingAccount):
    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    async def check(self) -> Account:
        if await self._setup.credential.access_token() != _TOKEN:
            raise ReauthRequired("Toy does not know this token.")
        return Account("toy-9", "Acting toy", "ada@example.com")

    async def capabilities(self) -> tuple[Capability, ...]:
        return ()

    async def close(self) -> None:
        return None


ACTING = Manifest(
    slug="toy_actions", service="toy", purpose="actions", registered_as="toyland", name="Toy", icon="note",
    description="Posts notes.", scopes=(Scope("notes.write", "To post what you approved."),), credentials=("token",),
    modes=("personal", "workspace"), rights=(), cursor=Cursor, open=_Toy, options=Options,
)  # fmt: skip


@dataclass(slots=True)
class _Here:
    world: World
    ada: Person
    ben: Person

    async def connect(self, person: Person, **given: Any) -> dict[str, Any]:
        body = {"type": "toy", "purpose": "actions", "mode": "personal", "credentials": {"token": _TOKEN}, **given}
        answer = await person.call("POST", "/connections", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def usable(self, person: Person) -> set[str]:
        found = await self.world.app.container.connectors.connections.to_act_with(person.id)
        return {one.id for one in found}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[_Here]:
    registry = Registry([ToyService().manifest, ACTING])
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings)
        async with running_app(settings, connectors=registry) as app, world(app, mail) as place:
            yield _Here(place, await place.administrator(), await place.person("ben"))


async def test_the_catalogue_keeps_what_is_read_apart_from_what_acts(here: _Here) -> None:
    async def offered(**params: str) -> list[tuple[str, str]]:
        items = (await here.ada.call("GET", "/connectors", params=params)).json()["items"]
        return [(one["type"], one["scopes"][0]["scope"]) for one in items]

    assert await offered() == [("toy", "notes.read")]
    assert await offered(purpose="actions") == [("toy", "notes.write")]


async def test_it_is_ready_at_once_and_nothing_is_read_of_it(here: _Here) -> None:
    made = await here.connect(here.ada)
    assert (made["type"], made["purpose"], made["status"], made["next_sync_at"]) == ("toy", "actions", "ready", None)
    assert made["account"]["name"] == "Acting toy"
    refused = await here.ada.call("POST", f"/connections/{made['id']}/sync")
    assert (refused.status_code, refused.json()["code"]) == (409, "never_read")
    assert (await here.ada.call("GET", f"/connections/{made['id']}/runs")).json()["items"] == []
    renamed = await here.ada.call("PATCH", f"/connections/{made['id']}", json={"name": "Mine", "options": {}})
    assert (renamed.json()["name"], renamed.json()["status"]) == ("Mine", "ready")


async def test_lists_tell_which_is_for_what(here: _Here) -> None:
    acts = (await here.connect(here.ada))["id"]
    body = {"type": "toy", "mode": "personal", "credentials": {"token": READ_TOKEN}}
    reads = (await here.ada.call("POST", "/connections", json=body)).json()["id"]

    async def listed(**params: str) -> set[str]:
        found = (await here.ada.call("GET", "/connections", params=params)).json()["items"]
        return {one["id"] for one in found}

    assert {acts, reads} <= await listed()
    assert (acts in await listed(purpose="actions"), reads in await listed(purpose="actions")) == (True, False)
    assert (acts in await listed(purpose="sync"), reads in await listed(purpose="sync")) == (False, True)


async def test_what_can_be_acted_with_is_ones_own_and_the_workspaces_while_it_works(here: _Here) -> None:
    own = (await here.connect(here.ben))["id"]
    everybodys = (await here.connect(here.ada, mode="workspace"))["id"]
    assert {own, everybodys} <= await here.usable(here.ben)
    assert own not in await here.usable(here.ada)
    assert (await here.ben.call("POST", f"/connections/{own}/pause")).status_code == 204
    assert own not in await here.usable(here.ben)
    assert (await here.ben.call("POST", f"/connections/{own}/resume")).status_code == 202
    assert own in await here.usable(here.ben)
    assert (await here.ben.call("DELETE", f"/connections/{own}")).status_code == 204
    assert own not in await here.usable(here.ben)


async def test_credentials_that_are_refused_connect_nothing(here: _Here) -> None:
    body = {"type": "toy", "purpose": "actions", "mode": "personal", "credentials": {"token": "wrong"}}
    answer = await here.ada.call("POST", "/connections", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "reauth_required")

"""The toy service over a running server; each test finds it empty."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from backend.connectors.registry import Registry
from tests.integration.connectors.rig import Rig
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.mailbox import mailbox
from tests.support.provider_wire import served
from tests.support.toy_source import TOKEN, ToyService


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def toy_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[World, ToyService, Person, Person]]:
    service = ToyService()
    pages = Starlette(routes=service.consents.routes("/authorize", "/token", "/revoke"))
    with mailbox() as mail:
        async with served(pages) as url:
            settings = settings_for(
                tmp_path_factory.mktemp("data"),
                mail=mail.settings,
                sync={"interval_seconds": 86_400},
                connectors={
                    "toy_client_id": CLIENT_ID,
                    "toy_client_secret": CLIENT_SECRET,
                    "toy_authorize_url": f"{url}/authorize",
                    "toy_token_url": f"{url}/token",
                },
            )
            async with running_app(settings, connectors=Registry([service.manifest])) as app, world(app, mail) as here:
                admin = await here.administrator()
                reader = await here.person("reader")
                for person in (admin, reader):
                    proven = await admin.call("PATCH", f"/admin/users/{person.id}", json={"email_verified": True})
                    assert proven.is_success, proven.text
                yield here, service, admin, reader


@pytest_asyncio.fixture(loop_scope="module")
async def rig(toy_server: tuple[World, ToyService, Person, Person]) -> AsyncIterator[Rig]:
    here, service, admin, reader = toy_server
    yield Rig(here, service, admin, reader)
    for connection in (await admin.call("GET", "/connections")).json()["items"]:
        await admin.call("DELETE", f"/connections/{connection['id']}")
    service.notes.clear()
    service.members.clear()
    service.names.clear()
    service.removed_at.clear()
    service.account_id, service.members_cut = "toy-1", False
    service.consents.revoke_all()
    service.consents.unticked, service.consents.granted_beside = frozenset(), ""
    service.changes.clear()
    service.forgotten, service.cut, service.empty_answer, service.fail, service.token = 0, False, False, None, TOKEN

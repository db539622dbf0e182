"""A connector that was taken out of the server: what it brought stays until somebody disconnects it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from backend.connectors.registry import Registry
from backend.connectors.repository import CONNECTIONS, RUNS
from backend.connectors.sync.ledger import ITEMS
from backend.documents.schema import DOCUMENTS
from backend.oauth.grants import GRANTS
from backend.settings import Settings
from tests.integration.connectors.rig import Rig
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.mailbox import mailbox
from tests.support.provider_wire import served
from tests.support.toy_source import ToyService
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def without(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, Person, list[str]]]:
    """A server without the connector, over the data of one that had it; its administrator, and the ids of two."""
    service, folder = ToyService(), tmp_path_factory.mktemp("data")
    pages = Starlette(routes=service.consents.routes("/authorize", "/token", "/revoke"))
    with mailbox() as mail:
        async with served(pages) as url:
            toy = {
                "toy_client_id": CLIENT_ID,
                "toy_client_secret": CLIENT_SECRET,
                "toy_authorize_url": f"{url}/authorize",
                "toy_token_url": f"{url}/token",
            }
            with_it = _settings(folder, mail.settings, connectors=toy)
            async with running_app(with_it, connectors=Registry([service.manifest])) as app, world(app, mail) as here:
                admin = await here.administrator()
                rig = Rig(here, service, admin, admin)
                service.put(rig.note("Marmalade is made of oranges."))
                await admin.call("PATCH", f"/admin/users/{admin.id}", json={"email_verified": True})
                tokens = await rig.connect()
                begun = (await admin.call("POST", "/connections", json={"type": "toy", "mode": "workspace"})).json()
                await admin.http.get(await service.consents.allow(begun["authorize_url"]), follow_redirects=False)
                ids = [tokens["id"], begun["id"]]
                for id_ in ids:
                    await rig.settled(id_)
            bare = _settings(folder, mail.settings)
            async with running_app(bare, connectors=Registry([])) as app, world(app, mail) as here:
                yield here, await here.sign_in(admin.email), ids


def _settings(folder: Path, mail: dict[str, object], **given: Any) -> Settings:
    return settings_for(folder, mail=mail, sync={"interval_seconds": 86_400}, **given)


async def test_it_says_so_still_answers_and_can_be_disconnected_with_all_that_it_holds(
    without: tuple[World, Person, list[str]],
) -> None:
    here, admin, ids = without
    listed = (await admin.call("GET", "/connections")).json()["items"]
    assert {one["id"] for one in listed} == set(ids)
    for shown in listed:
        assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "connector_removed")
        assert (shown["documents"], shown["next_sync_at"]) == (1, None)
    found = (await admin.call("GET", "/search", params={"q": "marmalade"})).json()["hits"]
    assert found
    for id_ in ids:
        await admin.call("POST", f"/connections/{id_}/sync")
        rows = (await admin.call("GET", f"/connections/{id_}/items")).json()["items"]
        assert len(rows) == 1
        assert (await admin.call("GET", f"/connections/{id_}/diagnostics")).is_success
        assert (await admin.call("DELETE", f"/connections/{id_}")).status_code == 204
    assert (await admin.call("GET", "/search", params={"q": "marmalade"})).json()["hits"] == []
    database = here.app.container.database

    async def nothing_left() -> bool:
        specs = (CONNECTIONS, RUNS, ITEMS, GRANTS, DOCUMENTS)
        return not [record for spec in specs for record in await database.collection(spec).find({})]

    await until_true(nothing_left)

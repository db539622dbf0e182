"""One application for each file of these tests; the first account, an administrator, is `admin`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings)
        async with running_app(settings) as app, world(app, mail) as place:
            yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(here: World) -> Person:
    return await here.person("admin", email="admin@example.com")

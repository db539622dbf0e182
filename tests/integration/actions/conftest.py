"""One application for each file of these tests, with a real mail server behind it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.accounts import AUTH, Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with mailbox() as mail:
        changes: dict[str, Any] = {"mail": mail.settings, "actions": {"undo_seconds": 0}}
        async with (
            running_app(settings_for(tmp_path_factory.mktemp("data"), **changes)) as app,
            world(app, mail) as place,
        ):
            await place.administrator(email="admin@example.com")
            yield place


@pytest_asyncio.fixture(loop_scope="module")
async def ada(here: World) -> Person:
    """Somebody new whose address is proven."""
    return await proven(here)


async def proven(here: World) -> Person:
    person = await here.person("ada")
    secret = await here.mail.secret(person.email, "Confirm")
    assert (await person.http.post(f"{AUTH}/email/verify", json={"token": secret})).status_code == 204
    return person

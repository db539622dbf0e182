"""One application for each file of these tests; the first account, an administrator, is `admin`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from backend.monitoring import logging
from backend.settings import LogSettings
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """A crash inside a request is logged in one line: drawing its frames on a terminal takes longer than a test may."""
    logging.configure(LogSettings(level="warning", format="json"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def founded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, Person]]:
    """The administrator comes before everybody else, whichever test is the first to run."""
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings)
        async with running_app(settings) as app, world(app, mail) as place:
            yield place, await place.administrator(email="admin@example.com")


@pytest.fixture(scope="module")
def here(founded: tuple[World, Person]) -> World:
    return founded[0]


@pytest.fixture(scope="module")
def admin(founded: tuple[World, Person]) -> Person:
    return founded[1]

"""One server and one stand-in of Drive for the tests of a module; each begins with an empty Drive."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.contract.connectors.google_drive_stage import DriveStage
from tests.contract.connectors.place import Place, place_of
from tests.integration.connectors.google_drive.drive_place import DrivePlace


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place_of(DriveStage(), tmp_path_factory.mktemp("data"), largest=200_000) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def drive(module_place: Place) -> AsyncIterator[DrivePlace]:
    stage = module_place.stage
    assert isinstance(stage, DriveStage)
    stage.reset()
    yield DrivePlace(module_place, stage)
    for connection in (await module_place.ada.call("GET", "/connections")).json()["items"]:
        await module_place.ada.call("DELETE", f"/connections/{connection['id']}")

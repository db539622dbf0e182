"""Every stage of this folder, found by its name."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contract.connectors.place import Place, place_of
from tests.contract.connectors.stage import Stage
from tests.support.provider_wire import Wire

_SUFFIX = "_stage"
STAGES = sorted(
    module.name.removesuffix(_SUFFIX)
    for module in pkgutil.iter_modules([str(Path(__file__).parent)])
    if module.name.endswith(_SUFFIX)
)


def stage_of(name: str) -> Stage:
    found: Stage = importlib.import_module(f"tests.contract.connectors.{name}{_SUFFIX}").stage()
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=STAGES)
async def module_place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    async with place_of(stage_of(request.param), tmp_path_factory.mktemp("data")) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def place(module_place: Place) -> AsyncIterator[Place]:
    module_place.stage.reset()
    module_place.crashing.after = None
    yield module_place
    for connection in (await module_place.ada.call("GET", "/connections")).json()["items"]:
        await module_place.ada.call("DELETE", f"/connections/{connection['id']}")


@pytest.fixture
def wire(place: Place) -> Iterator[Wire]:
    assert place.stage.wire is not None
    yield place.stage.wire
    place.stage.wire.mend()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A stage serves all tests of a file one after the other, however they came to be dealt."""
    here = [at for at, item in enumerate(items) if Path(__file__).parent in item.path.parents]
    files = list(dict.fromkeys(items[at].path for at in here))
    ordered = sorted((items[at] for at in here), key=lambda item: (files.index(item.path), _stage_name(item)))
    for at, item in zip(here, ordered, strict=True):
        items[at] = item


def _stage_name(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("module_place", "")) if callspec else ""

"""One running application for the small cases; each test has an account of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from backend.client import BibliosClient
from tests.support.app import RunningApp, running_app, settings_for


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def client(app: RunningApp, request: pytest.FixtureRequest) -> AsyncIterator[BibliosClient]:
    async with app.signed_in(f"u{abs(hash(request.node.name))}") as signed_in:
        yield signed_in

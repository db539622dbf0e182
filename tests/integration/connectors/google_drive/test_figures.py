"""What naming thousands of files costs in calls."""

from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr

from backend.connectors.base import Calls, StaticCredential
from backend.connectors.google_drive.auth import DriveSettings
from backend.connectors.google_drive.connector import MANIFEST, DriveOptions
from backend.connectors.manifest import Setup
from backend.connectors.source_events import Deferred, SyncEvent
from tests.contract.connectors.stage import ADA
from tests.support.google_drive_service import SCOPE, DriveService
from tests.support.google_drive_state import FOLDER, Share
from tests.support.long import sampled
from tests.support.provider_wire import served

pytestmark = pytest.mark.asyncio

FILES = sampled(2_000, 20_000)


async def _events(setup: Setup) -> AsyncGenerator[SyncEvent]:
    source = MANIFEST.open(setup)
    try:
        async for event in source.sync(None):
            yield event
    finally:
        await source.close()


def _filled() -> DriveService:
    service = DriveService(page=1000)
    folder = service.state.add("Folder", owner=ADA, mime=FOLDER, shares=[Share("user", "ben@example.com")])
    for number in range(FILES):
        service.state.add(f"File {number}.txt", owner=ADA, parent=folder)
    return service


async def test_a_listing_of_thousands_of_files_costs_a_call_for_each_thousand() -> None:
    service = _filled()
    async with served(service.app()) as url:
        setup = Setup(
            "oauth",
            StaticCredential(SecretStr(service.consents.issue(ADA, SCOPE))),
            DriveOptions(),
            DriveSettings(api_url=f"{url}/drive/v3"),
            Calls(),
            mode="personal",
        )
        named = sum([isinstance(event, Deferred) async for event in _events(setup)])
    assert named == FILES
    assert setup.calls.count <= FILES // 1000 + 8

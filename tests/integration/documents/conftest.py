from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.access import Caller
from tests.support.library import Library, open_library
from tests.support.moved_clock import MovedClock


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def library(tmp_path: Path, clock: MovedClock) -> AsyncIterator[Library]:
    async with open_library(tmp_path, clock=clock) as opened:
        yield opened


@pytest.fixture
def ada() -> Caller:
    return Caller.of("ada", verified_emails=("ada@example.com",))


@pytest.fixture
def ben() -> Caller:
    return Caller.of("ben", verified_emails=("ben@example.com",), groups=("legal",))

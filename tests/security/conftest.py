"""Crashes inside requests are logged in one line: drawing frames on a terminal takes longer than a test may."""

import pytest

from backend.monitoring import logging
from backend.settings import LogSettings


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    logging.configure(LogSettings(level="error", format="json"))

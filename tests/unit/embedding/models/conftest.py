from pathlib import Path

import pytest

from tests.support.local_model import local_model_dir


@pytest.fixture(scope="session")
def model_dir() -> Path:
    return local_model_dir()

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.demo.library import DEMO, read_texts


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (DEMO / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def demo() -> Path:
    return DEMO


@pytest.fixture(scope="session")
def manifest() -> list[dict[str, Any]]:
    return _rows("manifest.jsonl")


@pytest.fixture(scope="session")
def questions() -> list[dict[str, Any]]:
    return _rows("questions.jsonl")


@pytest.fixture(scope="session")
def supersessions() -> list[dict[str, Any]]:
    return _rows("supersessions.jsonl")


@pytest.fixture(scope="session")
def texts(manifest: list[dict[str, Any]]) -> dict[str, str]:
    """Extracted text by path; members of mails and mailboxes under ``<path>!/<member>``."""
    return read_texts([row["path"] for row in manifest])

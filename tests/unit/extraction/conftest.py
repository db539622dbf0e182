"""What the tests of document processing share."""

from collections.abc import Callable

import pytest

from backend.documents.models import Extracted
from backend.extraction.limits import Limits
from backend.extraction.reading import read_file

MEBIBYTE = 1024 * 1024


@pytest.fixture
def limits() -> Limits:
    return Limits(
        max_text_chars=1_000_000,
        max_memory_bytes=1024 * MEBIBYTE,
        max_archive_bytes=400 * MEBIBYTE,
        max_archive_ratio=200,
        max_archive_members=1000,
        max_archive_depth=2,
    )


@pytest.fixture
def read(limits: Limits) -> Callable[..., Extracted]:
    """Reads a file in this process."""

    def _read(data: bytes, name: str, mime: str | None = None) -> Extracted:
        return read_file(data, filename=name, mime=mime, limits=limits)

    return _read

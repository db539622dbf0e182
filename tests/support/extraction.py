"""Real extraction pools for tests, and the processes that read for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from backend.extraction.extraction import ExtractionPool
from backend.settings import OcrSettings, ProcessingSettings


@asynccontextmanager
async def pool_with(
    *, max_text_chars: int = 20_000_000, ocr: OcrSettings | None = None, **values: object
) -> AsyncIterator[ExtractionPool]:
    pool = ExtractionPool(ProcessingSettings.model_validate(values), max_text_chars=max_text_chars, ocr=ocr)
    try:
        yield pool
    finally:
        await pool.close()


def readers() -> list[psutil.Process]:
    """The extraction processes of this test process."""
    found = []
    for child in psutil.Process().children():
        try:
            if "backend.extraction.worker" in child.cmdline():
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found

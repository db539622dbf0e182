"""Calls to a vector server: a time limit for each, retries for what may pass, errors told apart once."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from backend.embedding.vector_store.config import RETRIES
from backend.errors import Unavailable
from backend.retry import retrying

log = structlog.get_logger(__name__)


class Transient(Exception):
    """A gateway says: not reached, no answer, or asked to wait; trying again may help."""


async def call[T](operation: Callable[[], Awaitable[T]], *, store: str, timeout_seconds: float) -> T:
    """Runs an idempotent operation. Errors: `Unavailable` when it did not succeed in time, three times over."""

    async def attempt() -> T:
        async with asyncio.timeout(timeout_seconds):
            return await operation()

    def failed(error: Exception, number: int, pause: float) -> None:
        log.warning("vector_store_retry", store=store, attempt=number, reason=str(error) or type(error).__name__)

    try:
        return await retrying(attempt, RETRIES, on=(Transient, TimeoutError), failed=failed)
    except (Transient, TimeoutError) as error:
        raise Unavailable(
            f"the vector store ({store}) does not answer; check its address and that it runs",
            dependency="vector_store",
        ) from error

"""Sends mail beside the request that asked for it, so that the time of an answer tells nothing about an account."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from backend.errors import Unavailable
from backend.mail.base import Mail, Mailer
from backend.retry import Backoff, retrying
from backend.supervised import watched

log = structlog.get_logger(__name__)

_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 2.0


class Outbox:
    """Mail that could not be sent after a few attempts is logged and given up: every flow lets people ask again."""

    def __init__(self, mailer: Mailer, *, first_pause_seconds: float = _FIRST_PAUSE_SECONDS) -> None:
        self._mailer = mailer
        self._backoff = Backoff(first_pause_seconds, attempts=_ATTEMPTS, factor=4)
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, mail: Mail) -> None:
        """Returns at once."""
        self._run(self._send(mail))

    def prepare(self, write: Callable[[], Awaitable[Mail | None]]) -> None:
        """Like `post`, with the mail still to be written; None means that there is nothing to send."""
        self._run(self._write(write))

    async def drain(self) -> None:
        """Waits for everything that is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self, *, timeout_seconds: float = 5) -> None:
        """Gives what is under way a moment, then cuts it."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = watched("mail", work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, write: Callable[[], Awaitable[Mail | None]]) -> None:
        mail = await write()
        if mail is not None:
            await self._send(mail)

    async def _send(self, mail: Mail) -> None:
        def failed(error: Exception, attempt: int, pause: float) -> None:
            log.warning("mail_not_sent", subject=mail.subject, attempt=attempt, error=str(error.__cause__))

        try:
            await retrying(lambda: self._mailer.send(mail), self._backoff, on=Unavailable, failed=failed)
        except Unavailable as error:
            log.warning("mail_given_up", subject=mail.subject, attempts=_ATTEMPTS, error=str(error.__cause__))

"""A mail server that notes when a mail of an action begins to arrive."""

import asyncio
import time
from typing import override

from aiosmtpd.smtp import SMTP, Envelope, Session

from backend.actions.services.email import ACTION_HEADER
from tests.support.mailbox import Mailbox

_POLL_SECONDS = 0.002


class Arrivals(Mailbox):
    """`began`: by the id of each action, the Unix time at which each of its conversations said its first word."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.began: dict[str, list[float]] = {}

    async def handle_EHLO(  # noqa: N802 - the name by which it is found
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.began = time.time()  # type: ignore[attr-defined] # carried to the end of its conversation
        session.host_name = hostname
        return responses

    @override
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        began: float = session.began  # type: ignore[attr-defined] # see above
        if (action_id := self.mails[-1][ACTION_HEADER]) is not None:  # others are mails of the server about accounts
            self.began.setdefault(str(action_id), []).append(began)
        return answer

    async def first(self, action_id: str, *, seconds: float) -> float:
        """When it began to arrive. Errors: `TimeoutError` when it does not in time."""
        async with asyncio.timeout(seconds):
            while action_id not in self.began:  # noqa: ASYNC110 - the server runs in another thread
                await asyncio.sleep(_POLL_SECONDS)
        return self.began[action_id][0]

"""What is looked at of every mail before it is shown: who its recipients are, and what they may open."""

import asyncio

from backend.actions.base import Owner
from backend.actions.models import Caution
from backend.actions.services.acquaintances import FindsCircle
from backend.actions.services.email_payload import EmailPayload
from backend.actions.services.not_theirs import NotTheirs
from backend.actions.services.recipient_warnings import recipient_warnings


class MailChecks:
    def __init__(self, circles: FindsCircle, not_theirs: NotTheirs) -> None:
        self._circles = circles
        self._not_theirs = not_theirs

    async def warnings(self, owner: Owner, mail: EmailPayload, words: str) -> list[Caution]:
        """`words`: all that it says, in both of its forms."""
        circle = await self._circles.of(owner.caller.user_id, owner.address)
        # With many people that is a while of comparing.
        looks = await asyncio.to_thread(recipient_warnings, mail.recipients(), circle)
        return [*looks, *await self._not_theirs.warnings(owner, mail, words)]

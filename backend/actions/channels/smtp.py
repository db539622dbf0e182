"""Mail through the workspace's mail server: to all recipients or to none, and at most once.

A mail server gives no look into what it took: what is lost here stays unknown.

| step | error | means |
|---|---|---|
| connect, STARTTLS, log in | any | did not happen, tried again |
| MAIL, RCPT | 4xx | did not happen, tried again |
| MAIL, RCPT | 5xx | did not happen, and will not |
| MAIL, RCPT | an address that is not ASCII | did not happen, and will not |
| DATA | an answer 4xx | did not happen, tried again |
| DATA | an answer 5xx | did not happen, and will not |
| DATA | a lost connection, a time-out | ambiguous |
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import aiosmtplib

from backend.actions.base import Lost, NotDone, Outgoing
from backend.actions.models import Attempt, Receipt
from backend.settings import MailSettings

_UNREACHABLE = "The mail server did not take the mail. Nothing was sent; it is tried again by itself."
_NOT_ASCII = "An address holds letters that this mail server is not given. Nothing was sent to anybody."
_REFUSED = "The mail server refused: {answer}. Nothing was sent to anybody."


class SmtpChannel:
    """One connection a mail; the sender and recipients are those of the artefact's request."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def prepare(self, outgoing: Outgoing) -> Mapping[str, str]:
        return {}

    async def send(self, outgoing: Outgoing, *, now: datetime) -> Receipt:
        client = self._client()
        try:
            await self._greet(client)
            answer = await self._hand_over(client, outgoing, now)
        finally:
            client.close()
        return Receipt(at=now, id=outgoing.key, details={"answer": answer})

    async def look(self, attempt: Attempt, request: Mapping[str, Any]) -> Receipt | None:
        return None

    async def close(self) -> None:
        return None

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security == "tls",
            start_tls={"starttls": True, "none": False}.get(settings.security),
            timeout=settings.timeout_seconds,
            username=settings.username or None,
            password=settings.password.get_secret_value() or None,
        )

    async def _greet(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, UnicodeError) as error:
            raise NotDone("mail_unavailable", _UNREACHABLE, again_after_seconds=0.0) from error

    async def _hand_over(self, client: aiosmtplib.SMTP, outgoing: Outgoing, now: datetime) -> str:
        try:
            await client.mail(outgoing.request["sender"])
            for recipient in outgoing.request["recipients"]:
                await client.rcpt(recipient)
        except aiosmtplib.SMTPResponseException as error:
            raise _refused(error) from error
        except UnicodeError as error:
            raise NotDone("address_not_mailable", _NOT_ASCII) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise NotDone("mail_unavailable", _UNREACHABLE, again_after_seconds=0.0) from error
        dated = f"Date: {format_datetime(now, usegmt=True)}\r\n".encode() + outgoing.content
        try:
            answer = await client.data(dated)
        except aiosmtplib.SMTPResponseException as error:
            raise _refused(error) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise Lost(
                "answer_lost", "The connection to the mail server broke before it said whether it took the mail."
            ) from error
        return f"{answer.code} {answer.message}"[:300]


def _refused(error: aiosmtplib.SMTPResponseException) -> NotDone | Lost:
    """What an answer means; one that is no refusal by its code is ambiguous."""
    if not 400 <= error.code < 600:
        return Lost("answer_unclear", "The mail server gave an answer that does not say whether it took the mail.")
    answer = f"{error.code} {error.message}"[:300]
    return NotDone("refused", _REFUSED.format(answer=answer), again_after_seconds=0.0 if error.code < 500 else None)

"""The mailer port."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address, in plain text and HTML."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Implementations: `smtp.SmtpMailer`, `console.ConsoleMailer`. Errors: `Unavailable`."""

    async def send(self, mail: Mail) -> None: ...

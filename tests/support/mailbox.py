"""A real SMTP server in this process that keeps what it is given."""

import contextlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port
from tests.support.waiting import until

_WAIT_SECONDS = 10.0


class Mailbox:
    """Every mail that arrived. `refuse` makes the server answer with an error from then on."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.refuse = False

    @property
    def settings(self) -> dict[str, object]:
        """For `Settings(mail=…)`."""
        return {"host": "127.0.0.1", "port": self.port, "security": "none", "timeout_seconds": 5}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return "451 try again later"
        assert isinstance(envelope.content, bytes)  # a text only where the server was told to decode
        self.mails.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))
        return "250 kept"

    def to(self, address: str, subject: str = "") -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address and subject in mail["Subject"]]

    async def wait_for(self, address: str, subject: str = "", *, count: int = 1) -> EmailMessage:
        """The `count`-th mail to an address, as soon as it is there."""
        await until(lambda: len(self.to(address, subject)) >= count)
        return self.to(address, subject)[count - 1]

    async def secret(self, address: str, subject: str = "", *, count: int = 1) -> str:
        """The secret of the link in a mail."""
        return secret_in(await self.wait_for(address, subject, count=count))


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def secret_in(mail: EmailMessage) -> str:
    found = re.search(r"#(?:token|invitation)=(\S+)", text_of(mail))
    assert found, text_of(mail)
    return found[1]


@contextlib.contextmanager
def mailbox() -> Iterator[Mailbox]:
    with mailbox_of(Mailbox) as box:
        yield box


@contextlib.contextmanager
def mailbox_of[M: Mailbox](kind: type[M]) -> Iterator[M]:
    """One that does more than keep."""
    port = free_port()
    box = kind(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()

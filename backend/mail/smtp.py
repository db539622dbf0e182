"""Mail over SMTP."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import aiosmtplib

from backend.errors import Unavailable
from backend.mail.base import Mail
from backend.settings import MailSettings


class SmtpMailer:
    """Hands mail to the server of the settings; STARTTLS when it is offered, or required by the settings."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, mail: Mail) -> None:
        settings = self._settings
        message = EmailMessage()
        message["From"] = settings.sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2].strip(" >") or "localhost")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        try:
            await aiosmtplib.send(
                message,
                recipients=[mail.to],
                hostname=settings.host,
                port=settings.port,
                username=settings.username or None,
                password=settings.password.get_secret_value() or None,
                use_tls=settings.security == "tls",
                start_tls={"starttls": True, "none": False}.get(settings.security),
                timeout=settings.timeout_seconds,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable(
                "The mail could not be sent. Try again later, or tell your operator that the mail server fails.",
                dependency="mail",
                code="mail_unavailable",
            ) from error

"""The default mailer: prints the message on the server's terminal, so that links work without a mail server."""

import sys

from backend.mail.base import Mail
from backend.monitoring.printable import printable, printable_line


class ConsoleMailer:
    """Writes to standard error, outside the log: the link in it is a secret, and logs travel further."""

    async def send(self, mail: Mail) -> None:
        head = printable_line(f"mail to {mail.to}: {mail.subject}")
        sys.stderr.write(f"\n--- {head} ---\n{printable(mail.text)}\n---\n")
        sys.stderr.flush()

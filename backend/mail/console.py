"""The default mailer: prints the message on the server's terminal, so that links work without a mail server."""

import sys

from backend.mail.base import Mail


class ConsoleMailer:
    """Writes to standard error, outside the log: the link in it is a secret, and logs travel further."""

    async def send(self, mail: Mail) -> None:
        sys.stderr.write(f"\n--- mail to {mail.to}: {mail.subject} ---\n{mail.text}\n---\n")
        sys.stderr.flush()

"""What whoever approves a mail should know of it."""

from collections.abc import Sequence

from backend.actions.base import Owner
from backend.actions.models import Caution
from backend.actions.services.answered import Answered
from backend.actions.services.email_headers import bare_subject
from backend.actions.services.email_payload import EmailPayload, Recipient
from backend.actions.services.look_alikes import mixes_scripts
from backend.actions.services.lying_links import leads_to
from backend.connectors.gmail.mime import Address
from backend.mail_address import mail_key
from backend.monitoring.printable import printable_line

_NAMED_AT_MOST = 5


def content_warnings(owner: Owner, mail: EmailPayload) -> list[Caution]:
    own = mail_key(owner.address).rpartition("@")[2]  # the person's, also where the workspace's address sends it
    outside = sorted({one.key.rpartition("@")[2] for one in mail.recipients()} - {own})
    found = []
    if outside:
        text = f"Goes outside of {own}: {', '.join(outside)}."
        found.append(Caution(code="outside", message=text, field="to"))
    if not mail.subject:
        found.append(Caution(code="no_subject", message="It has no subject.", field="subject"))
    return found


def link_warnings(links: Sequence[str]) -> list[Caution]:
    """Addresses whose letters only look like others."""
    mixed = [printable_line(one) for one in links if mixes_scripts(leads_to(one).rpartition("@")[2])]
    if not mixed:
        return []
    text = f"Letters of several scripts are mixed in the address of a link: {', '.join(mixed[:_NAMED_AT_MOST])}."
    return [Caution(code="mixed_link", message=text, field="html", confirm=True)]


def in_conversation(answered: Answered, sender: str, subject: str) -> bool:
    """Whether Gmail puts it into the conversation that it answers: from the same mailbox, under the same subject."""
    same_mailbox = answered.mailbox is not None and mail_key(answered.mailbox) == mail_key(sender)
    same_subject = bare_subject(subject).casefold() == bare_subject(answered.subject).casefold()
    return same_mailbox and same_subject and answered.message_id is not None


def answer_warnings(answered: Answered, sender: str, subject: str, people: Sequence[Recipient]) -> list[Caution]:
    """What is special about this answer. `sender`: the address that it leaves from."""
    found: list[Caution] = []
    written_to = {one.key for one in people}
    if any(mail_key(one.address or "") in written_to for one in answered.diverted_to):
        text = (
            f"The mail asks for answers to {_listed(answered.diverted_to)}, and came from {_listed(answered.sender)}."
        )
        found.append(Caution(code="reply_to_differs", message=text, field="to"))
    if answered.later:
        text = f"After the mail that it answers, {_listed(answered.later)} wrote in the conversation. Read that first."
        found.append(Caution(code="newer_mail", message=text, field="in_reply_to"))
    if answered.message_id is None:
        text = "The mail that it answers has no Message-ID, so nothing can refer to it: this opens a new conversation."
        found.append(Caution(code="new_conversation", message=text, field="in_reply_to"))
    elif answered.mailbox is not None and mail_key(answered.mailbox) != mail_key(sender):
        text = (
            f"It leaves from {sender} and not from {printable_line(answered.mailbox)}, where the conversation is: "
            "there it opens a new one. It refers to the mail that it answers."
        )
        found.append(Caution(code="new_conversation", message=text, field="in_reply_to"))
    elif bare_subject(subject).casefold() != bare_subject(answered.subject).casefold():
        text = f"With another subject than '{printable_line(answered.subject)}' it opens a new conversation."
        found.append(Caution(code="new_conversation", message=text, field="subject"))
    return found


def _listed(people: Sequence[Address]) -> str:
    shown = [printable_line(one.shown) for one in people[:_NAMED_AT_MOST]]
    more = len(people) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "") if shown else "nobody who is named"

"""Mail: from a payload to the exact bytes that leave."""

import asyncio
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from backend.actions.base import Made, Owner
from backend.actions.models import Origin
from backend.actions.services.answered import Answered, answer_to
from backend.actions.services.answers import FindsAnswered
from backend.actions.services.email_headers import MAIL_POLICY
from backend.actions.services.email_payload import Attachment, EmailPayload, Recipient, read_email
from backend.actions.services.email_warnings import answer_warnings, content_warnings, in_conversation, link_warnings
from backend.actions.services.mail_checks import MailChecks
from backend.actions.services.mail_html import Formatted, formatted, page_of
from backend.actions.services.mailable import answers_to
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.errors import FieldProblem, InvalidInput
from backend.monitoring.printable import printable, printable_line

#: By which a mail is found again where the way out replaces its Message-ID.
ACTION_HEADER = "X-BibliosAI-Action"
#: Servers commonly refuse mail above 25 MB, and base64 makes a third more of it.
MAX_ATTACHED_BYTES = 18 * 1024 * 1024
_NOT_CLEAN = "What stands formatted in this mail is not what would leave. Edit the mail and save it once more."


class EmailWorkflow:
    """Makes mails.

    Args:
        sender: the address that they come from, with or without a name.
        of_person: it is the person's own mailbox: their name stands before it, answers come to it, and what it sends
            keeps its Bcc. Otherwise it is the workspace's, and answers go to the person's proven address.
        answers: finds the mail that another one answers.
        checks: what else is to be said of it; None: nothing.
    """

    def __init__(
        self,
        *,
        sender: str,
        of_person: bool,
        library: LibraryService,
        blobs: BlobStore,
        answers: FindsAnswered,
        checks: MailChecks | None = None,
    ) -> None:
        self._sender = sender
        self._of_person = of_person
        self._library = library
        self._blobs = blobs
        self._answers = answers
        self._checks = checks

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return read_email(payload)

    async def make(self, owner: Owner, payload: Mapping[str, Any], *, action_id: str) -> Made:
        mail = EmailPayload.model_validate(payload)
        if not mail.recipients():
            message = "Say whom it goes to."
            raise InvalidInput(message, fields=[FieldProblem("payload.to", "missing", message)])
        answered = await self._answered(owner, mail)
        form = await self._form_of(mail)
        made = self._written(owner, mail, answered, action_id)
        attached = [await self._attach(owner, made, one) for one in mail.attachments]
        if sum(one["size_bytes"] for one in attached) > MAX_ATTACHED_BYTES:
            text = f"The attachments together may have {MAX_ATTACHED_BYTES // 2**20} MB. Leave some out."
            raise InvalidInput(text, fields=[FieldProblem("payload.attachments", "too_large", text)])
        sender = _address(self._sender)
        request: dict[str, Any] = {"sender": sender, "recipients": mail.mailboxes()}
        preview = self._preview(owner, mail, attached)
        warnings = content_warnings(owner, mail)
        if form is not None:
            preview |= {"html": form.html, "links": [printable_line(one) for one in form.links]}
            warnings += link_warnings(form.links)
        if self._checks is not None:
            warnings += await self._checks.warnings(
                owner, mail, mail.text if form is None else f"{mail.text}\n{form.text}"
            )
        origins: dict[str, Origin] = {}
        if answered is not None:
            joins = in_conversation(answered, sender, mail.subject)
            request |= {"thread_id": answered.thread_id} if joins else {}
            preview["in_reply_to"] = {**answered.shown(), "same_conversation": joins}
            warnings += answer_warnings(answered, sender, mail.subject, mail.recipients())
            origins = _from_thread(payload, answered, await self._answers.own_addresses(owner))
        return Made(made.as_bytes(), request, preview, tuple(warnings), origins=origins)

    async def _answered(self, owner: Owner, mail: EmailPayload) -> Answered | None:
        if mail.in_reply_to is None:
            return None
        return await self._answers.find(owner.caller, mail.in_reply_to, mail.in_reply_to_message)

    async def _form_of(self, mail: EmailPayload) -> Formatted | None:
        """What a mail says formatted, exactly as it leaves: what is shown is made of it, and so are the bytes."""
        if mail.html is None:
            return None
        try:
            form = await asyncio.to_thread(formatted, mail.html)
        except ValueError as error:
            raise InvalidInput(str(error), fields=[FieldProblem("payload.html", "not_sendable", str(error))]) from error
        if form.html != mail.html:
            raise InvalidInput(_NOT_CLEAN, fields=[FieldProblem("payload.html", "not_clean", _NOT_CLEAN)])
        return form

    def _written(self, owner: Owner, mail: EmailPayload, answered: Answered | None, action_id: str) -> EmailMessage:
        """The mail without its attachments."""
        made = EmailMessage(policy=MAIL_POLICY)
        made["From"] = Address(owner.name, addr_spec=self._sender) if self._of_person else self._sender
        if not self._of_person:
            made["Reply-To"] = Address(owner.name, addr_spec=answers_to(owner))
        hidden = mail.bcc if self._of_person else []
        for header, people in (("To", mail.to), ("Cc", mail.cc), ("Bcc", hidden)):
            if people:
                made[header] = [Address(one.name or "", addr_spec=one.address) for one in people]
        made["Subject"] = mail.subject
        made["Message-ID"] = f"<{action_id}@{_domain(self._sender)}>"
        if answered is not None and answered.message_id is not None:
            made["In-Reply-To"] = answered.message_id
            made["References"] = " ".join(answered.references)
        made[ACTION_HEADER] = action_id
        made.set_content(mail.text)
        if mail.html is not None:
            made.add_alternative(page_of(mail.html), subtype="html")
        return made

    async def _attach(self, owner: Owner, message: EmailMessage, wanted: Attachment) -> dict[str, Any]:
        original = await self._library.original(owner.caller, wanted.document_id)
        document = original.document
        if wanted.version is not None and wanted.version != document.version:
            text = f"'{document.title}' has changed since it was attached. Attach it again."
            raise InvalidInput(text, fields=[FieldProblem("payload.attachments", "changed", text)])
        content = await self._blobs.read(original.digest)
        name = printable_line(document.external_id.rpartition("/")[2] or document.title)
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return {
            "document_id": document.id,
            "version": document.version,
            "name": name,
            "size_bytes": len(content),
            "sha256": original.digest,
        }

    def _preview(self, owner: Owner, mail: EmailPayload, attached: list[dict[str, Any]]) -> dict[str, Any]:
        """What every recipient will see, with everything visible that tries not to be."""
        return {
            "from": printable_line(f"{owner.name} <{self._sender}>" if self._of_person else self._sender),
            "reply_to": None if self._of_person else _shown(Recipient(name=owner.name, address=answers_to(owner))),
            **{name: [_shown(one) for one in getattr(mail, name)] for name in ("to", "cc", "bcc")},
            "subject": printable_line(mail.subject),
            "text": printable(mail.text),
            "attachments": attached,
        }


def _from_thread(payload: Mapping[str, Any], answered: Answered, own: frozenset[str]) -> dict[str, Origin]:
    """The fields that are still as the answer began with them."""
    begun = [answer_to(answered, own, everybody=everybody) for everybody in (False, True)]
    names = ("to", "cc", "subject", "in_reply_to")
    return {name: "thread" for name in names if any(payload.get(name) and payload[name] == one[name] for one in begun)}


def _shown(recipient: Recipient) -> dict[str, str | None]:
    return {"name": recipient.name and printable_line(recipient.name), "address": printable_line(recipient.address)}


def _address(sender: str) -> str:
    return sender.rpartition("<")[2].rstrip(">").strip()


def _domain(sender: str) -> str:
    return _address(sender).rpartition("@")[2] or "localhost"

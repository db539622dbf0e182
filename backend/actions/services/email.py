"""Mail: from a payload to the exact bytes that leave."""

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from backend.actions.base import Made, Owner
from backend.actions.models import Caution
from backend.actions.payloads import invalid
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.errors import FieldProblem, InvalidInput
from backend.mail_address import mail_key, plausible_address
from backend.monitoring.printable import printable, printable_line

MAX_RECIPIENTS = 100
#: By which a mail is found again where the way out replaces its Message-ID.
ACTION_HEADER = "X-BibliosAI-Action"
MAX_TEXT_CHARS = 200_000
MAX_ATTACHMENTS = 20
#: Servers commonly refuse mail above 25 MB, and base64 makes a third more of it.
MAX_ATTACHED_BYTES = 18 * 1024 * 1024


def _one_line(value: str) -> str:
    if any(c in "\r\n\0" for c in value):
        raise ValueError("must be one line")
    return value.strip()


OneLine = Annotated[str, AfterValidator(_one_line)]


class Recipient(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[OneLine, Field(max_length=200)] | None = None
    address: Annotated[str, Field(max_length=254), AfterValidator(plausible_address)]


class Attachment(BaseModel):
    """A document's original file. `version` None: the present one, which is then written down."""

    model_config = ConfigDict(extra="forbid")

    document_id: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[int, Field(ge=1)] | None = None


class EmailPayload(BaseModel):
    """A mail as a person writes it."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[list[Recipient], Field(max_length=MAX_RECIPIENTS)] = Field(default_factory=list)
    cc: Annotated[list[Recipient], Field(max_length=MAX_RECIPIENTS)] = Field(default_factory=list)
    bcc: Annotated[list[Recipient], Field(max_length=MAX_RECIPIENTS)] = Field(default_factory=list)
    subject: Annotated[OneLine, Field(max_length=998)] = ""
    text: Annotated[str, Field(max_length=MAX_TEXT_CHARS)] = ""
    attachments: Annotated[list[Attachment], Field(max_length=MAX_ATTACHMENTS)] = Field(default_factory=list)

    def recipients(self) -> list[Recipient]:
        return [*self.to, *self.cc, *self.bcc]


class EmailWorkflow:
    """Makes mails.

    Args:
        sender: the address that they come from, with or without a name.
        of_person: it is the person's own mailbox: their name stands before it, answers come to it, and what it sends
            keeps its Bcc. Otherwise it is the workspace's, and answers go to the person's proven address.
    """

    def __init__(self, *, sender: str, of_person: bool, library: LibraryService, blobs: BlobStore) -> None:
        self._sender = sender
        self._of_person = of_person
        self._library = library
        self._blobs = blobs

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        try:
            mail = EmailPayload.model_validate(payload)
        except ValidationError as error:
            raise invalid("This mail cannot be sent as it is.", error) from error
        return mail.model_dump(exclude_none=True)

    async def make(self, owner: Owner, payload: Mapping[str, Any], *, action_id: str) -> Made:
        mail = EmailPayload.model_validate(payload)
        if not mail.recipients():
            message = "Say whom it goes to."
            raise InvalidInput(message, fields=[FieldProblem("payload.to", "missing", message)])
        made = EmailMessage(policy=SMTP)
        made["From"] = Address(owner.name, addr_spec=self._sender) if self._of_person else self._sender
        if not self._of_person:
            made["Reply-To"] = Address(owner.name, addr_spec=owner.address)
        hidden = mail.bcc if self._of_person else []
        for header, people in (("To", mail.to), ("Cc", mail.cc), ("Bcc", hidden)):
            if people:
                made[header] = [Address(one.name or "", addr_spec=one.address) for one in people]
        made["Subject"] = mail.subject
        made["Message-ID"] = f"<{action_id}@{_domain(self._sender)}>"
        made[ACTION_HEADER] = action_id
        made.set_content(mail.text)
        attached = [await self._attach(owner, made, one) for one in mail.attachments]
        if sum(one["size_bytes"] for one in attached) > MAX_ATTACHED_BYTES:
            text = f"The attachments together may have {MAX_ATTACHED_BYTES // 2**20} MB. Leave some out."
            raise InvalidInput(text, fields=[FieldProblem("payload.attachments", "too_large", text)])
        request = {"sender": _address(self._sender), "recipients": _mailboxes(mail)}
        return Made(made.as_bytes(), request, self._preview(owner, mail, attached), tuple(_warnings(owner, mail)))

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
            "reply_to": None if self._of_person else _shown(Recipient(name=owner.name, address=owner.address)),
            **{name: [_shown(one) for one in getattr(mail, name)] for name in ("to", "cc", "bcc")},
            "subject": printable_line(mail.subject),
            "text": printable(mail.text),
            "attachments": attached,
        }


def _warnings(owner: Owner, mail: EmailPayload) -> list[Caution]:
    own = mail_key(owner.address).rpartition("@")[2]  # the person's, also where the workspace's address sends it
    outside = sorted({key.rpartition("@")[2] for key in map(_key, mail.recipients())} - {own})
    found = []
    if outside:
        text = f"Goes outside of {own}: {', '.join(outside)}."
        found.append(Caution(code="outside", message=text, field="to"))
    if not mail.subject:
        found.append(Caution(code="no_subject", message="It has no subject.", field="subject"))
    return found


def _mailboxes(mail: EmailPayload) -> list[str]:
    """Each mailbox once, in the order of the payload."""
    return list({_key(one): one.address for one in mail.recipients()}.values())


def _key(recipient: Recipient) -> str:
    return mail_key(recipient.address)


def _shown(recipient: Recipient) -> dict[str, str | None]:
    return {"name": recipient.name and printable_line(recipient.name), "address": printable_line(recipient.address)}


def _address(sender: str) -> str:
    return sender.rpartition("<")[2].rstrip(">").strip()


def _domain(sender: str) -> str:
    return _address(sender).rpartition("@")[2] or "localhost"

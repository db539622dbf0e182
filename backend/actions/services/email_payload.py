"""A mail as a person writes it."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from backend.actions.payloads import invalid
from backend.actions.services.email_headers import MESSAGE_ID
from backend.actions.services.mail_html import MAX_HTML_CHARS, formatted
from backend.actions.services.mailable import MailAddress, OneLine
from backend.errors import FieldProblem, InvalidInput
from backend.mail_address import mail_key

MAX_RECIPIENTS = 100
MAX_TEXT_CHARS = 200_000
MAX_ATTACHMENTS = 20


class Recipient(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[OneLine, Field(max_length=200)] | None = None
    address: MailAddress

    @property
    def key(self) -> str:
        return mail_key(self.address)


class Attachment(BaseModel):
    """A document's original file. `version` None: the present one, which is then written down."""

    model_config = ConfigDict(extra="forbid")

    document_id: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[int, Field(ge=1)] | None = None


class EmailPayload(BaseModel):
    """`html` is another form of the same words; `text` is made of it where none is given.

    `in_reply_to` is the document of the mail, or of the conversation, that it answers; `in_reply_to_message` is the
    Message-ID of the answered mail within it, without which the latest one is answered.
    """

    model_config = ConfigDict(extra="forbid")

    to: Annotated[list[Recipient], Field(max_length=MAX_RECIPIENTS)] = Field(default_factory=list)
    cc: Annotated[list[Recipient], Field(max_length=MAX_RECIPIENTS)] = Field(default_factory=list)
    bcc: Annotated[list[Recipient], Field(max_length=MAX_RECIPIENTS)] = Field(default_factory=list)
    subject: Annotated[OneLine, Field(max_length=998)] = ""
    text: Annotated[str, Field(max_length=MAX_TEXT_CHARS)] = ""
    html: Annotated[str, Field(max_length=MAX_HTML_CHARS)] | None = None
    attachments: Annotated[list[Attachment], Field(max_length=MAX_ATTACHMENTS)] = Field(default_factory=list)
    in_reply_to: Annotated[OneLine, Field(min_length=1, max_length=64)] | None = None
    in_reply_to_message: Annotated[str, Field(pattern=MESSAGE_ID)] | None = None

    @model_validator(mode="after")
    def _answers_something(self) -> Self:
        if self.in_reply_to is None and self.in_reply_to_message is not None:
            raise ValueError("in_reply_to_message is a mail of the document in in_reply_to, which is missing.")
        return self

    def recipients(self) -> list[Recipient]:
        return [*self.to, *self.cc, *self.bcc]

    def mailboxes(self) -> list[str]:
        """Each mailbox once, in the order of the payload."""
        return list({one.key: one.address for one in self.recipients()}.values())


def read_email(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload in its one form, of its page only what may leave. Errors: `InvalidInput` with the fields."""
    try:
        mail = EmailPayload.model_validate(payload)
    except ValidationError as error:
        raise invalid("This mail cannot be sent as it is.", error) from error
    if mail.html is None:
        return mail.model_dump(exclude_none=True)
    try:
        form = formatted(mail.html)
    except ValueError as error:
        raise InvalidInput(str(error), fields=[FieldProblem("payload.html", "not_sendable", str(error))]) from error
    text = mail.text or form.text[:MAX_TEXT_CHARS]
    return mail.model_copy(update={"html": form.html or None, "text": text}).model_dump(exclude_none=True)

"""Finds the mail that is answered: at Gmail, where its conversation lies, or in the file that was put into the library.

The library keeps the words of a mail and not its headers, so they are read where they are, when an answer is begun and
once more when it is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Protocol

from backend.access import Caller
from backend.actions.base import Owner
from backend.actions.services.answered import Answered
from backend.actions.ways import Accounts
from backend.connectors.acting import gmail as acting_gmail
from backend.connectors.base import Credential
from backend.connectors.gmail.auth import credential_for
from backend.connectors.gmail.client import GmailClient
from backend.connectors.gmail.processor import Choice, date_of, mail_of
from backend.connectors.manifest import Setup
from backend.connectors.models import Connection
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.documents.models import Document, Kind
from backend.errors import FieldProblem, InvalidInput
from backend.mail_address import mail_key

_GMAIL = "gmail"
#: A larger file is not read for its headers, which stand within so many bytes of its beginning.
_MAX_FILE_BYTES, _MAX_HEAD_BYTES = 50 * 2**20, 2**18
_NO_MAIL = "This document is no mail, so there is nothing to answer. Choose a mail, or write a new one."
_NOT_KNOWN = (
    "Of this mail only its words are kept here, not what an answer has to refer to. Answer it in your mail program, or "
    "write a new mail."
)
_MAIL_GONE = "The mail that this answers is not in its conversation any more. Begin the answer once more."
_GONE = "Gmail does not have this conversation any more. Write a new mail instead."


class ReadAccounts(Accounts, Protocol):
    """What was connected to act with, and what is read. Implemented by `connectors.service.ConnectionService`."""

    async def addresses_of(self, user_id: str) -> Sequence[str]:
        """The mail addresses of all accounts that a person has connected as their own, to read or to act."""
        ...

    async def unscoped_source(self, connection_id: str) -> Connection | None:
        """What a document was read with, for whoever may see the document; None: it is not connected any more."""
        ...


class FindsAnswered(Protocol):
    """Implementation: `Answers`."""

    async def find(self, caller: Caller, document_id: str, message_id: str | None = None) -> Answered: ...

    async def own_addresses(self, owner: Owner) -> frozenset[str]: ...


class Answers:
    """Args:
    server_address: that of the workspace's own mail, if it has one: an answer to all leaves it out.
    """

    def __init__(
        self, library: LibraryService, blobs: BlobStore, accounts: ReadAccounts, *, server_address: str | None
    ) -> None:
        self._library = library
        self._blobs = blobs
        self._accounts = accounts
        self._server_address = server_address

    async def find(self, caller: Caller, document_id: str, message_id: str | None = None) -> Answered:
        """Of a conversation the mail with this Message-ID, or else the latest; drafts and trash are left out.

        Errors: `NotFound` for a document that the caller does not see, `InvalidInput` for one that is no mail, whose
        headers nobody has, or that holds no mail with this Message-ID, `SourceError` where Gmail does not tell.
        """
        document = await self._library.get(caller, document_id)
        if document.kind is not Kind.email:
            raise _refused("not_a_mail", _NO_MAIL)
        if document.blob is not None and document.size_bytes <= _MAX_FILE_BYTES:
            return await self._in_file(document, document.blob, message_id)
        mailbox, _, thread_id = document.external_id.partition("/")
        if document.source != _GMAIL or document.connection_id is None or not thread_id or "/" in thread_id:
            raise _refused("headers_not_known", _NOT_KNOWN)
        thread = await self._thread(caller, document, mailbox, thread_id)
        return replace(_chosen(thread, message_id), mailbox=mailbox, thread_id=thread_id)

    async def own_addresses(self, owner: Owner) -> frozenset[str]:
        """The keys of all that is an owner's: their proven address, their accounts, and that of the server's mail."""
        named = [owner.address, self._server_address, *await self._accounts.addresses_of(owner.caller.user_id)]
        return frozenset(mail_key(one) for one in named if one)

    async def _in_file(self, document: Document, digest: str, message_id: str | None) -> Answered:
        content = await self._blobs.read(digest)
        headers = _headers(BytesHeaderParser().parsebytes(content[:_MAX_HEAD_BYTES]))
        if not headers.get("from"):
            raise _refused("headers_not_known", _NOT_KNOWN)
        answered = Answered.of(document.id, headers)
        if message_id not in (None, answered.message_id):
            raise _refused("mail_gone", _MAIL_GONE)
        return answered

    async def _thread(self, caller: Caller, document: Document, mailbox: str, thread_id: str) -> list[Answered]:
        """The mails of a conversation at Gmail, in its order; at least one."""
        setup, credential = await self._opened(caller, document, mailbox)
        client = GmailClient(setup, credential)
        try:
            thread = await client.thread(thread_id, whole=False)
        finally:
            await client.close()
        mails = Choice().mails(thread) if thread is not None else []
        if not mails:
            raise _refused("conversation_gone", _GONE)
        return [Answered.of(document.id, mail_of(one).headers, sent_at=date_of(one)) for one in mails]

    async def _opened(self, caller: Caller, document: Document, mailbox: str) -> tuple[Setup, Credential]:
        """The person's own account to act with, if it is this mailbox; otherwise what the document was read with."""
        for one in await self._accounts.to_act_with(caller.user_id):
            address = one.account.address if one.account else None
            if one.type == acting_gmail.SLUG and address and mail_key(address) == mail_key(mailbox):
                setup = self._accounts.opened(one)
                return setup, setup.credential
        source = await self._accounts.unscoped_source(document.connection_id or "")
        if source is None or source.type != _GMAIL:
            raise _refused("headers_not_known", _NOT_KNOWN)
        setup = self._accounts.opened(source)
        return setup, credential_for(setup, mailbox)


def _chosen(mails: Sequence[Answered], message_id: str | None) -> Answered:
    if message_id is None:
        return mails[-1]
    at = next((at for at, one in enumerate(mails) if one.message_id == message_id), None)
    if at is None:
        raise _refused("mail_gone", _MAIL_GONE)
    return replace(mails[at], later=tuple(dict.fromkeys(person for one in mails[at + 1 :] for person in one.sender)))


def _headers(message: Message) -> Mapping[str, str]:
    """By name in small letters, on one line each; of several of a name the first counts."""
    found: dict[str, str] = {}
    for name, value in message.items():
        found.setdefault(name.lower(), " ".join(str(value).split()))
    return found


def _refused(code: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields=[FieldProblem("payload.in_reply_to", code, message)])

"""What a mail would show to recipients who may not open it here: attached files, and words of documents.

Somebody with an account is asked for with all that they hold, anybody else with their address alone. What a person
holds by themselves is theirs to give; what they see by a connection or by sharing may not be.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from backend.access import Caller, mail_principal
from backend.actions.base import Owner
from backend.actions.models import Caution
from backend.actions.services.email_payload import EmailPayload, Recipient
from backend.actions.services.quoted_documents import FindsQuotes
from backend.auth.models import User
from backend.auth.repository import UserRepository
from backend.documents.library import LibraryService
from backend.documents.models import Document
from backend.errors import NotFound, Unavailable
from backend.mail_address import mail_key
from backend.monitoring.printable import printable_line

_NAMED_AT_MOST = 5
_MAX_TITLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class _Shown:
    """A document that a mail shows something of. `having`: the keys of those who have it already, from its source."""

    document: Document
    attached: bool
    having: frozenset[str]


class NotTheirs:
    """Args:
    caller_of: a person with all that they hold.
    """

    def __init__(
        self,
        library: LibraryService,
        users: UserRepository,
        quotes: FindsQuotes,
        caller_of: Callable[[User], Awaitable[Caller]],
    ) -> None:
        self._library = library
        self._users = users
        self._quotes = quotes
        self._caller_of = caller_of

    async def warnings(self, owner: Owner, mail: EmailPayload, words: str) -> list[Caution]:
        """One at the most; it has to be confirmed where a file is attached that somebody may not open."""
        shown = await self._shown(owner, mail, words)
        if not shown:
            return []
        closed = await self._closed(owner, mail.recipients(), shown)
        if not closed:
            return []
        attached = any(one.attached for one, _ in closed)
        texts = [_sentence(one, people) for one, people in closed[:_NAMED_AT_MOST]]
        more = len(closed) - len(texts)
        message = " ".join(texts) + (f" So it is with {more} more." if more > 0 else "")
        field = "attachments" if attached else "text"
        sources = [one.document.id for one, _ in closed[:_NAMED_AT_MOST]]
        return [Caution(code="not_theirs", message=message, field=field, confirm=attached, sources=sources)]

    async def _shown(self, owner: Owner, mail: EmailPayload, words: str) -> list[_Shown]:
        attached = [one.document_id for one in mail.attachments]
        try:
            quoted = [one.document_id for one in await self._quotes.within(owner.caller, words)]
        except Unavailable:  # then nothing is known of the words; the files are looked at all the same
            quoted = []
        answered = await self._document(owner, mail.in_reply_to) if mail.in_reply_to else None
        found: dict[str, _Shown] = {}
        for document_id in dict.fromkeys((*attached, *quoted)):
            document = await self._document(owner, document_id)
            if document is None or document.holder.is_person(owner.caller.user_id):
                continue
            having = _people_of(document)
            if answered is not None and document.external_id.startswith(f"{answered.external_id}/"):
                having |= _people_of(answered)  # a file of the conversation that is answered
            found[document_id] = _Shown(document, document_id in attached, having)
        return list(found.values())

    async def _document(self, owner: Owner, document_id: str) -> Document | None:
        try:
            return await self._library.get(owner.caller, document_id)
        except NotFound:
            return None

    async def _closed(
        self, owner: Owner, recipients: Sequence[Recipient], shown: Sequence[_Shown]
    ) -> list[tuple[_Shown, list[Recipient]]]:
        """The documents that somebody may not open, each with whom."""
        each = {one.key: one for one in recipients if one.key != mail_key(owner.address)}
        known: Mapping[str, User] = await self._users.proven_by(each)
        ids = [one.document.id for one in shown]
        without: dict[str, list[Recipient]] = {}
        for key, recipient in each.items():
            user = known.get(key)
            caller = await self._caller_of(user) if user is not None and user.active else _outsider(key)
            open_ = await self._library.visible_ids(caller, ids)
            for one in shown:
                if one.document.id not in open_ and key not in one.having:
                    without.setdefault(one.document.id, []).append(recipient)
        return [(one, without[one.document.id]) for one in shown if one.document.id in without]


def _outsider(key: str) -> Caller:
    """Whoever reads what is sent to an address, and has no account."""
    return Caller(user_id="", principals=frozenset({mail_principal(key)}))


def _people_of(document: Document) -> frozenset[str]:
    """Whom a mail names has it, whoever may open it here."""
    people = (*(document.given.people or ()), *(document.read.people or ()))
    return frozenset(mail_key(one.address) for one in people if one.address)


def _sentence(shown: _Shown, people: Sequence[Recipient]) -> str:
    named = [f"{one.name} <{one.address}>" if one.name else one.address for one in people[:_NAMED_AT_MOST]]
    more = f" and {len(people) - len(named)} more" if len(people) > len(named) else ""
    title = printable_line(shown.document.title)[:_MAX_TITLE_CHARS]
    how = "which is attached" if shown.attached else "of which words stand in the text"
    return f"{printable_line(', '.join(named))}{more} may not open '{title}' here, {how}."

"""Gmail: a Workspace domain with two mailboxes, read by a service account that acts for both."""

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from backend.connectors.gmail import connector as gmail
from backend.connectors.manifest import Manifest, Mode
from tests.contract.connectors.stage import ADA, BEN, Ability, Entry, FaultKind
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.gmail_service import GmailService
from tests.support.gmail_state import GmailMailbox, Mail, letter
from tests.support.provider_wire import Fault, Wire, served

_FORBIDDEN = {"error": {"code": 403, "message": "Forbidden", "errors": [{"reason": "forbidden", "domain": "global"}]}}
_LIMITED = {
    "error": {
        "code": 429,
        "message": "Rate Limit Exceeded",
        "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded", "message": "Rate Limit Exceeded"}],
    }
}
FAULTS: dict[FaultKind, Fault] = {
    "unauthorized": Fault(status=401, body={"error": {"code": 401, "errors": [{"reason": "authError"}]}}),
    "forbidden": Fault(status=403, body=_FORBIDDEN),
    "limited": Fault(status=429, headers=(("retry-after", "1"),), body=_LIMITED),
    "limited_without_a_time": Fault(status=429, body=_LIMITED),
    "down": Fault(status=503),
    "dropped": Fault("drop"),
    "cut": Fault("cut"),
    "garbled": Fault("garble"),
}


class GmailStage:
    can: frozenset[Ability] = frozenset({"move", "restore", "consent", "expire_cursor", "lie"})
    mode: Mode = "workspace"

    def __init__(self) -> None:
        self.service = GmailService()
        self.wire = Wire(self.service.app)
        self._words: dict[str, str] = {}
        self.reset()

    @property
    def manifest(self) -> Manifest:
        return gmail.MANIFEST

    @property
    def credentials(self) -> dict[str, Any]:
        return {"service_account": json.loads(self.service.accounts.key_file)}

    @property
    def options(self) -> dict[str, Any]:
        return {"mailboxes": [ADA, BEN]}

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, str]]:
        async with served(self.wire) as url:
            yield {
                "gmail_client_id": CLIENT_ID,
                "gmail_client_secret": CLIENT_SECRET,
                "gmail_api_url": url,
                "gmail_authorize_url": f"{url}/authorize",
                "gmail_token_url": f"{url}/token",
                "gmail_revoke_url": f"{url}/revoke",
                "gmail_keys_url": f"{url}/certs",
            }

    def reset(self) -> None:
        service = self.service
        service.mailboxes.clear()
        for address in (ADA, BEN):
            service.mailbox(address)
        service.lie, service.units_a_minute, service.page_size = None, None, 5
        service.without_gmail.clear()
        service.consents.revoke_all()
        service.consents.account = ADA
        service.accounts.is_key_valid = True
        service.downloads.clear()
        service.topics.reset()
        self._words.clear()
        self.wire.mend()

    def truth(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for address, mailbox in self.service.mailboxes.items():
            for thread, mails in mailbox.threads().items():
                kept = [mail for mail in mails if not mail.labels & {"TRASH", "SPAM", "DRAFT"}]
                if kept and not any(mail.broken for mail in kept):
                    id_ = f"{address}/{thread}"
                    found[id_] = Entry(self._words.get(id_, ""), frozenset({address}))
        return found

    def add(self, words: str, *readers: str) -> str:
        """In the mailbox of each reader; the id in the first of them."""
        made: list[str] = []
        for address in readers or (ADA,):
            mail = self.service.mailbox(address).deliver(letter(words, to=address))
            made.append(f"{address}/{mail.thread_id}")
            self._words[made[-1]] = words
        return made[0]

    def edit(self, id_: str, words: str) -> None:
        """Mails never change; a conversation goes on."""
        mailbox, mails = self._at(id_)
        mailbox.deliver(letter(words), thread=mails[0].thread_id)
        self._words[id_] = words

    def remove(self, id_: str) -> None:
        mailbox, mails = self._at(id_)
        for mail in mails:
            mailbox.trash(mail.id)

    def restore(self, id_: str) -> None:
        mailbox, mails = self._at(id_)
        for mail in mails:
            mailbox.untrash(mail.id)

    def move(self, id_: str) -> None:
        mailbox, mails = self._at(id_)
        label = mailbox.label("Projects")
        for mail in mails:
            mailbox.modify(mail.id, add=(label,), remove=("INBOX",))

    def share(self, id_: str, *readers: str) -> None:
        raise NotImplementedError("a mail cannot be shared")

    def spoil(self, id_: str) -> None:
        for mail in self._at(id_)[1]:
            mail.broken = "not a mail"

    def swell(self, id_: str) -> None:
        mailbox, mails = self._at(id_)
        mailbox.deliver(letter("many words " * 3_000), thread=mails[0].thread_id)

    def fail(self, nth: int, kind: FaultKind) -> None:
        self.wire.fail(nth, FAULTS[kind])

    def calls(self) -> int:
        return len(self.wire.journal)

    def expire_cursor(self) -> None:
        for mailbox in self.service.mailboxes.values():
            mailbox.forget_history()

    def expire_token(self) -> None:
        self.service.consents.expire()

    def revoke(self) -> None:
        self.service.accounts.is_key_valid = False
        self.service.consents.revoke_all()

    def lie(self, how: Literal["cut", "empty"] | None) -> None:
        self.service.lie = how

    async def consent(self, authorize_url: str) -> str:
        return await self.service.consents.allow(authorize_url)

    def _at(self, id_: str) -> tuple[GmailMailbox, list[Mail]]:
        address, _, thread = id_.partition("/")
        mailbox = self.service.mailbox(address)
        return mailbox, mailbox.threads()[thread]


def stage() -> GmailStage:
    return GmailStage()

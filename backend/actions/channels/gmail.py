"""Mail from a person's own mailbox at Gmail: a draft that is read back and compared, and then sent.

| call | error | means |
|---|---|---|
| create or read the draft | any, also a conversation that is gone | did not happen: nothing leaves with a draft |
| `drafts.send` | it did not arrive, 401, 403, 429, or a limit | did not happen |
| `drafts.send` | 400, 413 | did not happen, and will not |
| `drafts.send` | 404 | ambiguous: the draft is gone, and somebody may have sent it by hand |
| `drafts.send` | every other answer, a lost connection, a time-out | ambiguous |

Gmail may replace the Message-ID, so what is looked for is the conversation of the draft, and in it the mail that
carries the action's own header. https://developers.google.com/workspace/gmail/api/guides/drafts (2026-11)
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import structlog

from backend.actions.base import Lost, NotDone, Outgoing
from backend.actions.models import Attempt, Receipt
from backend.actions.services.email import ACTION_HEADER
from backend.connectors.google import gateway
from backend.connectors.http import no_answer
from backend.connectors.manifest import Setup
from backend.errors import (
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    TransientFailure,
)

log = structlog.get_logger(__name__)

_LABEL = "Gmail"
_ME = "/gmail/v1/users/me"
#: Shorter than what is left of an attempt's lease when its call begins.
_DEADLINE_SECONDS = 40.0
_BAD_REQUEST, _NOT_FOUND, _TOO_LARGE = 400, 404, 413
#: What Gmail writes into a mail by itself, and how a mail is wrapped: its parts are compared unwrapped.
_ITS_OWN = frozenset({"message-id", "date", "received", "return-path", "delivered-to"})
_WRAPPING = frozenset({"mime-version", "content-type", "content-transfer-encoding"})
_DIFFERS = "Gmail keeps another mail than the one that you approved. Nothing was sent; propose it again."
_GONE = "The conversation that it answers is not in the mailbox any more. Nothing was sent; write a new mail."
_LOST = "Gmail did not say whether the mail has left."


class GmailChannel:
    """One mailbox."""

    def __init__(self, setup: Setup) -> None:
        self._reading = gateway(_LABEL, setup, setup.credential, deadline_seconds=_DEADLINE_SECONDS)
        self._sending = gateway(_LABEL, setup, setup.credential, deadline_seconds=_DEADLINE_SECONDS, repeats=False)

    async def close(self) -> None:
        await self._reading.close()
        await self._sending.close()

    async def prepare(self, outgoing: Outgoing) -> Mapping[str, str]:
        """A draft of exactly these bytes. Errors: `NotDone` (draft_differs), `SourceError`."""
        message: dict[str, str] = {"raw": urlsafe_b64encode(outgoing.content).decode()}
        if thread := outgoing.request.get("thread_id"):
            message["threadId"] = thread
        draft = await self._draft(message)
        kept = await self._reading.json("GET", f"{_ME}/drafts/{quote(draft, safe='')}", params={"format": "raw"})
        found = _object(kept, "message")
        raw, thread_id = _text(found, "raw"), _text(found, "threadId")
        same = essence(urlsafe_b64decode(raw + "=" * (-len(raw) % 4))) == essence(outgoing.content)
        if not same or (thread and thread != thread_id):
            await self._forget(draft)
            raise NotDone("draft_differs", _DIFFERS)
        return {"draft": draft, "thread": thread_id}

    async def _draft(self, message: Mapping[str, str]) -> str:
        try:
            return _text(await self._reading.json("POST", f"{_ME}/drafts", body={"message": message}), "id")
        except SourceRefused as error:
            if "threadId" in message and error.answer_status in (_BAD_REQUEST, _NOT_FOUND):
                raise NotDone("conversation_gone", _GONE) from error
            raise

    async def send(self, outgoing: Outgoing, *, now: datetime) -> Receipt:
        try:
            sent = await self._sending.json("POST", f"{_ME}/drafts/send", body={"id": outgoing.prepared["draft"]})
            return _receipt(_text(sent, "id"), _text(sent, "threadId"), now)
        except SourceRateLimited as error:
            raise NotDone(error.code, error.message, again_after_seconds=error.retry_after_seconds or 0.0) from error
        except (ReauthRequired, PermissionMissing, InvalidConfig) as error:
            raise NotDone(error.code, error.message) from error
        except SourceRefused as error:
            if error.answer_status in (_BAD_REQUEST, _TOO_LARGE):
                raise NotDone("refused", "Gmail refused this mail. Nothing was sent.") from error
            raise Lost("answer_unclear", _LOST) from error
        except SourceError as error:
            if isinstance(error, TransientFailure) and not error.arrived:
                raise NotDone(error.code, error.message, again_after_seconds=0.0) from error
            raise Lost("answer_lost", _LOST) from error

    async def look(self, attempt: Attempt, request: Mapping[str, Any]) -> Receipt | None:
        """The mail with the action's header among what was sent in the draft's conversation. Errors: `SourceError`."""
        thread = attempt.prepared.get("thread")
        if not thread:
            return None
        params = {"format": "metadata", "metadataHeaders": ACTION_HEADER}
        try:
            found = await self._reading.json("GET", f"{_ME}/threads/{quote(thread, safe='')}", params=params)
        except SourceRefused as error:
            if error.answer_status == _NOT_FOUND:
                return None
            raise
        for one in found.get("messages") or [] if isinstance(found, dict) else []:
            if _is_sent(one, attempt.key):
                return _receipt(_text(one, "id"), thread, attempt.began_at)
        return None

    async def _forget(self, draft: str) -> None:
        try:
            await self._reading.answer("DELETE", f"{_ME}/drafts/{quote(draft, safe='')}")
        except SourceError as error:
            log.info("draft_not_deleted", code=error.code)


def essence(content: bytes) -> str:
    """What a mail says and to whom, whatever its way has added: a hash."""
    message = message_from_bytes(content, policy=SMTP)
    told = sha256()
    for name, value in sorted((name.lower(), " ".join(str(value).split())) for name, value in message.items()):
        if name in _ITS_OWN | _WRAPPING or name.startswith(("x-google-", "x-gmail-")):
            continue
        shown = parseaddr(value)[1] if name == "from" else value  # a person's own name there is theirs to choose
        told.update(f"{name}\0{shown}\0".encode("utf-8", "surrogateescape"))
    for part in message.walk():
        if not part.is_multipart():
            told.update(_told_by(part))
    return told.hexdigest()


def _told_by(part: Any) -> bytes:
    payload = part.get_payload(decode=True) if isinstance(part, EmailMessage) else b""
    content = payload if isinstance(payload, bytes) else b""
    if part.get_content_maintype() == "text":
        content = content.replace(b"\r\n", b"\n").rstrip(b"\n")
    return b"\0".join((part.get_content_type().encode(), (part.get_filename() or "").encode(), content, b""))


def _is_sent(message: Any, key: str) -> bool:
    if not isinstance(message, dict) or "SENT" not in (message.get("labelIds") or ()):
        return False
    payload = message.get("payload")
    headers = payload.get("headers") if isinstance(payload, dict) else None
    return any(
        isinstance(one, dict) and str(one.get("name")).lower() == ACTION_HEADER.lower() and one.get("value") == key
        for one in headers or ()
    )


def _receipt(message: str, thread: str, at: datetime) -> Receipt:
    url = f"https://mail.google.com/mail/#all/{message}"
    return Receipt(at=at, id=message, url=url, details={"thread": thread})


def _object(found: Any, name: str) -> Mapping[str, Any]:
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, dict):
        raise no_answer(_LABEL)
    return value


def _text(found: Any, name: str) -> str:
    """Errors: `TransientFailure` for an answer without it: it is evidence of nothing."""
    value = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(value, str) or not value:
        raise no_answer(_LABEL)
    return value

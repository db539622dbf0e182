"""Mails: headers and body as text, attachments as children."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.utils import getaddresses
from pathlib import PurePosixPath

from backend.documents.models import Embedded, Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.detect import is_readable
from backend.extraction.encoding import decode
from backend.extraction.extractors import legacy
from backend.extraction.extractors.html import from_markup
from backend.extraction.extractors.names import safe_name, unique
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_author, clean_title, parse_date

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MAX_PARTS = 1000
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "message/rfc822": ".eml",
    "application/pdf": ".pdf",
}


def extract(source: Source, kind: Kind) -> Content:
    """Raises `no_text` for a mail without words and without attachments."""
    if source.data.startswith(b"\xd0\xcf\x11\xe0"):
        return legacy.extract(source, kind)
    message = email.message_from_bytes(source.data.lstrip(b"\r\n"), policy=email.policy.default)
    parts = list(_parts(message))
    body = _body(source, parts)
    children, left_out = _attachments(parts, source)
    if left_out:
        source.warn(f"Attachments that hold no text were left out: {', '.join(left_out[:5])}.")
    builder = TextBuilder(source.limits)
    for name in _SHOWN:
        if value := _header(message, name):
            builder.line(f"{name}: {value}")
    if children:
        builder.line("Attachments: " + ", ".join(child.name for child in children))
    head, _ = builder.finish()
    if not body and not children and not _header(message, "Subject"):
        raise failure("no_text", "the mail has no words in it")
    text = f"{head}\n\n{body}" if head and body else head or body
    sender = getaddresses([_header(message, "From")])
    return Content(
        kind,
        text,
        (),
        Metadata(
            title=clean_title(_header(message, "Subject")),
            author=clean_author((sender[0][0] or sender[0][1]) if sender else None),
            created_at=parse_date(_header(message, "Date")),
            modified_at=parse_date(_header(message, "Date")),
        ),
        tuple(children),
    )


def _header(message: Message, name: str) -> str:
    """A header decoded to one line. Headers that break the rules are shown as they stand rather than refused."""
    try:
        value = message.get(name)
    except (ValueError, IndexError, AttributeError, TypeError):
        # The standard library's parser fails in several ways on malformed addresses and dates.
        value = next((raw for key, raw in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join(str(value or "").encode("utf-8", "replace").decode().split())


def _parts(message: Message) -> Iterator[EmailMessage]:
    """The parts that hold content, in order; a forwarded mail is one part and is not entered."""
    stack: list[Message] = [message]
    count = 0
    while stack:
        part = stack.pop()
        count += 1
        if count > _MAX_PARTS:
            raise failure("archive_bomb", f"more than {_MAX_PARTS} parts")
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            stack.extend(sub for sub in reversed(payload) if isinstance(sub, Message))
        elif isinstance(part, EmailMessage):
            yield part


def _is_attachment(part: EmailMessage) -> bool:
    return (
        part.get_content_disposition() == "attachment"
        or part.get_content_type() not in {"text/plain", "text/html"}
        or bool(_filename(part))
    )


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return ""


def _body(source: Source, parts: list[EmailMessage]) -> str:
    """The words of the mail: its plain parts, or its HTML parts when those are missing or say nothing."""
    inline = [part for part in parts if not _is_attachment(part)]
    plain = [_decoded(source, part) for part in inline if part.get_content_type() == "text/plain"]
    pages = [part for part in inline if part.get_content_type() == "text/html"]
    text = "\n\n".join(filter(None, plain))
    if not text and pages:
        shown = [from_markup(_decoded(source, part), source.limits, Kind.html).text for part in pages]
        text = "\n\n".join(filter(None, shown))
    return text


def _decoded(source: Source, part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    text, warnings = decode(data, declared=part.get_content_charset())
    for warning in warnings:
        if warning not in source.warnings:
            source.warn(warning)
    builder = TextBuilder(source.limits)
    builder.block(text.replace("\r\n", "\n"))
    return builder.finish()[0]


def _attachments(parts: list[EmailMessage], source: Source) -> tuple[list[Embedded], list[str]]:
    children: list[Embedded] = []
    left_out: list[str] = []
    taken: set[str] = set()
    for number, part in enumerate(filter(_is_attachment, parts), start=1):
        mime = part.get_content_type()
        payload = part.get_payload()
        if mime == "message/rfc822" and isinstance(payload, list) and payload:
            inner = payload[0]
            subject = _header(inner, "Subject") if isinstance(inner, Message) else ""
            data = inner.as_bytes() if isinstance(inner, Message) else b""
            proposed = _filename(part) or f"{subject.replace('/', '-') or 'message'}.eml"
        else:
            decoded = part.get_payload(decode=True)
            data = decoded if isinstance(decoded, bytes) else b""
            proposed = _filename(part) or f"attachment-{number}{_EXTENSIONS.get(mime, '')}"
        name = PurePosixPath(safe_name(proposed, fallback=f"attachment-{number}")).name
        if is_readable(name, data[:4096]):
            children.append(Embedded(unique(name, taken), data, mime))
        elif mime != "application/pkcs7-signature":
            left_out.append(name)
    return children, left_out

"""Mails: headers and body as text, attachments as children."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.utils import getaddresses

from backend.documents.models import Kind, Metadata, Section
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.encoding import decode
from backend.extraction.extractors import outlook
from backend.extraction.extractors.attached import Attached
from backend.extraction.extractors.html import from_markup
from backend.extraction.extractors.quoted import divide
from backend.extraction.extractors.tnef import MIME_TYPES, is_tnef, unpack
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_author, clean_title, parse_date
from backend.extraction.ocr.inside import shown_in

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MAX_PARTS = 1000
_MAX_DEPTH = 50
#: A plain part of so few words may only point to the part that is the mail.
_FEW_WORDS = 60
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:html|browser|navigateur|navegador|webbrowser|mail program|email client)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "message/rfc822": ".eml",
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
}


def extract(source: Source, kind: Kind) -> Content:
    """Raises `no_text` for a mail without words and without attachments."""
    if source.data.startswith(b"\xd0\xcf\x11\xe0"):
        return outlook.extract(source, kind)
    message = email.message_from_bytes(source.data.lstrip(b"\r\n"), policy=email.policy.default)
    parts = list(_parts(message))
    body = _body(source, message)
    sent = parse_date(_header(message, "Date"))
    attached = Attached(source.limits, sent)
    packed = _attach(attached, parts)
    children = attached.children
    body, quoted = divide(body or packed)
    for warning in attached.warnings():
        source.warn(warning)
    builder = TextBuilder(source.limits)
    for name in _SHOWN:
        if value := _header(message, name):
            builder.line(f"{name}: {value}")
    if children:
        builder.line("Attachments: " + ", ".join(child.name for child in children))
    head, _ = builder.finish()
    if not body and not children and not _header(message, "Subject"):
        if attached.pictures.unread:
            raise failure("not_recognised", "The mail holds only pictures")
        raise failure("no_text", "the mail has no words in it")
    text = f"{head}\n\n{body}" if head and body else head or body
    sections: tuple[Section, ...] = ()
    if quoted:
        start = len(text) + 2
        text = f"{text}\n\n{quoted}"
        sections = (Section(0, start), Section(start, len(text), "Earlier message", None, 1))
    sender = getaddresses([_header(message, "From")])
    return Content(
        kind,
        text,
        sections,
        Metadata(
            title=clean_title(_header(message, "Subject")),
            author=clean_author((sender[0][0] or sender[0][1]) if sender else None),
            created_at=sent,
            modified_at=sent,
        ),
        tuple(children),
    )


def _header(message: Message, name: str) -> str:
    """A header decoded to one line. Headers that break the rules are shown as they stand rather than refused."""
    try:
        value = message.get(name)
    except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError):
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


def _body(source: Source, message: Message) -> str:
    """The words of the mail: its parts in order, of alternatives (multipart/alternative) the one that says it all."""
    return "\n\n".join(text for text, _ in _bodies(source, message, 0))


def _bodies(source: Source, part: Message, depth: int) -> list[tuple[str, bool]]:
    """The words of each part that is shown, and whether they come from a page."""
    payload = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(payload, list):
        if depth > _MAX_DEPTH:
            return []
        found = [_bodies(source, one, depth + 1) for one in payload if isinstance(one, Message)]
        if part.get_content_subtype() == "alternative":
            return _chosen(found)
        return [body for bodies in found for body in bodies]
    if not isinstance(part, EmailMessage) or _is_attachment(part):
        return []
    text, is_page = _decoded(source, part), part.get_content_type() == "text/html"
    if is_page:
        text = from_markup(text, source.limits, Kind.html, mark_quotes=True).text
    return [(text, is_page)] if text.strip() else []


def _chosen(alternatives: list[list[tuple[str, bool]]]) -> list[tuple[str, bool]]:
    """The plain alternative, or the page when that one is missing or says nothing."""
    plain = next((bodies for bodies in alternatives if bodies and not any(page for _, page in bodies)), [])
    pages = next((bodies for bodies in reversed(alternatives) if any(page for _, page in bodies)), [])
    text, shown = ("\n\n".join(body for body, _ in bodies) for bodies in (plain, pages))
    if pages and len(_WORD.findall(text)) < _FEW_WORDS and (not text or _is_pointer(text, shown)):
        return pages
    return plain or pages


def _is_pointer(plain: str, page: str) -> bool:
    """Whether few plain words stand in for the page, which is the mail: they tell how to see it, or are far less."""
    words, shown = (set(map(str.lower, _WORD.findall(text))) for text in (plain, page))
    if words <= shown and len(shown) < 2 * len(words) + 10:
        return False
    return bool(shown - words) and (bool(_POINTS_ELSEWHERE.search(plain)) or len(shown) > 3 * len(words))


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


def _attach(attached: Attached, parts: list[EmailMessage]) -> str:
    """Adds what is attached; returns the words of a body that Outlook packed away."""
    body = ""
    shown = _shown_in_pages(parts)
    for number, part in enumerate(filter(_is_attachment, parts), start=1):
        mime = part.get_content_type()
        payload = part.get_payload()
        if mime == "message/rfc822" and isinstance(payload, list) and payload:
            inner = _carried(part, payload[0])
            subject = _header(inner, "Subject") if isinstance(inner, Message) else ""
            data = _as_sent(inner) if isinstance(inner, Message) else b""
            attached.add(_filename(part) or f"{subject.replace('/', '-') or 'message'}.eml", data, mime, number)
            continue
        decoded = part.get_payload(decode=True)
        data = decoded if isinstance(decoded, bytes) else b""
        if (mime in MIME_TYPES or _filename(part).lower() == "winmail.dat") and is_tnef(data):
            packed = unpack(data)
            body = body or packed.body.strip()
            for place, file in enumerate(packed.files[:_MAX_PARTS], start=1):
                name = file.name or f"attachment-{number}-{place}"
                attached.add(name, file.data, None, number, in_text=bool(file.content_id))
            continue
        name = _filename(part) or f"attachment-{number}{_EXTENSIONS.get(mime, '')}"
        in_text = part.get_content_disposition() == "inline" or _content_id(part) in shown
        attached.add(name, data, mime, number, in_text=in_text)
    return body


def _shown_in_pages(parts: list[EmailMessage]) -> set[bytes]:
    found: set[bytes] = set()
    for part in parts:
        if part.get_content_type() == "text/html" and not _is_attachment(part):
            data = part.get_payload(decode=True)
            found |= shown_in(data) if isinstance(data, bytes) else set()
    return found


def _content_id(part: EmailMessage) -> bytes:
    return _header(part, "Content-ID").strip("<>").encode()


def _carried[T](part: EmailMessage, inner: T) -> T | Message:
    """The mail inside of a part. None may be encoded as a whole (RFC 2046, 5.2.1), but some programs do it."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if not isinstance(inner, Message) or encoding not in {"base64", "quoted-printable"}:
        return inner
    if encoding == "base64" and inner.keys():
        return inner  # it only says so
    wrapped = Message()
    wrapped["Content-Transfer-Encoding"] = encoding
    wrapped.set_payload(_as_sent(inner).decode("ascii", "surrogateescape").strip())
    data = wrapped.get_payload(decode=True)
    return email.message_from_bytes(data, policy=email.policy.default) if isinstance(data, bytes) else inner


def _as_sent(message: Message) -> bytes:
    """A mail inside another one with its headers as they stand there: the usual policy fails on raw UTF-8 in them."""
    try:
        return message.as_bytes(policy=email.policy.compat32)
    except (ArithmeticError, AttributeError, IndexError, LookupError, TypeError, ValueError):
        return message.as_string(policy=email.policy.compat32).encode("utf-8", "replace")

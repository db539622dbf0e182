"""A mail as the Gmail API shows it: its headers, its words and its files. Pure, and patient with what breaks rules.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages#MessagePart (2026-11)
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import Any

from backend.connectors.gmail.client import Json, objects
from backend.connectors.gmail.data_stream import decoded
from backend.documents.models import Kind
from backend.errors import ExtractionFailed
from backend.extraction.encoding import clean, decode
from backend.extraction.extractors.html import from_markup
from backend.extraction.limits import Limits
from backend.extraction.ocr.inside import shown_in

_MAX_PARTS = 1000
_MAX_DEPTH = 50
#: A page with more of it is no letter; what it says is left out, and the document says so.
_MAX_PAGE_BYTES = 4 * 2**20
_LIMITS = Limits(
    max_text_chars=8 * 2**20,
    max_memory_bytes=0,
    max_archive_bytes=0,
    max_archive_ratio=0.0,
    max_archive_members=0,
    max_archive_depth=0,
)
#: A plain text of at most so many characters beside a page that says far more only asks for another program.
_PLACEHOLDER_CHARS = 300
_FAR_MORE = 4
_ESCAPE = b"\x1b"

LEFT_OUT = "(A part of this mail is too large to be read.)"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail. `id` never changes; `attachment_id`, where its bytes are fetched, does with every answer."""

    id: str
    mime: str
    filename: str
    headers: Mapping[str, str]
    size: int
    data: str | None
    attachment_id: str | None
    parts: tuple["Part", ...] = ()

    @property
    def is_file(self) -> bool:
        disposition = self.headers.get("content-disposition", "").split(";")[0].strip().casefold()
        return bool(self.filename) or disposition == "attachment" or self.mime == "message/rfc822"

    def is_in_text(self, shown: Set[bytes]) -> bool:
        """Whether the mail shows it within its words, by itself or in one of its pages, which show these ids."""
        disposition = self.headers.get("content-disposition", "").split(";")[0].strip().casefold()
        return disposition == "inline" or self.headers.get("content-id", "").strip("<> ").encode() in shown

    @property
    def charset(self) -> str | None:
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().casefold() == "charset":
                return value.strip().strip("\"'") or None
        return None


@dataclass(frozen=True, slots=True)
class Address:
    name: str | None
    address: str | None

    @property
    def shown(self) -> str:
        return f"{self.name} <{self.address}>" if self.name and self.address else self.name or self.address or ""


@dataclass(slots=True)
class _Count:
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """What is read of bodies: `fetched` are those that do not stand in the answer, by mail and part."""

    message_id: str
    fetched: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

    def of(self, part: Part) -> str:
        """The words of a part and what is inside of it; files and pictures have none."""
        if part.mime == "multipart/alternative" and part.parts:
            return self._alternative(part)
        if part.mime == "message/rfc822":
            return "" if part.attachment_id else self._inside(part)
        if part.parts:
            return "\n\n".join(filter(None, (self.of(inner) for inner in part.parts)))
        if part.is_file or part.mime not in ("text/plain", "text/html"):
            return ""
        data = self._bytes(part)
        if data is None or (part.mime == "text/html" and len(data) > _MAX_PAGE_BYTES):
            return LEFT_OUT
        text = _text_of(data, part.charset)
        return _page_text(text) if part.mime == "text/html" else text.strip()

    def shown(self, part: Part) -> set[bytes]:
        """The Content-IDs of the files that the pages among a mail's parts show within their words."""
        pages = (leaf for leaf in leaves(part) if leaf.mime == "text/html" and not leaf.is_file)
        return set[bytes]().union(*(shown_in(self._bytes(page) or b"") for page in pages))

    def _inside(self, part: Part) -> str:
        """A mail inside a mail that is no file of its own."""
        head = part.parts[0].headers if part.parts else {}
        named = (name for name in ("from", "date", "subject") if name in head)
        lines = [f"{name.title()}: {decoded_header(head[name])}" for name in named]
        return "\n\n".join(filter(None, ("\n".join(lines), *(self.of(inner) for inner in part.parts))))

    def _alternative(self, part: Part) -> str:
        """The plain text, or the page where it says more than that another program is needed."""
        plain: list[Part] = []
        rest: list[Part] = []
        for inner in part.parts:
            (plain if inner.mime == "text/plain" and not inner.is_file else rest).append(inner)
        text = "\n\n".join(filter(None, (self.of(inner) for inner in plain)))
        if len(text) > _PLACEHOLDER_CHARS:
            return text
        page = "\n\n".join(filter(None, (self.of(inner) for inner in rest)))
        return page if not text or (page != LEFT_OUT and len(page) > _FAR_MORE * len(text)) else text

    def _bytes(self, part: Part) -> bytes | None:
        if part.data is None and part.attachment_id is not None:
            return self.fetched.get((self.message_id, part.id))
        try:
            return decoded(part.data or "")
        except ValueError:
            return b""


def part_of(payload: Any, *, depth: int = 0, count: _Count | None = None) -> Part:
    """A payload as a tree, cut where it is absurdly wide or deep."""
    count = count or _Count()
    count.parts += 1
    payload = payload if isinstance(payload, dict) else {}
    body = payload.get("body") if isinstance(payload.get("body"), dict) else {}
    inner: list[Part] = []
    if depth < _MAX_DEPTH:
        for one in objects(payload, "parts"):
            if count.parts >= _MAX_PARTS:
                break
            inner.append(part_of(one, depth=depth + 1, count=count))
    size, data, attachment_id = body.get("size"), body.get("data"), body.get("attachmentId")
    return Part(
        id=str(payload.get("partId") or ""),
        mime=str(payload.get("mimeType") or "").casefold(),
        filename=decoded_header(str(payload.get("filename") or "")),
        headers=headers_of(payload),
        size=size if isinstance(size, int) else 0,
        data=data if isinstance(data, str) else None,
        attachment_id=attachment_id if isinstance(attachment_id, str) and attachment_id else None,
        parts=tuple(inner),
    )


def headers_of(payload: Json) -> dict[str, str]:
    """By name in small letters, on one line each; of several of a name the first counts."""
    found: dict[str, str] = {}
    for header in objects(payload, "headers"):
        value = " ".join(str(header.get("value") or "").split())
        found.setdefault(str(header.get("name") or "").casefold(), value)
    return found


def leaves(part: Part) -> Iterator[Part]:
    """The parts that hold something, in order. A mail inside a mail is entered only where it is no file to fetch."""
    if part.parts and not (part.mime == "message/rfc822" and part.attachment_id):
        for inner in part.parts:
            yield from leaves(inner)
    else:
        yield part


def decoded_header(value: str) -> str:
    """With the encoded words of RFC 2047, if Gmail left some. Never raises."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, UnicodeError, MessageError):
        return value


def addresses(value: str) -> list[Address]:
    """The people of a header; an address that breaks the rules stands as its name. Never raises."""
    if not value:
        return []
    try:
        people = getaddresses([value])
    except RecursionError:  # groups within groups, as nobody writes them
        people = []
    found = [
        Address(decoded_header(name).strip() or None, address.strip() if "@" in address else None)
        for name, address in people
    ]
    named = [one for one in found if one.name or one.address]
    return named or [Address(decoded_header(value), None)]


def _text_of(data: bytes, charset: str | None) -> str:
    """Gmail writes most bodies as UTF-8 whatever their header declares, so that comes first.

    ISO-2022 would pass for UTF-8: all of its bytes are ASCII.
    """
    if not (_ESCAPE in data and (charset or "").casefold().startswith("iso-2022")):
        try:
            return clean(data.decode())[0]
        except UnicodeDecodeError:
            pass
    return clean(decode(data, declared=charset)[0])[0]


def _page_text(page: str) -> str:
    try:
        return from_markup(page, _LIMITS, Kind.html).text
    except ExtractionFailed:
        return LEFT_OUT

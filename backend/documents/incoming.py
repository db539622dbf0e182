"""What comes into the library: items, their hashes, and the cleaning of names, texts and access lists."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

from backend.access import WORKSPACE, mail_principal
from backend.documents.models import DocumentStatus, Kind, Person, Section
from backend.mail_address import has_valid_domain

#: Longest path of an uploaded file that is kept; what is longer loses its front.
MAX_NAME_CHARS = 400
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"^[A-Za-z]:")
_MAIL = re.compile(r"[^@\s:,;<>\"]{1,64}@[^@\s:,;<>\"]+\.[^@\s:,;<>\".]+")
_IN_URL = r"[^\s\x00-\x20\x7f-\x9f]"
_URL = re.compile(rf"(?:https?://(?![/\\?#]){_IN_URL}+|mailto:{_IN_URL}+)", re.IGNORECASE)
_NAMED = re.compile(r"(user|group):(\S(?:.{0,198}\S)?)")


@dataclass(frozen=True, slots=True)
class TextItem:
    """A text with its external identity. `access` holds principals beside the owner's own.

    Of what is said about the text, None (and a title without words) leaves what was given before as it is.
    `sections` are the source's own headings and pages, as offsets into the text. `parent` is the external id of the
    item that this one belongs to at its source (a reply, a subpage): neither access nor deletion follows it. `revision`
    is whatever tells the source whether the item changed; a new one alone is no work. `same_as` is what the thing
    itself is called, wherever it is seen (a conversation by its first Message-ID): what two connections call alike is
    shown once to whoever sees both.
    """

    external_id: str
    title: str
    text: str
    url: str | None = None
    author: str | None = None
    modified_at: datetime | None = None
    access: frozenset[str] = frozenset()
    tags: tuple[str, ...] | None = None
    language: str | None = None
    kind: Kind = Kind.text
    path: str | None = None
    sections: tuple[Section, ...] = ()
    parent: str | None = None
    people: tuple[Person, ...] | None = None
    revision: str | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class FileItem:
    """An original that is already a blob. Without `title` the file's own title is taken, or else its name.

    Of what is said about the file, None leaves what was given before as it is. `inherited_date`: that of the archive or
    mail that it lies in, for a file that says none itself.
    """

    external_id: str
    filename: str
    digest: str
    size_bytes: int
    mime: str | None = None
    title: str | None = None
    url: str | None = None
    author: str | None = None
    modified_at: datetime | None = None
    access: frozenset[str] = frozenset()
    tags: tuple[str, ...] | None = None
    path: str | None = None
    parent: str | None = None
    people: tuple[Person, ...] | None = None
    revision: str | None = None
    same_as: str | None = None
    inherited_date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an item. `outcome`: "unchanged" means that no work was done at all.

    `access_changed`: the document was there before, and other people may see it now.
    """

    id: str
    external_id: str
    status: DocumentStatus
    outcome: Literal["created", "updated", "unchanged"]
    access_changed: bool = False


def content_hash(item: TextItem | FileItem) -> str:
    """Identifies the content: the text with its kind, or the bytes with the name that decides how they are read."""
    if isinstance(item, FileItem):
        return f"f:{item.digest}:{PurePosixPath(item.filename).suffix.casefold()}"
    digest = hashlib.sha256(item.text.encode())
    for section in item.sections:
        digest.update(repr((section.start, section.end, section.heading, section.page, section.level)).encode())
    return f"t:{digest.hexdigest()}:{item.kind}"


def digest_of(content: str) -> str:
    """The digest of the bytes in a file's `content_hash`."""
    return content.split(":", 2)[1]


def same_as_hash(name: str) -> str:
    """What an item is called wherever it is seen, as it is stored: short, however long the name."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def access_hash(access: Iterable[str]) -> str:
    """Identifies an access list, so that lists can be compared without being read."""
    return hashlib.sha256("\x1f".join(sorted(access)).encode()).hexdigest()[:32]


def clean_text(text: str) -> str:
    """Replaces what cannot be stored (NUL, lone surrogates) by U+FFFD, one for one."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def clean_name(name: str) -> str:
    """A relative path that is safe to show and to use as a name: no drive, no root, no `..`, no control characters.

    Files are never stored under this name (see `blobs`), so cleaning protects whoever downloads or unpacks them.
    """
    name = unicodedata.normalize("NFC", _CONTROL.sub("", clean_text(name))).replace("\\", "/")
    parts = [part.strip() for part in _DRIVE.sub("", name).split("/")]
    kept = [part for part in parts if part not in ("", ".", "..")]
    return "/".join(kept)[-MAX_NAME_CHARS:].lstrip("/") or "unnamed"


def parse_url(value: str) -> str:
    """The address where a document stands: http, https or mailto, since people click on it.

    Raises ValueError with a sentence that says what is allowed. Browsers drop tabs and line ends inside an address
    (``java\\nscript:``), so none are taken.
    """
    if _URL.fullmatch(value):
        return value
    raise ValueError("Use an address that begins with https://, http:// or mailto:, without spaces.")


def parse_principal(value: str) -> str:
    """One entry of an access list: ``user:<id>``, ``email:<mail>``, ``group:<name>``, ``workspace`` or a bare mail.

    Raises ValueError with a sentence that says what is allowed.
    """
    value = value.strip()
    if value == WORKSPACE:
        return value
    mail = value.removeprefix("email:")
    if _MAIL.fullmatch(mail) and has_valid_domain(principal := mail_principal(mail)):
        return principal
    if not value.startswith("email:") and _NAMED.fullmatch(value):
        return value
    raise ValueError(
        "Use user:<id>, email:<address>, group:<name>, workspace, or a mail address, with at most 200 characters."
    )


class UniqueNames:
    """Gives each name once: those that come again get ` (2)`, ` (3)` … before their suffix."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def take(self, name: str) -> str:
        candidate = name
        number = self._numbers.get(name, 1)
        while candidate in self._taken:
            number += 1
            path = PurePosixPath(name)
            candidate = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self._numbers[name] = number
        self._taken.add(candidate)
        return candidate

"""Turns Gmail's JSON of a conversation into a document and its attachments. Pure: reads no clock and no network."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import quote

from backend.connectors.gmail.client import Json, Label, objects
from backend.connectors.gmail.mime import Part, Words, addresses, decoded_header, leaves, part_of
from backend.connectors.gmail.quoted import without_quotes
from backend.connectors.pictures import NO_PICTURES, Pictures
from backend.documents.incoming import TextItem
from backend.documents.models import Kind, Person, Section
from backend.extraction.detect import PICTURE_TYPES
from backend.extraction.ocr.inside import SENTENCE_BYTES

#: Raised when conversations are to be read again because their text is put together in another way.
_FORMAT = 1
DRAFT, TRASH, SPAM, CHAT = "DRAFT", "TRASH", "SPAM", "CHAT"
#: Labels that say nothing of what a mail is, where it lies or who may see it.
_PASSING = frozenset({"UNREAD", "STARRED", "IMPORTANT"})
_PASSING_PREFIX = "CATEGORY_"
_PLACES = {"INBOX": "Inbox", "SENT": "Sent", SPAM: "Spam", TRASH: "Trash"}
_ROLES = ("from", "to", "cc", "bcc")
_MAX_PEOPLE = 100
_MAX_TITLE_CHARS = 300
_NO_SUBJECT = "(no subject)"
_ANSWERS = ("re:", "fwd:", "fw:", "aw:", "wg:", "sv:", "antw:")
_NO_WORDS = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_NO_WORDS_TYPES = frozenset({"image", "audio", "video"})
_SUFFIXES = {"message/rfc822": ".eml", "application/pdf": ".pdf", "text/html": ".html", "text/csv": ".csv"}
#: A body that does not stand in the answer is read up to this size.
_MAX_BODY_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Choice:
    """Which conversations are read, by label ids, and what of them. `with_trash`: trash and spam too."""

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    with_trash: bool = False
    pictures: Pictures = NO_PICTURES

    @property
    def fingerprint(self) -> str:
        """Of what decides on the text of a conversation and its files: with another one it is read again."""
        said = repr((_FORMAT, sorted(self.exclude), self.with_trash, *(["pictures"] if self.pictures.are_read else [])))
        return hashlib.sha256(said.encode()).hexdigest()[:8]

    def touches(self, labels: frozenset[str], moved: frozenset[str] | None, *, searched: bool) -> bool:
        """Whether a conversation may be another one after a mail of it came or went, or got or lost labels (`moved`).

        Reading and starring happen all day and change nothing, unless a search may ask for them.
        """
        if moved is None:
            return not self._is_outside(labels)
        told = {one for one in moved if one not in _PASSING and not one.startswith(_PASSING_PREFIX)}
        return searched or bool(told or moved & (self.include | self.exclude))

    def mails(self, thread: Json) -> list[Json]:
        """The mails that are read of a conversation, oldest first; none: it is left out.

        Drafts are no mails yet. One excluded label takes the whole conversation out: an answer to something private
        rarely carries its label.
        """
        mails = [one for one in objects(thread, "messages") if not self._is_outside(labels_of(one))]
        carried = frozenset[str]().union(*map(labels_of, mails))
        if carried & self.exclude or (self.include and not carried & self.include):
            return []
        return sorted(mails, key=lambda one: (date_of(one) or datetime.min.replace(tzinfo=UTC), str(one.get("id"))))

    def _is_outside(self, labels: frozenset[str]) -> bool:
        return bool(labels & {DRAFT, CHAT}) or (not self.with_trash and bool(labels & {TRASH, SPAM}))


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of a conversation that is read."""

    id: str
    labels: frozenset[str]
    date: datetime | None
    payload: Part

    @property
    def headers(self) -> Mapping[str, str]:
        return self.payload.headers

    @property
    def subject(self) -> str:
        return decoded_header(self.headers.get("subject", "")).strip()

    @property
    def files(self) -> list[Part]:
        return [part for part in leaves(self.payload) if part.is_file]


@dataclass(frozen=True, slots=True)
class Body:
    """A body that does not stand in the answer."""

    message_id: str
    part_id: str
    attachment_id: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail that may hold words."""

    message_id: str
    part: Part
    filename: str
    author: str | None
    modified_at: datetime | None
    same_as: str | None = None
    in_text: bool = False
    """It is a picture that the mail shows within its words."""
    is_too_many: bool = False
    """It is a picture beyond the number that is recognised of one conversation."""

    @property
    def is_picture(self) -> bool:
        return self.part.mime in PICTURE_TYPES

    @property
    def is_wrapped(self) -> bool:
        """Outlook's own wrapping, which is no format that others can read."""
        return self.part.mime == "application/ms-tnef" or self.filename.casefold() == "winmail.dat"


def mail_of(message: Json) -> Mail:
    return Mail(str(message.get("id") or ""), labels_of(message), date_of(message), part_of(message.get("payload")))


def labels_of(message: Json) -> frozenset[str]:
    found = message.get("labelIds")
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def date_of(message: Json) -> datetime | None:
    """When Gmail took the mail in, which nobody who writes one can choose; None where it is absurd."""
    try:
        return datetime.fromtimestamp(int(message["internalDate"]) / 1000, UTC)
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None


def bodies_to_fetch(mails: Sequence[Mail]) -> Iterator[Body]:
    for mail in mails:
        for part in leaves(mail.payload):
            is_body = part.mime in ("text/plain", "text/html") and not part.is_file
            if is_body and part.data is None and part.attachment_id and part.size <= _MAX_BODY_BYTES:
                yield Body(mail.id, part.id, part.attachment_id)


def message_ids(mails: Sequence[Mail]) -> list[str]:
    """The Message-ID headers, which a search for a single mail needs."""
    return list(dict.fromkeys(found for mail in mails if (found := mail.headers.get("message-id", ""))))


def conversation(
    mails: Sequence[Mail],
    *,
    external_id: str,
    url: str,
    labels: Mapping[str, Label],
    bodies: Mapping[tuple[str, str], bytes] | None = None,
) -> TextItem:
    """A conversation as one text, a section for each mail, oldest first. `mails` are not empty."""
    subject = next((mail.subject for mail in mails if mail.subject), "")
    text, sections = "", []
    seen: set[str] = set()
    for mail in mails:
        body = without_quotes(Words(mail.id, bodies or {}).of(mail.payload), seen)
        shown = "\n\n".join(filter(None, (_head(mail, subject), body)))
        start = len(text) + 2 if text else 0
        text = f"{text}\n\n{shown}" if text else shown
        sections.append(Section(start, len(text), heading=_heading(mail), level=1))
    carried = frozenset[str]().union(*(mail.labels for mail in mails))
    own = sorted(label.name for id_ in carried if (label := labels.get(id_)) and not label.is_system)
    return TextItem(
        external_id=external_id,
        title=subject[:_MAX_TITLE_CHARS] or _NO_SUBJECT,
        text=text,
        url=url,
        author=_author(mails[0]),
        modified_at=max((mail.date for mail in mails if mail.date), default=None),
        tags=tuple(own),
        kind=Kind.email,
        path=own[0] if own else next((name for id_, name in _PLACES.items() if id_ in carried), "All mail"),
        sections=tuple(sections),
        people=_people(mails),
        # Not by what its mails refer to: an old mail is often answered to write of something else.
        same_as=_same_as(mails[0]),
    )


def _same_as(mail: Mail) -> str | None:
    """What a mail is called in every mailbox. Some senders number their mails anew each day, so its date belongs to it.

    None for a mail without a Message-ID.
    """
    name = mail.headers.get("message-id", "").strip()
    return f"mid:{name} {mail.headers.get('date', '').strip()}" if name else None


def attachments(
    mails: Sequence[Mail], pictures: Pictures, *, bodies: Mapping[tuple[str, str], bytes] | None = None
) -> list[Attachment]:
    """The files that may hold words. Sounds, films, signatures and what only decorates are named in the text alone.

    Answers carry the pictures of what they answer along: of one name and length the first is taken.
    """
    found: list[Attachment] = []
    seen: set[tuple[str, str, int]] = set()
    for mail in mails:
        shown = Words(mail.id, bodies or {}).shown(mail.payload) if pictures.are_read else set[bytes]()
        for number, part in enumerate(mail.files, start=1):
            if not part.size or (part.data is None and part.attachment_id is None):
                continue
            is_picture, in_text = pictures.are_read and part.mime in PICTURE_TYPES, part.is_in_text(shown)
            if is_picture:
                same = (part.filename, part.mime, part.size)
                if same in seen or (in_text and part.size < SENTENCE_BYTES):
                    continue
                seen.add(same)
            elif part.mime in _NO_WORDS or part.mime.partition("/")[0] in _NO_WORDS_TYPES:
                continue
            same_as = (name := _same_as(mail)) and f"{name}/{part.id}"
            found.append(
                Attachment(
                    mail.id,
                    part,
                    _filename(part, number),
                    _author(mail),
                    mail.date,
                    same_as,
                    in_text=is_picture and in_text,
                    is_too_many=is_picture and len(seen) > pictures.at_most,
                )
            )
    return found


def address_of(mailbox: str, thread_id: str) -> str:
    """Where a conversation is read in a browser in which several accounts may be signed in."""
    return f"https://mail.google.com/mail/?authuser={quote(mailbox, safe='@')}#all/{quote(thread_id, safe='')}"


def _head(mail: Mail, subject: str) -> str:
    lines = [
        f"{role.title()}: {', '.join(one.shown for one in found)}"
        for role in _ROLES
        if (found := addresses(mail.headers.get(role, "")))
    ]
    if mail.date:
        lines.append(f"Date: {mail.date:%Y-%m-%d %H:%M} UTC")
    if _bare(mail.subject) != _bare(subject):
        lines.append(f"Subject: {mail.subject}")
    if files := mail.files:
        lines.append("Attachments: " + ", ".join(_filename(part, number) for number, part in enumerate(files, start=1)))
    return "\n".join(lines)


def _heading(mail: Mail) -> str:
    when = f"{mail.date:%Y-%m-%d}" if mail.date else ""
    return ", ".join(filter(None, (_author(mail) or "", when))) or "Mail"


def _author(mail: Mail) -> str | None:
    sender = addresses(mail.headers.get("from", ""))
    return (sender[0].name or sender[0].address) if sender else None


def _people(mails: Sequence[Mail]) -> tuple[Person, ...]:
    """Whom the mails name. The hidden recipients stand only in the copy of whoever sent the mail."""
    people: dict[tuple[str, str], Person] = {}
    for mail in mails:
        for role in _ROLES:
            for one in addresses(mail.headers.get(role, "")):
                key = (role, (one.address or one.name or "").casefold())
                people.setdefault(key, Person(role=role, name=one.name, address=one.address))
    return tuple(people.values())[:_MAX_PEOPLE]


def _bare(subject: str) -> str:
    """A subject without the marks of answers and forwards."""
    bare = subject.casefold().strip()
    while bare.startswith(_ANSWERS):
        bare = bare.partition(":")[2].strip()
    return bare


def _filename(part: Part, number: int) -> str:
    if part.filename:
        return PurePosixPath(part.filename.replace("\\", "/")).name or part.filename
    inner = decoded_header(part.parts[0].headers.get("subject", "")) if part.parts else ""
    name = inner.replace("/", "-").strip() or f"attachment-{number}"
    return f"{name}{_SUFFIXES.get(part.mime, '')}"

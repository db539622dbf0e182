"""Documents, their versions, sections and chunks, as every part of the house passes them around.

Offsets are always Unicode code points (Python string indices) into the stored text of one version.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from backend.access import Holder


class DocumentStatus(StrEnum):
    queued = "queued"
    processing = "processing"
    indexed = "indexed"
    failed = "failed"


class Kind(StrEnum):
    """What a document is, from its content rather than from its name."""

    pdf = "pdf"
    docx = "docx"
    pptx = "pptx"
    xlsx = "xlsx"
    html = "html"
    markdown = "markdown"
    text = "text"
    csv = "csv"
    json = "json"
    email = "email"
    mailbox = "mailbox"
    calendar = "calendar"
    notebook = "notebook"
    code = "code"
    data = "data"
    log = "log"
    archive = "archive"
    image = "image"
    message = "message"
    page = "page"
    ticket = "ticket"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text under one heading or on one page. `page` counts from 1; `level` is the heading's depth."""

    start: int
    end: int
    heading: str | None = None
    page: int | None = None
    level: int = 0


class Break(NamedTuple):
    """From `start` on, until the next break, the text stands on this page, under this path of headings."""

    start: int
    page: int | None
    heading: str | None


@dataclass(frozen=True, slots=True)
class ChunkSpan:
    """A chunk as offsets: `text[start:end]` is its text. `heading` is the path of headings, joined by ' › '.

    `heading` and `page` are those of the largest part of it; `breaks`, if there is more than one, tell each part's.
    """

    start: int
    end: int
    heading: str | None = None
    page: int | None = None
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself. Times are aware UTC; `language` is ISO 639-1."""

    title: str | None = None
    author: str | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a file: an archive's member, a mail in a mailbox, an attachment. `name` is a safe relative path.

    `dated` is what the file around it says of its date; what it says itself counts before that.
    """

    name: str
    data: bytes
    mime: str | None = None
    dated: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageWords:
    """Where the words of a recognised page stand; see `word_places` for what is packed. `page` counts from 1."""

    page: int
    packed: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """A file as text. `children` become documents of their own; `warnings` are shown on the document.

    `words`: of each page that text recognition read, where its words stand.
    """

    kind: Kind
    text: str
    sections: tuple[Section, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    children: tuple[Embedded, ...] = ()
    warnings: tuple[str, ...] = ()
    words: tuple[PageWords, ...] = ()


class DocumentError(BaseModel):
    """Why a document failed: a stable code and a sentence that says what to do."""

    code: str
    message: str


class Person(BaseModel):
    """Somebody whom a source names with an item. `role` is the source's word: author, recipient, assignee …"""

    model_config = ConfigDict(frozen=True)

    role: str
    name: str | None = None
    address: str | None = None


class Said(BaseModel):
    """What one side says of a document. None: it says nothing about it. Times are aware UTC."""

    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    url: str | None = None
    author: str | None = None
    tags: list[str] | None = None
    modified_at: datetime | None = None
    language: str | None = None
    path: str | None = None
    people: list[Person] | None = None

    def stored(self) -> dict[str, Any]:
        """The fields that say something, as the head holds them."""
        return self.model_dump(exclude_none=True)


def _holder(value: object) -> object:
    return Holder.parse(value) if isinstance(value, str) else value


class Document(BaseModel):
    """The head of a document: everything but its text. `version` is 0 until text was stored, then counts up.

    `parent_id` is the document that this one was found inside of, `parent_external_id` the item that its source says
    it belongs to. `same_as` identifies the thing itself (`incoming.same_as_hash`). `silent`: its words are outdated and
    answer nothing until its new version is read. `text_at` is `modified_at` as it was when the present version was
    read. `blob` is the sha256 of the original file. `depth` counts the documents that this one was found inside of,
    `archive_depth` the archives among them.
    """

    model_config = ConfigDict(extra="ignore")

    id: str
    holder: Annotated[Holder, BeforeValidator(_holder)]
    external_id: str
    title: str
    url: str | None = None
    source: str
    connection_id: str | None = None
    path: str | None = None
    revision: str | None = None
    parent_id: str | None = None
    parent_external_id: str | None = None
    same_as: str | None = None
    depth: int = 0
    archive_depth: int = 0
    kind: Kind = Kind.text
    filename: str | None = None
    mime: str | None = None
    blob: str | None = None
    size_bytes: int = 0
    content_hash: str
    status: DocumentStatus = DocumentStatus.queued
    error: DocumentError | None = None
    warnings: list[str] = Field(default_factory=list)
    version: int = 0
    chunks: int = 0
    silent: bool = False
    text_at: datetime | None = None
    access: list[str] = Field(default_factory=list)
    author: str | None = None
    language: str | None = None
    tags: list[str] = Field(default_factory=list)
    given: Said = Field(default_factory=Said)
    read: Said = Field(default_factory=Said)
    received_at: datetime
    created_at: datetime
    modified_at: datetime
    indexed_at: datetime | None = None


class DocumentText(BaseModel):
    """The stored text of one version with its sections.

    `excerpt`: the document or this version is gone, only what answers cite stands at its place, the rest is blank.
    """

    document_id: str
    version: int
    text: str
    sections: list[Section] = Field(default_factory=list)
    excerpt: bool = False


class Chunk(BaseModel):
    """A stored chunk. `id` is ``{document_id}.{version}.{ordinal}``; `hash` is the sha256 of title and text.

    `breaks` as in `ChunkSpan`, with offsets into the version's text.
    """

    id: str
    document_id: str
    version: int
    ordinal: int
    start: int
    end: int
    text: str
    heading: str | None = None
    page: int | None = None
    breaks: list[Break] = Field(default_factory=list)
    hash: str

"""The bodies of the documents and search routes, as the OpenAPI schema shows them.

Answers on hot paths are written by orjson straight from rows; these models document them, and a test holds both
to each other.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.access import source_group
from backend.api.bounds import ZonedTime
from backend.api.large_json import ListBody
from backend.documents.holders import Right
from backend.documents.incoming import clean_name, clean_text, parse_principal, parse_url
from backend.documents.models import DocumentError, DocumentStatus, Kind
from backend.documents.sharing import Grant, Reason
from backend.settings import Settings

DocumentId = Annotated[str, Path(max_length=64)]
Principal = Annotated[
    str,
    Field(max_length=320, examples=["workspace", "user:0192…", "email:ada@example.com", "group:legal"]),
    AfterValidator(parse_principal),
]
Url = Annotated[str, AfterValidator(parse_url)]
CleanText = Annotated[str, AfterValidator(clean_text)]
Tag = Annotated[CleanText, Field(min_length=1, max_length=100)]


class TextItemRequest(BaseModel):
    """One text. The same `external_id` replaces what was sent under it before.

    A title, author, time, address or tags that are left out stay as they were given; access does not.
    """

    model_config = ConfigDict(extra="forbid")

    external_id: CleanText = Field(min_length=1, max_length=1000)
    title: CleanText = Field("", max_length=1000)
    text: CleanText
    url: Url | None = Field(None, max_length=4000, description="http, https or mailto")
    author: CleanText | None = Field(None, max_length=300)
    modified_at: ZonedTime | None = None
    access: list[Principal] | None = Field(None, max_length=1000, description="who may see it, beside its owner")
    kind: Kind = Kind.text
    language: str | None = Field(None, pattern="^[a-z]{2}$", description="ISO 639-1; found out when left out")
    tags: list[Tag] = Field(default_factory=list, max_length=50)


class TextsRequest(ListBody):
    model_config = ConfigDict(extra="forbid")

    entry = TextItemRequest

    items: list[TextItemRequest] = Field(min_length=1)

    @classmethod
    def most_entries(cls, settings: Settings) -> int:
        return settings.upload.max_text_items


class StoredItem(BaseModel):
    """`outcome` "unchanged": it was there already, nothing is done again."""

    id: str
    external_id: str
    status: DocumentStatus
    outcome: Literal["created", "updated", "unchanged"]


class StoredItems(BaseModel):
    items: list[StoredItem]


class PersonOwner(BaseModel):
    """A person holds the document. `name` is empty when the account is gone."""

    id: str
    name: str


class ConnectionOwner(BaseModel):
    """A connection holds the document, so nobody changes it here."""

    connection_id: str
    name: str


class CollectionName(BaseModel):
    id: str
    name: str


class DocumentView(BaseModel):
    """The head of a document, as the caller is shown it."""

    id: str
    external_id: str
    title: str
    url: str | None
    source: str
    kind: Kind
    size_bytes: int
    status: DocumentStatus
    error: DocumentError | None
    warnings: list[str]
    version: int = Field(description="0 until text was stored, then counts up")
    chunks: int
    created_at: datetime
    modified_at: datetime
    indexed_at: datetime | None
    author: str | None
    language: str | None
    tags: list[str]
    filename: str | None
    parent_id: str | None = Field(description="the archive or mail that it was found in")
    connection_id: str | None
    narrowed: bool = Field(
        description="its source did not tell all of its rights, so only whoever connected it sees it, or whose account "
        "it is"
    )
    path: str | None = Field(description="where it lies at its source, folders divided by slashes")
    collections: list[CollectionName] = Field(description="the collections that it is in; none yet")
    demo: bool = Field(description="it is of the demo library")
    owner: PersonOwner | ConnectionOwner
    may: list[Right] = Field(description="what you may do with it")
    access: list[str] | None = Field(description="who may see it beside its owner; null for who may not change that")


class DocumentChange(BaseModel):
    """What is left out stays. An empty or null title, and null for tags, give way to what the file says."""

    model_config = ConfigDict(extra="forbid")

    access: list[Principal] | None = Field(
        None, max_length=1000, description="who may see it, beside its owner; null leaves it as it is"
    )
    title: Annotated[CleanText, Field(max_length=1000)] | None = None
    tags: list[Tag] | None = Field(None, max_length=50)


class GrantView(BaseModel):
    """`kind` and `group` name the source's group: a channel, a repository and its id there."""

    reason: Reason
    principal: str
    kind: str | None = None
    group: str | None = None

    @classmethod
    def of(cls, grant: Grant) -> Self:
        found = source_group(grant.principal) if grant.reason == "source_group" else None
        if found is None:
            return cls(reason=grant.reason, principal=grant.principal)
        kind, _, id_ = found[1].partition(":")
        return cls(reason=grant.reason, principal=grant.principal, kind=kind, group=id_ or None)


class WhyView(BaseModel):
    """Why you see this document: what its access list and you have in common, the strongest first."""

    document_id: str
    reasons: list[GrantView]
    narrowed: bool = Field(description="its source did not tell all of its rights")
    as_of: datetime | None = Field(
        description="when the rights of a connection's document were last known to be these; null for others"
    )


class DocumentPage(BaseModel):
    items: list[DocumentView]
    next_cursor: str | None


class DocumentStats(BaseModel):
    total: int
    by_status: dict[DocumentStatus, int]


class ConnectionCount(BaseModel):
    id: str
    name: str
    documents: int


class SourceCount(BaseModel):
    source: str
    demo: bool = Field(description="one of the demo library's, which `demo` stands for together")
    documents: int
    connections: list[ConnectionCount] = Field(description="that hold some of them, most first")


class SourceCounts(BaseModel):
    """Where the caller's documents come from, most first."""

    items: list[SourceCount]


class FolderCount(BaseModel):
    """`documents` lie in the folder or below it; `folders`: whether there are folders in it."""

    name: str
    path: str
    documents: int
    folders: bool


class FolderCounts(BaseModel):
    """By name. `more`: there are more of them than are named here."""

    items: list[FolderCount]
    more: bool


class SectionView(BaseModel):
    heading: str | None
    page: int | None
    start: int
    end: int
    level: int


class DocumentTextView(BaseModel):
    """Offsets count code points. `excerpt`: this version is gone; only what answers cite stands in its place."""

    document_id: str
    version: int
    text: str
    sections: list[SectionView]
    excerpt: bool


class PageBoxes(BaseModel):
    """Rectangles (left, top, right, bottom) as shares 0..1 of the page, from its top left corner."""

    page: int
    boxes: list[tuple[float, float, float, float]]


class HighlightView(BaseModel):
    start: int
    end: int


class HitConnectionView(BaseModel):
    """The connection that holds it; `type` is its connector's."""

    id: str
    name: str
    type: str


class CopyView(BaseModel):
    """Where else the same thing is; `connection` null: a person holds that one."""

    document_id: str
    title: str
    url: str | None
    source: str
    path: str | None
    connection: HitConnectionView | None


class HitView(BaseModel):
    """A passage: `text` is `text[start:end]` of that version. `highlights` are offsets into `text`.

    `page` (or slide) and `heading` are those of the first highlight; without one, of the beginning of the passage.
    `score` is between 0 and 1 and falls from hit to hit: 60 / (60 + place), the best has 0.9836. It tells the place in
    the ranking and is no measure of how well the passage fits; two searches are not compared by it. `similarity` is:
    how near the passage is to the question in meaning, their cosine on a scale that all models share: about 0 for what
    has nothing to do with it, at most about 1; null where the words alone found it.
    """

    document_id: str
    external_id: str
    title: str
    url: str | None
    source: str
    kind: str
    version: int
    start: int
    end: int
    text: str
    score: float
    modified_at: datetime
    page: int | None
    heading: str | None
    author: str | None
    similarity: float | None
    highlights: list[HighlightView]
    path: str | None = Field(description="where it lies at its source, folders divided by slashes")
    connection: HitConnectionView | None
    also: list[CopyView] = Field(description="the same thing elsewhere, as far as you may see it")


class SearchView(BaseModel):
    """Best first. `degraded` names parts of the search that did not answer."""

    hits: list[HitView]
    degraded: list[str]
    corrected: str | None = Field(
        description="what was searched for instead, since no document has a word of the query"
    )


def safe_filename(name: str) -> str:
    """The last part of a cleaned path, for a Content-Disposition header."""
    return clean_name(name).rsplit("/", 1)[-1]

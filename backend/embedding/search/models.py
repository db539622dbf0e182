"""What goes into a search and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from backend.embedding.models.base import Vectors


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions pushed down into both legs. Empty means 'any'; within one field any value may match."""

    sources: frozenset[str] = frozenset()
    connections: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    document_ids: frozenset[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None

    @property
    def empty(self) -> bool:
        return self == _NO_FILTERS


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One chunk as both indexes take it. `embedded_text` is title and chunk, as the model saw it.

    `vector` has the embedder's dimension and unit length. `modified_at` is Unix time in seconds.
    """

    chunk_id: str
    document_id: str
    title: str
    text: str
    vector: Vectors
    access: frozenset[str]
    source: str
    kind: str
    modified_at: float
    connection_id: str | None = None
    author: str | None = None
    language: str | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IndexHit:
    """A candidate from one leg; `score` is comparable within that leg and query only."""

    chunk_id: str
    document_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Highlight:
    """A matched word as offsets into the hit's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: `text` is `version_text[start:end]` of that document version, always.

    `score` tells the place among the hits (`ranking.shown_score`); `similarity` is the cosine, for judging a question.
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
    page: int | None = None
    heading: str | None = None
    author: str | None = None
    chunk_ids: tuple[str, ...] = ()
    similarity: float | None = None
    highlights: tuple[Highlight, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `degraded` names the legs that failed and were dropped; `seconds` by stage."""

    hits: tuple[Hit, ...]
    degraded: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def by_access(changes: Mapping[str, frozenset[str]]) -> dict[frozenset[str], list[str]]:
    """Changes of access, by document id, as the documents that get the same list."""
    grouped: dict[frozenset[str], list[str]] = {}
    for document_id, access in changes.items():
        grouped.setdefault(access, []).append(document_id)
    return grouped


_NO_FILTERS = Filters()

"""What goes into a search and what comes out of it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from backend.documents.breaks import Standing, standing
from backend.documents.models import Break
from backend.embedding.models.base import Vectors


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions pushed down into both legs. Empty means 'any'; within one field any value may match.

    `paths` are folders, as `documents.paths.folder_of` writes them: what lies in one, or is it, passes.
    """

    sources: frozenset[str] = frozenset()
    connections: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    document_ids: frozenset[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None

    @property
    def empty(self) -> bool:
        return self == _NO_FILTERS


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One chunk as both indexes take it. `embedded_text` is title and chunk, as the model saw it.

    `vector` has the embedder's dimension and unit length. `modified_at` is Unix time in seconds. The words of
    `path` and `filename` are found by the lexical index, too.
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
    path: str | None = None
    filename: str | None = None


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
class HitConnection:
    """The connection that holds a document, by the name that is shown. `type` is its connector's."""

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Where else the thing of a hit is seen; `connection` None: a person holds it."""

    document_id: str
    title: str
    url: str | None
    source: str
    path: str | None
    connection: HitConnection | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: `text` is `version_text[start:end]` of that document version, always.

    `score` tells the place among the hits (`ranking.shown_score`); `similarity` is the cosine, for judging a question.
    `page` and `heading` are those of the largest part of its first chunk; what is shown of it stands at `standing`.
    `also`: the same thing, as far as the caller sees it elsewhere.
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
    path: str | None = None
    language: str | None = None
    connection: HitConnection | None = None
    also: tuple[Copy, ...] = ()
    breaks: tuple[Break, ...] = ()

    def standing(self, start: int, end: int) -> Standing:
        """The page and the headings of a stretch of it; offsets are those of the version's text."""
        if not self.breaks:
            return Standing(self.page, heading=self.heading)
        return standing(self.breaks, start, end)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `degraded` names the legs that failed and were dropped; `seconds` by stage.

    `corrected`: the query that was searched in place of the one that was typed.
    """

    hits: tuple[Hit, ...]
    degraded: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    corrected: str | None = None


def by_value[V: Hashable](changes: Mapping[str, V]) -> dict[V, list[str]]:
    """Changes, by document id, as the documents that get the same value."""
    grouped: dict[V, list[str]] = {}
    for document_id, value in changes.items():
        grouped.setdefault(value, []).append(document_id)
    return grouped


_NO_FILTERS = Filters()
#: Of no document.
NOT_TOLD: Mapping[str, str | None] = MappingProxyType({})

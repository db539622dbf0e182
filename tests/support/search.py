"""Entries and vectors for tests of the indexes."""

from collections.abc import Iterable

import numpy as np

from backend.embedding.models.base import Vectors
from backend.embedding.search.models import IndexEntry

DIMENSION = 32
ANN = frozenset({"user:ann"})
BEN = frozenset({"user:ben"})
MARCH_2024 = 1_710_000_000.0


#: Folders with what lies in each, and what only looks as if it did.
FOLDERS: dict[str, tuple[list[str], list[str | None]]] = {
    "Team/Plans": (
        ["Team/Plans", "Team/Plans/2026", "Team/Plans/2026/Q1/a.md"],
        ["Team/Plans2", "Team", "team/plans/2026", "Old/Team/Plans", "Team/Plans 2026/x", None],
    ),
    "100% & co_": (["100% & co_", "100% & co_/b"], ["100x & co_/b", "100% & coX/b", "1"]),
    "Über.*[a]$": (["Über.*[a]$/☃"], ["Über.x[a]$/☃", "Uber.*[a]$/☃"]),
    "a" * 400: (["a" * 400 + "/b"], ["a" * 399, "a" * 401]),
    "/".join(map(str, range(60))): (["/".join(map(str, range(61)))], ["/".join(map(str, [*range(59), 0]))]),
}


def unit_vectors(count: int, *, dimension: int = DIMENSION, seed: int = 0) -> Vectors:
    """Random directions, shape (count, dimension)."""
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def axis(number: int, *, dimension: int = DIMENSION) -> Vectors:
    """The unit vector along one axis: cosine 1 to itself, 0 to all others."""
    vector = np.zeros(dimension, np.float32)
    vector[number % dimension] = 1
    return vector


def entry(
    chunk_id: str,
    *,
    vector: Vectors | None = None,
    text: str = "some words",
    title: str = "A title",
    document_id: str | None = None,
    access: Iterable[str] = ANN,
    source: str = "files",
    kind: str = "text",
    modified_at: float = MARCH_2024,
    connection_id: str | None = None,
    author: str | None = None,
    language: str | None = "en",
    tags: Iterable[str] = (),
    path: str | None = None,
    filename: str | None = None,
) -> IndexEntry:
    """An index entry; the document is the chunk id's part before the first dot unless it is given."""
    return IndexEntry(
        chunk_id=chunk_id,
        document_id=document_id or chunk_id.partition(".")[0],
        title=title,
        text=text,
        vector=axis(0) if vector is None else vector,
        access=frozenset(access),
        source=source,
        kind=kind,
        modified_at=modified_at,
        connection_id=connection_id,
        author=author,
        language=language,
        tags=frozenset(tags),
        path=path,
        filename=filename,
    )

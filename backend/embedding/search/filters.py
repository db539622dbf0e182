"""What a search may be restricted to, as one predicate over an entry's own fields.

`after` is inclusive and `before` exclusive, both against the document's modification time.
"""

from collections.abc import Set as AbstractSet

from backend.documents.paths import lies_in
from backend.embedding.search.models import Filters, IndexEntry


def matches(
    filters: Filters,
    *,
    document_id: str,
    source: str,
    kind: str,
    modified_at: float,
    connection_id: str | None = None,
    author: str | None = None,
    language: str | None = None,
    tags: AbstractSet[str] = frozenset(),
    path: str | None = None,
) -> bool:
    """Whether a document with these fields passes. `modified_at` is Unix time in seconds."""
    if filters.empty:
        return True
    return (
        _one_of(source, filters.sources)
        and _one_of(connection_id, filters.connections)
        and _one_of(author, filters.authors)
        and _one_of(kind, filters.kinds)
        and _one_of(language, filters.languages)
        and _one_of(document_id, filters.document_ids)
        and (not filters.tags or not filters.tags.isdisjoint(tags))
        and (not filters.paths or lies_in(path, filters.paths))
        and (filters.after is None or modified_at >= filters.after.timestamp())
        and (filters.before is None or modified_at < filters.before.timestamp())
    )


def entry_matches(filters: Filters, entry: IndexEntry) -> bool:
    """`matches` for an index entry."""
    return matches(
        filters,
        document_id=entry.document_id,
        source=entry.source,
        kind=entry.kind,
        modified_at=entry.modified_at,
        connection_id=entry.connection_id,
        author=entry.author,
        language=entry.language,
        tags=entry.tags,
        path=entry.path,
    )


def _one_of(value: str | None, allowed: frozenset[str]) -> bool:
    return not allowed or value in allowed

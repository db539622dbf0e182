"""Of which documents a list or a count is, field by field, as one database filter."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.documents.paths import lying_in


@dataclass(frozen=True, slots=True)
class Restriction:
    """Empty means any; within one field any value may match, and every field that says something must.

    The same as `embedding.search.models.Filters`, for the heads of documents: `after` is inclusive and `before`
    exclusive, both against the time that a document was changed.
    """

    sources: AbstractSet[str] = frozenset()
    connections: AbstractSet[str] = frozenset()
    authors: AbstractSet[str] = frozenset()
    kinds: AbstractSet[str] = frozenset()
    languages: AbstractSet[str] = frozenset()
    tags: AbstractSet[str] = frozenset()
    paths: AbstractSet[str] = frozenset()
    document_ids: AbstractSet[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None

    def clauses(self) -> list[dict[str, Any]]:
        """Filters that all must hold; none where nothing is restricted."""
        named = (
            ("_id", self.document_ids),
            ("source", self.sources),
            ("connection_id", self.connections),
            ("author", self.authors),
            ("kind", self.kinds),
            ("language", self.languages),
            ("tags", self.tags),
        )
        found: list[dict[str, Any]] = [{field: {"$in": sorted(values)}} for field, values in named if values]
        if self.paths:
            found.append(lying_in(self.paths))
        if self.after is not None:
            found.append({"modified_at": {"$gte": self.after}})
        if self.before is not None:
            found.append({"modified_at": {"$lt": self.before}})
        return found

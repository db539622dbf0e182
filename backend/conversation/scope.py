"""Where questions are asked: in everything, or in sources, connections, documents, a span of time.

A scope is kept as it was said. What it names is never looked up: what one may not see is no other than what is not
there, and finds as much.
"""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Self, cast

from pydantic import BaseModel, ConfigDict, Field

from backend.documents.demo_marks import with_demo
from backend.embedding.search.models import Filters


class QuestionScope(BaseModel):
    """What questions are restricted to. Within one field any value may match; what is empty restricts nothing.

    `sources` may name the demo. `after` is inclusive and `before` exclusive, against when a document was changed.
    """

    model_config = ConfigDict(extra="ignore")

    sources: list[str] = Field(default_factory=list)
    connections: list[str] = Field(default_factory=list)
    authors: list[str] = Field(default_factory=list)
    kinds: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    paths: list[str] = Field(default_factory=list)
    document_ids: list[str] = Field(default_factory=list)
    after: datetime | None = None
    before: datetime | None = None

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self | None:
        """From what is stored; None where that is everything."""
        return cls.model_validate(record) if record else None


def record_of(filters: Filters) -> dict[str, Any]:
    """What of the filters is set, in types that the database keeps."""
    record: dict[str, Any] = {}
    for item in fields(filters):
        value = getattr(filters, item.name)
        if value:
            record[item.name] = sorted(value) if isinstance(value, frozenset) else value
    return record


def filters_of(record: dict[str, Any]) -> Filters:
    values = {name: frozenset(value) if isinstance(value, list) else value for name, value in record.items()}
    return Filters(**cast("dict[str, Any]", values))


def searched(filters: Filters) -> Filters:
    """As the search takes them, with the sources of the demo in place of its name."""
    return replace(filters, sources=with_demo(filters.sources))

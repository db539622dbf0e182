"""What is known of a document, by who says it: given by its source or a person, or read from its file.

Both are stored apart (`given`, `read` in the head) and merged into the fields that lists and searches use. So a new
share or a new version, which says nothing of a title or a date, wipes neither what was given nor what was read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from backend.documents.incoming import FileItem, TextItem
from backend.documents.models import Said

#: The merged fields that both indexes hold: a change of one of them is a change of the index.
INDEXED_FIELDS = ("title", "author", "tags", "modified_at", "language")


def given_by(item: TextItem | FileItem, before: Said) -> Said:
    """`before` with what an item says. What it leaves out stays; an empty text takes back what was given."""
    says: dict[str, Any] = {
        "title": (item.title or "").strip() or None,
        "url": item.url,
        "author": item.author,
        "tags": None if item.tags is None else list(item.tags),
        "modified_at": None if item.modified_at is None else in_milliseconds(item.modified_at),
        "path": item.path,
        "people": None if item.people is None else list(item.people),
        "language": item.language if isinstance(item, TextItem) else None,
    }
    stated = {name: None if value == "" else value for name, value in says.items() if value is not None}
    return before.model_copy(update=stated)


def in_milliseconds(moment: datetime) -> datetime:
    """As the database gives it back, so that the same time again is no change."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def name_of(external_id: str, filename: str | None) -> str:
    """What a document without any title is called."""
    return PurePosixPath(filename).name if filename else external_id


def merged(given: Said, read: Said, *, external_id: str, filename: str | None, received_at: datetime) -> dict[str, Any]:
    """The fields of the head that lists and searches use: what was given, else what was read, else a fallback.

    Args:
        received_at: when this content came in; the time of a document of which nobody says one.
    """
    title = given.title or read.title or name_of(external_id, filename)
    tags = given.tags if given.tags is not None else read.tags
    return {
        "title": title,
        "title_folded": title.casefold(),
        "url": given.url,
        "author": given.author or read.author,
        "tags": list(tags or ()),
        "modified_at": given.modified_at or read.modified_at or received_at,
        "language": given.language or read.language,
        "path": given.path or filename,
    }


def indexed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Of merged fields those that the outcome of indexing may write: the others may have been changed meanwhile."""
    return {name: fields[name] for name in (*INDEXED_FIELDS, "title_folded")}

"""Search hits for tests of answering."""

from datetime import UTC, datetime

from backend.embedding.search.models import Hit


def hit(
    text: str,
    *,
    document_id: str = "doc",
    title: str = "A title",
    start: int = 0,
    version: int = 1,
    similarity: float | None = None,
) -> Hit:
    """A passage that stands at `start` in its document version."""
    return Hit(
        document_id=document_id,
        external_id=document_id,
        title=title,
        url=None,
        source="upload",
        kind="text",
        version=version,
        start=start,
        end=start + len(text),
        text=text,
        score=1.0,
        modified_at=datetime(2025, 1, 1, tzinfo=UTC),
        similarity=similarity,
    )

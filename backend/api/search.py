"""Search over everything that the caller may see."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from backend.api.bounds import FolderPath, ZonedTime
from backend.api.dependencies import CurrentCaller
from backend.api.document_schemas import SearchView
from backend.api.json_response import OrjsonResponse
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Search
from backend.embedding.search.models import Filters, Hit

router = APIRouter(tags=["search"], responses=PROBLEM_RESPONSES)

_MAX_QUERY_CHARS = 2000
_SIMILARITY_DIGITS = 2
Choice = Annotated[list[str] | None, Query(max_length=50)]


@router.get("/search", summary="Search", response_model=SearchView)
async def search(
    search: Search,
    caller: CurrentCaller,
    q: Annotated[str, Query(min_length=1, max_length=_MAX_QUERY_CHARS, description="a question or words")],
    source: Choice = None,
    connection: Choice = None,
    path: Annotated[
        list[FolderPath] | None, Query(max_length=50, description="only what lies in one of these folders, or is it")
    ] = None,
    author: Choice = None,
    kind: Choice = None,
    language: Choice = None,
    tag: Choice = None,
    document: Annotated[list[str] | None, Query(max_length=50, description="only in these documents, by id")] = None,
    after: Annotated[ZonedTime | None, Query(description="changed at or after this time")] = None,
    before: Annotated[ZonedTime | None, Query(description="changed before this time")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    group: Annotated[
        Literal["document", "chunk"], Query(description="one hit per document, or every passage")
    ] = "document",
) -> Response:
    """By meaning and by words at once, best first. A filter that is given several times matches any of its values."""
    result = await search.search(
        caller,
        q,
        filters=Filters(
            sources=_any(source),
            connections=_any(connection),
            paths=_any(path),
            authors=_any(author),
            kinds=_any(kind),
            languages=_any(language),
            tags=_any(tag),
            document_ids=_any(document),
            after=after,
            before=before,
        ),
        limit=limit,
        group=group,
    )
    return OrjsonResponse({"hits": [_view(hit) for hit in result.hits], "degraded": result.degraded})


def _any(values: Sequence[str] | None) -> frozenset[str]:
    return frozenset(value for value in values or () if value)


def _view(hit: Hit) -> dict[str, Any]:
    return {
        "document_id": hit.document_id,
        "external_id": hit.external_id,
        "title": hit.title,
        "url": hit.url,
        "source": hit.source,
        "kind": hit.kind,
        "version": hit.version,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "score": hit.score,
        "modified_at": hit.modified_at,
        "page": hit.page,
        "heading": hit.heading,
        "author": hit.author,
        "similarity": None if hit.similarity is None else round(hit.similarity, _SIMILARITY_DIGITS),
        "highlights": [{"start": mark.start, "end": mark.end} for mark in hit.highlights],
        "path": hit.path,
        "connection": hit.connection,
        "also": hit.also,
    }

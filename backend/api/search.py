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
from backend.documents.demo_marks import with_demo
from backend.embedding.search.models import Filters, Highlight, Hit

router = APIRouter(tags=["search"], responses=PROBLEM_RESPONSES)

_MAX_QUERY_CHARS = 2000
_SIMILARITY_DIGITS = 2
Choice = Annotated[list[str] | None, Query(max_length=50)]


@router.get("/search", summary="Search", response_model=SearchView)
async def search(
    search: Search,
    caller: CurrentCaller,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=_MAX_QUERY_CHARS,
            description='a question or words; what stands in quotation marks ("exact phrase") must be there as it is',
        ),
    ],
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
    correct: Annotated[
        bool, Query(description="take a word that no document has for one that is spelt nearly like it")
    ] = True,
) -> Response:
    """By meaning and by words at once, best first. A filter that is given several times matches any of its values.

    What has no word in common with the query and is far from it in meaning is left out, so that there may be no hits.
    """
    result = await search.search(
        caller,
        q,
        filters=Filters(
            sources=with_demo(_any(source)),
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
        strict=True,
        spelling=correct,
    )
    return OrjsonResponse(
        {
            "hits": [_view(hit) for hit in result.hits],
            "degraded": result.degraded,
            "corrected": result.corrected,
        }
    )


def _any(values: Sequence[str] | None) -> frozenset[str]:
    return frozenset(value for value in values or () if value)


def _view(hit: Hit) -> dict[str, Any]:
    mark = hit.highlights[0] if hit.highlights else Highlight(0, 0)
    shown = hit.standing(hit.start + mark.start, hit.start + mark.end)
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
        "page": shown.page,
        "heading": shown.heading,
        "author": hit.author,
        "similarity": None if hit.similarity is None else round(hit.similarity, _SIMILARITY_DIGITS),
        "highlights": [{"start": mark.start, "end": mark.end} for mark in hit.highlights],
        "path": hit.path,
        "connection": hit.connection,
        "also": hit.also,
    }

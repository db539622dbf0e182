"""Documents that are there: list them, see them, share and rename them, read their text, delete them."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from backend.access import untold_principal
from backend.api.bounds import LARGEST_NUMBER, FolderPath
from backend.api.dependencies import CurrentCaller, CurrentUser, RequestOrigin
from backend.api.document_audit import note_access, note_deleted
from backend.api.document_schemas import (
    DocumentChange,
    DocumentId,
    DocumentPage,
    DocumentStats,
    DocumentTextView,
    DocumentView,
    FolderCounts,
    GrantView,
    SourceCounts,
    WhyView,
)
from backend.api.idempotency import IdempotencyKey, once
from backend.api.json_response import OrjsonResponse
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Audit, Connections, KeptAnswers, Library
from backend.documents.models import DocumentStatus, Kind
from backend.documents.repository import DocumentQuery
from backend.documents.sharing import Change, grants

router = APIRouter(prefix="/documents", tags=["documents"], responses=PROBLEM_RESPONSES)

_MOST_FOLDERS = 500


@router.get("", summary="Your documents, newest first", response_model=DocumentPage)
async def list_documents(
    library: Library,
    caller: CurrentCaller,
    cursor: Cursor = None,
    limit: Limit = 50,
    status: DocumentStatus | None = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    kind: Kind | None = None,
    connection: Annotated[str | None, Query(max_length=64, description="documents of this connection")] = None,
    path: Annotated[FolderPath | None, Query(description="what lies in this folder, or is it")] = None,
    q: Annotated[str | None, Query(max_length=200, description="a part of the title")] = None,
) -> Response:
    rows, last = await library.page_json(
        caller,
        DocumentQuery(status=status, source=source, kind=kind, connection_id=connection, title=q, path=path),
        before=decode_cursor(cursor),
        limit=limit,
    )
    page = b'{"items":[%b],"next_cursor":%b}' % (b",".join(rows), orjson.dumps(encode_cursor(last)))
    return Response(page, media_type="application/json")


@router.get("/stats", summary="How many documents are in which status")
async def stats(library: Library, caller: CurrentCaller) -> DocumentStats:
    counts = await library.count_by_status(caller)
    return DocumentStats(
        total=sum(counts.values()), by_status={status: counts.get(status.value, 0) for status in DocumentStatus}
    )


@router.get("/sources", summary="Where your documents come from")
async def sources(library: Library, caller: CurrentCaller) -> SourceCounts:
    """With the connections that hold them, by their names."""
    return SourceCounts.model_validate({"items": await library.sources(caller)}, from_attributes=True)


@router.get("/paths", summary="The folders that your documents lie in")
async def paths(
    library: Library,
    caller: CurrentCaller,
    source: Annotated[str | None, Query(max_length=100)] = None,
    connection: Annotated[str | None, Query(max_length=64, description="folders of this connection")] = None,
    under: Annotated[FolderPath | None, Query(description="the folder to look into; none: the outermost")] = None,
) -> FolderCounts:
    """One level at a time, by name. Only what you may open counts: a folder with nothing of it for you is not named."""
    found = await library.folders(caller, DocumentQuery(source=source, connection_id=connection, path=under))
    return FolderCounts.model_validate(
        {"items": found[:_MOST_FOLDERS], "more": len(found) > _MOST_FOLDERS}, from_attributes=True
    )


@router.get("/{document_id}", summary="One document", response_model=DocumentView)
async def get_document(document_id: DocumentId, library: Library, caller: CurrentCaller) -> Response:
    return OrjsonResponse(await library.view(caller, document_id))


@router.patch("/{document_id}", summary="Share or rename a document", response_model=DocumentView)
async def change_document(
    document_id: DocumentId,
    body: DocumentChange,
    library: Library,
    audit: Audit,
    caller: CurrentCaller,
    user: CurrentUser,
    origin: RequestOrigin,
) -> Response:
    """For who holds it. A change of access holds at once, also for the files inside an archive or a mail."""
    said = body.model_fields_set
    change = Change(
        access=None if body.access is None else frozenset(body.access),
        title=(body.title or "") if "title" in said else None,
        tags=None if body.tags is None else tuple(body.tags),
        tags_back="tags" in said and body.tags is None,
    )
    if await library.change(caller, document_id, change):
        await note_access(audit, user, origin, [document_id])
    return OrjsonResponse(await library.view(caller, document_id))


@router.get("/{document_id}/why", summary="Why you can see a document")
async def why(document_id: DocumentId, library: Library, connections: Connections, caller: CurrentCaller) -> WhyView:
    """The reasons are yours; who else may see it is told only to who holds it."""
    document = await library.get(caller, document_id)
    connection_id = document.connection_id
    return WhyView(
        document_id=document_id,
        reasons=[GrantView.of(grant) for grant in grants(caller, document)],
        narrowed=connection_id is not None and untold_principal(connection_id) in document.access,
        as_of=await connections.rights_as_of(connection_id, document.external_id) if connection_id else None,
    )


@router.delete("/{document_id}", status_code=204, summary="Delete a document and all that belongs to it")
async def delete_document(
    document_id: DocumentId,
    library: Library,
    audit: Audit,
    caller: CurrentCaller,
    user: CurrentUser,
    origin: RequestOrigin,
) -> None:
    """Its text, index entries and original are gone when this returns. Words that an answer cites stay with it."""
    await library.delete(caller, document_id)
    await note_deleted(audit, user, origin, document_id)


@router.post(
    "/{document_id}/retry", status_code=202, summary="Try a failed document again", response_model=DocumentView
)
async def retry(
    document_id: DocumentId,
    request: Request,
    library: Library,
    kept: KeptAnswers,
    caller: CurrentCaller,
    key: IdempotencyKey = None,
) -> Response:
    async def run() -> Response:
        await library.retry(caller, document_id)
        return OrjsonResponse(await library.view(caller, document_id), status_code=202)

    return await once(kept, key, request, caller, run)


@router.get("/{document_id}/text", summary="The text of a version", response_model=DocumentTextView)
async def get_text(
    document_id: DocumentId,
    library: Library,
    caller: CurrentCaller,
    version: Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="leave out for the present one")] = None,
) -> Response:
    text = await library.text(caller, document_id, version)
    return OrjsonResponse(
        {
            "document_id": text.document_id,
            "version": text.version,
            "text": text.text,
            "sections": [
                {"heading": s.heading, "page": s.page, "start": s.start, "end": s.end, "level": s.level}
                for s in text.sections
            ],
            "excerpt": text.excerpt,
        }
    )

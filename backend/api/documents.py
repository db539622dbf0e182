"""Documents: add files and texts, see them, read them, delete them."""

from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from backend.api.dependencies import CurrentCaller, CurrentUser, RequestOrigin
from backend.api.document_audit import note_access, note_deleted, note_stored
from backend.api.document_schemas import (
    DocumentChange,
    DocumentPage,
    DocumentStats,
    DocumentTextView,
    DocumentView,
    GrantView,
    PageBoxes,
    SourceCount,
    SourceCounts,
    StoredItems,
    TextItemRequest,
    TextsRequest,
    WhyView,
    safe_filename,
)
from backend.api.idempotency import IdempotencyKey, once
from backend.api.large_json import LargeJsonRoute
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import AppSettings, Audit, Blobs, Extraction, KeptAnswers, Library
from backend.api.uploads import Received, receive_upload
from backend.documents.incoming import FileItem, Stored, TextItem, UniqueNames, parse_principal
from backend.documents.models import DocumentStatus, DocumentText, Kind
from backend.documents.repository import DocumentQuery
from backend.documents.sharing import Change
from backend.errors import ExtractionFailed, FieldProblem, InvalidInput, NotFound, TooLarge

router = APIRouter(prefix="/documents", tags=["documents"], responses=PROBLEM_RESPONSES, route_class=LargeJsonRoute)

DocumentId = Annotated[str, Path(max_length=64)]
#: A file from somebody else must not run here, whatever it says it is.
_FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "Cache-Control": "private, no-store",
}
#: What a browser may show in place; everything else is downloaded.
_SHOWN_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})
_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "any number of files; a file's name may be a relative path",
                        },
                        "access": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "who may see them, beside you: user:<id>, email:<address>, group:<name>, "
                            "workspace",
                        },
                    },
                }
            }
        },
    }
}


class OrjsonResponse(Response):
    """JSON from plain data, without validation on the way out."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def _stored(items: list[Stored]) -> OrjsonResponse:
    return OrjsonResponse(
        {
            "items": [
                {"id": item.id, "external_id": item.external_id, "status": item.status, "outcome": item.outcome}
                for item in items
            ]
        },
        status_code=202,
    )


@router.post(
    "",
    status_code=202,
    summary="Add files",
    response_model=StoredItems,
    openapi_extra=_UPLOAD_BODY,
)
async def upload(
    request: Request,
    settings: AppSettings,
    library: Library,
    blobs: Blobs,
    kept: KeptAnswers,
    audit: Audit,
    caller: CurrentCaller,
    user: CurrentUser,
    origin: RequestOrigin,
    key: IdempotencyKey = None,
) -> Response:
    """Stores files; they are read in the background. A file under the path of an earlier one replaces it; two
    different files with one name in one upload are both kept. An empty file is stored as failed, with the reason."""

    received = await receive_upload(request, blobs, settings.upload)
    stored = False

    async def run() -> Response:
        nonlocal stored
        stored = True  # the library takes the files over
        results = await library.store_files(caller.user_id, items)
        await note_stored(audit, user, origin, results)
        return _stored(results)

    try:
        access = _access(received.fields.get("access", ()))
        if not received.files:
            problem = FieldProblem("files", "missing", "Add at least one file.")
            raise InvalidInput("The upload has no file in it.", code="no_files", fields=[problem])
        items = _file_items(received, access)
        return await once(kept, key, request, caller, run, fingerprint=_fingerprint(items))
    finally:
        if not stored:
            blobs.abandon(file.digest for file in received.files)


def _fingerprint(items: list[FileItem]) -> bytes:
    """What an upload is about: names, bytes and access, not how the form was put."""
    return orjson.dumps([(item.external_id, item.digest, item.mime, sorted(item.access)) for item in items])


def _file_items(received: Received, access: frozenset[str]) -> list[FileItem]:
    """Files that are the same under the same name count once; different ones get a number."""
    names = UniqueNames()
    given: dict[tuple[str, str], str] = {}
    items = []
    for file in received.files:
        identity = (file.name, file.digest)
        if identity not in given:
            given[identity] = names.take(file.name)
        items.append(
            FileItem(
                external_id=given[identity],
                filename=given[identity],
                digest=file.digest,
                size_bytes=file.size_bytes,
                mime=file.mime,
                access=access,
            )
        )
    return items


def _access(values: list[str] | tuple[str, ...]) -> frozenset[str]:
    principals, problems = set(), []
    for number, value in enumerate(values):
        try:
            principals.add(parse_principal(value))
        except ValueError as error:
            problems.append(FieldProblem(f"access.{number}", "invalid_principal", str(error)))
    if problems:
        raise InvalidInput(f"{problems[0].field}: {problems[0].message}", fields=problems)
    return frozenset(principals)


@router.post("/text", status_code=202, summary="Add or replace texts", response_model=StoredItems)
async def add_texts(
    body: TextsRequest,
    request: Request,
    settings: AppSettings,
    library: Library,
    kept: KeptAnswers,
    audit: Audit,
    caller: CurrentCaller,
    user: CurrentUser,
    origin: RequestOrigin,
    key: IdempotencyKey = None,
) -> Response:
    """Stores up to 500 texts in one go. The same `external_id` replaces; what is unchanged costs nothing."""
    limit = settings.upload.max_text_items
    if len(body.items) > limit:
        raise TooLarge(
            f"At most {limit} items are taken in one request. Send the rest after it.",
            hint="The limit is BIBLIOS_UPLOAD_MAX_TEXT_ITEMS.",
            code="too_many_items",
        )

    async def run() -> Response:
        results = await library.store_texts(caller.user_id, [_text_item(item) for item in body.items])
        await note_stored(audit, user, origin, results)
        return _stored(results)

    fingerprint = await request.body() if key else b""
    return await once(kept, key, request, caller, run, fingerprint=fingerprint)


def _text_item(item: TextItemRequest) -> TextItem:
    return TextItem(
        external_id=item.external_id,
        title=item.title,
        text=item.text,
        url=item.url,
        author=item.author,
        modified_at=item.modified_at,
        access=frozenset(item.access or ()),
        tags=tuple(item.tags) if "tags" in item.model_fields_set else None,
        language=item.language,
        kind=item.kind,
    )


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
    q: Annotated[str | None, Query(max_length=200, description="a part of the title")] = None,
) -> Response:
    rows, last = await library.page_json(
        caller,
        DocumentQuery(status=status, source=source, kind=kind, connection_id=connection, title=q),
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
    counts = await library.count_by_source(caller)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return SourceCounts(items=[SourceCount(source=source, documents=number) for source, number in ordered])


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
async def why(document_id: DocumentId, library: Library, caller: CurrentCaller) -> WhyView:
    """The reasons are yours; who else may see it is told only to who holds it."""
    found = await library.why(caller, document_id)
    return WhyView(
        document_id=document_id,
        reasons=[GrantView(reason=grant.reason, principal=grant.principal) for grant in found],
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
    version: Annotated[int | None, Query(ge=1, description="leave out for the present one")] = None,
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


@router.get(
    "/{document_id}/file",
    summary="The original file",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def get_file(
    document_id: DocumentId, library: Library, blobs: Blobs, caller: CurrentCaller, download: bool = False
) -> StreamingResponse:
    """PDFs, images and plain text may be shown in place; everything else is sent as a download."""
    original = await library.original(caller, document_id)
    name = safe_filename(original.document.filename or original.document.title)
    media_type = (original.document.mime or "").split(";")[0].strip().casefold()
    shown = media_type in _SHOWN_TYPES and not download
    ascii_name = name.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_").replace("?", "_")
    return StreamingResponse(
        await blobs.open(original.digest),
        media_type=media_type if shown else "application/octet-stream",
        headers={
            **_FILE_HEADERS,
            "Content-Length": str(original.document.size_bytes),
            "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{ascii_name}"; '
            f"filename*=UTF-8''{quote(name, safe='')}",
        },
    )


@router.get(
    "/{document_id}/pages/{page}.png",
    summary="A page of a PDF as an image",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}},
)
async def get_page(
    document_id: DocumentId,
    page: Annotated[int, Path(ge=1, le=100_000)],
    library: Library,
    blobs: Blobs,
    extraction: Extraction,
    caller: CurrentCaller,
    width: Annotated[int, Query(ge=100, le=2400, description="pixels")] = 900,
) -> Response:
    original = await library.original(caller, document_id)
    try:
        async with blobs.as_file(original.digest) as file:
            image = await extraction.render_page(file, page=page, width=width)
    except ExtractionFailed as error:
        raise NotFound(error.message, code=error.code) from error
    # Never kept: who loses access, or signs out, loses the picture as well.
    return Response(image, media_type="image/png", headers={"Cache-Control": "private, no-store"})


def _on_page(text: DocumentText, page: int, start: int, end: int) -> str:
    """The part of a stretch that stands on the page: a passage may begin on one page and end on the next."""
    for section in text.sections:
        if section.page == page and section.start < end and start < section.end:
            return text.text[max(start, section.start) : min(end, section.end)]
    return text.text[start:end]


@router.get("/{document_id}/pages/{page}/boxes", summary="Where a stretch of the text stands on a page of a PDF")
async def get_boxes(
    document_id: DocumentId,
    page: Annotated[int, Path(ge=1, le=100_000)],
    library: Library,
    blobs: Blobs,
    extraction: Extraction,
    caller: CurrentCaller,
    start: Annotated[int, Query(ge=0)],
    end: Annotated[int, Query(ge=1)],
    version: Annotated[int | None, Query(ge=1)] = None,
) -> PageBoxes:
    """`start` and `end` are offsets into the text of the version. No boxes: the words were not found on that page."""
    original = await library.original(caller, document_id)
    text = await library.text(caller, document_id, version)
    words = _on_page(text, page, start, end)
    if not words.strip():
        problem = FieldProblem("end", "empty_stretch", "Choose start and end so that text lies between them.")
        raise InvalidInput("There is no text between start and end.", fields=[problem])
    try:
        async with blobs.as_file(original.digest) as file:
            boxes = await extraction.locate(file, page=page, quote=words)
    except ExtractionFailed as error:
        raise NotFound(error.message, code=error.code) from error
    return PageBoxes(page=page, boxes=boxes)

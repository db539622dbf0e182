"""The original of a document: the file itself, the pages of a PDF or a picture, where words stand on them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from backend.api.bounds import LARGEST_NUMBER
from backend.api.dependencies import CurrentCaller
from backend.api.document_schemas import DocumentId, PageBoxes, safe_filename
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Blobs, Extraction, Library
from backend.documents.models import DocumentText
from backend.errors import ExtractionFailed, FieldProblem, InvalidInput, NotFound

router = APIRouter(prefix="/documents", tags=["documents"], responses=PROBLEM_RESPONSES)

#: A file from somebody else must not run here, whatever it says it is.
_FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "Cache-Control": "private, no-store",
}
#: What a browser may show in place; everything else is downloaded.
_SHOWN_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})


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
    summary="A page of a PDF, or a picture, as an image",
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
    on_page = [one for one in text.sections if one.page == page and one.start < end and start < one.end]
    if not on_page:
        return text.text[start:end]
    return text.text[max(start, on_page[0].start) : min(end, max(one.end for one in on_page))]


@router.get("/{document_id}/pages/{page}/boxes", summary="Where a stretch of the text stands on a page")
async def get_boxes(
    document_id: DocumentId,
    page: Annotated[int, Path(ge=1, le=100_000)],
    library: Library,
    blobs: Blobs,
    extraction: Extraction,
    caller: CurrentCaller,
    start: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)],
    end: Annotated[int, Query(ge=1, le=LARGEST_NUMBER)],
    version: Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER)] = None,
) -> PageBoxes:
    """`start` and `end` are offsets into the text of the version. No boxes: the words were not found on that page."""
    original = await library.original(caller, document_id)
    text = await library.text(caller, document_id, version)
    words = _on_page(text, page, start, end)
    if not words.strip():
        problem = FieldProblem("end", "empty_stretch", "Choose start and end so that text lies between them.")
        raise InvalidInput("There is no text between start and end.", fields=[problem])
    recognised = await library.boxes(text, page=page, start=start, end=end)
    if recognised is not None:
        return PageBoxes(page=page, boxes=recognised)
    try:
        async with blobs.as_file(original.digest) as file:
            boxes = await extraction.locate(file, page=page, quote=words)
    except ExtractionFailed as error:
        raise NotFound(error.message, code=error.code) from error
    return PageBoxes(page=page, boxes=boxes)

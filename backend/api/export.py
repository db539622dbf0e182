"""Everything of an account as one ZIP archive."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from backend.access import Caller
from backend.api.dependencies import CurrentCaller, Services
from backend.api.problems import PROBLEM_RESPONSES
from backend.conversation.export import conversation_entries
from backend.documents.export import ExportEntry, zip_stream

router = APIRouter(prefix="/export", tags=["export"], responses=PROBLEM_RESPONSES)


@router.get(
    "",
    summary="Everything of yours as a ZIP archive",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
)
async def export(services: Services, caller: CurrentCaller) -> StreamingResponse:
    """Your documents (original, text, metadata) and your conversations, packed while they are sent."""
    headers = {"Content-Disposition": 'attachment; filename="bibliosai-export.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(zip_stream(_entries(services, caller)), media_type="application/zip", headers=headers)


async def _entries(services: Services, caller: Caller) -> AsyncIterator[ExportEntry]:
    async for entry in services.export.entries(caller):
        yield entry
    async for entry in conversation_entries(services.conversations, caller):
        yield entry

"""Everything of an account as one ZIP archive."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from backend.api.dependencies import CurrentIdentity, RequestOrigin, Services
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.scopes import may
from backend.auth.models import Identity, Scope
from backend.conversation.export import conversation_entries
from backend.documents.export import ExportEntry, zip_stream

router = APIRouter(prefix="/export", tags=["export"], responses=PROBLEM_RESPONSES)


@router.get(
    "",
    summary="Everything of yours as a ZIP archive",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
)
async def export(services: Services, identity: CurrentIdentity, origin: RequestOrigin) -> StreamingResponse:
    """Your documents (original, text, metadata) and your conversations, packed while they are sent.

    An API key gets the documents with the scope `read`, the conversations with `chat`.
    """
    parts = [part for part, scope in (("documents", Scope.read), ("conversations", Scope.chat)) if may(identity, scope)]
    await services.accounts.audit.record(
        "export.made",
        origin=origin,
        actor=identity.user.actor,
        subject_id=identity.user.id,
        subject=identity.user.email,
        details={"parts": " ".join(parts), "by": "api_key" if identity.key_id else "session"},
    )
    headers = {"Content-Disposition": 'attachment; filename="bibliosai-export.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(zip_stream(_entries(services, identity)), media_type="application/zip", headers=headers)


async def _entries(services: Services, identity: Identity) -> AsyncIterator[ExportEntry]:
    if may(identity, Scope.read):
        async for entry in services.export.entries(identity.caller):
            yield entry
    if may(identity, Scope.chat):
        async for entry in conversation_entries(services.conversations, identity.caller):
            yield entry

"""Everything of an account as one ZIP archive."""

from collections.abc import AsyncIterator
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from backend.access import Caller
from backend.actions.export import action_entries
from backend.actions.service import ActionService
from backend.api.dependencies import CurrentIdentity, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.scopes import may
from backend.api.services import Actions, Audit, Connections, Conversations, Export, Matches
from backend.api.standing import CurrentStanding, Standing
from backend.auth.models import Scope
from backend.connectors.export import connection_entries
from backend.connectors.matching import Matching
from backend.connectors.service import ConnectionService
from backend.conversation.export import conversation_entries
from backend.conversation.service import ConversationService
from backend.documents.export import DocumentExport, ExportEntry, zip_stream

#: What an API key gets, each by its own scope.
_PARTS = {"documents": Scope.read, "conversations": Scope.chat, "actions": Scope.actions}

router = APIRouter(prefix="/export", tags=["export"], responses=PROBLEM_RESPONSES)


@router.get(
    "",
    summary="Everything of yours as a ZIP archive",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
)
async def export(
    audit: Audit,
    documents: Export,
    conversations: Conversations,
    connections: Connections,
    matches: Matches,
    actions: Actions,
    identity: CurrentIdentity,
    standing: CurrentStanding,
    origin: RequestOrigin,
) -> StreamingResponse:
    """Your documents (original, text, metadata), your conversations, your actions and your connections (without their
    secrets), packed while they are sent.

    An API key gets the documents with the scope `read`, the conversations with `chat`, the actions with `actions`, and
    no connections. The archive is cut off when the session or the key ends meanwhile.
    """
    parts = [part for part, scope in _PARTS.items() if may(identity, scope)]
    parts += ["connections"] if identity.session else []
    await audit.record(
        "export.made",
        origin=origin,
        actor=identity.user.actor,
        subject_id=identity.user.id,
        subject=identity.user.email,
        details={"parts": " ".join(parts), "by": "api_key" if identity.key_id else "session"},
    )
    headers = {"Content-Disposition": 'attachment; filename="bibliosai-export.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(
        zip_stream(export_entries(standing, documents, conversations, connections, matches, actions)),
        media_type="application/zip",
        headers=headers,
    )


async def export_entries(
    standing: Standing,
    documents: DocumentExport,
    conversations: ConversationService,
    connections: ConnectionService,
    matching: Matching,
    actions: ActionService,
) -> AsyncIterator[ExportEntry]:
    """What the person may have of it, as they stand when each entry comes. Errors: those of `Standing.now`."""

    async def caller() -> Caller:
        return (await standing.now()).caller

    identity = await standing.now()
    if may(identity, Scope.read):
        async for entry in standing.guarded(documents.entries(identity.caller)):
            yield replace(entry, content=standing.guarded(entry.content))
    if may(identity, Scope.chat):
        async for entry in conversation_entries(conversations, caller):
            yield entry
    if may(identity, Scope.actions):
        async for entry in action_entries(actions, caller):
            yield entry
    if identity.session is not None:
        async for entry in connection_entries(connections, matching, caller):
            yield entry

"""Everything of a person's conversations as files of an archive, one JSON file for each."""

from collections.abc import AsyncIterator, Awaitable, Callable

import orjson

from backend.access import Caller
from backend.conversation.events import MessageView
from backend.conversation.service import ConversationService
from backend.documents.export import ExportEntry
from backend.errors import NotFound

_PAGE = 100


async def conversation_entries(
    service: ConversationService, caller: Callable[[], Awaitable[Caller]]
) -> AsyncIterator[ExportEntry]:
    """Latest changed first, as ``conversations/<id>.json`` with all messages, oldest first.

    Args:
        caller: gives them as they are now, since what their answers may show changes with their groups.
    """
    before = None
    while True:
        conversations, before = await service.page(await caller(), before=before, limit=_PAGE)
        for conversation in conversations:
            try:
                views = await _messages(service, caller, conversation.id)
            except NotFound:  # deleted since the list was read
                continue
            content = {
                "id": conversation.id,
                "title": conversation.title,
                "created_at": conversation.created_at,
                "updated_at": conversation.updated_at,
                "scope": scope.model_dump() if (scope := conversation.view().scope) else None,
                "messages": [view.model_dump() for view in views],
            }
            data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)
            yield ExportEntry(f"conversations/{conversation.id}.json", _once(data), conversation.updated_at)
        if before is None:
            return


async def _messages(
    service: ConversationService, caller: Callable[[], Awaitable[Caller]], conversation_id: str
) -> list[MessageView]:
    views: list[MessageView] = []
    before: str | None = None
    while True:
        page, before = await service.messages(await caller(), conversation_id, before=before, limit=_PAGE)
        views = [*page, *views]
        if before is None:
            return views


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data

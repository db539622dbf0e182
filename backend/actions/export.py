"""A person's own actions as files of an archive."""

from collections.abc import AsyncIterator, Awaitable, Callable

from backend.access import Caller
from backend.actions.service import ActionService
from backend.documents.export import ExportEntry

_AT_ONCE = 50


async def action_entries(service: ActionService, caller: Callable[[], Awaitable[Caller]]) -> AsyncIterator[ExportEntry]:
    """Newest first, as ``actions/<id>.json``: what was proposed, decided and done."""
    before: str | None = None
    while found := await service.page(await caller(), (), before=before, limit=_AT_ONCE):
        for action, shown in zip(found, await service.views(await caller(), found), strict=True):
            data = shown.model_dump_json(indent=2, by_alias=True).encode()
            yield ExportEntry(f"actions/{action.id}.json", _once(data), action.created_at)
        before = found[-1].id


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data

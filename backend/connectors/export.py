"""A person's own connections as files of an archive; never what they are opened with."""

from collections.abc import AsyncIterator, Awaitable, Callable

from backend.access import Caller
from backend.connectors.service import ConnectionService
from backend.documents.export import ExportEntry


async def connection_entries(
    service: ConnectionService, caller: Callable[[], Awaitable[Caller]]
) -> AsyncIterator[ExportEntry]:
    """Newest first, as ``connections/<id>.json``. Their documents are those of the library that the person may see."""
    for connection in await service.all_for(await caller(), is_admin=False):
        data = (await service.view(connection)).model_dump_json(indent=2).encode()
        yield ExportEntry(f"connections/{connection.id}.json", _once(data), connection.created_at)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data

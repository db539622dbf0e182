"""A person's own connections as files of an archive; never what they are opened with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import orjson

from backend.access import Caller
from backend.connectors.matching import Matching
from backend.connectors.service import ConnectionService
from backend.documents.export import ExportEntry


async def connection_entries(
    service: ConnectionService, matching: Matching, caller: Callable[[], Awaitable[Caller]]
) -> AsyncIterator[ExportEntry]:
    """Newest first, as ``connections/<id>.json``. Their documents are those of the library that the person may see.

    Whom an administrator matched the person with at sources is ``connections/matched.json``.
    """
    for connection in await service.all_for(await caller(), is_admin=False):
        data = (await service.view(connection)).model_dump_json(indent=2).encode()
        yield ExportEntry(f"connections/{connection.id}.json", _once(data), connection.created_at)
    if matched := await matching.by_hand((await caller()).user_id):
        rows = [{"connection_id": connection_id, "known_there_as": handle} for connection_id, handle in matched]
        data = orjson.dumps(rows, option=orjson.OPT_INDENT_2)
        yield ExportEntry("connections/matched.json", _once(data), datetime.now(UTC))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data

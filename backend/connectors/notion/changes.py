"""What has changed since the last run: what was edited, the last first, and what is newly in the trash."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime

from backend.connectors.notion.client import Json, NotionClient, Results, is_invalid
from backend.connectors.notion.cursor import NotionCursor
from backend.connectors.notion.naming import Naming, newest_of
from backend.connectors.notion.processor import Malformed, edited_at, external_id_of, minute, overlap
from backend.connectors.source_events import Checkpoint, SyncEvent
from backend.errors import SourceRefused


class Changes:
    """Search tells what was edited, the last edited first, as far as its index is; a listing finds the rest."""

    def __init__(self, client: NotionClient, naming: Naming) -> None:
        self._client = client
        self._naming = naming

    async def events(self, cursor: NotionCursor) -> AsyncGenerator[SyncEvent]:
        while True:
            found = await self._client.search(cursor.after)
            if cursor.after is None:  # a new look: everything after what the last one began with
                newest = newest_of(found)
                known = cursor.newest
                cursor = cursor.model_copy(update={"since": known, "newest": minute(newest) if newest else known})
            edited, is_last = _edited_since(found, cursor.since)
            for event in self._naming.all_of(edited):
                yield event
            if is_last or found.after is None:
                break
            cursor = cursor.model_copy(update={"after": found.after})
            yield Checkpoint(cursor)
        trashed = await in_trash(self._client)
        for name, edited_time in trashed.items():
            if name not in cursor.trashed:
                yield self._naming.asked(name, f"trash~{edited_time}")
        yield Checkpoint(cursor.model_copy(update={"after": None, "since": None, "trashed": sorted(trashed)}))


async def in_trash(client: NotionClient) -> dict[str, str]:
    """The last edited things in the trash, by external id with the time of their edit: a hint, not a proof.

    Nothing where Notion does not answer it: a listing finds what is gone.
    """
    try:
        found = await client.search(in_trash=True)
    except SourceRefused as error:
        if not is_invalid(error):
            raise
        return {}
    named = ((external_id_of(one), one) for one in found.items if one.get("in_trash"))
    return {name: str(one.get("last_edited_time")) for name, one in named if name is not None}


def _edited_since(found: Results, newest: str | None) -> tuple[Results, bool]:
    """The results that are new enough, and whether older ones have begun."""
    if newest is None:
        return found, False
    start = overlap(newest)
    kept = tuple(one for one in found.items if not _is_older(one, start))
    return replace(found, items=kept), len(kept) < len(found.items)


def _is_older(found: Json, start: datetime) -> bool:
    try:
        return edited_at(found) < start
    except Malformed:  # it is told later that it is
        return False

"""Everything there is: data sources, pages, the rows of each data source, and whatever only asking for it tells."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from backend.connectors.notion.changes import in_trash
from backend.connectors.notion.client import Json, NotionClient, Results, is_missing
from backend.connectors.notion.cursor import NotionCursor
from backend.connectors.notion.naming import Naming, data_source_above, is_source, newest_of
from backend.connectors.notion.processor import minute
from backend.connectors.source_events import Checkpoint, ListingBegins, ListingEnds, SyncEvent
from backend.errors import PermissionMissing, SourceError, SourceRefused


class Listing:
    """Search names data sources, then pages; queries name the rows. Search alone would not name everything; subpages
    are named by reading what they stand in, and what is known and was named by none of these is asked for.

    Args:
        comments: whether they are wanted.
    """

    def __init__(self, client: NotionClient, naming: Naming, *, comments: bool) -> None:
        self._client = client
        self._naming = naming
        self._wants_comments = comments

    async def events(self, cursor: NotionCursor) -> AsyncGenerator[SyncEvent]:
        if cursor.listing == "due":
            yield ListingBegins()
            cursor = await self._begun(cursor.round)
        while cursor.listing != "rows":
            cursor, named = await self._searched(cursor)
            for event in named:
                yield event
            yield Checkpoint(cursor)
        while cursor.queried < len(cursor.sources):
            cursor, named = await self._queried(cursor)
            for event in named:
                yield event
            yield Checkpoint(cursor)
        yield ListingEnds(cursor.whole, confirm=self._naming.confirm)
        yield Checkpoint(
            NotionCursor(newest=cursor.newest, comments=cursor.comments, trashed=cursor.trashed, round=cursor.round)
        )

    async def _begun(self, round_: int) -> NotionCursor:
        """From the newest edit, which is asked for before anything is listed."""
        found = await self._client.search(limit=1)
        newest = newest_of(found)
        comments = self._wants_comments and bool(found.items) and await self._gives_comments(found.items[0])
        self._naming.reader.comments = comments
        return NotionCursor(
            newest=minute(newest) if newest else None,
            comments=comments,
            trashed=sorted(await in_trash(self._client)),
            listing="sources",
            round=round_,
        )

    async def _gives_comments(self, found: Json) -> bool:
        """Whether the connection may read comments; it is believed where that cannot be found out."""
        try:
            async with aclosing(self._client.comments(str(found.get("id")), limit=1)) as pages:
                await anext(pages)
        except PermissionMissing:
            return False
        except SourceRefused:
            return True
        return True

    async def _searched(self, cursor: NotionCursor) -> tuple[NotionCursor, list[SyncEvent]]:
        """The next page of a search. Rows of a data source that is queried later are left to that."""
        is_sources = cursor.listing == "sources"
        found = await self._client.search(cursor.after, kind="data_source" if is_sources else "page")
        sources = set(cursor.sources)
        kept = tuple(one for one in found.items if is_sources or data_source_above(one) not in sources)
        named = self._naming.all_of(replace(found, items=kept))
        changes: dict[str, object] = {
            "after": found.after,
            "whole": cursor.whole and _is_whole(found) and len(named) == len(kept),
        }
        if is_sources:
            changes["sources"] = _with_sources(cursor.sources, found)
        if found.after is None:
            changes["listing"] = "pages" if is_sources else "rows"
        return cursor.model_copy(update=changes), list(named)

    async def _queried(self, cursor: NotionCursor) -> tuple[NotionCursor, list[SyncEvent]]:
        """The next page of the rows of the data source that is under way."""
        done = {"queried": cursor.queried + 1, "after": None, "window": None, "capped": False}
        try:
            found = await self._client.rows(cursor.sources[cursor.queried], cursor.after, since=cursor.window)
        except SourceError as error:
            if not isinstance(error, PermissionMissing) and not is_missing(error):
                raise
            return cursor.model_copy(update=done), []  # gone meanwhile: its rows are asked for one by one at the end
        named = self._naming.all_of(found)
        changes: dict[str, object] = {
            "sources": _with_sources(cursor.sources, found),
            "after": found.after,
            "whole": cursor.whole and _is_whole(found) and len(named) == len(found.items),
            "capped": cursor.capped or found.capped,
        }
        if found.after is None:
            changes |= done
            if cursor.capped or found.capped:
                last = found.items[-1].get("created_time") if found.items else None
                if isinstance(last, str) and last != cursor.window:
                    changes |= {"queried": cursor.queried, "window": last}
                else:  # more rows of one minute than a query gives
                    changes["whole"] = False
        return cursor.model_copy(update=changes), list(named)


def _is_whole(found: Results) -> bool:
    """Whether a list may count as one that is not cut. What lies beyond Notion's own limit is asked for at the end."""
    return found.whole or found.capped


def _with_sources(known: list[str], found: Results) -> list[str]:
    """Of a wiki, rows are data sources as well."""
    new = (str(one["id"]) for one in found.items if is_source(one) and isinstance(one.get("id"), str))
    return list(dict.fromkeys((*known, *new)))

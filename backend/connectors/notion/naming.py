"""Names what Notion shows: each page and data source with its revision, read only when it is not known like that."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from functools import partial

from backend.connectors.notion.client import Json, NotionClient, Results, is_missing
from backend.connectors.notion.hierarchy import Hierarchy
from backend.connectors.notion.processor import (
    Malformed,
    data_source_id,
    edited_at,
    external_id_of,
    revision_of,
)
from backend.connectors.notion.properties import title_of
from backend.connectors.notion.reading import REFUSED, PageReader, Read
from backend.connectors.source_events import Access, Deferred, Delete, ItemFailure, SourceFile
from backend.errors import PermissionMissing, SourceRefused

type Named = Deferred | Delete | ItemFailure


class Naming:
    """What is told of the objects of one run. `reader.comments` may be set before the first of them."""

    def __init__(
        self, client: NotionClient, hierarchy: Hierarchy, reader: PageReader, access: Access, *, round_: int
    ) -> None:
        self._client = client
        self._hierarchy = hierarchy
        self.reader = reader
        self._access = access
        self._round = round_
        self._with_comments: bool | None = None

    def all_of(self, results: Results) -> list[Named]:
        """Everything of a page of results that has an id. What it says of the trash is asked for: only that counts."""
        for found in results.items:
            self._hierarchy.note(found)
        at = results.at or newest_of(results)
        return [named for found in results.items if (named := self._one(found, at)) is not None]

    def _one(self, found: Json, at: datetime | None, *, was_asked_for: bool = False) -> Named | None:
        """None for what has no id, or is neither a page nor a data source."""
        name = external_id_of(found)
        if name is None or found.get("object") not in ("page", "data_source"):
            return None
        if found.get("in_trash"):
            return Delete(name) if was_asked_for else self.asked(name, f"trash~{found.get('last_edited_time')}")
        if self._with_comments is None:  # the same for a whole run, whatever is found out in it
            self._with_comments = self.reader.comments
        try:
            revision = revision_of(found, at=at or edited_at(found), comments=self._with_comments, round_=self._round)
        except Malformed as error:
            return ItemFailure(name, title_of(found) or None, "malformed", str(error))
        read = self.reader.data_source if found.get("object") == "data_source" else self.reader.page
        return Deferred(name, revision, self._access, partial(read, found))

    def asked(self, external_id: str, revision: str) -> Deferred:
        """Something of which only its id is known; asking for it says whether it is there."""
        return Deferred(external_id, revision, self._access, partial(self._ask, external_id))

    async def confirm(self, external_id: str) -> AsyncGenerator[Named]:
        """What asking for one item says; nothing for what is missing: the guard decides on it.

        A data source that no listing has named comes with its rows.
        """
        try:
            found, at = await self._object(external_id)
        except (SourceRefused, PermissionMissing) as error:
            if not is_missing(error):  # which proves nothing
                yield ItemFailure(external_id, None, "content_refused", REFUSED)
            return
        self._hierarchy.note(found)
        if (named := self._one(found, at, was_asked_for=True)) is not None:
            yield named
        if isinstance(named, Deferred) and (id_ := data_source_id(external_id)) is not None:
            async for row in self._rows(id_):
                yield row

    async def _rows(self, data_source_id: str) -> AsyncGenerator[Named]:
        after: str | None = None
        while True:
            try:
                rows = await self._client.rows(data_source_id, after)
            except (SourceRefused, PermissionMissing):
                return
            for row in self.all_of(rows):
                yield row
            if (after := rows.after) is None:
                return

    async def _ask(self, external_id: str) -> Read | SourceFile:
        async with aclosing(self.confirm(external_id)) as told:
            async for named in told:
                return await named.fetch() if isinstance(named, Deferred) else named
        return Delete(external_id)

    async def _object(self, external_id: str) -> tuple[Json, datetime | None]:
        id_ = data_source_id(external_id)
        return await (self._client.page(external_id) if id_ is None else self._client.data_source(id_))


def newest_of(results: Results) -> datetime | None:
    """The last edit among results."""
    times = []
    for found in results.items:
        try:
            times.append(edited_at(found))
        except Malformed:
            continue
    return max(times, default=None)


def is_source(found: Json) -> bool:
    return found.get("object") == "data_source" and not found.get("in_trash")


def data_source_above(found: Json) -> str | None:
    """The data source of which a page is a row."""
    parent = found.get("parent")
    id_ = parent.get("data_source_id") if isinstance(parent, dict) else None
    return id_ if isinstance(id_, str) else None

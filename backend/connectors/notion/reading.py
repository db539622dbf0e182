"""Reads one page: its Markdown, what that leaves out, the values beyond 25, its comments, and where it stands."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from backend.connectors.http import TOO_LARGE
from backend.connectors.notion.blocks import TOO_MUCH, Budget, Walk, Walked
from backend.connectors.notion.client import Json, Markdown, NotionClient, is_missing, took_too_long
from backend.connectors.notion.hierarchy import Hierarchy
from backend.connectors.notion.lines import Line, mark
from backend.connectors.notion.markdown import id_in, lines_of, named_in
from backend.connectors.notion.processor import (
    Content,
    Who,
    data_source_item,
    data_source_name,
    page_item,
    users_of,
)
from backend.connectors.notion.properties import cut_properties, related, title_of, with_values
from backend.connectors.source_events import Delete, ItemFailure, Whole
from backend.documents.incoming import TextItem
from backend.errors import PermissionMissing, SourceRefused, TransientFailure

log = structlog.get_logger(__name__)

#: So many calls may the content of one page cost: about 10,000 blocks without Markdown.
_CALLS = 100
_COMMENTS = 500
_VALUES = 1_000
_USERS = 10_000
_TOO_LARGE_PAGE = "This page is too large to be read."
REFUSED = "Notion does not give this page's content. It is tried again by itself."
_FORBIDDEN = "Notion does not let the connection read this page's content. Allow it to read content, at Notion."

type Read = TextItem | Whole | Delete | ItemFailure


@dataclass(slots=True)
class _Content:
    lines: list[Line]
    pages: set[str]
    databases: set[str]


class PageReader:
    """Reads pages and data sources of one run. A capability that is missing is noticed once and done without.

    Args:
        comments: whether to read them.
        calls: what the content of one page may cost.
    """

    def __init__(self, client: NotionClient, hierarchy: Hierarchy, *, comments: bool, calls: int = _CALLS) -> None:
        self._client = client
        self._hierarchy = hierarchy
        self.comments = comments
        self._calls = calls
        self._people: Mapping[str, Who] | None = None
        self._data_sources: dict[str, tuple[str, ...]] = {}

    async def page(self, found: Json) -> Read:
        """A page or a row, as it is now. Errors: `SourceError`, `Malformed`."""
        id_ = str(found["id"])
        try:
            content = await self._content(id_)
        except PermissionMissing:
            return ItemFailure(id_, title_of(found) or None, "permission_missing", _FORBIDDEN)
        except SourceRefused as error:
            if is_missing(error):
                return await self._gone(found)
            if error.reason == TOO_LARGE:
                return ItemFailure(id_, title_of(found) or None, "too_large", _TOO_LARGE_PAGE, skipped=True)
            return ItemFailure(id_, title_of(found) or None, "content_refused", REFUSED)
        found = await self._whole(found)
        place = await self._hierarchy.place(found)
        item = page_item(
            found,
            Content(
                lines=content.lines,
                comments=await self._comments(id_),
                path=place.titles,
                parent=place.parent,
                titles=await self._hierarchy.titles(related(found)),
                people=await self._users(),
            ),
        )
        others = content.pages | {name for one in sorted(content.databases) for name in await self._sources_of(one)}
        return Whole(item, mentions=frozenset(others)) if others else item

    async def data_source(self, found: Json) -> Read:
        """A data source, naming those that stand in the same database."""
        place = await self._hierarchy.place(found)
        item = data_source_item(found, place.titles, place.parent, await self._users())
        parent = found.get("parent")
        database = parent.get("database_id") if isinstance(parent, dict) else None
        others = await self._sources_of(database) if isinstance(database, str) else ()
        return Whole(item, mentions=frozenset(others) - {item.external_id})

    async def _gone(self, found: Json) -> Read:
        """What has no content: gone or in the trash only if asking for the page itself says so."""
        id_ = str(found["id"])
        try:
            page, _ = await self._client.page(id_)
        except SourceRefused as error:
            if is_missing(error):
                return Delete(id_)
            page = {}
        if page.get("in_trash"):
            return Delete(id_)
        return ItemFailure(id_, title_of(found) or None, "content_refused", REFUSED)

    async def _content(self, page_id: str) -> _Content:
        budget = Budget(self._calls)
        try:
            markdown = await self._client.markdown(page_id)
        except (SourceRefused, PermissionMissing, TransientFailure) as error:
            if is_missing(error) or (isinstance(error, TransientFailure) and not took_too_long(error)):
                raise
            walked = await Walk(self._client.children, budget).below(page_id)
            return _Content(walked.lines, walked.pages, walked.databases)
        return await self._of(markdown, budget)

    async def _of(self, markdown: Markdown, budget: Budget) -> _Content:
        """With what the Markdown leaves out, read apart as far as the budget goes."""
        named = named_in(markdown.text)
        pages, databases = set(named.pages), set(named.databases)
        apart: dict[str, list[Line]] = {}
        left_out = list(dict.fromkeys(id_in(one) or one for one in markdown.unknown))
        for id_ in left_out:
            if not budget.spend():
                break
            walked = await self._apart(id_, budget)
            apart[id_] = walked.lines
            pages |= walked.pages
            databases |= walked.databases
        lines = lines_of(markdown.text, apart)
        for id_ in apart.keys() - named.unknown:  # told to be left out, but not where
            lines += apart[id_]
        if len(apart) < len(left_out) or (markdown.truncated and not left_out):
            lines.append(Line(TOO_MUCH))
        return _Content(lines, pages, databases)

    async def _apart(self, block_id: str, budget: Budget) -> Walked:
        """A block that the Markdown leaves out: by itself, with everything below it."""
        try:
            block = await self._client.block(block_id)
        except (SourceRefused, PermissionMissing):
            return Walked([Line(mark("something that is not shared"))])
        return await Walk(self._client.children, budget).of(block)

    async def _whole(self, found: Json) -> Json:
        """With the values that do not stand in the page."""
        for property_id in cut_properties(found):
            items: list[Json] = []
            try:
                async with aclosing(self._client.values(str(found["id"]), property_id)) as pages:
                    async for page in pages:
                        items += page.items
                        if len(items) >= _VALUES:
                            break
            except (SourceRefused, PermissionMissing):
                continue  # those that stand in the page are better than none
            found = with_values(found, property_id, items)
        return found

    async def _comments(self, page_id: str) -> list[Json]:
        told: list[Json] = []
        if not self.comments:
            return told
        try:
            async with aclosing(self._client.comments(page_id)) as pages:
                async for page in pages:
                    told += page.items
                    if len(told) >= _COMMENTS:
                        break
        except PermissionMissing:
            self.comments = False
            log.info("notion_comments_not_allowed")
        except SourceRefused:
            log.info("notion_comments_refused")
        return told[:_COMMENTS]

    async def _users(self) -> Mapping[str, Who]:
        """Everybody of the workspace, asked for once a run, whoever of them is not known."""
        if self._people is None:
            known: dict[str, Who] = {}
            try:
                async with aclosing(self._client.users()) as pages:
                    async for page in pages:
                        known |= users_of(page.items)
                        if len(known) >= _USERS:
                            break
            except (SourceRefused, PermissionMissing):
                log.info("notion_users_not_allowed")
            self._people = known
        return self._people

    async def _sources_of(self, database_id: str) -> tuple[str, ...]:
        """The external ids of a database's data sources; none of one that is not shared, or is only a view."""
        if database_id not in self._data_sources:
            try:
                database = await self._client.database(database_id)
            except (SourceRefused, PermissionMissing):
                database = {}
            self._hierarchy.note(database)
            listed = database.get("data_sources")
            ids = [one.get("id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
            self._data_sources[database_id] = tuple(data_source_name(id_) for id_ in ids if isinstance(id_, str))
        return self._data_sources[database_id]

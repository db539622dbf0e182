"""Everything of one repository, page by page, and what has changed in it since."""

from collections.abc import AsyncGenerator, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from backend.connectors.github.client import GitHubClient
from backend.connectors.github.cursor import Known, Stream
from backend.connectors.github.files import file_event, file_id
from backend.connectors.github.models import Kind, Repository, Row, Thread, ThreadKey
from backend.connectors.github.processor import kind_of, thread_id, thread_item, thread_revision
from backend.connectors.github.trees import Trees
from backend.connectors.source_events import Access, Deferred, Delete, ItemFailure, SyncEvent, Upsert
from backend.documents.incoming import TextItem
from backend.errors import PermissionMissing

_FILES_PAGE = 500
#: About as long as most conversations at their most.
_THREAD_CHARS = 20_000
#: GitHub's lists lag behind its writes; what comes twice is known by its revision.
_OVERLAP = timedelta(minutes=5)


class Incomplete(Exception):
    """A page held something that could not be understood, behind what was handed over."""


class Streams:
    """The streams of one repository.

    Args:
        kinds: what was chosen of it.
        refused: what GitHub does not let be known of it; asking for it raises `PermissionMissing`.
        access: who may open its items.
    """

    def __init__(
        self,
        client: GitHubClient,
        repository: Repository,
        *,
        kinds: frozenset[Kind],
        access: Access,
        refused: frozenset[Kind],
    ) -> None:
        self._client = client
        self._repository = repository
        self._kinds = kinds
        self._access = access
        self._refused = refused
        self._trees = Trees(client, repository)

    async def everything(
        self, stream: Stream, known: Known, at: str | None
    ) -> AsyncGenerator[tuple[list[SyncEvent], str | None]]:
        """Pages of events, each with where the next one begins; None: there is none."""
        pages = {
            "comments": self._edited,
            "files": self._files,
            "issues": self._issues,
            "discussions": self._discussions,
        }[stream]
        async for page in pages(known, at):
            yield page

    async def changed_files(self, before: Known, now: Known) -> AsyncGenerator[SyncEvent]:
        """Errors: `SourceRefused` with status 404 when what was before is no longer there."""
        if "files" not in self._kinds:
            return
        self._require("files")
        async for path, entry in self._trees.difference(before.tree, now.tree):
            if entry is None:
                yield Delete(file_id(self._repository, path))
            else:
                yield file_event(self._client, self._repository, now.branch or "", entry, self._access)

    async def changed_issues(self, since: str | None) -> AsyncGenerator[SyncEvent]:
        """Issues and pull requests that changed, and those of whom a comment did without changing them."""
        since, at, named = _earlier(since), None, set[int]()
        while self._kinds & {"issues", "pulls"}:
            page = await self._client.issues(self._repository, at, since=since)
            named |= {row.number for row in page.rows}
            for event in self._named(page.rows):
                yield event
            if not page.whole:
                raise Incomplete
            if (at := page.after) is None:
                break
        if since is not None:
            async for event in self._commented(since, named):
                yield event

    async def changed_discussions(self, since: str | None) -> AsyncGenerator[SyncEvent]:
        since, at = _earlier(since), None
        while self._has_discussions:
            self._require("discussions")
            page = await self._client.graph.discussions(self._repository, at, by="UPDATED_AT")
            for event in self._discussed(page.rows):
                yield event
            at = page.after
            if at is None or (since is not None and any(row.updated_at < since for row in page.rows)):
                return

    @property
    def _has_discussions(self) -> bool:
        return "discussions" in self._kinds and self._repository.has_discussions

    async def _edited(self, _: Known, at: str | None) -> AsyncGenerator[tuple[list[SyncEvent], str | None]]:
        since = _earlier(at)
        if since is not None:
            yield [event async for event in self._commented(since, set())], None

    async def _files(self, known: Known, at: str | None) -> AsyncGenerator[tuple[list[SyncEvent], str | None]]:
        if "files" not in self._kinds:
            return
        self._require("files")
        if known.tree is None:
            return
        events: list[SyncEvent] = []
        async for entry, wanted in self._trees.files(known.tree, after=at):
            if wanted:
                events.append(file_event(self._client, self._repository, known.branch or "", entry, self._access))
            if len(events) == _FILES_PAGE:
                yield events, entry.path
                events = []
        yield events, None

    async def _issues(self, _: Known, at: str | None) -> AsyncGenerator[tuple[list[SyncEvent], str | None]]:
        while self._kinds & {"issues", "pulls"}:
            page = await self._client.issues(self._repository, at)
            yield [*self._named(page.rows)], page.after
            if not page.whole:
                raise Incomplete
            if (at := page.after) is None:
                return

    async def _discussions(self, _: Known, at: str | None) -> AsyncGenerator[tuple[list[SyncEvent], str | None]]:
        while self._has_discussions:
            self._require("discussions")
            page = await self._client.graph.discussions(self._repository, at, by="CREATED_AT")
            yield [*self._discussed(page.rows)], page.after
            if (at := page.after) is None:
                return

    def _require(self, kind: Kind) -> None:
        if kind in self._refused:
            raise PermissionMissing(f"GitHub does not allow this to be read: {kind}.")

    def _named(self, rows: Iterable[Row]) -> Iterable[SyncEvent]:
        for row in rows:
            kind: Literal["pull", "issue"] = "pull" if row.is_pull else "issue"
            if f"{kind}s" in self._kinds:
                yield self._deferred(thread_id(kind, self._repository, row.number), row, "issue")

    def _discussed(self, rows: Iterable[Row]) -> Iterable[SyncEvent]:
        for row in rows:
            yield self._deferred(thread_id("discussion", self._repository, row.number), row, "discussion")

    def _deferred(self, external_id: str, row: Row, kind: Literal["issue", "discussion"]) -> Deferred:
        key: ThreadKey = (self._repository.node_id, kind, row.number)
        fetch = partial(self._fetch, external_id, key)
        revision = thread_revision(row, self._repository)
        return Deferred(external_id, revision, self._access, fetch, chars=_THREAD_CHARS)

    async def _fetch(self, external_id: str, key: ThreadKey) -> TextItem | Delete | ItemFailure:
        return self._item(external_id, await self._client.thread(key))

    def _item(self, external_id: str, thread: Thread) -> TextItem | Delete | ItemFailure:
        if thread.partial:
            message = "GitHub did not give all of it. It is tried again by itself."
            return ItemFailure(external_id, None, "not_given", message)
        if thread.found is None:
            return Delete(external_id)
        try:
            return thread_item(thread.found, self._repository)
        except (KeyError, TypeError, ValueError, AttributeError):
            message = "GitHub gave something that could not be understood. The other items are not affected."
            return ItemFailure(external_id, None, "not_understood", message)

    async def _commented(self, since: str, named: set[int]) -> AsyncGenerator[SyncEvent]:
        """Items of which a comment was written or edited, but for those that are named already."""
        if "issues" in self._kinds and self._repository.has_issues:
            async for event in self._with_comments("issues", since, named):
                yield event
        if "pulls" in self._kinds:
            async for event in self._with_comments("pulls", since, named):
                yield event

    async def _with_comments(
        self, kind: Literal["issues", "pulls"], since: str, named: set[int]
    ) -> AsyncGenerator[SyncEvent]:
        async for numbers in self._client.commented(self._repository, kind, since):
            keys: list[ThreadKey] = [(self._repository.node_id, "issue", one) for one in sorted(numbers - named)]
            named |= numbers
            for thread in (await self._client.threads(keys)).values():
                if thread.found is None or thread.partial:  # the listing tells what became of it
                    continue
                found = kind_of(thread.found)
                item = self._item("", thread)
                if found is not None and f"{found}s" in self._kinds and isinstance(item, TextItem):
                    yield Upsert(item, self._access)


def _earlier(since: str | None) -> str | None:
    """With the overlap. None where nothing was read before, or not understood what was."""
    try:
        return since and f"{datetime.fromisoformat(since) - _OVERLAP:%Y-%m-%dT%H:%M:%SZ}"
    except ValueError:
        return None

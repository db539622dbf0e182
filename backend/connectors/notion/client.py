"""The calls that are made to Notion's API, version 2026-03-11."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from backend.connectors.http import Answer, HttpGateway
from backend.connectors.manifest import Setup
from backend.errors import SourceError, SourceRefused, TransientFailure
from backend.oauth.failures import http_date

VERSION = "2026-03-11"
LABEL = "Notion"
#: The most that Notion gives at once. https://developers.notion.com/reference/intro#pagination (2026-11)
_PAGE_SIZE = 100
_INVALID, _MISSING, _CONFLICT, _TIMED_OUT = 400, 404, 409, 504
#: Notion itself gives up after a minute. https://developers.notion.com/reference/status-codes (2026-11)
_TIMEOUT_SECONDS = 65.0
_TOO_LONG = "source_timed_out"

#: An object of the API as it came.
type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a list. `after`: where the next one begins; None: this was the last.

    `whole` False: something was left out, or could not be understood. `capped`: a query has reached the most that it
    gives. `at`: the time at Notion.
    """

    items: tuple[Json, ...]
    after: str | None
    whole: bool
    at: datetime | None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Markdown:
    """A page's content. `unknown`: blocks that are not in it: too many, not shared, or of a kind without Markdown."""

    text: str
    truncated: bool
    unknown: tuple[str, ...]


class NotionClient:
    """One account. Errors of every call: those of `HttpGateway`; `is_missing` tells what is gone or not shared."""

    def __init__(self, setup: Setup) -> None:
        self._http = HttpGateway(
            LABEL,
            setup.settings.api_url,
            credential=setup.credential,
            calls=setup.calls,
            classify=_classify,
            headers={"Notion-Version": VERSION},
            timeout_seconds=_TIMEOUT_SECONDS,
        )

    async def close(self) -> None:
        await self._http.close()

    async def me(self) -> Json:
        """The integration itself, as a user."""
        return await self._object("/users/me", "user")

    async def search(
        self, after: str | None = None, *, kind: str | None = None, in_trash: bool = False, limit: int = _PAGE_SIZE
    ) -> Results:
        """Pages and data sources that are shared with the connection, the last edited first.

        Not everything there is: Notion's index lags, and promises only what was shared directly.
        https://developers.notion.com/reference/search-optimizations-and-limitations (2026-11)
        """
        body: Json = {"sort": {"timestamp": "last_edited_time", "direction": "descending"}, "page_size": limit}
        if kind is not None:
            body["filter"] = {"property": "object", "value": kind}
        elif in_trash:
            body["filter"] = {"in_trash": True}
        return await self._list("POST", "/search", after, body=body)

    async def rows(self, data_source_id: str, after: str | None = None, *, since: str | None = None) -> Results:
        """Rows of a data source (of a wiki also data sources), the first created first.

        A query gives 10,000 rows at the most and says so; the next one begins at the last row's `created_time`.
        https://developers.notion.com/guides/data-apis/query-large-data-sources (2026-11)
        """
        body: Json = {"sorts": [{"timestamp": "created_time", "direction": "ascending"}], "page_size": _PAGE_SIZE}
        if since is not None:
            body["filter"] = {"timestamp": "created_time", "created_time": {"on_or_after": since}}
        return await self._list("POST", f"/data_sources/{_segment(data_source_id)}/query", after, body=body)

    async def page(self, page_id: str) -> tuple[Json, datetime | None]:
        """With the time at Notion."""
        answer = await self._http.answer("GET", f"/pages/{_segment(page_id)}")
        return _object(answer, "page"), _time_of(answer)

    async def data_source(self, data_source_id: str) -> tuple[Json, datetime | None]:
        answer = await self._http.answer("GET", f"/data_sources/{_segment(data_source_id)}")
        return _object(answer, "data_source"), _time_of(answer)

    async def database(self, database_id: str) -> Json:
        """A database with the names of its data sources."""
        return await self._object(f"/databases/{_segment(database_id)}", "database")

    async def block(self, block_id: str) -> Json:
        return await self._object(f"/blocks/{_segment(block_id)}", "block")

    async def children(self, block_id: str) -> AsyncGenerator[Results]:
        async for found in self._pages(f"/blocks/{_segment(block_id)}/children"):
            yield found

    async def markdown(self, page_id: str) -> Markdown:
        """A page's content, or that of a block which another answer of this call named as unknown."""
        found = await self._object(f"/pages/{_segment(page_id)}/markdown", "page_markdown")
        text, unknown = found.get("markdown"), found.get("unknown_block_ids")
        if not isinstance(text, str):
            raise _without_content()
        ids = tuple(one for one in unknown if isinstance(one, str)) if isinstance(unknown, list) else ()
        return Markdown(text, bool(found.get("truncated")), ids)

    async def comments(self, block_id: str, *, limit: int = _PAGE_SIZE) -> AsyncGenerator[Results]:
        """Open comments on a page or a block, the oldest first."""
        async for found in self._pages("/comments", block_id=block_id, page_size=limit):
            yield found

    async def values(self, page_id: str, property_id: str) -> AsyncGenerator[Results]:
        """The values of a property beyond those 25 that stand in its page."""
        # Property ids come percent-encoded.
        path = f"/pages/{_segment(page_id)}/properties/{quote(property_id, safe='%')}"
        async for found in self._pages(path):
            yield found

    async def users(self) -> AsyncGenerator[Results]:
        async for found in self._pages("/users"):
            yield found

    async def _object(self, path: str, kind: str) -> Json:
        return _object(await self._http.answer("GET", path), kind)

    async def _pages(self, path: str, **params: str | int) -> AsyncGenerator[Results]:
        after: str | None = None
        while True:
            found = await self._list("GET", path, after, params=params)
            yield found
            if (after := found.after) is None:
                return

    async def _list(
        self,
        method: str,
        path: str,
        after: str | None,
        *,
        body: Json | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Results:
        if body is not None:
            answer = await self._http.answer(
                method, path, body=body if after is None else {**body, "start_cursor": after}
            )
        else:
            query = {"page_size": _PAGE_SIZE, **(params or {}), "start_cursor": after}
            answer = await self._http.answer(method, path, params=query)
        return _results(answer)


def is_missing(error: SourceError) -> bool:
    """Whether Notion says that something is gone, or is not shared with the connection: it does not tell apart."""
    return isinstance(error, SourceRefused) and error.answer_status == _MISSING


def took_too_long(error: SourceError) -> bool:
    """Whether Notion gave up on one call: another that asks for less may well work."""
    return error.code == _TOO_LONG


def is_invalid(error: SourceError) -> bool:
    """Whether Notion does not take a request as it is: an old cursor, an unknown filter, a block without Markdown."""
    return isinstance(error, SourceRefused) and error.answer_status == _INVALID


def _classify(answer: Answer) -> SourceError | None:
    """https://developers.notion.com/reference/status-codes (2026-11). What is left out goes by its status."""
    code = answer.fields().get("code")
    reason = code if isinstance(code, str) else ""
    if answer.status == _CONFLICT:
        return TransientFailure("Notion was in the middle of a change. It is tried again by itself.")
    if answer.status == _TIMED_OUT:
        return TransientFailure("Notion took too long. It is tried again by itself.", code=_TOO_LONG)
    if answer.status in (_INVALID, _MISSING):
        return SourceRefused(f"Notion refused, with {reason or answer.status}.", status=answer.status, reason=reason)
    return None


def _results(answer: Answer) -> Results:
    """Errors: `TransientFailure` for an answer without a list: it is no evidence of there being nothing."""
    found = answer.json()
    items = found.get("results") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise _without_content()
    objects = tuple(one for one in items if isinstance(one, dict))
    after = found.get("next_cursor") if found.get("has_more") else None
    status = found.get("request_status")
    capped = isinstance(status, dict) and status.get("type") == "incomplete"
    lost = bool(found.get("has_more")) and not isinstance(after, str)
    whole = not capped and not lost and len(objects) == len(items)
    return Results(objects, after if isinstance(after, str) else None, whole, _time_of(answer), capped)


def _object(answer: Answer, kind: str) -> Json:
    found = answer.json()
    if not isinstance(found, dict) or found.get("object") != kind:
        raise _without_content()
    return found


def _without_content() -> TransientFailure:
    return TransientFailure("Notion gave an answer without content. It is tried again by itself.")


def _time_of(answer: Answer) -> datetime | None:
    return http_date(answer.headers.get("date", ""))


def _segment(id_: str) -> str:
    return quote(id_, safe="")

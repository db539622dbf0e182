"""Notion's HTTP API over `NotionService`, strict: versions, tokens, ids, parameters and capabilities bind."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support import notion_objects as shapes
from tests.support.consent_provider import Granted
from tests.support.notion_service import Json, NotionService, Thing, new_id, person_of

VERSIONS = {"2025-09-03", "2026-03-11"}
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_QUERY_KEYS = {"sorts", "filter", "start_cursor", "page_size", "in_trash", "result_type"}
_SEARCH_KEYS = {"query", "sort", "filter", "start_cursor", "page_size"}

type Answer = Callable[[Request, Granted], Awaitable[Response]]


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def refusal(status: int, code: str, message: str) -> JSONResponse:
    body = {"object": "error", "status": status, "code": code, "message": message, "request_id": new_id(status)}
    return JSONResponse(body, status)


class NotionApi:
    """https://developers.notion.com/reference (2026-11)."""

    def __init__(self, service: NotionService) -> None:
        self._service = service

    def app(self) -> Starlette:
        authorize, token, revoke = self._service.consents.routes(
            "/v1/oauth/authorize", "/v1/oauth/token", "/v1/oauth/revoke"
        )
        oauth = [authorize, Route(token.path, _in_own_words(token.endpoint), methods=["POST"]), revoke]
        routes = [
            ("GET", "/v1/users/me", self._me),
            ("GET", "/v1/users", self._users),
            ("POST", "/v1/search", self._search),
            ("GET", "/v1/pages/{id}", self._page),
            ("GET", "/v1/pages/{id}/markdown", self._markdown),
            ("GET", "/v1/pages/{id}/properties/{property:path}", self._values),
            ("GET", "/v1/databases/{id}", self._database),
            ("GET", "/v1/data_sources/{id}", self._data_source),
            ("POST", "/v1/data_sources/{id}/query", self._query),
            ("GET", "/v1/blocks/{id}", self._block),
            ("GET", "/v1/blocks/{id}/children", self._children),
            ("GET", "/v1/comments", self._comments),
        ]
        others = Route("/{path:path}", self._nowhere, methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
        return Starlette(
            routes=[
                *oauth,
                *(Route(path, self._guarded(answer), methods=[method]) for method, path, answer in routes),
                others,
            ]
        )

    def _guarded(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                given = await answer(request, self._entered(request))
            except Refusal as error:
                given = refusal(error.status, error.code, str(error))
            given.headers["date"] = format_datetime(self._service.now, usegmt=True)
            return given

        return guarded

    def _entered(self, request: Request) -> Granted:
        granted = self._service.holder(request.headers.get("authorization"))
        if granted is None:
            raise Refusal(401, "unauthorized", "API token is invalid.")
        version = request.headers.get("notion-version")
        if version is None:
            message = "Notion-Version header should be defined, instead was `undefined`."
            raise Refusal(400, "missing_version", f"Notion-Version header failed validation: {message}")
        if version not in VERSIONS:
            raise Refusal(400, "validation_error", f"Notion-Version header failed validation: `{version}`.")
        return granted

    async def _nowhere(self, _request: Request) -> Response:
        return refusal(400, "invalid_request_url", "Invalid request URL.")

    async def _me(self, _request: Request, granted: Granted) -> Response:
        return JSONResponse(shapes.bot(person_of(granted.account) if granted.account else None))

    async def _users(self, request: Request, _granted: Granted) -> Response:
        self._require("read_users")
        people = [shapes.person(one) for one in self._service.users.values()]
        return self._list(people, request.query_params, "user")

    async def _search(self, request: Request, _granted: Granted) -> Response:
        self._require("read_content")
        body = await _body(request, _SEARCH_KEYS)
        kind, trash = _search_filter(body.get("filter"), with_trash=self._service.trash_search)
        sort = body.get("sort")
        if sort not in (None, *({"timestamp": "last_edited_time", "direction": one} for one in _DIRECTIONS)):
            raise _invalid("body.sort is not valid.")
        service = self._service
        found = [
            one
            for one in service.things.values()
            if one.kind in ({kind} if kind else {"page", "data_source"})
            and one.indexed
            and service.visible(one)
            and service.trashed(one) is trash
            and str(body.get("query", "")).casefold() in one.title.casefold()
        ]
        found.sort(key=lambda one: (one.edited, one.id), reverse=not sort or sort["direction"] == "descending")
        if service.empty and not trash:
            found = []
        return self._list([shapes.thing(service, one) for one in found], body, "page_or_data_source", cuts=not trash)

    async def _query(self, request: Request, _granted: Granted) -> Response:
        self._require("read_content")
        source = self._seen(request.path_params["id"], "data_source")
        body = await _body(request, _QUERY_KEYS)
        start = _created_since(body.get("filter"))
        if body.get("sorts") != [{"timestamp": "created_time", "direction": "ascending"}]:
            raise _invalid("this stand-in knows one way of sorting.")
        service = self._service
        rows = [one for one in service.rows(source.id) if service.visible(one) and not service.trashed(one)]
        rows = sorted((one for one in rows if _minute(one.created) >= start), key=lambda one: (one.created, one.id))
        capped = len(rows) > service.query_limit
        status = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
        given = [shapes.thing(service, one) for one in rows[: service.query_limit]]
        return self._list(given, body, "page_or_data_source", more={"request_status": status} if capped else {})

    async def _page(self, request: Request, _granted: Granted) -> Response:
        return JSONResponse(shapes.thing(self._service, self._seen(request.path_params["id"], "page")))

    async def _data_source(self, request: Request, _granted: Granted) -> Response:
        return JSONResponse(shapes.thing(self._service, self._seen(request.path_params["id"], "data_source")))

    async def _database(self, request: Request, _granted: Granted) -> Response:
        return JSONResponse(shapes.thing(self._service, self._seen(request.path_params["id"], "database")))

    async def _markdown(self, request: Request, _granted: Granted) -> Response:
        self._require("read_content")
        id_ = request.path_params["id"]
        page = self._seen(id_, "page")
        blocks = self._service.blocks_of(page)
        text, unknown = shapes.markdown(self._service, blocks, page_url=shapes.url(page.id))
        return JSONResponse(
            {
                "object": "page_markdown",
                "id": page.id,
                "markdown": text,
                "truncated": bool(unknown),
                "unknown_block_ids": unknown,
            }
        )

    async def _values(self, request: Request, _granted: Granted) -> Response:
        page = self._seen(request.path_params["id"], "page")
        wanted = request.path_params["property"]
        whole = {**page.properties, "title": {"type": "title", "title": []}}
        for name, value in whole.items():
            if unquote(shapes.thing(self._service, page)["properties"].get(name, {}).get("id", "")) == unquote(wanted):
                kind = value["type"]
                items = [{"object": "property_item", "id": wanted, "type": kind, kind: one} for one in value[kind]]
                own = {"id": wanted, "next_url": None, "type": kind, kind: {}}
                return self._list(items, request.query_params, "property_item", more={"property_item": own})
        raise Refusal(404, "object_not_found", f"Could not find property with ID: {wanted}.")

    async def _block(self, request: Request, _granted: Granted) -> Response:
        self._require("read_content")
        id_ = _id(request.path_params["id"])
        found = self._service.owner_of(id_)
        if found is None or not self._service.visible(found[0]):
            raise _missing("block", id_)
        return JSONResponse(shapes.block(found[1], ("page", found[0].id), self._service))

    async def _children(self, request: Request, _granted: Granted) -> Response:
        self._require("read_content")
        id_ = _id(request.path_params["id"])
        service = self._service
        page = service.things.get(id_)
        if page is not None and service.visible(page):
            blocks = service.blocks_of(page)
        elif (found := service.owner_of(id_)) is not None and service.visible(found[0]):
            blocks = found[1].children
        else:
            raise _missing("block", id_)
        kind = "page" if page else "block"
        return self._list([shapes.block(one, (kind, id_), service) for one in blocks], request.query_params, "block")

    async def _comments(self, request: Request, _granted: Granted) -> Response:
        self._require("read_comments")
        wanted = request.query_params.get("block_id")
        if wanted is None:
            raise Refusal(400, "validation_error", "query failed validation: query.block_id should be defined.")
        id_ = _id(wanted)
        page = self._service.things.get(id_)
        if page is None and self._service.owner_of(id_) is None:
            raise _missing("block", id_)
        found = [shapes.comment(one) for one in self._service.comments if one.page_id == id_]
        return self._list(found, request.query_params, "comment")

    def _require(self, capability: str) -> None:
        if capability not in self._service.capabilities:
            message = "Insufficient permissions for this endpoint."
            raise Refusal(403, "restricted_resource", message)

    def _seen(self, given: str, kind: str) -> Thing:
        id_ = _id(given)
        found = self._service.things.get(id_)
        if found is None or found.kind != kind or not self._service.visible(found):
            raise _missing(kind, id_)
        return found

    def _list(
        self, items: Sequence[Json], given: Any, kind: str, *, cuts: bool = False, more: Json | None = None
    ) -> Response:
        """A page of a list. `cuts`: this one may come out cut."""
        try:
            size = int(given.get("page_size", 100))
        except ValueError:
            raise _invalid("page_size should be a number.") from None
        if not 1 <= size <= 100:
            raise _invalid(f"page_size should be ≤ `100`, instead was `{size}`.")
        size = min(size, self._service.page_limit)
        ids = [str(one.get("id")) for one in items]
        if kind == "property_item":
            ids = [new_id(10_000 + number) for number in range(len(items))]
        start = given.get("start_cursor")
        if start is not None and start not in ids:
            raise _invalid(f"start_cursor provided is invalid: {start}")
        at = ids.index(start) if start is not None else 0
        after = ids[at + size] if at + size < len(items) else None
        if cuts and self._service.cut and size > 1:
            return self._answer(items[at : at + 1], None, kind, has_more=len(items) > 1, more=more)
        return self._answer(items[at : at + size], after, kind, has_more=after is not None, more=more)

    @staticmethod
    def _answer(items: Sequence[Json], after: str | None, kind: str, *, has_more: bool, more: Json | None) -> Response:
        body: Json = {
            "object": "list",
            "results": items,
            "next_cursor": after,
            "has_more": has_more,
            "type": kind,
            kind: {},
        }
        return JSONResponse({**body, **(more or {}), "request_id": new_id(1)})


def _in_own_words(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Refusals of the token endpoint, in the shape of all others: their code is that of RFC 6749."""

    async def answered(request: Request) -> Response:
        given = await answer(request)
        if given.status_code < 400:
            return given
        code = json.loads(bytes(given.body))["error"]
        return refusal(given.status_code, code, "Invalid code: this code has been revoked.")

    return answered


_DIRECTIONS = ("ascending", "descending")


async def _body(request: Request, known: set[str]) -> Json:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise Refusal(400, "invalid_json", "Error parsing JSON body.") from None
    for name in body:
        if name not in known:
            raise _invalid(f"body.{name} should be not present, instead was `{body[name]!r}`.")
    return dict(body)


def _search_filter(given: Json | None, *, with_trash: bool) -> tuple[str | None, bool]:
    """What is searched, and whether in the trash."""
    if given is None:
        return None, False
    unknown = given.keys() - {"property", "value", *(["in_trash"] if with_trash else [])}
    if unknown or ("value" in given) != ("property" in given) or given.get("property", "object") != "object":
        raise _invalid("body.filter.value should be defined.")
    if given.get("value") not in (None, "page", "data_source"):
        raise _invalid('body.filter.value should be `"page"` or `"data_source"`.')
    return given.get("value"), bool(given.get("in_trash"))


def _created_since(given: Json | None) -> datetime:
    if given is None:
        return datetime.fromisoformat("1970-01-01T00:00:00Z")
    if given.get("timestamp") != "created_time" or set(given.get("created_time", {})) != {"on_or_after"}:
        raise _invalid("this stand-in knows one filter.")
    return datetime.fromisoformat(given["created_time"]["on_or_after"])


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _id(given: str) -> str:
    if _ID.fullmatch(given) is None:
        raise Refusal(
            400, "validation_error", f"path failed validation: path.id should be a valid uuid, was `{given}`."
        )
    return str(UUID(given))


def _invalid(message: str) -> Refusal:
    return Refusal(400, "validation_error", f"body failed validation: {message}")


def _missing(kind: str, id_: str) -> Refusal:
    shared = 'Make sure the relevant pages and databases are shared with your connection "BibliosAI".'
    return Refusal(404, "object_not_found", f"Could not find {kind} with ID: {id_}. {shared}")

"""Renders every failure as problem+json (RFC 9457): `{type, title, status, code, detail, errors?, request_id}`.

Administrators get a `hint` beside it, where there is one.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from backend.api.body_limit import BodyRefused
from backend.api.dependencies import is_hinted
from backend.errors import BibliosError, FieldProblem, InvalidInput, RateLimited

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class FieldProblemView(BaseModel):
    field: str
    code: str
    message: str


class Problem(BaseModel):
    """The body of every error answer; `code` is stable, `detail` is for people.

    `hint` stands there for administrators alone: what whoever runs the server can do.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str | None = None
    errors: list[FieldProblemView] | None = None
    request_id: str


#: For the `responses=` of routers, so that the schema documents the error body.
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "The request was refused; `code` says why.", "content": {MEDIA_TYPE: {}}},
    "5XX": {"model": Problem, "description": "Something failed here.", "content": {MEDIA_TYPE: {}}},
}


def problem_response(
    request: Request,
    *,
    status: int,
    code: str,
    detail: str,
    hint: str | None = None,
    fields: tuple[FieldProblem, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:bibliosai:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request.scope.get("request_id", ""),
    }
    if hint and is_hinted(request):
        body["hint"] = hint
    if fields:
        body["errors"] = [{"field": f.field, "code": f.code, "message": f.message} for f in fields]
    return Response(orjson.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


async def _on_biblios_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, BibliosError)  # noqa: S101 - the handler is registered for this class only
    headers = {}
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(max(1, round(error.retry_after_seconds)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request_failed", code=error.code, error=str(error))
    return problem_response(
        request,
        status=error.status,
        code=error.code,
        detail=error.message,
        hint=error.hint,
        fields=error.fields,
        headers=headers,
    )


async def _on_body_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, BodyRefused)  # noqa: S101 - the handler is registered for this class only
    return await _on_biblios_error(request, error.reason)


def invalid_fields(errors: Sequence[Mapping[str, Any]]) -> InvalidInput:
    """pydantic's errors as one of ours; the place in a body is named without `body`."""
    fields = tuple(
        FieldProblem(
            field=".".join(str(part) for part in item["loc"] if part not in ("body", "query", "path")) or "body",
            code=str(item["type"]),
            message=str(item["msg"]).removeprefix("Value error, "),
        )
        for item in errors
    )
    first = fields[0] if fields else None
    return InvalidInput(f"{first.field}: {first.message}" if first else "The request is malformed.", fields=fields)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the handler is registered for this class only
    return await _on_biblios_error(request, invalid_fields(error.errors()))


_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 401: "unauthenticated", 403: "forbidden", 413: "too_large"}


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler is registered for this class only
    return problem_response(
        request,
        status=error.status_code,
        code=_HTTP_CODES.get(error.status_code, "invalid_request"),
        detail=str(error.detail),
        headers=dict(error.headers) if error.headers else None,
    )


async def _on_unexpected(request: Request, error: Exception) -> Response:
    log.error("request_crashed", exc_info=error)
    request_id = request.scope.get("request_id", "")
    return problem_response(
        request,
        status=500,
        code="internal_error",
        detail=f"Something went wrong on our side. Try again; if it stays, give this id to your operator: {request_id}",
    )


def install(app: FastAPI) -> None:
    """Registers the handlers."""
    app.add_exception_handler(BibliosError, _on_biblios_error)
    app.add_exception_handler(BodyRefused, _on_body_refused)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_unexpected)

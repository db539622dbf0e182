"""The audit log for administrators: a filtered page, and the same filter as a file."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from backend.api.admin_schemas import AuditEntryView, AuditPage
from backend.api.bounds import ZonedTime
from backend.api.dependencies import CurrentAdmin, RequestOrigin, as_admin
from backend.api.paging import Cursor, Limit, decode_time_cursor, encode_time_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Audit
from backend.api.standing import CurrentStanding, Standing
from backend.audit.log import AuditEvent, AuditFilter, Outcome

router = APIRouter(prefix="/admin/audit", tags=["admin"], responses=PROBLEM_RESPONSES)

_COLUMNS = tuple(AuditEvent.model_fields)
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


async def _wanted(
    user_id: Annotated[str | None, Query(max_length=64, description="who did it, or to whom it was done")] = None,
    event: Annotated[str | None, Query(max_length=64, description="for example login or user.role_changed")] = None,
    outcome: Outcome | None = None,
    after: Annotated[ZonedTime | None, Query(description="at this time or later")] = None,
    before: Annotated[ZonedTime | None, Query(description="earlier than this time")] = None,
) -> AuditFilter:
    return AuditFilter(user_id=user_id, event=event, outcome=outcome, after=after, before=before)


Wanted = Annotated[AuditFilter, Depends(_wanted)]


@router.get("", summary="Who did what, newest first")
async def audit_page(
    _: CurrentAdmin, audit: Audit, wanted: Wanted, cursor: Cursor = None, limit: Limit = 50
) -> AuditPage:
    found = await audit.page(wanted, before=decode_time_cursor(cursor), limit=limit + 1)
    items = found[:limit]
    last = (items[-1].at, items[-1].id) if len(found) > limit else None
    return AuditPage(items=[AuditEntryView.of(item) for item in items], next_cursor=encode_time_cursor(last))


@router.get(
    "/export",
    summary="The same as a file",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}, "text/csv": {}}}},
)
async def export_audit(
    admin: CurrentAdmin,
    standing: CurrentStanding,
    audit: Audit,
    origin: RequestOrigin,
    wanted: Wanted,
    format: Annotated[Literal["ndjson", "csv"], Query(description="one JSON object on each line, or CSV")] = "ndjson",
) -> StreamingResponse:
    await audit.record("audit.exported", origin=origin, actor=admin.actor, details={"format": format})
    events = _for_an_admin(standing, audit.stream(wanted))
    body = _ndjson(events) if format == "ndjson" else _csv(events)
    headers = {"Content-Disposition": f'attachment; filename="bibliosai-audit.{format}"', "Cache-Control": "no-store"}
    media_type = "application/x-ndjson" if format == "ndjson" else "text/csv; charset=utf-8"
    return StreamingResponse(body, media_type=media_type, headers=headers)


async def _for_an_admin(standing: Standing, events: AsyncIterator[AuditEvent]) -> AsyncIterator[AuditEvent]:
    async for event in events:
        as_admin((await standing.now()).user)
        yield event


async def _ndjson(events: AsyncIterator[AuditEvent]) -> AsyncIterator[bytes]:
    async for event in events:
        yield orjson.dumps(event.model_dump(), option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


async def _csv(events: AsyncIterator[AuditEvent]) -> AsyncIterator[bytes]:
    yield _line(_COLUMNS)
    async for event in events:
        values = event.model_dump(mode="json")
        values["details"] = "; ".join(f"{key}={value}" for key, value in event.details.items())
        yield _line([_cell(values[column]) for column in _COLUMNS])


def _line(values: list[str] | tuple[str, ...]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text

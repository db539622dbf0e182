"""Connections of the signed-in person and, for administrators, of the workspace."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from backend.api.connection_schemas import (
    ConnectionId,
    ConnectionList,
    ConnectionView,
    ItemPage,
    ItemView,
    NewConnection,
    QuarantineDecision,
    RunPage,
    RunView,
)
from backend.api.dependencies import CurrentCaller, CurrentSession, CurrentUser, RequestOrigin
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Audit, Connections, Library
from backend.auth.models import Role, User
from backend.connectors.models import Connection, ItemStatus
from backend.connectors.service import Connecting

router = APIRouter(prefix="/connections", tags=["connections"], responses=PROBLEM_RESPONSES)


async def _connection(
    connection_id: ConnectionId, user: CurrentUser, _: CurrentSession, connections: Connections
) -> Connection:
    return await connections.get(user.caller(), connection_id, is_admin=_is_admin(user))


Mine = Annotated[Connection, Depends(_connection)]


@router.post("", status_code=201, summary="Connect an account")
async def create_connection(
    body: NewConnection,
    user: CurrentUser,
    _: CurrentSession,
    connections: Connections,
    audit: Audit,
    origin: RequestOrigin,
) -> ConnectionView:
    """Its first synchronisation begins at once."""
    wanted = Connecting(body.type, body.mode, body.name, body.credentials.token, body.options)
    made = await connections.connect(user.caller(), wanted, is_admin=_is_admin(user))
    details = {"connection_id": made.id, "type": made.type, "mode": made.mode}
    await audit.record("connection.created", origin=origin, actor=user.actor, details=details)
    return ConnectionView.of(await connections.progress(made))


@router.get("", summary="One's own connections and, for administrators, those of the workspace")
async def list_connections(user: CurrentUser, _: CurrentSession, connections: Connections) -> ConnectionList:
    found = await connections.all_for(user.caller(), is_admin=_is_admin(user))
    return ConnectionList(items=[ConnectionView.of(await connections.progress(one)) for one in found])


@router.get("/{connection_id}")
async def get_connection(connection: Mine, connections: Connections) -> ConnectionView:
    return ConnectionView.of(await connections.progress(connection))


@router.delete("/{connection_id}", status_code=204, summary="Disconnect, and delete what it holds")
async def delete_connection(
    connection: Mine, user: CurrentUser, connections: Connections, audit: Audit, origin: RequestOrigin
) -> None:
    """Its documents answer nothing from now on."""
    await connections.disconnect(connection)
    details = {"connection_id": connection.id, "type": connection.type, "mode": connection.mode}
    await audit.record("connection.deleted", origin=origin, actor=user.actor, details=details)


@router.post("/{connection_id}/sync", status_code=202, summary="Synchronise now")
async def sync_connection(connection: Mine, connections: Connections) -> None:
    await connections.sync_now(connection)


@router.post("/{connection_id}/pause", status_code=204)
async def pause_connection(connection: Mine, connections: Connections) -> None:
    """What is under way stops at its next batch; what is here stays."""
    await connections.pause(connection)


@router.post("/{connection_id}/resume", status_code=202)
async def resume_connection(connection: Mine, connections: Connections) -> None:
    await connections.resume(connection)


@router.post("/{connection_id}/quarantine", status_code=204, summary="Decide on what is missing at the source")
async def decide_quarantine(
    body: QuarantineDecision,
    connection: Mine,
    user: CurrentUser,
    connections: Connections,
    audit: Audit,
    origin: RequestOrigin,
) -> None:
    await connections.decide(connection, delete=body.decision == "delete")
    details = {"connection_id": connection.id, "decision": body.decision}
    await audit.record("connection.decided", origin=origin, actor=user.actor, details=details)


@router.get("/{connection_id}/runs", summary="Its synchronisations, newest first")
async def list_runs(connection: Mine, connections: Connections, cursor: Cursor = None, limit: Limit = 50) -> RunPage:
    found = await connections.runs(connection, before=decode_cursor(cursor), limit=limit + 1)
    items = found[:limit]
    last = items[-1].id if len(found) > limit else None
    return RunPage(items=[RunView.of(run) for run in items], next_cursor=encode_cursor(last))


@router.get("/{connection_id}/items", summary="Every item of the source, and what became of it")
async def list_items(
    connection: Mine,
    caller: CurrentCaller,
    connections: Connections,
    library: Library,
    status: Annotated[ItemStatus | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ItemPage:
    """Titles of what the reader cannot open at the source are not told."""
    found = await connections.items(connection, status=status, after=decode_cursor(cursor), limit=limit + 1)
    items = found[:limit]
    named = [item.document_id for item in items if item.document_id is not None]
    readable = await library.visible_ids(caller, named)
    last = items[-1].id if len(found) > limit else None
    return ItemPage(
        items=[ItemView.of(item, readable=item.document_id in readable) for item in items],
        next_cursor=encode_cursor(last),
    )


def _is_admin(user: User) -> bool:
    return user.role is Role.admin

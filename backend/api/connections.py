"""Connections of the signed-in person and, for administrators, of the workspace."""

from collections.abc import AsyncIterable, Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse

from backend.api import sse
from backend.api.connection_schemas import (
    ChoiceList,
    ChoiceView,
    ConnectionChange,
    ConnectionId,
    ConnectionList,
    HandOver,
    ItemPage,
    ItemView,
    NewConnection,
    NewConnectionView,
    QuarantineDecision,
    Renewal,
    Renewed,
    Retried,
    Retry,
    RunPage,
    RunView,
)
from backend.api.connectors import CONSENT_PATH, WithPurpose
from backend.api.cookies import begin_flow
from backend.api.dependencies import CurrentCaller, CurrentSession, CurrentUser, RequestOrigin
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.redirects import callback_address, own_path
from backend.api.services import AppSettings, Audit, Connections, Consents, DiagnosticsOf, Explanations, Items, Users
from backend.api.sse import StreamGuard
from backend.auth.models import Role, User
from backend.connectors.diagnostics import Diagnostics
from backend.connectors.events import ConnectionStreamEvent, ConnectionView
from backend.connectors.models import Connection, ItemStatus
from backend.connectors.service import Connecting
from backend.errors import InvalidInput
from backend.events.base import Reading
from backend.oauth.flow import FLOW_TTL

type Allow = Callable[[Connection, str], Awaitable[str]]

_FLOW_SECONDS = int(FLOW_TTL.total_seconds())

router = APIRouter(prefix="/connections", tags=["connections"], responses=PROBLEM_RESPONSES)


async def _connection(
    connection_id: ConnectionId, user: CurrentUser, _: CurrentSession, connections: Connections
) -> Connection:
    return await connections.get(user.caller(), connection_id, is_admin=is_admin(user))


Mine = Annotated[Connection, Depends(_connection)]


async def _allowing(
    request: Request,
    response: Response,
    user: CurrentUser,
    session: CurrentSession,
    settings: AppSettings,
    consents: Consents,
) -> Allow:
    async def allow(connection: Connection, return_to: str) -> str:
        redirect_uri = callback_address(request, settings, f"/connectors/{connection.type}/oauth/callback")
        begun = await consents.start(
            connection,
            redirect_uri=redirect_uri,
            return_to=own_path(return_to),
            user_id=user.id,
            session_id=session.id,
        )
        begin_flow(request, response, settings, begun.browser_secret, max_age_seconds=_FLOW_SECONDS, path=CONSENT_PATH)
        return begun.url

    return allow


#: The address at which a connection is allowed; binds the way back to this browser.
Allowing = Annotated[Allow, Depends(_allowing)]


@router.post("", status_code=201, summary="Connect an account")
async def create_connection(
    body: NewConnection,
    user: CurrentUser,
    allowing: Allowing,
    connections: Connections,
    audit: Audit,
    origin: RequestOrigin,
) -> NewConnectionView:
    """With credentials its first synchronisation begins at once, else when it was allowed at `authorize_url`. One that
    is `held` waits for `POST /connections/{id}/sync`.
    """
    kind, secret = body.taken()
    wanted = Connecting(body.type, body.mode, body.name, kind, secret, body.options, body.held, body.purpose)
    made = await connections.connect(user.caller(), wanted, is_admin=is_admin(user))
    details = {"connection_id": made.id, "type": made.type, "mode": made.mode}
    await audit.record("connection.created", origin=origin, actor=user.actor, details=details)
    address = None if secret else await allowing(made, body.return_to)
    shown = await connections.view(made)
    return NewConnectionView(**shown.model_dump(), authorize_url=address)


@router.get("", summary="One's own connections and, for administrators, those of the workspace")
async def list_connections(
    user: CurrentUser, _: CurrentSession, connections: Connections, purpose: WithPurpose | None = None
) -> ConnectionList:
    found = await connections.all_for(user.caller(), is_admin=is_admin(user), purpose=purpose)
    return ConnectionList(items=[await connections.view(one) for one in found])


@router.get("/{connection_id}")
async def get_connection(connection: Mine, connections: Connections) -> ConnectionView:
    return await connections.view(connection)


async def _follow(connection: Mine, connections: Connections, last_event_id: sse.LastEventId = None) -> Reading:
    return await connections.follow(connection, after=sse.position(last_event_id))


@router.get("/{connection_id}/events", response_class=EventSourceResponse, openapi_extra=sse.ENDLESS)
async def watch_connection(
    follow: Annotated[Reading, Depends(_follow)], guard: StreamGuard
) -> AsyncIterable[ConnectionStreamEvent]:
    """What becomes of it, from now or from `Last-Event-ID` on. Begin it, then fetch the connection."""
    async for event in sse.frames(follow, guard):
        yield cast("ConnectionStreamEvent", event)


@router.patch("/{connection_id}", summary="Change the name, or what is chosen of the source")
async def change_connection(
    body: ConnectionChange,
    connection: Mine,
    user: CurrentUser,
    connections: Connections,
    audit: Audit,
    origin: RequestOrigin,
) -> ConnectionView:
    """With other options everything is named anew; what they leave out is taken away as if it were gone."""
    changed = await connections.change(connection, name=body.name, options=body.options)
    details = {"connection_id": connection.id, "changed": ", ".join(sorted(body.model_fields_set))}
    await audit.record("connection.changed", origin=origin, actor=user.actor, details=details)
    return await connections.view(changed)


@router.delete("/{connection_id}", status_code=204, summary="Disconnect, and delete what it holds")
async def delete_connection(
    connection: Mine, user: CurrentUser, connections: Connections, audit: Audit, origin: RequestOrigin
) -> None:
    """Its documents answer nothing from now on."""
    await connections.disconnect(connection)
    details = {"connection_id": connection.id, "type": connection.type, "mode": connection.mode}
    await audit.record("connection.deleted", origin=origin, actor=user.actor, details=details)


@router.post("/{connection_id}/sync", status_code=202, summary="Synchronise now")
async def sync_connection(
    connection: Mine,
    connections: Connections,
    everything: Annotated[bool, Query(description="name everything again, as is done every reconcile period")] = False,
) -> None:
    await connections.sync_now(connection, everything=everything)


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


@router.post("/{connection_id}/reauthorize", summary="Allow it again, with the same account")
async def renew_connection(
    body: Renewal,
    connection: Mine,
    user: CurrentUser,
    allowing: Allowing,
    connections: Connections,
    audit: Audit,
    origin: RequestOrigin,
) -> Renewed:
    if body.credentials is None:
        return Renewed(authorize_url=await allowing(connection, body.return_to))
    kind, secret = body.credentials.taken()
    await connections.renew(connection, kind, secret)
    details = {"connection_id": connection.id, "type": connection.type, "mode": connection.mode}
    await audit.record("connection.allowed", origin=origin, actor=user.actor, details=details)
    return Renewed(authorize_url=None)


@router.post("/{connection_id}/owner", status_code=204, summary="Hand a connection of the workspace over")
async def hand_over_connection(
    body: HandOver,
    connection: Mine,
    user: CurrentUser,
    connections: Connections,
    users: Users,
    audit: Audit,
    origin: RequestOrigin,
) -> None:
    """Only another administrator can take it."""
    to = await users.get(body.user_id)
    if to is None or not to.active or to.role is not Role.admin:
        raise InvalidInput("Choose an administrator who is active.", code="not_an_administrator")
    await connections.hand_over(connection, to.id)
    details = {"connection_id": connection.id, "type": connection.type}
    await audit.record("connection.handed_over", origin=origin, actor=user.actor, subject_id=to.id, details=details)


@router.get("/{connection_id}/choices/{option}", summary="What can be chosen in an option")
async def list_choices(
    connection: Mine, connections: Connections, option: Annotated[str, Path(max_length=64)]
) -> ChoiceList:
    """As far as the connected account sees it."""
    found = await connections.choices(connection, option)
    return ChoiceList(items=[ChoiceView(value=choice.value, label=choice.label) for choice in found])


@router.post("/{connection_id}/check", summary="Try what works with its account")
async def check_connection(connection: Mine, connections: Connections) -> ConnectionView:
    """Reads nothing of its content. `capabilities` tell what was found."""
    return await connections.view(await connections.check(connection))


@router.get("/{connection_id}/diagnostics", summary="What an operator needs to know of it")
async def get_diagnostics(
    connection: Mine, user: CurrentUser, found: DiagnosticsOf, audit: Audit, origin: RequestOrigin
) -> Diagnostics:
    """Nothing that belongs to a person: no titles, names, addresses or tokens."""
    details = {"connection_id": connection.id, "type": connection.type}
    await audit.record("connection.diagnosed", origin=origin, actor=user.actor, details=details)
    return await found.of(connection)


@router.post("/{connection_id}/items/retry", status_code=202, summary="Read once more what failed")
async def retry_items(connection: Mine, items: Items, body: Retry | None = None) -> Retried:
    """What could not be fetched is fetched again, and a document that could not be read is read again."""
    wanted = body or Retry()
    return Retried(items=await items.retry(connection, wanted.external_ids, skipped=wanted.skipped))


@router.get("/{connection_id}/runs", summary="Its synchronisations, newest first")
async def list_runs(connection: Mine, connections: Connections, cursor: Cursor = None, limit: Limit = 50) -> RunPage:
    found = await connections.runs(connection, before=decode_cursor(cursor), limit=limit + 1)
    items = found[:limit]
    last = items[-1].id if len(found) > limit else None
    manifest = connections.registry.find(connection.type)
    at_most, now = None if manifest is None else manifest.items_a_minute, datetime.now(UTC)
    return RunPage(
        items=[RunView.of(run, items_a_minute=at_most, now=now) for run in items], next_cursor=encode_cursor(last)
    )


@router.get("/{connection_id}/items", summary="Every item of the source, and what became of it")
async def list_items(
    connection: Mine,
    caller: CurrentCaller,
    items: Items,
    explanations: Explanations,
    status: Annotated[ItemStatus | None, Query()] = None,
    rights: Annotated[
        Literal["narrowed"] | None, Query(description="only what is here and was narrowed, whatever its status")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ItemPage:
    """Of the workspace's, titles of what the reader cannot open at the source are not told."""
    after = decode_cursor(cursor)
    if rights is None:
        found = await items.page(caller, connection, status=status, after=after, limit=limit + 1)
        last = found[limit - 1].row.id if len(found) > limit else None
    else:
        rows, last = await explanations.narrowed_items(connection, after=after, limit=limit)
        found = await items.told(caller, connection, rows)
    shown = found[:limit]
    documents = [told.row.document_id for told in shown if told.row.document_id is not None]
    narrowed = await explanations.narrowed_among(connection, documents)
    return ItemPage(
        items=[ItemView.of(told, narrowed=told.row.document_id in narrowed) for told in shown],
        next_cursor=encode_cursor(last),
    )


def is_admin(user: User) -> bool:
    return user.role is Role.admin

"""Who may see what of a connection: the people of its source, why somebody sees an item, how rights are kept."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from backend.api.connection_access_schemas import (
    AccessReport,
    ForgettingView,
    MatchedWith,
    PersonSees,
    SourcePersonPage,
    SourcePersonView,
    reason_view,
)
from backend.api.connections import Mine, is_admin
from backend.api.dependencies import CurrentCaller, CurrentUser, RequestOrigin
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Audit, Connections, Explanations, Identities, Items, Matches, Users
from backend.errors import NotFound

router = APIRouter(prefix="/connections", tags=["connections"], responses=PROBLEM_RESPONSES)

PersonId = Annotated[str, Path(max_length=64)]


@router.get("/{connection_id}/access", summary="How well the connection keeps to its source's rights")
async def get_access(connection: Mine, connections: Connections, explanations: Explanations) -> AccessReport:
    manifest = connections.registry.get(connection.type)
    return AccessReport(
        access_as_of=connection.access_as_of,
        narrowed=await explanations.count_narrowed(connection),
        forgetting=ForgettingView.of(explanations.forgetting(connection, manifest)),
    )


@router.get("/{connection_id}/people", summary="People whom the source names, and who they are here")
async def list_source_people(
    connection: Mine,
    matches: Matches,
    matched: Annotated[
        Literal["no", "yes"] | None, Query(description="whether they are matched with an account here")
    ] = None,
    q: Annotated[str, Query(max_length=254, description="part of a name or an address")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SourcePersonPage:
    """In the order of their addresses; none of a personal connection. A page may be short and still have a next one."""
    wanted = None if matched is None else matched == "yes"
    found, last = await matches.page(connection, matched=wanted, text=q, after=decode_cursor(cursor), limit=limit)
    return SourcePersonPage(items=[SourcePersonView.of(match) for match in found], next_cursor=encode_cursor(last))


@router.put("/{connection_id}/people/{person_id}", summary="Match somebody at the source with an account here")
async def match_person(
    body: MatchedWith,
    connection: Mine,
    person_id: PersonId,
    user: CurrentUser,
    matches: Matches,
    audit: Audit,
    origin: RequestOrigin,
) -> SourcePersonView:
    """The account sees from now on what this person may open, through this connection alone."""
    match = await matches.match(connection, person_id, body.user_id)
    details = {
        "connection_id": connection.id,
        "type": connection.type,
        "person_id": match.person.id,
        "person": match.person.address or match.person.name or match.person.handle,
    }
    subject = match.chosen.email if match.chosen else None
    await audit.record(
        "connection.person_matched",
        origin=origin,
        actor=user.actor,
        subject_id=body.user_id,
        subject=subject,
        details=details,
    )
    return SourcePersonView.of(match)


@router.delete("/{connection_id}/people/{person_id}", status_code=204, summary="Take a match by hand back")
async def unmatch_person(
    connection: Mine, person_id: PersonId, user: CurrentUser, matches: Matches, audit: Audit, origin: RequestOrigin
) -> None:
    """The account sees from now on no more than it may without it."""
    before = await matches.unmatch(connection, person_id)
    if before.chosen is None:
        return
    details = {
        "connection_id": connection.id,
        "type": connection.type,
        "person_id": before.person.id,
        "person": before.person.address or before.person.name or before.person.handle,
    }
    await audit.record(
        "connection.person_unmatched",
        origin=origin,
        actor=user.actor,
        subject_id=before.chosen.id,
        subject=before.chosen.email,
        details=details,
    )


@router.get("/{connection_id}/items/{external_id:path}/why", summary="Whether a person sees an item, and why")
async def why_item(
    connection: Mine,
    explanations: Explanations,
    items: Items,
    identities: Identities,
    users: Users,
    caller: CurrentCaller,
    external_id: Annotated[str, Path(max_length=1000, description="of the source, or the id of the row")],
    user: CurrentUser,
    person: Annotated[
        str | None, Query(max_length=64, description="the id of an account, for administrators; left out: yourself")
    ] = None,
) -> PersonSees:
    """For whoever answers for the connection. The title is told to who may open the item, and nothing else of it."""
    asked = person or user.id
    if asked != user.id and not is_admin(user):
        raise NotFound("This person does not exist, or may not use this server.")
    account = await users.get(asked)
    if account is None:
        raise NotFound("This person does not exist, or may not use this server.")
    row = await items.find(caller, connection, external_id)
    found = await explanations.why(connection, row, await identities.caller_of(asked), account)
    (told,) = await items.told(caller, connection, [row])
    return PersonSees(
        sees=bool(found.grants),
        reasons=[reason_view(one) for one in found.grants],
        why_not=found.why_not,
        title=told.title,
        status=found.row.status,
        narrowed=found.narrowed,
        as_of=found.as_of,
        known_as=[one.address or one.name or one.handle for one in found.people],
    )

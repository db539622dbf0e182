"""Where a message may go and whom it may mention, found by name."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from backend.actions.places import Obstacle, PlaceKind, Sought, Use
from backend.api.dependencies import CurrentCaller, CurrentUser
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import ActionPlaces

router = APIRouter(prefix="/actions/places", tags=["actions"], responses=PROBLEM_RESPONSES)

_MAX_PLACES = 50


class PlaceView(BaseModel):
    """A channel, a person or a group of people. `obstacle`: why nothing can be posted there now."""

    id: str
    name: str
    kind: PlaceKind
    members: int | None = Field(description="how many people read it; null where that is not told")
    shared: bool = Field(description="people of other organisations read it")
    obstacle: Obstacle | None


class PlaceList(BaseModel):
    items: list[PlaceView]
    has_more: bool = Field(description="others fit as well: a longer part of the name finds them")


@router.get("", summary="Channels and people of an account of Slack, by name")
async def find_places(
    places: ActionPlaces,
    caller: CurrentCaller,
    user: CurrentUser,
    via: Annotated[str, Query(min_length=1, max_length=64, description="the account: a connection's id")],
    q: Annotated[str, Query(max_length=100, description="a part of a name, or an id")] = "",
    use: Annotated[Use, Query(description="to post there, or to mention it")] = "post",
    limit: Annotated[int, Query(ge=1, le=_MAX_PLACES)] = 20,
) -> PlaceList:
    """Those that one may see oneself, best first; private channels for their members alone. Kept for a minute."""
    address = user.email if user.email_verified and user.email_collides_with is None else None
    found = await places.find(caller.user_id, address, Sought(via=via, query=q, use=use, limit=limit))
    return PlaceList(
        items=[
            PlaceView(
                id=one.id,
                name=one.name,
                kind=one.kind,
                members=one.people,
                shared=one.is_shared,
                obstacle=one.obstacle,
            )
            for one in found.places
        ],
        has_more=found.has_more,
    )

"""What tests of pushes need of a server that providers reach."""

from datetime import UTC, datetime, timedelta
from typing import Any

from backend.connectors.watches import WATCHES
from backend.db.collection import Collection
from tests.contract.connectors.place import Place

#: As providers are told; the stand-ins know where that really is.
PUBLIC_URL = "https://biblios.example"


def address_of(slug: str) -> str:
    return f"{PUBLIC_URL}/api/v1/connectors/{slug}/events"


def watches(place: Place) -> Collection:
    return place.world.app.container.database.collection(WATCHES)


async def make_due(place: Place, *, in_seconds: float = -1) -> None:
    """Everything that was promised or refused is to be asked for once more, in so many seconds."""
    to = datetime.now(UTC) + timedelta(seconds=in_seconds)
    await watches(place).update_many({}, {"$set": {"renew_at": to}})


async def push_finding(place: Place, connection_id: str) -> dict[str, Any]:
    """What the connection says of pushes; exactly once."""
    (found,) = [one for one in (await place.shown(connection_id))["capabilities"] if one["name"] == "push"]
    return dict(found)

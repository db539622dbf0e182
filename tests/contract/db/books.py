"""Records for the contract suite."""

from datetime import UTC, datetime
from typing import Any

from backend.db.collection import Collection

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def book(identifier: str, **fields: Any) -> dict[str, Any]:
    return {"_id": identifier, "owner": "ann", "created_at": NOON, "access": ["user:ann"], **fields}


async def ids(collection: Collection, filter: dict[str, Any], **options: Any) -> list[str]:
    found = [record["_id"] for record in await collection.find(filter, **options)]
    return found if options.get("sort") else sorted(found)

"""What providers have promised to push about, by connection."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from backend.connectors.base import Watch
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository

WATCHES = CollectionSpec(
    "push_watches",
    (
        Index((("connection_id", 1),)),  # what is promised to a connection (each of its runs)
        Index((("name", 1),)),  # whose it is (each push)
        Index((("ends_at", 1),), ttl_seconds=0),  # a promise that has ended is none
    ),
)


class StoredWatch(BaseModel):
    """A promise, or with an empty `name` that it was refused; it is asked for once more at `renew_at`.

    `token_hash` is of the secret that its pushes carry.
    """

    id: str
    connection_id: str
    type: str
    target: str
    name: str = ""
    resource: str = ""
    token_hash: str = ""
    ends_at: datetime
    renew_at: datetime

    @property
    def watch(self) -> Watch:
        return Watch(self.target, self.name, self.ends_at, self.resource)

    def proves(self, token: str) -> bool:
        return hmac.compare_digest(self.token_hash, token_hash(token))


class WatchRepository:
    def __init__(self, database: Database) -> None:
        self._watches = Repository(database, WATCHES, StoredWatch)
        self._records = self._watches.records

    async def put(self, watch: StoredWatch) -> None:
        await self._watches.insert_one(watch)

    async def of(self, connection_id: str) -> list[StoredWatch]:
        """Of a connection, those that end first first."""
        return await self._watches.find({"connection_id": connection_id}, sort=[("ends_at", 1)])

    async def named(self, type_: str, name: str) -> list[StoredWatch]:
        return await self._watches.find({"name": name, "type": type_}) if name else []

    async def postpone(self, ids: Iterable[str], to: datetime) -> None:
        await self._records.update_many({"_id": {"$in": list(ids)}}, {"$set": {"renew_at": to}})

    async def delete(self, ids: Iterable[str]) -> None:
        await self._records.delete_many({"_id": {"$in": list(ids)}})


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

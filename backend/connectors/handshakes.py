"""Secrets that a provider offers in a first push, kept for an administrator to read and for nobody to believe.

Anybody can send such a push. So it is taken only while an administrator waits for one, a few of them at the most, and
what later pushes are checked with is only ever a setting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.connectors.registry import Registry
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.lease import Clock
from backend.errors import InvalidInput, NotFound, Unauthenticated
from backend.secrets import SecretBox

HANDSHAKES = CollectionSpec("push_handshakes", (Index((("expires_at", 1),), ttl_seconds=0),))
_WAITED = timedelta(minutes=15)
_MOST = 5
_MOST_CHARS = 200


@dataclass(frozen=True, slots=True)
class Handshake:
    """`until`: how long it is waited for. `offered`: what came meanwhile, the first one first."""

    until: datetime
    offered: tuple[str, ...]


class Handshakes:
    """By connector; each new wait forgets what came in the one before."""

    def __init__(self, database: Database, box: SecretBox, registry: Registry, *, clock: Clock) -> None:
        self._records = database.collection(HANDSHAKES)
        self._box = box
        self._registry = registry
        self._clock = clock

    async def wait(self, type_: str) -> Handshake:
        """Errors: `NotFound` for a connector whose provider offers none."""
        self._require(type_)
        until = self._clock() + _WAITED
        fresh = {"$set": {"expires_at": until, "offered": [], "count": 0}}
        await self._records.update_one({"_id": type_}, fresh, upsert=True)
        return Handshake(until, ())

    async def take(self, type_: str, word: str) -> None:
        """Errors: `Unauthenticated` (not_expected) unless somebody waits and fewer than a few came."""
        if len(word) > _MOST_CHARS or not (word.isascii() and word.isprintable()):
            raise InvalidInput("This is no secret of a provider.", code="push_malformed")
        room = {"_id": type_, "expires_at": {"$gt": self._clock()}, "count": {"$lt": _MOST}}
        sealed = self._box.seal(word, about=_about(type_))
        taken = await self._records.update_one(room, {"$push": {"offered": sealed}, "$inc": {"count": 1}})
        if not taken.matched:
            raise Unauthenticated("Nobody here waits for a first push.", code="not_expected")

    async def get(self, type_: str) -> Handshake:
        """Errors: `NotFound` when nobody waits, or no longer."""
        self._require(type_)
        record = await self._records.find_one({"_id": type_, "expires_at": {"$gt": self._clock()}})
        if record is None:
            raise NotFound("Nobody waits for a first push of this provider.")
        offered = dict.fromkeys(self._box.open(sealed, about=_about(type_)) for sealed in record["offered"])
        return Handshake(record["expires_at"], tuple(offered))

    def _require(self, type_: str) -> None:
        if not any(one.slug == type_ and one.offers_secret for one in self._registry):
            raise NotFound("There is no connector of this name whose provider offers a secret.")


def _about(type_: str) -> str:
    return f"handshake:{type_}"

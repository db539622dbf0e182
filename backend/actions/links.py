"""Mailed links by which a second person decides: of one action, for exactly what it was, once.

Only their digests are kept. Opening one decides nothing; scanners of mail open everything.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

import structlog
from pydantic import BaseModel

from backend.actions.approving import Approving
from backend.actions.models import Action
from backend.auth.security import token_hash
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.lease import Clock
from backend.db.repository import Repository
from backend.errors import InvalidInput
from backend.mail import templates
from backend.mail.base import Mail

log = structlog.get_logger(__name__)

ACTION_LINKS = CollectionSpec(
    "action_links",
    (
        Index((("action_id", 1), ("user_id", 1))),  # who was asked already
        Index((("user_id", 1),)),  # a person's own, with the account
        Index((("expires_at", 1),), ttl_seconds=0),
    ),
)
#: However often it is edited, nobody is mailed about one action more often.
_MAILS_AT_MOST = 10
_WORDS = {"email": "a mail", "calendar": "an event", "slack": "a message"}


class ActionLink(BaseModel):
    """`hash`: of what was shown when it was mailed."""

    action_id: str
    user_id: str
    hash: str
    expires_at: datetime


class ActionLinks:
    """Args:
    post: sends mail beside the request.
    public_url: of the pages, without a slash at the end.
    """

    def __init__(
        self, database: Database, approving: Approving, *, post: Callable[[Mail], None], public_url: str, clock: Clock
    ) -> None:
        self._links = Repository(database, ACTION_LINKS, ActionLink)
        self._approving = approving
        self._post = post
        self._public_url = public_url
        self._clock = clock

    async def ask(self, action: Action) -> None:
        """Mails everybody but its owner whose word it waits for and who was not asked about exactly this yet."""
        names = await self._approving.people.names([action.owner_id])
        for human in (await self._approving.waiting(action)).values():
            if human.id == action.owner_id or human.address is None:
                continue
            sent = await self._links.find({"action_id": action.id, "user_id": human.id}, limit=_MAILS_AT_MOST)
            known = any((one.hash, one.expires_at) == (action.hash, action.expires_at) for one in sent)
            if known or len(sent) == _MAILS_AT_MOST:
                continue
            token = secrets.token_urlsafe(32)
            link = ActionLink(action_id=action.id, user_id=human.id, hash=action.hash, expires_at=action.expires_at)
            await self._links.insert_one(link, {"_id": token_hash(token), "used_at": None})
            self._post(
                templates.action_waits(
                    human.address,
                    f"{self._public_url}/actions/decide#token={token}",
                    owner=names.get(action.owner_id, "Somebody"),
                    what=_WORDS[action.kind],
                    until=f"{action.expires_at:%Y-%m-%d %H:%M} UTC",
                )
            )

    async def peek(self, token: str) -> ActionLink:
        """What a link is about, also one that was used. Errors: `InvalidInput` (link_invalid)."""
        found = await self._links.find_one({"_id": token_hash(token), "expires_at": {"$gt": self._clock()}})
        if found is None:
            raise invalid_link()
        return found

    async def take(self, token: str) -> ActionLink:
        """Uses a link up; exactly one of several who try gets it. Errors: `InvalidInput` (link_invalid)."""
        now = self._clock()
        live = {"_id": token_hash(token), "used_at": None, "expires_at": {"$gt": now}}
        taken = await self._links.find_one_and_update(live, {"$set": {"used_at": now}})
        if taken is None:
            raise invalid_link()
        return taken

    async def give_back(self, token: str) -> None:
        """Nothing was decided by it."""
        await self._links.records.update_one({"_id": token_hash(token)}, {"$set": {"used_at": None}})

    async def delete_of(self, user_id: str) -> None:
        await self._links.records.delete_many({"user_id": user_id})


def invalid_link() -> InvalidInput:
    return InvalidInput(
        "This link has expired or was used already. Sign in to see what became of it.", code="link_invalid"
    )

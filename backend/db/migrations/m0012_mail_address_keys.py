"""Stores the keys of mail addresses as `backend.mail_address` makes them. Before, they were case-folded."""

from typing import Any

import structlog

from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey, Index, Record
from backend.db.migrations.base import MigrationFailed
from backend.ids import new_id
from backend.mail_address import mail_key

log = structlog.get_logger(__name__)

#: As the release before declared them, so that nothing is rebuilt on the way.
_USERS = CollectionSpec(
    "users",
    (
        Index((("email_key", 1),), unique=True),
        Index((("created_at", 1), ("_id", 1))),
        Index((("role", 1), ("disabled", 1))),
    ),
)
_INVITATIONS = CollectionSpec(
    "invitations",
    (
        Index((("secret_hash", 1),), unique=True),
        Index((("email_key", 1), ("accepted_at", 1))),
        Index((("accepted_at", 1), ("_id", -1))),
        Index((("expires_at", 1),), ttl_seconds=30 * 24 * 3600),
    ),
)
_TOKENS = CollectionSpec(
    "one_time_tokens",
    (
        Index((("user_id", 1), ("purpose", 1))),
        Index((("expires_at", 1),), ttl_seconds=0),
    ),
)
_DOCUMENTS = CollectionSpec(
    "documents",
    (
        Index((("key", 1),), unique=True),
        Index((("untidy", 1),), partial={"untidy": True}),
        Index((("owner_id", 1), ("_id", -1))),
        Index((("owner_id", 1), ("status", 1), ("_id", -1))),
        Index((("shared_with", 1), ("_id", -1))),
        Index((("parent_id", 1),)),
        Index((("blob", 1),)),
        Index((("due_at", 1),)),
        Index((("index_seq", 1),)),
        Index((("dirty", 1),), partial={"dirty": {"$exists": True}}),
        Index((("connection_id", 1),)),
    ),
)
_PREFIX = "email:"
_USER_FIELDS = ("email", "email_key", "email_collides_with", "created_at")


class MailAddressKeys:
    """Renames keys of accounts, invitations, mailed links and access lists.

    Of two accounts that turn out to be of one mailbox (its domain written in two ways) the older one gets the key. The
    other keeps its sessions, data and linked providers, but is reached by its address no more and proves nothing by it:
    nobody is merged. The log names both, and so does `biblios doctor`. What an access list once folded cannot be told
    apart afterwards, so a list that named ``straße@…`` goes on naming ``strasse@…``: access is never widened.
    """

    name = "0012_mail_address_keys"

    async def up(self, database: Database) -> None:
        await database.prepare([_USERS, _INVITATIONS, _TOKENS, _DOCUMENTS])
        # Accounts come last: a link that is renamed again after a crash is recognised by its account's former key.
        await self._tokens(database)
        await self._invitations(database)
        await self._documents(database)
        await self._users(database)

    async def validate(self, database: Database) -> None:
        async for user in database.collection(_USERS).stream({}, fields=_USER_FIELDS):
            if user["email_key"] != _wanted_key(user):
                raise MigrationFailed(f"{self.name}: the account {user['_id']} has the key of another address")

    async def _tokens(self, database: Database) -> None:
        tokens, users = database.collection(_TOKENS), database.collection(_USERS)
        async for token in tokens.stream({}, fields=("user_id", "email_key", "payload.email", "purpose")):
            if token["purpose"] == "change_email":
                key = mail_key(token["payload"]["email"])
            else:
                user = await users.find_one({"_id": token["user_id"]}, fields=_USER_FIELDS)
                if user is None or user["email_key"] != token["email_key"]:
                    continue
                key = mail_key(user["email"])
            if key != token["email_key"]:
                await tokens.update_one({"_id": token["_id"]}, {"$set": {"email_key": key}})

    async def _invitations(self, database: Database) -> None:
        invitations = database.collection(_INVITATIONS)
        async for invitation in invitations.stream({}, fields=("email", "email_key")):
            if (key := mail_key(invitation["email"])) != invitation["email_key"]:
                await invitations.update_one({"_id": invitation["_id"]}, {"$set": {"email_key": key}})

    async def _documents(self, database: Database) -> None:
        documents = database.collection(_DOCUMENTS)
        async for head in documents.stream({}, fields=("access", "shared_with")):
            renamed = {field: _renamed(head[field]) for field in ("access", "shared_with") if field in head}
            changes: dict[str, Any] = {field: value for field, value in renamed.items() if value != head[field]}
            if changes:
                # `dirty` has the change brought into the indexes when the server has started.
                await documents.update_one({"_id": head["_id"]}, {"$set": {**changes, "dirty": new_id()}})

    async def _users(self, database: Database) -> None:
        users = database.collection(_USERS)
        # The oldest first: of two accounts of one mailbox it keeps the address. Read before anything is written, since
        # a stream over what it changes might pass a record over.
        for user in await users.find({}, sort=[("created_at", 1), ("_id", 1)], fields=_USER_FIELDS):
            if user["email_key"] == _wanted_key(user):
                continue
            await self._rename(users, user)

    async def _rename(self, users: Collection, user: Record) -> None:
        key = mail_key(user["email"])
        try:
            await users.update_one({"_id": user["_id"]}, {"$set": {"email_key": key}})
        except DuplicateKey:
            holder = await users.find_one({"email_key": key}, fields=_USER_FIELDS)
            if holder is not None and holder["email_key"] != _wanted_key(holder):
                await self._rename(users, holder)  # it holds the key by its folded form only
                await self._rename(users, user)
            elif holder is not None:
                await self._keep_apart(users, user, holder)
            else:
                raise

    async def _keep_apart(self, users: Collection, user: Record, holder: Record) -> None:
        older, newer = (user, holder) if user["created_at"] < holder["created_at"] else (holder, user)
        apart = {"email_collides_with": older["_id"], "email_verified": False, "email_key": _apart(newer["_id"])}
        await users.update_one({"_id": newer["_id"]}, {"$set": apart})
        if older is user:
            await users.update_one({"_id": user["_id"]}, {"$set": {"email_key": mail_key(user["email"])}})
        log.warning(
            "accounts_of_one_mailbox",
            keeps_the_address=older["_id"],
            kept_apart=newer["_id"],
            what_to_do="see `.venv/bin/biblios doctor`",
        )


def _apart(user_id: str) -> str:
    """A key that no address has."""
    return f"apart:{user_id}"


def _wanted_key(user: Record) -> str:
    return _apart(user["_id"]) if user.get("email_collides_with") else mail_key(user["email"])


def _renamed(principals: list[str]) -> list[str]:
    return sorted({_PREFIX + mail_key(p.removeprefix(_PREFIX)) if p.startswith(_PREFIX) else p for p in principals})

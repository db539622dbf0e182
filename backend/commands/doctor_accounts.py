"""What `biblios doctor` has to say about accounts: who can no longer be told apart by address."""

import asyncio
import sqlite3

from backend.commands.findings import Finding
from backend.db.collection import Record
from backend.errors import BibliosError
from backend.settings import Settings

_COLLIDES = "email_collides_with"
_TIMEOUT_SECONDS = 5.0


async def same_mailboxes(settings: Settings) -> Finding:
    """Accounts that were made for one mailbox before its address was recognised in both spellings."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            found = await _kept_apart(settings)
    except (BibliosError, sqlite3.Error, TimeoutError) as error:
        detail = f"could not be read: {str(error) or type(error).__name__}"
        return Finding("accounts", "warn", detail, "See the line of the database.")
    if not found:
        return Finding("accounts", "ok", "one for each mail address")
    pairs = "; ".join(f"{record['email']} ({record['_id']}) and {record[_COLLIDES]}" for record in found)
    return Finding(
        "accounts",
        "warn",
        f"two accounts of one mailbox: {pairs}",
        "The first of each pair cannot sign in by its address. Let its owner change the address under Settings, "
        "Profile while signed in, or delete the account that is not needed.",
    )


async def _kept_apart(settings: Settings) -> list[Record]:
    if not settings.uses_mongodb:
        from backend.db.sqlite_peek import peek

        return await asyncio.to_thread(peek, settings.data_dir, "users", _COLLIDES)
    from backend.auth.repository import USERS
    from backend.db.connect import open_database

    database = await open_database(settings)
    try:
        return await database.collection(USERS).find({_COLLIDES: {"$gt": ""}}, limit=20)
    finally:
        await database.close()

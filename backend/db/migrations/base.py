"""What a migration is."""

from typing import Protocol

from backend.db.collection import Database


class Migration(Protocol):
    """One ordered change of stored records.

    It may run again after a crash half-way, so `up` is idempotent; and while the previous release still serves, so it
    adds before it removes. Indexes need no migration: `Database.prepare` brings them to what is declared.
    """

    name: str
    """Four digits and a subject, ``0002_split_names``; the order of names is the order of migrations."""

    async def up(self, database: Database) -> None: ...
    async def validate(self, database: Database) -> None:
        """Raises `MigrationFailed` when the records are not as `up` should have left them."""
        ...


class MigrationFailed(RuntimeError):
    """A migration did not do what it should. The server does not start; the message names migration and reason."""

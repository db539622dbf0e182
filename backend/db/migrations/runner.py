"""Runs the migrations that a database has not had yet, one process at a time."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from backend.db.collection import Collection, CollectionSpec, Database
from backend.db.lease import LEASES, LeaseLost, LeaseTaken, NamedLeases
from backend.db.migrations.base import Migration, MigrationFailed
from backend.db.migrations.m0001_baseline import Baseline
from backend.db.migrations.m0002_given_and_read import GivenAndRead
from backend.db.migrations.m0003_holder import DocumentHolder
from backend.db.migrations.m0012_mail_address_keys import MailAddressKeys
from backend.db.migrations.m0013_source_people import SourcePeople
from backend.db.migrations.m0014_paths_in_indexes import PathsInIndexes
from backend.db.migrations.m0015_action_revisions import ActionRevisions
from backend.db.migrations.m0016_name_words import NameWords
from backend.db.migrations.m0017_one_text_analysis import OneTextAnalysis
from backend.db.migrations.m0018_word_forms import WordForms
from backend.errors import Unavailable

log = structlog.get_logger(__name__)

MIGRATIONS: tuple[Migration, ...] = (
    Baseline(),
    GivenAndRead(),
    DocumentHolder(),
    MailAddressKeys(),
    SourcePeople(),
    PathsInIndexes(),
    ActionRevisions(),
    NameWords(),
    OneTextAnalysis(),
    WordForms(),
)

APPLIED = CollectionSpec("migrations")
LEASE_ID = "migrations"


async def migrate(
    database: Database,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    lease: timedelta = timedelta(seconds=60),
    wait: timedelta = timedelta(minutes=10),
) -> list[str]:
    """Applies what is missing, in order, and returns the names of what was applied.

    Of several processes that start at once, one holds the lease and works, the others wait for it.
    Raises `MigrationFailed` when a migration does not validate, `Unavailable` when another process holds the lease
    longer than `wait`.
    """
    names = [migration.name for migration in migrations]
    if names != sorted(set(names)):
        raise ValueError(f"migrations are not in order, or not unique: {names}")
    await database.prepare([APPLIED, LEASES])
    applied = database.collection(APPLIED)
    if not await _missing(applied, migrations):
        return []
    async with _held_lease(database.collection(LEASES), lease, wait):
        done: list[str] = []
        for migration in await _missing(applied, migrations):  # asked again: another process may have done some
            await _apply(database, applied, migration)
            done.append(migration.name)
        return done


async def _missing(applied: Collection, migrations: Sequence[Migration]) -> list[Migration]:
    known = {record["_id"] for record in await applied.find({})}
    newer = known - {migration.name for migration in migrations}
    if newer:
        # Allowed: during an update the previous release runs beside the new one.
        log.warning("migrations_of_a_newer_release", names=sorted(newer))
    return [migration for migration in migrations if migration.name not in known]


async def _apply(database: Database, applied: Collection, migration: Migration) -> None:
    began = time.monotonic()
    try:
        await migration.up(database)
        await migration.validate(database)
    except MigrationFailed:
        raise
    except Exception as error:
        raise MigrationFailed(f"{migration.name}: {error}") from error
    seconds = time.monotonic() - began
    await applied.insert_one({"_id": migration.name, "applied_at": datetime.now(UTC), "seconds": seconds})
    log.info("migration_applied", name=migration.name, seconds=round(seconds, 3))


@asynccontextmanager
async def _held_lease(leases: Collection, length: timedelta, wait: timedelta) -> AsyncIterator[None]:
    """The lease, renewed while the block runs. The block is cancelled when the lease is lost."""
    pause = min(timedelta(seconds=0.5), length / 4)
    try:
        async with NamedLeases(leases).held(LEASE_ID, length, wait=wait, pause=pause):
            yield
    except LeaseTaken:
        raise Unavailable(
            "Another process has been changing the database's records for too long. Look at its log; when it is "
            "gone, start this one again.",
            dependency="database",
            code="migration_waits",
        ) from None
    except LeaseLost:
        raise MigrationFailed("another process took over the migrations; this one had stopped answering") from None

"""Puts the parts of connections together over a database, a library and a job queue."""

from backend.auth.directory import StoredDirectory
from backend.connectors.registry import Registry
from backend.connectors.repository import CONNECTIONS, RUNS, ConnectionRepository, RunRepository
from backend.connectors.service import SYNC_CONNECTION, ConnectionService
from backend.connectors.sync.intake import BatchIntake
from backend.connectors.sync.ledger import ITEMS, Ledger
from backend.connectors.sync.reading import Storing
from backend.connectors.sync.runner import SyncRunner
from backend.db.collection import Database
from backend.db.lease import Clock, utc_now
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.jobs.queue import JobQueue
from backend.oauth.grants import GRANTS, GrantRepository
from backend.secrets import SecretBox
from backend.settings import Settings

#: How late a synchronisation is at the most when its message was lost.
_RECOVERY_SECONDS = 5.0


async def build_connections(
    *,
    database: Database,
    library: LibraryService,
    blobs: BlobStore,
    directory: StoredDirectory,
    jobs: JobQueue,
    box: SecretBox,
    registry: Registry,
    settings: Settings,
    clock: Clock = utc_now,
) -> ConnectionService:
    """Prepares the collections and registers the work; before the queue starts."""
    await database.prepare([CONNECTIONS, RUNS, ITEMS, GRANTS])
    ledger = Ledger(database)
    storing = Storing(
        connections=ConnectionRepository(database, clock=clock),
        runs=RunRepository(database),
        ledger=ledger,
        intake=BatchIntake(library, blobs, ledger, settings.upload),
        library=library,
        clock=clock,
    )
    grants = GrantRepository(database, box)
    service = ConnectionService(storing=storing, grants=grants, directory=directory, registry=registry, jobs=jobs)
    runner = SyncRunner(
        storing=storing,
        directory=directory,
        registry=registry,
        open_setup=service.setup,
        send_again=service.send_again,
        interval_seconds=settings.sync.interval_seconds,
        clock=clock,
    )
    jobs.register(SYNC_CONNECTION, runner.run)
    jobs.recover(SYNC_CONNECTION, service.due, every_seconds=_RECOVERY_SECONDS)
    return service

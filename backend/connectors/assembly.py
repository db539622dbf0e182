"""Puts the parts of connections together over a database, a library and a job queue."""

from dataclasses import dataclass
from datetime import timedelta

from backend.auth.directory import StoredDirectory
from backend.auth.repository import UserRepository
from backend.connectors.announcing import Announcer
from backend.connectors.consent import ConsentService, IsLive
from backend.connectors.credentials import Credentials
from backend.connectors.diagnostics import DiagnosticsService
from backend.connectors.explaining import Explaining
from backend.connectors.handshakes import HANDSHAKES, Handshakes
from backend.connectors.identity_tokens import FetchedKeys
from backend.connectors.items import ItemService
from backend.connectors.lateness import Lateness
from backend.connectors.matching import Matching
from backend.connectors.pushes import DELIVERIES, PushService
from backend.connectors.registry import Registry
from backend.connectors.repository import CONNECTIONS, RUNS, ConnectionRepository, RunRepository
from backend.connectors.service import SYNC_CONNECTION, ConnectionService
from backend.connectors.sync.fetching import Fetching
from backend.connectors.sync.intake import BatchIntake
from backend.connectors.sync.ledger import ITEMS, Ledger
from backend.connectors.sync.memberships import Memberships
from backend.connectors.sync.outcomes import Outcomes, TellOutcomes, telling
from backend.connectors.sync.people import SOURCE_PEOPLE, People
from backend.connectors.sync.reading import Storing
from backend.connectors.sync.runner import IsActive, Periods, SyncRunner
from backend.connectors.sync.watching import Watching
from backend.connectors.watches import WATCHES, WatchRepository
from backend.db.collection import Database
from backend.db.lease import LEASES, Clock, NamedLeases, utc_now
from backend.documents.blobs import BlobStore
from backend.documents.library import LibraryService
from backend.events.base import Events
from backend.jobs.queue import JobQueue
from backend.oauth.flow import FlowRepository
from backend.oauth.grants import GRANTS, GrantRepository
from backend.secrets import SecretBox
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Connectors:
    """What the routes use."""

    connections: ConnectionService
    consents: ConsentService
    pushes: PushService
    handshakes: Handshakes
    items: ItemService
    diagnostics: DiagnosticsService
    runner: SyncRunner
    tell_outcomes: TellOutcomes
    matching: Matching
    explaining: Explaining
    lateness: Lateness


#: How late a synchronisation is at the most when its message was lost.
_RECOVERY_SECONDS = 5.0
#: How often it is looked for connections that nobody has allowed.
_UNALLOWED_SECONDS = 3600.0


async def build_connections(
    *,
    database: Database,
    library: LibraryService,
    blobs: BlobStore,
    directory: StoredDirectory,
    users: UserRepository,
    jobs: JobQueue,
    events: Events,
    box: SecretBox,
    registry: Registry,
    is_live: IsLive,
    is_active: IsActive,
    settings: Settings,
    max_pictures: int = 0,
    clock: Clock = utc_now,
) -> Connectors:
    """Prepares the collections and registers the work; before the queue starts.

    Args:
        max_pictures: so many of one item are recognised here.
    """
    await database.prepare([CONNECTIONS, RUNS, ITEMS, GRANTS, DELIVERIES, WATCHES, HANDSHAKES, SOURCE_PEOPLE])
    ledger, people = Ledger(database), People(database)
    matching = Matching(people=people, directory=directory, users=users, library=library)
    connections, runs = ConnectionRepository(database, clock=clock), RunRepository(database)
    announcer = Announcer(events, connections=connections, runs=runs, ledger=ledger, registry=registry, clock=clock)
    outcomes = Outcomes(library, ledger)
    storing = Storing(
        connections=connections,
        runs=runs,
        ledger=ledger,
        announcer=announcer,
        intake=BatchIntake(library, Fetching(blobs, settings.upload), ledger, outcomes, people),
        outcomes=outcomes,
        memberships=Memberships(directory, people),
        matching=matching,
        library=library,
        clock=clock,
    )
    credentials = Credentials(
        grants=GrantRepository(database, box),
        connections=connections,
        leases=NamedLeases(database.collection(LEASES), clock=clock),
        settings=registry.read_settings(settings.connectors, settings.actions.registrations),
        public_url=settings.web.public_url,
        max_pictures=max_pictures,
    )
    watches = WatchRepository(database)
    watching = Watching(storing, watches, credentials)
    service = ConnectionService(
        storing=storing, credentials=credentials, watching=watching, registry=registry, jobs=jobs
    )
    consents = ConsentService(
        connections=storing.connections,
        credentials=credentials,
        flows=FlowRepository(database, box),
        registry=registry,
        is_live=is_live,
        begin=service.begin,
        clock=clock,
    )
    periods = Periods(settings.sync.interval_seconds, settings.sync.reconcile_seconds)
    explaining = Explaining(ledger=ledger, library=library, directory=directory, matching=matching, periods=periods)
    runner = SyncRunner(
        storing=storing,
        registry=registry,
        credentials=credentials,
        watching=watching,
        is_active=is_active,
        send_again=service.send_again,
        periods=periods,
        lease=timedelta(seconds=settings.jobs.lease_seconds),
        clock=clock,
    )
    jobs.register(SYNC_CONNECTION, runner.run)
    recovery_seconds = min(_RECOVERY_SECONDS, settings.jobs.recovery_seconds)
    jobs.recover(SYNC_CONNECTION, service.due, every_seconds=recovery_seconds)
    handshakes = Handshakes(database, box, registry, clock=clock)
    pushes = PushService(
        database,
        connections=connections,
        watches=watches,
        handshakes=handshakes,
        credentials=credentials,
        registry=registry,
        keys=FetchedKeys(),
        jobs=jobs,
        clock=clock,
    )
    jobs.every(_UNALLOWED_SECONDS, "clear-unallowed-connections", service.clear_unallowed)
    return Connectors(
        connections=service,
        consents=consents,
        pushes=pushes,
        handshakes=handshakes,
        items=ItemService(storing=storing, registry=registry, connections=service),
        diagnostics=DiagnosticsService(storing),
        runner=runner,
        matching=matching,
        explaining=explaining,
        lateness=Lateness(connections, interval_seconds=settings.sync.interval_seconds, clock=clock),
        tell_outcomes=telling(outcomes, ledger, announcer.changed, announcer.progressed),
    )

"""Builds every service from the settings, starts them in order and stops them in reverse."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import structlog

from backend.auth.assembly import Accounts, build_accounts
from backend.auth.limits import LimitStore, MemoryLimitStore
from backend.auth.repository import UserRepository
from backend.auth.service import AuthService
from backend.connectors.registry import SERVICES, Registry
from backend.db.collection import Database
from backend.errors import Unavailable
from backend.idempotency import IDEMPOTENCY, IdempotencyRepository
from backend.mail.base import Mailer
from backend.mail.console import ConsoleMailer
from backend.mail.outbox import Outbox
from backend.monitoring.readiness import Readiness
from backend.secrets import SecretBox
from backend.settings import Settings
from backend.supervised import supervised

if TYPE_CHECKING:  # heavy modules load when the services start, not when the command line prints its help
    from backend.actions.assembly import Actions
    from backend.connectors.assembly import Connectors
    from backend.conversation.answering import AnsweringService
    from backend.conversation.review import AnswerReview
    from backend.conversation.runs import RunRegistry
    from backend.conversation.service import ConversationService
    from backend.documents.blobs import BlobStore
    from backend.documents.demo import DemoLoader
    from backend.documents.export import DocumentExport
    from backend.documents.library import LibraryService
    from backend.embedding.models.base import Embedder
    from backend.embedding.search.lexical_base import LexicalIndex
    from backend.embedding.search.service import SearchService
    from backend.embedding.service import IndexingService
    from backend.embedding.vector_store.base import VectorStore
    from backend.events.base import Events
    from backend.events.wakeup import WakeUp
    from backend.extraction.extraction import ExtractionPool
    from backend.jobs.broker import TaskiqQueue
    from backend.library import Library
    from backend.llm.base import ChatModel
    from backend.rag.pipeline import AnswerPipeline

log = structlog.get_logger(__name__)

#: All of the database is checked while the server has little to do most likely, and then once a day.
_FIRST_CHECK_SECONDS = 600.0
_CHECK_SECONDS = 24 * 3600.0

#: Of `shutdown_seconds`: what answers and jobs under way may take; the rest is for committing, saving and closing.
DRAIN_SHARE = 0.5


class Container:
    """The services of one process. `start` opens files and connections; nothing is opened before.

    Use as ``async with Container(settings) as container``. Attributes are set by `start`, in the order of the
    methods below: what comes later may use what came before.
    """

    database: Database
    secrets: SecretBox
    outbox: Outbox
    accounts: Accounts
    users: UserRepository
    auth: AuthService
    idempotency: IdempotencyRepository
    events: "Events"
    wakeup: "WakeUp"
    jobs: "TaskiqQueue"
    embedder: "Embedder"
    vector_store: "VectorStore"
    lexical: "LexicalIndex"
    extraction: "ExtractionPool"
    blobs: "BlobStore"
    library: "LibraryService"
    export: "DocumentExport"
    indexing: "IndexingService"
    search: "SearchService"
    connectors: "Connectors"
    actions: "Actions"
    demo: "DemoLoader"
    chat_model: "ChatModel | None"
    conversations: "ConversationService"
    answering: "AnsweringService"
    review: "AnswerReview"
    runs: "RunRegistry"
    pipeline: "AnswerPipeline"

    def __init__(
        self,
        settings: Settings,
        *,
        works: bool = True,
        limits: LimitStore | None = None,
        connectors: Registry = SERVICES,
    ) -> None:
        """`works`: whether this process works off jobs; without it others must. `limits`: where attempts are counted
        instead of where the settings say. `connectors`: what can be connected."""
        self.settings = settings
        self._limits = limits
        self._registry = connectors
        self.readiness = Readiness()
        self._works = works
        self._draining: asyncio.Task[None] | None = None
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Opens everything; on a failure what was opened is closed again and the error goes on."""
        try:
            await self._start_storage()
            await self._start_auth()
            await self._start_events()
            library = await self._build_library()
            await self._build_connections()
            await self._build_actions()
            await self._start_work(library)
            await self._start_chat()
        except BaseException:
            await self._closing.aclose()
            raise
        self.readiness.started = True
        log.info("started", data_dir=str(self.data_dir))

    async def drain(self) -> None:
        """Takes no more jobs and lets jobs and answers under way finish, for a part of `shutdown_seconds`.

        What is not done by then is given back (jobs) or cut and marked (answers, whose readers are told). `/readyz`
        says `not_ready` from here on. Idempotent; `stop` does it too.
        """
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        await self._draining

    async def stop(self) -> None:
        """Drains, then closes in reverse order. Idempotent."""
        if self.readiness.started or self._draining is not None:
            await self.drain()
        await self._closing.aclose()

    async def _drain(self) -> None:
        self.readiness.started = False
        self.events.end_readings()
        seconds = self.settings.shutdown_seconds * DRAIN_SHARE
        await asyncio.gather(self.runs.stop(timeout_seconds=seconds), self.jobs.stop(timeout_seconds=seconds))

    @property
    def data_dir(self) -> Path:
        return self.settings.data_dir.resolve()

    async def _start_storage(self) -> None:
        from backend.db.connect import open_database
        from backend.db.folder_lock import FolderLock
        from backend.db.migrations import migrate
        from backend.db.secret_keys import open_secret_box
        from backend.db.shared_folder import check_shared

        self.data_dir.mkdir(parents=True, exist_ok=True)
        if self.settings.uses_mongodb and self.settings.indexes_in_data_dir:  # SQLite locks the folder itself
            lock = FolderLock(self.data_dir)
            lock.acquire()
            self._closing.callback(lock.release)
        self.database = await open_database(self.settings)
        self._closing.push_async_callback(self.database.close)
        self.readiness.add("database", self.database.ping)
        checking = supervised("database-check", self._check_database)
        self.readiness.add("database_check", checking.ping)
        self._closing.push_async_callback(checking.stop)
        await migrate(self.database)
        self.secrets = await open_secret_box(self.settings, self.database)
        if self.settings.uses_mongodb:  # SQLite lies in the folder itself
            await check_shared(self.database, self.data_dir)

    async def _check_database(self) -> None:
        await asyncio.sleep(_FIRST_CHECK_SECONDS)
        while True:
            try:
                await self.database.check()
            except Unavailable as error:
                log.warning("database_check_failed", code=error.code, error=str(error))
            await asyncio.sleep(_CHECK_SECONDS)

    async def _start_auth(self) -> None:
        self.outbox = Outbox(self._create_mailer())
        self._closing.push_async_callback(self.outbox.close)
        self.accounts = await build_accounts(
            database=self.database,
            limits=self._limit_store(),
            outbox=self.outbox,
            box=self.secrets,
            public_url=self.settings.page_url,
            settings=self.settings,
        )
        self.users = self.accounts.users
        self.auth = self.accounts.auth

    async def _start_events(self) -> None:
        from backend.events.assembly import build_events

        self.events, self.wakeup = await build_events(database=self.database, settings=self.settings)
        self._closing.push_async_callback(self.wakeup.close)
        self.readiness.add("events", self.wakeup.ping)

    def _create_mailer(self) -> Mailer:
        if not self.settings.mail.configured:
            return ConsoleMailer()
        from backend.mail.smtp import SmtpMailer

        return SmtpMailer(self.settings.mail)

    def _limit_store(self) -> LimitStore:
        if self._limits is not None:
            return self._limits
        if not self.settings.redis.url:
            return MemoryLimitStore()
        from backend.auth.redis_limits import RedisLimitStore

        store = RedisLimitStore(self.settings.redis.url)
        self._closing.push_async_callback(store.close)
        return store

    async def _build_library(self) -> "Library":
        from backend.actions.repository import ActionRepository
        from backend.auth.names import AccountNames
        from backend.connectors.names import NamesOfHolders
        from backend.documents.demo import DemoLoader
        from backend.embedding.models.registry import create_embedder
        from backend.embedding.search.lexical_client import create_lexical_index
        from backend.embedding.vector_store.client import create_vector_store
        from backend.extraction.extraction import ExtractionPool
        from backend.jobs.broker import TaskiqQueue
        from backend.jobs.queues import queues
        from backend.library import build_library, former_embedder

        settings = self.settings
        await self.database.prepare([IDEMPOTENCY])
        self.idempotency = IdempotencyRepository(self.database)
        self.jobs = TaskiqQueue(settings.redis.url, queues(settings.jobs), places=settings.jobs.places)
        self.readiness.add("jobs", self.jobs.ping)
        self.embedder = create_embedder(settings)
        self._closing.push_async_callback(self.embedder.close)
        await self.embedder.start()

        def open_store(embedder: "Embedder") -> "VectorStore":
            return create_vector_store(settings, model_id=embedder.model_id, dimension=embedder.dimension)

        self.vector_store = open_store(self.embedder)
        self._closing.push_async_callback(self.vector_store.close)
        self.readiness.add("vector_store", self.vector_store.ping)
        self.lexical = create_lexical_index(settings, self.database)
        self._closing.push_async_callback(self.lexical.close)
        self.readiness.add("lexical_index", self.lexical.ping)
        self.extraction = ExtractionPool(
            settings.processing, max_text_chars=settings.upload.max_text_chars, ocr=settings.ocr
        )
        self._closing.push_async_callback(self.extraction.close)
        library = await build_library(
            database=self.database,
            jobs=self.jobs,
            embedder=self.embedder,
            store=self.vector_store,
            lexical=self.lexical,
            extraction=self.extraction,
            open_store=open_store,
            former_embedder=former_embedder(settings),
            settings=settings,
            names=NamesOfHolders(self.database, AccountNames(self.users)),
            kept_elsewhere=ActionRepository(self.database).blobs_in_use,
        )
        self.blobs = library.blobs
        self.library = library.service
        self.export = library.export
        self.indexing = library.indexing
        self.readiness.add("files", self.blobs.ping)
        self.readiness.add("indexing", self.indexing.ping)
        self.search = library.search
        self.demo = DemoLoader(self.library, self.blobs)
        return library

    async def _build_connections(self) -> None:
        from backend.connectors.assembly import build_connections

        self.connectors = await build_connections(
            database=self.database,
            library=self.library,
            blobs=self.blobs,
            directory=self.accounts.directory,
            users=self.users,
            jobs=self.jobs,
            events=self.events,
            box=self.secrets,
            registry=self._registry,
            is_live=self._is_live,
            is_active=self.accounts.identities.is_active,
            settings=self.settings,
            max_pictures=self.extraction.max_pictures,
        )
        self.indexing.use_outcomes(self.connectors.tell_outcomes)

    async def _build_actions(self) -> None:
        from backend.actions.assembly import build_actions
        from backend.rag.support import Attributor

        self.actions = await build_actions(
            database=self.database,
            library=self.library,
            blobs=self.blobs,
            users=self.users,
            directory=self.accounts.directory,
            lexical=self.lexical,
            accounts=self.connectors.connections,
            jobs=self.jobs,
            events=self.events,
            outbox=self.outbox,
            audit=self.accounts.audit,
            attribute=Attributor(self.embedder),
            settings=self.settings,
        )
        self._closing.push_async_callback(self.actions.presence.note_stopped)

    async def _is_live(self, session_id: str, user_id: str) -> bool:
        return await self.accounts.sessions.is_live(session_id, user_id=user_id)

    async def _start_work(self, library: "Library") -> None:
        """After everything else: from here on documents are processed."""
        await library.start()
        self._closing.push_async_callback(library.stop)
        await self.jobs.start(consume=self._works)
        self._closing.push_async_callback(self._stop_jobs)

    async def _stop_jobs(self) -> None:
        if self._draining is None:  # a start that failed half way
            await self.jobs.stop(timeout_seconds=self.settings.shutdown_seconds * DRAIN_SHARE)

    async def _start_chat(self) -> None:
        """Last of all, so that stopping begins with the answers under way."""
        from backend.actions.personal_data import ActionData
        from backend.connectors.personal_data import ConnectionData
        from backend.conversation.assembly import build_chat
        from backend.conversation.personal_data import ConversationData
        from backend.documents.personal_data import DocumentData
        from backend.documents.repository import DocumentRepository
        from backend.quoting.extractive import ExtractiveAnswerer
        from backend.rag.support import Attributor

        self.chat_model = self._create_chat_model()
        if self.chat_model is not None:
            self._closing.push_async_callback(self.chat_model.close)
        chat = await build_chat(
            database=self.database,
            library=self.library,
            search=self.search,
            quoting=ExtractiveAnswerer(self.embedder, abstain_below=self.settings.rag.abstain_below),
            attribute=Attributor(self.embedder),
            chat_model=self.chat_model,
            events=self.events,
            wakeup=self.wakeup,
            proposals=self.actions.proposing,
            still_active=self.accounts.identities.is_active,
            settings=self.settings,
            lateness=self.connectors.lateness,
        )
        self._closing.push_async_callback(chat.stop)
        self.conversations = chat.conversations
        connections = ConnectionData(self.connectors.connections, self.connectors.matching)
        actions = ActionData(self.actions.service)
        self.accounts.account.own(
            [
                DocumentData(DocumentRepository(self.database), self.library),
                ConversationData(self.conversations),
                connections,
                actions,
                self.idempotency,
            ],
            works=[connections, actions],
        )
        await self.accounts.account.resume_deletions()
        self.answering = chat.answering
        self.review = chat.review
        self.runs = chat.runs
        self.pipeline = chat.pipeline

    def _create_chat_model(self) -> "ChatModel | None":
        if not self.settings.llm.configured:
            return None
        from backend.llm.openai import OpenAIChatModel  # the SDK takes half a second and is not always needed

        return OpenAIChatModel(self.settings.llm)

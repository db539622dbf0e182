"""Builds every service from the settings, starts them in order and stops them in reverse."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import structlog

from backend.auth.repository import AUTH_COLLECTIONS, SessionRepository, SigningKeyRepository, UserRepository
from backend.auth.security import PasswordService
from backend.auth.service import AuthService
from backend.auth.token import TokenService
from backend.db.collection import Database
from backend.settings import Settings

log = structlog.get_logger(__name__)

type Ping = Callable[[], Awaitable[None]]


class Container:
    """The services of one process. `start` opens files and connections; nothing is opened before.

    Use as ``async with Container(settings) as container``. Attributes are set by `start`, in the order of the
    methods below: what comes later may use what came before.
    """

    database: Database
    users: UserRepository
    tokens: TokenService
    auth: AuthService

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.started = False
        self._closing = AsyncExitStack()
        self._pings: dict[str, Ping] = {}

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
        except BaseException:
            await self._closing.aclose()
            raise
        self.started = True
        log.info("started", data_dir=str(self.data_dir))

    async def stop(self) -> None:
        """Closes in reverse order. Idempotent."""
        self.started = False
        await self._closing.aclose()

    @property
    def data_dir(self) -> Path:
        return self.settings.data_dir.resolve()

    def health_checks(self) -> dict[str, Ping]:
        """A ping for each dependency, by the name that `/readyz` shows."""
        return dict(self._pings)

    async def _start_storage(self) -> None:
        from backend.db.connect import open_database

        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.database = await open_database(self.settings)
        self._closing.push_async_callback(self.database.close)
        self._pings["database"] = self.database.ping

    async def _start_auth(self) -> None:
        import secrets

        await self.database.prepare(AUTH_COLLECTIONS)
        secret = self.settings.auth.secret.get_secret_value()
        if not secret:
            secret = await SigningKeyRepository(self.database).get_or_create("access", secrets.token_urlsafe(48))
        self.users = UserRepository(self.database)
        self.tokens = TokenService(self.settings.auth, secret)
        self.auth = AuthService(
            users=self.users,
            sessions=SessionRepository(self.database),
            passwords=PasswordService(),
            tokens=self.tokens,
            settings=self.settings.auth,
        )

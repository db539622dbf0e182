"""Accounts: what a sign-in costs beside its hash, a token check, refreshes per second and many of them at once.

Measured on the services over the embedded database, without HTTP: what is promised is about them.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from backend.audit.log import Origin
from backend.auth.assembly import Accounts, build_accounts
from backend.auth.limits import MemoryLimitStore
from backend.auth.security import PasswordService
from backend.auth.service import SignIn
from backend.db.connect import open_database
from backend.db.secret_keys import open_secret_box
from backend.errors import Unauthenticated
from backend.mail.base import Mail
from backend.mail.outbox import Outbox
from backend.settings import Settings
from scripts.bench.figures import Figure
from scripts.bench.session import PASSWORD

_LOGINS = 12
_CHECKS = 500
_FAMILIES, _ROUNDS = 50, 20
_AT_ONCE = 100
_HERE = Origin(ip="127.0.0.1", user_agent="bench")


class _NoMail:
    async def send(self, mail: Mail) -> None:
        """Mail is not what is measured."""


@asynccontextmanager
async def _accounts(workdir: Path) -> AsyncIterator[Accounts]:
    settings = Settings(_env_file=None, data_dir=workdir)
    database = await open_database(settings)
    outbox = Outbox(_NoMail())
    try:
        yield await build_accounts(
            database=database,
            limits=MemoryLimitStore(),
            outbox=outbox,
            box=await open_secret_box(settings, database),
            public_url="http://localhost",
            settings=settings,
        )
    finally:
        await outbox.close()
        await database.close()


def accounts(workdir: Path) -> list[Figure]:
    """Everything that is promised of accounts."""
    return asyncio.run(_measure(workdir))


async def _measure(workdir: Path) -> list[Figure]:
    async with _accounts(workdir) as here:
        first = await here.auth.register(email="ada@bench.example", password=PASSWORD, name="Ada", origin=_HERE)
        return [
            await _login_ratio(here),
            *await _token_check(here, first),
            await _refreshes(here, first),
            *await _at_once(here, first),
        ]


async def _login_ratio(here: Accounts) -> Figure:
    """Alternates, so that whatever else the machine does falls on both."""
    passwords = PasswordService()
    stored = await passwords.hash(PASSWORD)
    logins: list[float] = []
    hashes: list[float] = []
    for _ in range(_LOGINS):
        started = time.perf_counter()
        await passwords.verify(PASSWORD, stored)
        hashed = time.perf_counter()
        await here.auth.login(email="ada@bench.example", password=PASSWORD, origin=_HERE)
        logins.append(time.perf_counter() - hashed)
        hashes.append(hashed - started)
    ratio = statistics.median(logins) / statistics.median(hashes)
    note = f"login {1000 * statistics.median(logins):.0f} ms, argon2id alone {1000 * statistics.median(hashes):.0f} ms"
    return Figure("login ÷ argon2 alone", ratio, "×", 1.3, "at_most", note)


async def _token_check(here: Accounts, first: SignIn) -> list[Figure]:
    """Each token once when it was never seen, then again: what is known of a token is kept for its life."""
    tokens = [(await here.auth.open_session(first.user, _HERE)).access_token for _ in range(_CHECKS)]
    figures = []
    for name, note in (("new token", "signature, claims, session and account"), ("known token", "as in most requests")):
        times: list[float] = []
        for token in tokens:
            started = time.perf_counter()
            await here.identities.authenticate(token)
            times.append(time.perf_counter() - started)
        times.sort()
        mean, p95 = 1000 * statistics.fmean(times), 1000 * times[int(0.95 * len(times))]
        figures.append(
            Figure(f"access token check, {name}, mean", mean, "ms", 0.3, "at_most", f"p95 {p95:.3f} ms; {note}")
        )
    return figures


async def _refreshes(here: Accounts, first: SignIn) -> Figure:
    """Each family is refreshed in its own order; families run beside each other."""

    async def family() -> bool:
        token = (await here.auth.open_session(first.user, _HERE)).refresh_token
        try:
            for _ in range(_ROUNDS):
                token = (await here.auth.refresh(token, origin=_HERE)).refresh_token
        except Unauthenticated:
            return False
        return True

    started, busy = time.perf_counter(), time.process_time()
    kept = await asyncio.gather(*(family() for _ in range(_FAMILIES)))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - busy
    lost = kept.count(False)
    count = _FAMILIES * _ROUNDS
    note = f"{lost} of {_FAMILIES} families lost; {count / cpu_seconds:.0f} for each second of processor time"
    return Figure("refreshes, one process", count / seconds if lost == 0 else 0, "refreshes/s", 200, note=note)


async def _at_once(here: Accounts, first: SignIn) -> list[Figure]:
    token = (await here.auth.open_session(first.user, _HERE)).refresh_token
    answers = await asyncio.gather(
        *(here.auth.refresh(token, origin=_HERE) for _ in range(_AT_ONCE)), return_exceptions=True
    )
    given = {answer.refresh_token for answer in answers if isinstance(answer, SignIn)}
    refused = sum(isinstance(answer, BaseException) for answer in answers)
    name = f"{_AT_ONCE} refreshes of one token at once"
    return [
        Figure(f"{name}: successors", len(given), "tokens", 1, "at_most"),
        Figure(f"{name}: signed out", refused, "clients", 0, "at_most"),
    ]

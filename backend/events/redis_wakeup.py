"""Wake-ups between processes over Redis pub/sub: one connection of this process listens, one channel for each name."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from backend.events.base import Reader
from backend.events.wakeup import LocalWakeUp
from backend.supervised import Supervised, supervised

log = structlog.get_logger(__name__)

_PREFIX = "biblios:wake:"
_OWN = "biblios:listening"  # always listened to, so that the connection has a subscription at any time
_CONNECT_SECONDS = 1.0
_SUBSCRIBED_SECONDS = 1.0
_RECONNECT_SECONDS = 1.0
_LOOK_SECONDS = 5.0
#: Insurance against a wake-up that was lost while Redis was away.
_POLL_SECONDS = 2.0
_POLL_SECONDS_ALONE = 0.5


class RedisWakeUp:
    """Never fails because of Redis: while it is away, readers look by themselves, more often than otherwise."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=_CONNECT_SECONDS,
            socket_connect_timeout=_CONNECT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # whoever writes an answer must not wait for a server that is down
        )
        self._local = LocalWakeUp(poll_seconds=_POLL_SECONDS)
        self._listening: Supervised | None = None
        self._pubsub: PubSub | None = None
        self._subscribed: dict[str, asyncio.Event] = {}
        self._tried = asyncio.Event()

    @property
    def poll_seconds(self) -> float:
        return _POLL_SECONDS if self._pubsub is not None else _POLL_SECONDS_ALONE

    async def notify(self, name: str) -> int:
        reached = await self._local.notify(name)
        try:
            return int(await self._redis.publish(_PREFIX + name, b""))
        except (RedisError, OSError) as error:
            log.warning("wake_up_not_sent", error=repr(error))
            return reached

    @asynccontextmanager
    async def listen(self, name: str, reader: Reader) -> AsyncGenerator[None]:
        try:
            async with self._local.listen(name, reader):
                await self._subscribe(name)
                yield
        finally:
            await self._unsubscribe(name)

    async def ping(self) -> None:
        """Redis itself is named by the jobs; without it readers look by themselves."""
        if self._listening is not None:
            self._listening.check()

    async def close(self) -> None:
        if self._listening is not None:
            await self._listening.stop()
        await self._redis.aclose()

    async def _subscribe(self, name: str) -> None:
        """Returns when Redis has confirmed; without Redis at once, since then the reader looks by itself."""
        if self._listening is None:
            self._listening = supervised("wake-ups", self._listen)
        await self._tried.wait()
        confirmed = self._subscribed.get(name)
        if confirmed is None:
            confirmed = self._subscribed[name] = asyncio.Event()
            if self._pubsub is not None:
                with contextlib.suppress(RedisError, OSError):  # the listening task notices, too, and begins again
                    await self._pubsub.subscribe(_PREFIX + name)
        if self._pubsub is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(confirmed.wait(), _SUBSCRIBED_SECONDS)

    async def _unsubscribe(self, name: str) -> None:
        if self._local.listens(name):
            return
        self._subscribed.pop(name, None)
        if self._pubsub is not None:
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.unsubscribe(_PREFIX + name)

    async def _listen(self) -> None:
        """Wakes readers until it is cancelled; connects again when the connection breaks."""
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(_OWN, *(_PREFIX + name for name in self._subscribed))
                    self._pubsub = pubsub
                    self._tried.set()
                    self._local.wake_all()  # whatever was said while nobody listened
                    while True:
                        await self._take(await pubsub.get_message(timeout=_LOOK_SECONDS))
            except (RedisError, OSError) as error:
                log.warning("wake_ups_unreachable", error=repr(error))
            finally:
                self._pubsub = None
                self._tried.set()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _take(self, message: dict[str, object] | None) -> None:
        channel = message["channel"] if message is not None else None
        if message is None or not isinstance(channel, bytes):
            return
        name = channel.decode().removeprefix(_PREFIX)
        if message["type"] == "subscribe" and name in self._subscribed:
            self._subscribed[name].set()
        if message["type"] in ("message", "subscribe"):
            await self._local.notify(name)

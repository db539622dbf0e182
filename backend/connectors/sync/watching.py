"""Asks providers to push when something is new, renews that before it ends, and ends it with the connection.

Polling stays the truth: whatever fails here is told in one finding and ends no run.
"""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from backend.connectors.base import Source, Watch
from backend.connectors.credentials import Credentials
from backend.connectors.manifest import Manifest
from backend.connectors.models import Connection, ConnectionStatus, Finding
from backend.connectors.sync.reading import Storing, Superseded
from backend.connectors.watches import StoredWatch, WatchRepository, token_hash
from backend.db.lease import Held
from backend.errors import BibliosError, InvalidConfig, PermissionMissing, SourceError, SourceRefused
from backend.ids import new_id

log = structlog.get_logger(__name__)

_PUSH = "push"
#: A promise is renewed after a day, as Google recommends, or after half of its time if that is less.
#: https://developers.google.com/workspace/gmail/api/guides/push#renewing_mailbox_watch (2026-11)
_RENEWED = timedelta(days=1)
#: What was refused is asked for again after this.
_RETRIED = timedelta(hours=1)
#: So many are asked for in one run: one of a thousand mailboxes still reads them.
_AT_ONCE = 100
_SOONEST = timedelta(seconds=60)
#: Pausing and disconnecting wait so long for a provider that has to be told.
_ENDING_SECONDS = 10.0
#: What is wrong with one target and says nothing of the others.
_OF_ONE = (SourceRefused, PermissionMissing, InvalidConfig)


class Watching:
    def __init__(self, storing: Storing, watches: WatchRepository, credentials: Credentials) -> None:
        self._storing = storing
        self._watches = watches
        self._credentials = credentials
        self._clock = storing.clock

    async def renew(self, held: Held, connection: Connection, manifest: Manifest, source: Source) -> None:
        """Asks for what is not promised yet or ends soon, and keeps what came of it among the capabilities.

        Call it before what has changed is read: nothing happens between the two that neither tells.
        Errors: `Superseded`.
        """
        if not manifest.watches:
            return
        found = await self._renewed(connection, manifest, source)
        others = [one for one in connection.capabilities if one.name != _PUSH]
        connection.capabilities = [*others, found] if found else others
        try:
            await self._storing.keep(held, {"capabilities": [one.model_dump() for one in connection.capabilities]})
        except Superseded:  # it was paused meanwhile: what was promised after that is ended here
            now = await self._storing.connections.get(connection.id)
            if now is None or now.deleting or now.status is ConnectionStatus.paused:
                await self.end(connection, manifest)
            raise

    async def no_later(self, connection_id: str, due_at: datetime) -> datetime:
        """When a connection goes on so that its promises are renewed in time, however long the interval is."""
        known = await self._watches.of(connection_id)
        renewed_at = min((one.renew_at for one in known), default=due_at)
        return min(due_at, max(renewed_at, self._clock() + _SOONEST))

    async def _renewed(self, connection: Connection, manifest: Manifest, source: Source) -> Finding | None:
        """None where nothing has to be asked for."""
        known = await self._watches.of(connection.id)
        if not self._credentials.pushes(manifest):
            await self._end(known, source)
            return Finding(name=_PUSH, state="off", message=_OFF.format(manifest.name))
        try:
            wanted = await source.watchable()
        except SourceError as error:
            return _failed(manifest, error)
        held = {one.target: one for one in known if one.target in wanted}  # the one that ends last
        await self._end([one for one in known if one is not held.get(one.target)], source)
        told = next((one for one in connection.capabilities if one.name == _PUSH), None)
        failed = await self._ask(connection, source, wanted, held, at_once=told is None)
        if all(target in held and held[target].name for target in wanted):
            works = Finding(name=_PUSH, state="passed", message=f"{manifest.name} says when something is new.")
            return works if wanted else None
        return told if failed is None else _failed(manifest, failed)

    async def end(self, connection: Connection, manifest: Manifest | None) -> None:
        """Ends all promises to a connection, at the provider as far as it answers and its connector is still here."""
        if manifest is not None and not manifest.watches:
            return
        known = await self._watches.of(connection.id)
        if not known:
            return
        if manifest is None:
            await self._watches.delete(one.id for one in known)
            return
        source = manifest.open(self._credentials.setup(connection, manifest))
        try:
            async with asyncio.timeout(_ENDING_SECONDS):
                await self._end(known, source)
        except TimeoutError:
            log.warning("watches_not_ended", connection_id=connection.id)
            await self._watches.delete(one.id for one in known)
        finally:
            await source.close()

    async def _ask(
        self,
        connection: Connection,
        source: Source,
        wanted: Sequence[str],
        held: dict[str, StoredWatch],
        *,
        at_once: bool,
    ) -> SourceError | None:
        """Makes and renews promises, and puts them into `held`; returns the last refusal.

        `at_once`: also of what was refused a short time ago.
        """
        now = self._clock()

        def is_due(target: str) -> bool:
            one = held.get(target)
            return one is None or one.renew_at <= now or (at_once and not one.name)

        due = [target for target in wanted if is_due(target)][:_AT_ONCE]
        failed: SourceError | None = None
        for number, target in enumerate(due):
            token = secrets.token_urlsafe(32)
            try:
                made = await source.watch(target, name=new_id(), token=token)
            except SourceError as error:
                log.info("watch_refused", code=error.code, error=str(error))
                failed = error
                await self._refused(connection, target if isinstance(error, _OF_ONE) else None, due[number:], held)
                if not isinstance(error, _OF_ONE):
                    break
                continue
            stored = _stored(connection, made, token, now)
            await self._watches.put(stored)
            before, held[target] = held.get(target), stored
            if before is not None:
                await self._end([before], source)
        return failed

    async def _refused(
        self, connection: Connection, target: str | None, left: Sequence[str], held: dict[str, StoredWatch]
    ) -> None:
        """Not tried again for a while: one target, or all that are left. What was promised before stays."""
        again = self._clock() + _RETRIED
        targets = left if target is None else [target]
        await self._watches.postpone([held[one].id for one in targets if one in held], again)
        if target is not None and target not in held:
            refused = StoredWatch(
                id=new_id(), connection_id=connection.id, type=connection.type, target=target,
                ends_at=again + _RETRIED, renew_at=again,
            )  # fmt: skip
            await self._watches.put(refused)

    async def _end(self, watches: Sequence[StoredWatch], source: Source) -> None:
        """Forgets promises, and tells the provider of those that nobody else has and nothing has renewed."""
        for one in watches:
            await self._watches.delete([one.id])
            if one.name and not await self._watches.named(one.type, one.name):
                try:
                    await source.unwatch(one.watch)
                except BibliosError as error:
                    log.info("watch_not_ended", code=error.code, error=str(error))


_OFF = "Pushes of {} are not set up on this server: what is new is found at the next look, every interval."


def _failed(manifest: Manifest, error: SourceError) -> Finding:
    message = f"{manifest.name} did not promise to say when something is new: it is looked for every interval."
    return Finding(name=_PUSH, state="failed", message=f"{message} {error.message}")


def _stored(connection: Connection, made: Watch, token: str, now: datetime) -> StoredWatch:
    return StoredWatch(
        id=new_id(),
        connection_id=connection.id,
        type=connection.type,
        target=made.target,
        name=made.name,
        resource=made.resource,
        token_hash=token_hash(token),
        ends_at=made.ends_at,
        renew_at=now + min(_RENEWED, (made.ends_at - now) / 2),
    )

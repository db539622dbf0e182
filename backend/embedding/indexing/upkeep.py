"""What was deleted leaves the disk: regularly, within a stated time, whatever process deleted it.

Deleting a document takes it from every answer at once. Its words may then still lie in free pages of the database, in
its write-ahead log, in segments of the lexical index, and as an original in the trash. `run` clears these away.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from backend.db.collection import Database
from backend.documents.blobs import BlobStore, InUse
from backend.embedding.indexing.legs import Legs
from backend.embedding.indexing.removal import Removal
from backend.embedding.search.derived import ForgetsDeleted
from backend.errors import Unavailable, UpstreamError
from backend.settings import DeletionSettings

log = structlog.get_logger(__name__)

#: With other processes at work: a text without a head after so long was never acknowledged.
UNACKNOWLEDGED = timedelta(hours=1)


class Upkeep:
    """Clears away what was deleted.

    Args:
        save: writes the derived indexes, so that their files hold nothing of what was deleted.
        sleep: waits so many seconds between two rounds.
    """

    def __init__(
        self,
        *,
        database: Database,
        blobs: BlobStore,
        in_use: InUse,
        removal: Removal,
        legs: Legs,
        save: Callable[[], Awaitable[None]],
        settings: DeletionSettings,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._in_use = in_use
        self._removal = removal
        self._legs = legs
        self._save = save
        self._settings = settings
        self._sleep = sleep

    async def run(self) -> None:
        """One round. Afterwards nothing that was deleted before it is on disk, but originals younger than their time
        in the trash. Errors: `Unavailable`; the next round makes up for it."""
        await self.tidy()
        await self._removal.sweep(before=datetime.now(UTC) - UNACKNOWLEDGED)
        swept = await self._blobs.sweep(self._in_use, older_than=timedelta(seconds=self._settings.trash_seconds))
        for index in self._legs.indexes():
            if isinstance(index, ForgetsDeleted):
                await index.forget_deleted()
        await self._save()
        await self._database.forget_deleted()
        if swept:
            log.info("deleted_cleared_away", originals=swept)

    async def tidy(self) -> None:
        """Removes what former versions left; waits for the next round while an index is down."""
        try:
            await self._removal.tidy()
        except Unavailable as error:
            log.warning("former_versions_not_removed", dependency=error.dependency, error=str(error))

    async def run_regularly(self) -> None:
        """Marks what crashes left, then goes round until it is cancelled."""
        marked = await self._blobs.trash_unnamed(self._in_use)
        if marked:
            log.info("unnamed_originals_trashed", originals=marked)
        while True:
            try:
                await self.run()
            except (Unavailable, UpstreamError, OSError) as error:
                log.warning("deleted_not_cleared_away", error=str(error), next_in_seconds=self._settings.sweep_seconds)
            await self._sleep(self._settings.sweep_seconds)

"""The ledger as people are told of it, and what was not read, read once more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import batched

from backend.access import Caller
from backend.connectors.models import Connection, ConnectionStatus, Item, ItemStatus
from backend.connectors.registry import Registry
from backend.connectors.service import ConnectionService
from backend.connectors.sync.reading import Storing
from backend.errors import Conflict, NotFound

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A row as a caller is told of it: `title` and `document_id` None, and the row's id for that of the source, where
    these would tell of something that the caller may not open.
    """

    row: Item
    external_id: str
    title: str | None
    document_id: str | None


class ItemService:
    """For whoever may see the connection (`ConnectionService.get`).

    A person is told what they may open. What has no document has no access list: of their own account it is told, and
    of the workspace's never; what is told of it then is an id that shows no content.
    """

    def __init__(self, *, storing: Storing, registry: Registry, connections: ConnectionService) -> None:
        self._ledger = storing.ledger
        self._library = storing.library
        self._registry = registry
        self._connections = connections

    async def page(
        self, caller: Caller, connection: Connection, *, status: ItemStatus | None, after: str | None, limit: int
    ) -> Sequence[Told]:
        """In the order of the rows' ids."""
        rows = await self._ledger.page(connection.id, status=status, after=after, limit=limit)
        return await self._told(caller, connection, rows)

    async def find(self, caller: Caller, connection: Connection, name: str) -> Item:
        """By a row's id, or by an external id that the caller is told. Errors: `NotFound`."""
        row = await self._ledger.row(connection.id, name)
        if row is not None and name != row.id:
            (told,) = await self._told(caller, connection, [row])
            row = row if told.external_id == name else None
        if row is None:
            raise NotFound("The connection knows no such item.")
        return row

    async def retry(self, connection: Connection, names: Collection[str] | None, *, skipped: bool) -> int:
        """Reads once more what failed; returns how many items that are.

        What could not be fetched is named and fetched again, and a document that could not be read is read again.

        Args:
            names: external ids, or ids of rows: these alone, whether they failed or were skipped. None: all that
                failed and, with `skipped`, what was skipped.

        Errors: `Conflict` while it is paused.
        """
        if connection.status is ConnectionStatus.paused:
            raise Conflict("This connection is paused. Resume it first.", code="connection_paused")
        wanted: tuple[ItemStatus, ...] = ("failed", "skipped") if skipped or names is not None else ("failed",)
        if names is None:
            rows = [row async for row in self._ledger.of_statuses(connection.id, wanted)]
        else:
            found = [await self._ledger.row(connection.id, name) for name in dict.fromkeys(names)]
            rows = [row for row in found if row is not None and row.status in wanted]
        for some in batched((row for row in rows if row.unreadable), _AT_ONCE, strict=False):
            # First, so that what becomes of the documents is not written over.
            await self._ledger.processing([row.id for row in some])
            await self._library.read_again([row.document_id for row in some if row.document_id is not None])
        not_given = [row.id for row in rows if not row.unreadable]
        for ids in batched(not_given, _AT_ONCE, strict=False):
            await self._ledger.forget_revision(ids)
        if not_given:
            await self._connections.sync_now(connection, everything=True)
        return len(rows)

    async def _told(self, caller: Caller, connection: Connection, rows: Sequence[Item]) -> list[Told]:
        documents = [row.document_id for row in rows if row.document_id is not None]
        readable = await self._library.visible_ids(caller, documents)
        manifest = self._registry.find(connection.type)
        told = []
        for row in rows:
            opens = row.document_id in readable
            unread = row.document_id is None and row.status in ("skipped", "failed")
            knows = opens or (unread and connection.mode == "personal")
            shows_nothing = manifest is not None and manifest.opaque_id(row.external_id)
            told.append(
                Told(
                    row,
                    external_id=row.external_id if knows or shows_nothing else row.id,
                    title=row.title if knows else None,
                    document_id=row.document_id if opens else None,
                )
            )
        return told

"""Tells the ledger what became of documents once they were read: "indexed" is said of what is."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from itertools import batched

from backend.connectors.models import ItemStatus, Reason
from backend.connectors.sync.ledger import Ledger, item_id
from backend.documents.connected import ConnectedLibrary
from backend.documents.models import DocumentStatus

#: What indexing calls with documents that it is done with, by id.
type TellOutcomes = Callable[[Iterable[str]], Awaitable[None]]

_AT_ONCE = 500
#: What has no text has none the next time either: it is no failure of the source or of this server.
_WITHOUT_TEXT = frozenset({"empty_file", "empty_text", "no_text", "no_pages"})
_EMPTY = frozenset({"empty_file", "empty_text"})
_NOTHING_IN_IT = "There is no text in it, so there is nothing that could be found."


class Outcomes:
    """A row follows the document as it is now, so being told late or twice changes nothing."""

    def __init__(self, library: ConnectedLibrary, ledger: Ledger) -> None:
        self._library = library
        self._ledger = ledger

    async def settle(self, document_ids: Iterable[str]) -> set[str]:
        """Rows of those of these documents that are not being worked on; returns whose connections they are."""
        indexed: list[str] = []
        unreadable: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        connections: set[str] = set()
        for state in await self._library.states(document_ids):
            row = item_id(state.connection_id, state.external_id)
            if state.status is DocumentStatus.indexed:
                indexed.append(row)
            elif state.status is DocumentStatus.failed and state.error is not None:
                message = _NOTHING_IN_IT if state.error.code in _EMPTY else state.error.message
                unreadable[state.error.code, message].append(row)
            else:
                continue
            connections.add(state.connection_id)
        if indexed:
            await self._ledger.indexed(indexed)
        for (code, message), rows in unreadable.items():
            status: ItemStatus = "skipped" if code in _WITHOUT_TEXT else "failed"
            await self._ledger.unreadable(rows, status, Reason(code=code, message=message))
        return connections

    async def catch_up(self, connection_id: str) -> None:
        """Makes up for what was not told: a process may have ended between a document and its row."""
        rows = self._ledger.of_statuses(connection_id, ("processing", "failed"))
        told_by_documents = [row async for row in rows if row.status == "processing" or row.unreadable]
        waiting = [row.document_id for row in told_by_documents if row.document_id is not None]
        for some in batched(waiting, _AT_ONCE, strict=False):
            await self.settle(some)


def telling(
    outcomes: Outcomes,
    ledger: Ledger,
    changed: Callable[[str], Awaitable[None]],
    moved: Callable[[str], Awaitable[None]],
) -> TellOutcomes:
    """Brings rows up to date and tells whoever watches: `moved` may keep quiet of some, `changed` never does."""

    async def tell(document_ids: Iterable[str]) -> None:
        for connection_id in await outcomes.settle(document_ids):
            await (moved if await ledger.is_processing(connection_id) else changed)(connection_id)

    return tell

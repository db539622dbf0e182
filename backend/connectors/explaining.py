"""Why somebody sees an item of a source, or does not; and how a connection keeps to its source's rights as a whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from backend.access import Caller, person_handle, source_group, untold_principal
from backend.auth.directory import StoredDirectory, person_member
from backend.auth.models import User
from backend.connectors.manifest import Manifest
from backend.connectors.matching import Matching
from backend.connectors.models import Connection, ConnectionStatus, Item, TimeToForget
from backend.connectors.sync.ledger import Ledger
from backend.connectors.sync.people import SourcePerson
from backend.connectors.sync.runner import Periods
from backend.documents.library import LibraryService
from backend.documents.sharing import Grant
from backend.errors import NotFound

#: Why somebody does not see an item. `not_here`: it was not read. `hidden`, `deleted`: it is missing at the source.
#: `narrowed`: the source did not tell all its rights. `not_matched`: the source names nobody who is matched with them.
#: `not_shared`: the source knows them, and does not name them for this item.
type WhyNot = Literal["not_here", "hidden", "deleted", "narrowed", "not_matched", "not_shared"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One reason. `matched`: the person at the source by whom they hold it, where an administrator matched them."""

    grant: Grant
    matched: SourcePerson | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`people`: who they are at the source, as far as it named them. `as_of`: see the function."""

    row: Item
    grants: list[Explained]
    why_not: WhyNot | None
    people: list[SourcePerson]
    narrowed: bool
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Forgetting:
    """After how long an item that is deleted at its source no longer answers.

    `at_most_seconds`, by design, while it is synchronised: the period in which deletions are noticed, beside what a
    synchronisation takes. None while it does not go on by itself. `by`: whether the source tells deletions, or a
    listing of everything shows them.
    """

    at_most_seconds: float | None
    by: Literal["changes", "listing"]
    measured: TimeToForget


class Explaining:
    """Callers have checked that whoever asks answers for the connection."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        library: LibraryService,
        directory: StoredDirectory,
        matching: Matching,
        periods: Periods,
    ) -> None:
        self._ledger = ledger
        self._library = library
        self._directory = directory
        self._matching = matching
        self._periods = periods

    async def why(self, connection: Connection, row: Item, person: Caller, user: User) -> Explanation:
        """Why a person sees an item, the strongest reason first, or why not. `user` is their account.

        Nothing of the item's content is told: who asks need not be able to open it.
        """
        try:
            found = await self._library.why(person, row.document_id or "")
        except NotFound:
            found = []
        people = await self._matching.people_of(connection, user)
        narrowed = bool(await self.narrowed_among(connection, [row.document_id] if row.document_id else []))
        return Explanation(
            row=row,
            grants=[Explained(grant, await self._matched(connection, grant, user, people)) for grant in found],
            why_not=None if found else _why_not(connection, row, people, narrowed=narrowed),
            people=people,
            narrowed=narrowed,
            as_of=as_of(connection, row),
        )

    async def narrowed_among(self, connection: Connection, document_ids: list[str]) -> frozenset[str]:
        """Those of these documents whose rights the source did not tell completely."""
        return (
            await self._library.carrying(untold_principal(connection.id), document_ids) if document_ids else frozenset()
        )

    async def count_narrowed(self, connection: Connection) -> int:
        name = untold_principal(connection.id)
        return (await self._library.count_naming([name]))[name]

    async def narrowed_items(
        self, connection: Connection, *, after: str | None, limit: int
    ) -> tuple[list[Item], str | None]:
        """Ledger rows of items whose rights were not told completely, and where the next page begins."""
        found = await self._library.unscoped_naming(untold_principal(connection.id), after=after, limit=limit + 1)
        shown = found[:limit]
        rows = await self._ledger.rows(connection.id, [external_id for _, external_id in shown])
        items = [rows[external_id] for _, external_id in shown if external_id in rows]
        return items, shown[-1][0] if len(found) > limit else None

    def forgetting(self, connection: Connection, manifest: Manifest) -> Forgetting:
        listed = 0.0 if manifest.tells_deletions else self._periods.reconcile
        goes_on = connection.status not in (ConnectionStatus.paused, ConnectionStatus.attention)
        return Forgetting(
            at_most_seconds=listed + self._periods.interval if goes_on else None,
            by="changes" if manifest.tells_deletions else "listing",
            measured=connection.forgetting,
        )

    async def _matched(
        self, connection: Connection, grant: Grant, user: User, people: list[SourcePerson]
    ) -> SourcePerson | None:
        """By whom they hold it: their own address, or themselves as members, need no explanation."""
        group = source_group(grant.principal)
        if group is None or group[0] != connection.id:
            return None
        if (handle := person_handle(group[1])) is not None:
            return next((one for one in people if one.handle == handle), None)
        members = await self._directory.members_of(connection.id, group[1])
        if not members.isdisjoint(user.caller().principals):
            return None
        return next((one for one in people if person_member(connection.id, one.handle) in members), None)


def as_of(connection: Connection, row: Item | None) -> datetime | None:
    """When an item's rights were last known: when its list was last told, or nothing had changed since; and not later
    than groups were read.
    """
    told = [at for at in (connection.lists_as_of, row.at if row else None) if at is not None]
    if not told or connection.access_as_of is None:
        return None
    return min(max(told), connection.access_as_of)


def _why_not(connection: Connection, row: Item, people: list[SourcePerson], *, narrowed: bool) -> WhyNot:
    """Of a personal connection it is not kept whom its source knows."""
    match row.status:
        case "hidden":
            return "hidden"
        case "deleted":
            return "deleted"
        case _ if row.document_id is None:
            return "not_here"
        case _ if narrowed:
            return "narrowed"
        case _:
            return "not_shared" if people or connection.mode == "personal" else "not_matched"

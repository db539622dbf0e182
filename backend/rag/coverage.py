"""How far a refusal reaches: what of a person's library could not be looked into when they asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from backend.access import Caller
from backend.documents.models import DocumentStatus
from backend.documents.restriction import Restriction
from backend.llm.streaming import sanitise

_MOST_NAMED = 3
_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))


@dataclass(frozen=True, slots=True)
class LateSource:
    """A connection that was not read when it was to be. `last_read_at` None: it was never read to its end."""

    id: str
    name: str
    type: str
    last_read_at: datetime | None


class Counts(Protocol):
    """`documents.library.LibraryService`."""

    async def count_by_status_and_connection(
        self, caller: Caller, within: Restriction | None = None
    ) -> Mapping[tuple[str, str | None], int]:
        """How many documents the caller may see in each status, of each connection (None: persons hold them).

        `within`: of these alone.
        """
        ...


class LateSources(Protocol):
    async def __call__(self, caller: Caller, connection_ids: Collection[str]) -> Sequence[LateSource]:
        """Of the caller's own connections and of these, those that are late, the longest first."""
        ...


@dataclass(frozen=True, slots=True)
class Coverage:
    """Documents that the caller may see, by whether they could be searched, and their sources that are late."""

    indexed: int = 0
    reading: int = 0
    failed: int = 0
    late: tuple[LateSource, ...] = ()

    @classmethod
    def of(cls, counts: Mapping[str, int], late: Sequence[LateSource] = ()) -> Self:
        """From the counts of documents by their status."""
        reading = counts.get(DocumentStatus.queued, 0) + counts.get(DocumentStatus.processing, 0)
        return cls(counts.get(DocumentStatus.indexed, 0), reading, counts.get(DocumentStatus.failed, 0), tuple(late))

    @property
    def is_whole(self) -> bool:
        return not self.reading and not self.failed and not self.late

    def told(self, now: datetime) -> str:
        """In sentences; empty where everything was looked into."""
        parts = []
        if self.reading:
            parts.append(f"{_documents(self.reading)} {'is' if self.reading == 1 else 'are'} still being read")
        if self.failed:
            parts.append(f"{_documents(self.failed)} could not be read")
        late = [_late(source, now) for source in self.late[:_MOST_NAMED]]
        if more := len(self.late) - len(late):
            late.append(f"{more} more {'source was' if more == 1 else 'sources were'} not read when due")
        return " ".join(f"{' and '.join(said)}." for said in (parts, late) if said)


async def coverage_of(
    caller: Caller, counts: Counts, late: LateSources | None, within: Restriction | None = None
) -> Coverage:
    """Errors: `Unavailable`."""
    by_status: dict[str, int] = {}
    connections = set()
    for (status, connection_id), number in (await counts.count_by_status_and_connection(caller, within)).items():
        by_status[status] = by_status.get(status, 0) + number
        if connection_id is not None:
            connections.add(connection_id)
    return Coverage.of(by_status, await late(caller, connections) if late else ())


def _late(source: LateSource, now: datetime) -> str:
    name = sanitise(" ".join(source.name.split()), ()) or source.type
    if source.last_read_at is None:
        return f"{name} was not read to its end yet"
    return f"{name} was last read {_ago((now - source.last_read_at).total_seconds())}"


def _ago(seconds: float) -> str:
    for unit, size in _UNITS:
        if (number := int(seconds // size)) > 0:
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "just now"


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count:,} documents"

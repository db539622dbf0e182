"""The database port: a documented subset of MongoDB's filter and update dialect.

Filters: equality, $eq $ne $in $nin $lt $lte $gt $gte $exists $and $or, array membership, dotted paths (no positions).
Updates: $set $unset $inc $setOnInsert $push $pull $addToSet; $push and $addToSet take $each; an upsert sets `_id` in
its filter or with $setOnInsert.
Values: None, bool, int (64 bit), float (finite), str, bytes, timezone-aware datetime (milliseconds; comes back in UTC),
list, dict with field names that are not empty, hold no dot or NUL and do not start with `$`.
Anything outside raises `UnsupportedQuery`, in every implementation and before anything is written.
There are no multi-document transactions: one document changes at a time, so steps are made idempotent.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from backend.errors import BibliosError

type Record = dict[str, Any]
type Filter = Mapping[str, Any]
type Update = Mapping[str, Mapping[str, Any]]
type Sort = Sequence[tuple[str, Literal[1, -1]]]


class UnsupportedQuery(TypeError):
    """A filter, update or value outside the subset: a programming error, never a user's."""


class DuplicateKey(BibliosError):
    """A unique index refused the write. `index` is the index's name."""

    status = 409
    default_code = "duplicate_key"

    def __init__(self, message: str, *, index: str) -> None:
        super().__init__(message)
        self.index = index


@dataclass(frozen=True, slots=True)
class Index:
    """One index. `keys` in order; `partial` restricts it to matching records; `ttl_seconds` expires by a date field."""

    keys: tuple[tuple[str, Literal[1, -1]], ...]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    ttl_seconds: int | None = None

    @property
    def name(self) -> str:
        """MongoDB's own naming: ``field_1_other_-1``."""
        return "_".join(f"{key}_{direction}" for key, direction in self.keys)


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """A collection with its indexes, declared beside the repository that owns it."""

    name: str
    indexes: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateResult:
    matched: int
    modified: int
    upserted_id: str | None = None


type TimeUnit = Literal["hour", "day", "month"]


@dataclass(frozen=True, slots=True)
class TimeBucket:
    """Groups by the UTC hour, day or month of a date field. Records without a date there are left out."""

    path: str
    unit: TimeUnit

    def start(self, moment: datetime) -> datetime:
        """The beginning of the bucket that a moment lies in."""
        day = moment.replace(minute=0, second=0, microsecond=0)
        if self.unit == "hour":
            return day
        day = day.replace(hour=0)
        return day if self.unit == "day" else day.replace(day=1)


type GroupKey = str | TimeBucket


@dataclass(slots=True)
class Group:
    """One group: its key values in the order of `by`, how many records, and the sum of each summed field.

    A sum of integers is an integer as long as it fits 64 bits, else a float. What is no number counts as nothing.
    """

    keys: tuple[Any, ...]
    count: int = 0
    sums: dict[str, int | float] = field(default_factory=dict)


class Collection(Protocol):
    """One collection. `_id` is always a string and set by the caller. Errors: `DuplicateKey`, `Unavailable`."""

    async def insert_one(self, record: Record) -> None: ...
    async def insert_many(self, records: Sequence[Record]) -> None:
        """Inserts in order; on `DuplicateKey` the earlier ones stand."""
        ...

    async def find_one(self, filter: Filter, *, sort: Sort = (), fields: Sequence[str] | None = None) -> Record | None:
        """The first match. `fields` (dotted paths) limits what is read; `_id` always comes."""
        ...

    async def find(
        self,
        filter: Filter,
        *,
        sort: Sort = (),
        limit: int | None = None,
        fields: Sequence[str] | None = None,
    ) -> list[Record]: ...
    async def find_shaped[T](
        self, filter: Filter, shape: Callable[[Record], T], *, sort: Sort = (), limit: int, fields: Sequence[str]
    ) -> list[T]:
        """Like `find`, each record as `shape` makes it of these `fields`.

        `shape` is one function of a module, depends on nothing but its record and gives what nobody changes: a
        database may keep its results. Always with the same `fields`.
        """
        ...

    def stream(
        self, filter: Filter, *, sort: Sort = (), fields: Sequence[str] | None = None, batch: int = 500
    ) -> AsyncIterator[Record]:
        """Like `find` without holding all of it in memory: only the ids, and `batch` records.

        The reader may take any time. What was deleted, or no longer matches, before its batch is read is left out.
        """
        ...

    async def update_one(self, filter: Filter, update: Update, *, upsert: bool = False) -> UpdateResult: ...
    async def update_many(self, filter: Filter, update: Update) -> UpdateResult: ...
    async def find_one_and_update(
        self, filter: Filter, update: Update, *, sort: Sort = (), upsert: bool = False
    ) -> Record | None:
        """Changes the first match in one step and returns it as it is afterwards; None if nothing matched."""
        ...

    async def bulk_upsert(self, records: Sequence[Record]) -> None:
        """Replaces or inserts each record by its `_id`."""
        ...

    async def bulk_update(self, updates: Sequence[tuple[str, Update]]) -> int:
        """Applies an update to each `_id`; returns how many records matched."""
        ...

    async def delete_one(self, filter: Filter) -> int: ...
    async def delete_many(self, filter: Filter) -> int: ...
    async def count(self, filter: Filter, *, limit: int | None = None) -> int: ...
    async def aggregate(self, filter: Filter, *, by: Sequence[GroupKey] = (), sums: Sequence[str] = ()) -> list[Group]:
        """Counts, and sums of number fields, in groups by none, one or two fields; in no order.

        A field that is missing groups as None. Without `by` there is one group, or none if nothing matches. Grouping
        by what holds an array or a document raises `UnsupportedQuery`.
        """
        ...

    async def group_count(self, filter: Filter, field: str) -> dict[Any, int]:
        """How many records have each value of `field`."""
        ...

    async def date_buckets(self, filter: Filter, field: str, *, unit: TimeUnit) -> list[tuple[datetime, int]]:
        """Counts per UTC hour, day or month of a date field, oldest first; empty buckets left out."""
        ...


class Database(Protocol):
    """A database holding collections. `collection` creates nothing; `prepare` creates collections and indexes."""

    def collection(self, spec: CollectionSpec) -> Collection: ...
    async def prepare(self, specs: Sequence[CollectionSpec]) -> None: ...
    async def ping(self) -> None:
        """Raises `Unavailable` when the database does not answer."""
        ...

    async def check(self) -> None:
        """Checks everything that this process keeps for damage, beside all other work; may take minutes.

        Errors: `Unavailable` (`database_damaged`), as `ping` has from then on. A server checks its own files.
        """
        ...

    async def forget_deleted(self) -> None:
        """Clears what was deleted out of the files that this process keeps; a server cares for its own."""
        ...

    async def close(self) -> None: ...

"""One collection of the embedded database: plans what is asked, and hands it to a reader or to the writer."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backend.db import sqlite_reading as reading
from backend.db import sqlite_writing as writing
from backend.db.aggregation import check_grouping
from backend.db.collection import (
    CollectionSpec,
    Filter,
    Group,
    GroupKey,
    Record,
    Sort,
    TimeBucket,
    TimeUnit,
    Update,
    UpdateResult,
)
from backend.db.filters import parse
from backend.db.projection import field_tree, project
from backend.db.sqlite_aggregation import aggregate
from backend.db.sqlite_codec import encode
from backend.db.sqlite_filters import Plan, plan
from backend.db.sqlite_kept import Kept
from backend.db.sqlite_schema import Table
from backend.db.sqlite_shaping import Shaped
from backend.db.updates import check_update, check_upsert

if TYPE_CHECKING:
    from backend.db.sqlite import SqliteDatabase

_INLINE_ROWS = 128


class SqliteCollection:
    """`Collection` over one table."""

    def __init__(self, database: "SqliteDatabase", spec: CollectionSpec) -> None:
        self._database = database
        self._name = spec.name
        self._shaped: dict[Callable[[Record], Any], Shaped[Any]] = {}
        self._kept = Kept()

    @property
    def _table(self) -> Table:
        return self._database.table(self._name)

    async def _write[T](self, operation: Callable[[sqlite3.Connection], T]) -> T:
        table = self._table

        def touching(connection: sqlite3.Connection) -> T:
            table.touched = True
            return operation(connection)

        return await self._database.write(touching)

    async def insert_one(self, record: Record) -> None:
        await self.insert_many([record])

    async def insert_many(self, records: Sequence[Record]) -> None:
        table = self._table
        await self._write(lambda connection: writing.insert(connection, table, writing.rows_of(table, records)))

    async def find_one(self, filter: Filter, *, sort: Sort = (), fields: Sequence[str] | None = None) -> Record | None:
        found = await self.find(filter, sort=sort, limit=1, fields=fields)
        return found[0] if found else None

    async def find(
        self,
        filter: Filter,
        *,
        sort: Sort = (),
        limit: int | None = None,
        fields: Sequence[str] | None = None,
    ) -> list[Record]:
        found = await self._read(
            filter, sort, lambda connection, table, query: reading.find(connection, table, query, limit, fields), limit
        )
        return found or []

    async def find_shaped[T](
        self, filter: Filter, shape: Callable[[Record], T], *, sort: Sort = (), limit: int, fields: Sequence[str]
    ) -> list[T]:
        shaped = self._shaped.get(shape)
        if shaped is None:
            shaped = self._shaped[shape] = Shaped(shape, fields)
        found = await self._read(
            filter, sort, lambda connection, table, query: shaped.find(connection, table, query, limit), limit
        )
        return found or []

    async def _read[T](
        self,
        filter: Filter,
        sort: Sort,
        operation: Callable[[sqlite3.Connection, Table, Plan], T],
        limit: int | None = None,
    ) -> T | None:
        """Plans and reads; again when meanwhile a path got its first array, which the plan did not look for.

        None: an index alone says that nothing matches.
        """
        table = self._table
        while True:
            known = len(table.multikey)
            query = plan(table, filter, sort)
            if await self._nothing_matches(query):
                return None
            few = query.in_sql and (
                (query.ids is not None and len(query.ids) <= _INLINE_ROWS)
                or (query.seeks and limit is not None and limit <= _INLINE_ROWS)
            )
            result = await self._database.read(
                lambda connection, query=query: operation(connection, table, query),  # type: ignore[misc]
                inline=few,
            )
            if len(table.multikey) == known:
                return result

    async def _nothing_matches(self, query: Plan) -> bool:
        probe = query.probe
        if probe is None:
            return False
        return not await self._database.read(
            lambda connection: connection.execute(probe.text, probe.parameters).fetchone()[0], inline=True
        )

    async def stream(
        self, filter: Filter, *, sort: Sort = (), fields: Sequence[str] | None = None, batch: int = 500
    ) -> AsyncIterator[Record]:
        """Finds the rows first and reads them in batches, so that no read transaction stays open meanwhile."""
        table = self._table
        query = plan(table, filter, sort)
        tree = None if fields is None else field_tree(fields)
        numbers = await self._read(filter, sort, reading.locate) or []
        for start in range(0, len(numbers), batch):
            part = numbers[start : start + batch]
            records = await self._database.read(
                lambda connection, part=part: reading.fetch(connection, table, part, query)  # type: ignore[misc]
            )
            for record in records:
                yield record if tree is None else project(record, tree)

    async def update_one(self, filter: Filter, update: Update, *, upsert: bool = False) -> UpdateResult:
        return await self._update(filter, update, limit=1, upsert=upsert)

    async def update_many(self, filter: Filter, update: Update) -> UpdateResult:
        return await self._update(filter, update, limit=None, upsert=False)

    async def _update(self, filter: Filter, update: Update, *, limit: int | None, upsert: bool) -> UpdateResult:
        table = self._table
        check_update(update)
        if upsert:
            check_upsert(parse(filter), update)
        # The plan is made on the writer's thread: an array written just before may have made a path multikey.
        return await self._write(
            lambda connection: writing.update(
                connection, table, plan(table, filter), update, limit=limit, upsert=upsert
            )
        )

    async def find_one_and_update(
        self, filter: Filter, update: Update, *, sort: Sort = (), upsert: bool = False
    ) -> Record | None:
        table = self._table
        check_update(update)
        if upsert:
            check_upsert(parse(filter), update)
        return await self._write(
            lambda connection: writing.find_one_and_update(
                connection, table, plan(table, filter, sort), update, upsert=upsert
            )
        )

    async def bulk_upsert(self, records: Sequence[Record]) -> None:
        table = self._table
        await self._write(lambda connection: writing.upsert(connection, table, writing.rows_of(table, records)))

    async def bulk_update(self, updates: Sequence[tuple[str, Update]]) -> int:
        table = self._table
        for _, changes in updates:
            check_update(changes)
        return await self._write(lambda connection: writing.bulk_update(connection, table, updates))

    async def delete_one(self, filter: Filter) -> int:
        return await self._delete(filter, 1)

    async def delete_many(self, filter: Filter) -> int:
        return await self._delete(filter, None)

    async def _delete(self, filter: Filter, limit: int | None) -> int:
        table = self._table
        return await self._write(lambda connection: writing.delete(connection, table, plan(table, filter), limit))

    async def count(self, filter: Filter, *, limit: int | None = None) -> int:
        counted = await self._read(
            filter, (), lambda connection, table, query: reading.count(connection, table, query, limit), limit
        )
        return counted or 0

    async def aggregate(self, filter: Filter, *, by: Sequence[GroupKey] = (), sums: Sequence[str] = ()) -> list[Group]:
        check_grouping(by, sums)
        question = (encode(dict(filter)), tuple(by), tuple(sums))
        groups = await self._read(
            filter,
            (),
            lambda connection, table, query: self._kept.find(
                table, question, lambda: aggregate(connection, table, query, by, sums)
            ),
        )
        return list(groups or ())

    async def group_count(self, filter: Filter, field: str) -> dict[Any, int]:
        return {group.keys[0]: group.count for group in await self.aggregate(filter, by=[field])}

    async def date_buckets(self, filter: Filter, field: str, *, unit: TimeUnit) -> list[tuple[datetime, int]]:
        groups = await self.aggregate(filter, by=[TimeBucket(field, unit)])
        return sorted((group.keys[0], group.count) for group in groups)

"""The production database: MongoDB through PyMongo's asynchronous client."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import AsyncMongoClient, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from backend.db.aggregation import Grouping, path_of
from backend.db.collection import (
    CollectionSpec,
    Filter,
    Group,
    GroupKey,
    Index,
    Record,
    Sort,
    TimeBucket,
    TimeUnit,
    UnsupportedQuery,
    Update,
    UpdateResult,
)
from backend.db.filters import parse, split_path
from backend.db.mongo_errors import classified
from backend.db.projection import field_tree
from backend.db.updates import check_update, check_upsert
from backend.db.values import check_record

_IDS_AT_ONCE = 20_000
_INDEX_CONFLICT = {85, 86}  # IndexOptionsConflict, IndexKeySpecsConflict


class MongoDatabase:
    """`Database` over one MongoDB database. The client connects at the first operation.

    Filters, updates and records are checked against the subset of the port before they are sent, so that what works
    here works with SQLite too.
    """

    def __init__(self, url: str, name: str, *, pool_size: int = 50, timeout_seconds: float = 10) -> None:
        """Raises `Unavailable` for an address that is malformed.

        Args:
            timeout_seconds: one operation at the most, with its retries and the search for a server.
        """
        milliseconds = int(timeout_seconds * 1000)
        with classified():
            self._client: AsyncMongoClient[Record] = AsyncMongoClient(
                url,
                tz_aware=True,
                maxPoolSize=pool_size,
                timeoutMS=milliseconds,
                serverSelectionTimeoutMS=milliseconds,
                connectTimeoutMS=milliseconds,
                retryWrites=True,
                retryReads=True,
                w="majority",  # acknowledged means: survives the loss of the primary
                appname="biblios",
            )
        self._database = self._client[name]

    @property
    def driver(self) -> AsyncDatabase[Record]:
        """PyMongo's own database, for what the port does not cover: the text index of the lexical search."""
        return self._database

    def collection(self, spec: CollectionSpec) -> "MongoCollection":
        return MongoCollection(self._database[spec.name])

    async def prepare(self, specs: Sequence[CollectionSpec]) -> None:
        """Creates the declared indexes; one whose options have changed is replaced, others are left alone."""
        for spec in specs:
            for index in spec.indexes:
                with classified():
                    await self._create_index(self._database[spec.name], index)

    async def _create_index(self, collection: AsyncCollection[Record], index: Index) -> None:
        options: dict[str, Any] = {"name": index.name}
        if index.unique:
            options["unique"] = True
        if index.partial is not None:
            options["partialFilterExpression"] = dict(index.partial)
        if index.ttl_seconds is not None:
            options["expireAfterSeconds"] = index.ttl_seconds
        try:
            await collection.create_index(list(index.keys), **options)
        except OperationFailure as error:
            if error.code not in _INDEX_CONFLICT:
                raise
            await collection.drop_index(index.name)
            await collection.create_index(list(index.keys), **options)

    async def ping(self) -> None:
        with classified():
            await self._client.admin.command("ping")

    async def check(self) -> None:
        """Nothing to do: the server checks each page that it reads."""

    async def forget_deleted(self) -> None:
        """Nothing to do: the files are the server's (see its `compact`, and encryption at rest)."""

    async def drop(self) -> None:
        """Deletes the whole database. For tests."""
        with classified():
            await self._client.drop_database(self._database.name)

    async def close(self) -> None:
        await self._client.close()


class MongoCollection:
    """`Collection` over one of MongoDB's."""

    def __init__(self, collection: AsyncCollection[Record]) -> None:
        self._collection = collection

    async def insert_one(self, record: Record) -> None:
        check_record(record)
        with classified():
            await self._collection.insert_one(dict(record))

    async def insert_many(self, records: Sequence[Record]) -> None:
        for record in records:
            check_record(record)
        if records:
            with classified():
                await self._collection.insert_many([dict(record) for record in records], ordered=True)

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
        parse(filter)
        projection = _projection(fields)
        order = _order(sort)
        if limit is not None and limit < 0:
            raise UnsupportedQuery(f"limit {limit}: zero or more")
        if limit == 0:
            return []  # MongoDB would read it as "no limit"
        with classified():
            cursor = self._collection.find(filter, projection, sort=order, limit=limit or 0)
            return await cursor.to_list()

    async def find_shaped[T](
        self, filter: Filter, shape: Callable[[Record], T], *, sort: Sort = (), limit: int, fields: Sequence[str]
    ) -> list[T]:
        return [shape(record) for record in await self.find(filter, sort=sort, limit=limit, fields=fields)]

    async def stream(
        self, filter: Filter, *, sort: Sort = (), fields: Sequence[str] | None = None, batch: int = 500
    ) -> AsyncIterator[Record]:
        """Reads the ids first, then batches by them: the server drops a cursor that is not asked for ten minutes."""
        parse(filter)
        projection = _projection(fields)
        ids = await self._ids(filter, sort)
        for start in range(0, len(ids), batch):
            part = ids[start : start + batch]
            wanted: Filter = {"_id": {"$in": part}}
            if filter:
                wanted = {"$and": [wanted, filter]}
            with classified():
                records = await self._collection.find(wanted, projection).to_list()
            by_id = {record["_id"]: record for record in records}
            for id_ in part:
                if id_ in by_id:
                    yield by_id[id_]

    async def _ids(self, filter: Filter, sort: Sort) -> list[str]:
        """The ids of the records that match, in order. Each step has the time of one operation."""
        ids: list[str] = []
        with classified():
            cursor = self._collection.find(filter, {"_id": 1}, sort=_order(sort))
            while records := await cursor.to_list(_IDS_AT_ONCE):
                ids.extend(record["_id"] for record in records)
        return ids

    async def update_one(self, filter: Filter, update: Update, *, upsert: bool = False) -> UpdateResult:
        _check_change(filter, update, upsert=upsert)
        with classified():
            result = await self._collection.update_one(filter, update, upsert=upsert)
        return UpdateResult(result.matched_count, result.modified_count, result.upserted_id)

    async def update_many(self, filter: Filter, update: Update) -> UpdateResult:
        _check_change(filter, update, upsert=False)
        with classified():
            result = await self._collection.update_many(filter, update)
        return UpdateResult(result.matched_count, result.modified_count)

    async def find_one_and_update(
        self, filter: Filter, update: Update, *, sort: Sort = (), upsert: bool = False
    ) -> Record | None:
        _check_change(filter, update, upsert=upsert)
        with classified():
            found: Record | None = await self._collection.find_one_and_update(
                filter, update, sort=_order(sort), upsert=upsert, return_document=ReturnDocument.AFTER
            )
        return found

    async def bulk_upsert(self, records: Sequence[Record]) -> None:
        for record in records:
            check_record(record)
        if records:
            with classified():
                await self._collection.bulk_write(
                    [ReplaceOne({"_id": record["_id"]}, record, upsert=True) for record in records], ordered=True
                )

    async def bulk_update(self, updates: Sequence[tuple[str, Update]]) -> int:
        for _, changes in updates:
            check_update(changes)
        if not updates:
            return 0
        with classified():
            result = await self._collection.bulk_write(
                [UpdateOne({"_id": identifier}, changes) for identifier, changes in updates], ordered=True
            )
        return result.matched_count

    async def delete_one(self, filter: Filter) -> int:
        parse(filter)
        with classified():
            return (await self._collection.delete_one(filter)).deleted_count

    async def delete_many(self, filter: Filter) -> int:
        parse(filter)
        with classified():
            return (await self._collection.delete_many(filter)).deleted_count

    async def count(self, filter: Filter, *, limit: int | None = None) -> int:
        parse(filter)
        if limit == 0:
            return 0
        with classified():
            if limit is None:
                return await self._collection.count_documents(filter)
            return await self._collection.count_documents(filter, limit=limit)

    async def aggregate(self, filter: Filter, *, by: Sequence[GroupKey] = (), sums: Sequence[str] = ()) -> list[Group]:
        parse(filter)
        for path in (*map(path_of, by), *sums):
            split_path(path)
        grouping = Grouping(by, sums)
        fields = {f"k{number}": _group_key(key) for number, key in enumerate(by)}
        totals = {f"s{number}": {"$sum": f"${path}"} for number, path in enumerate(sums)}
        for group in await self._aggregate(
            [{"$match": filter}, {"$group": {"_id": fields or None, "n": {"$sum": 1}, **totals}}]
        ):
            # A document as _id leaves fields out that are missing.
            keys = [group["_id"].get(name) for name in fields]
            grouping.add(keys, [group[name] for name in totals], count=group["n"])
        return grouping.groups()

    async def group_count(self, filter: Filter, field: str) -> dict[Any, int]:
        return {group.keys[0]: group.count for group in await self.aggregate(filter, by=[field])}

    async def date_buckets(self, filter: Filter, field: str, *, unit: TimeUnit) -> list[tuple[datetime, int]]:
        groups = await self.aggregate(filter, by=[TimeBucket(field, unit)])
        return sorted((group.keys[0], group.count) for group in groups)

    async def _aggregate(self, pipeline: Sequence[Mapping[str, Any]]) -> list[Record]:
        with classified():
            return await (await self._collection.aggregate(pipeline)).to_list()


def _group_key(key: GroupKey) -> Any:
    if not isinstance(key, TimeBucket):
        return f"${key}"
    is_date = {"$eq": [{"$type": f"${key.path}"}, "date"]}
    return {"$cond": [is_date, {"$dateTrunc": {"date": f"${key.path}", "unit": key.unit}}, None]}


def _check_change(filter: Filter, update: Update, *, upsert: bool) -> None:
    node = parse(filter)
    check_update(update)
    if upsert:
        check_upsert(node, update)


def _projection(fields: Sequence[str] | None) -> dict[str, int] | None:
    if fields is None:
        return None
    field_tree(fields)
    return {"_id": 1, **dict.fromkeys(fields, 1)}


def _order(sort: Sort) -> list[tuple[str, int]] | None:
    for path, direction in sort:
        split_path(path)
        if direction not in (1, -1):
            raise UnsupportedQuery(f"sort direction {direction!r} on {path!r}: 1 or -1")
    return [(path, direction) for path, direction in sort] or None

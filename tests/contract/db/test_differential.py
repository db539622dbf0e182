"""Random records, filters, sorts and updates through SQLite and through PyMongo: the answers are the same.

Each server leaves some of the dialect out, by name (see `Gaps`); against a real MongoDB (`BIBLIOS_TEST_MONGODB_URI`)
all of it is drawn.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from backend.db.collection import (
    Collection,
    CollectionSpec,
    Database,
    DuplicateKey,
    Index,
    Sort,
    TimeBucket,
    UnsupportedQuery,
)
from backend.db.mongo import MongoDatabase
from backend.db.sqlite import SqliteDatabase
from tests.support.long import sampled
from tests.support.mongo_server import SERVERS, mongo_server


@dataclass(frozen=True)
class Gaps:
    """Where a server answers otherwise than MongoDB; what would run into it is not drawn."""

    #: It compares across types in $lt and $gt (MongoDB brackets by type): only fields of one type are compared.
    type_bracketing: bool = False
    #: Its $nin with null does not see missing fields.
    null: bool = False
    #: Its $addToSet with an empty $each creates no array.
    empty_each: bool = False
    #: It orders binary values as text (MongoDB looks at their length first).
    binary_length: bool = False
    #: It counts some records as modified that an update left as they were.
    modified: bool = False
    #: Its aggregation wants one element of an array within both ends of a range (MongoDB: each end, some element).
    array_ranges: bool = False


#: Each example asks the server a dozen questions.
pytestmark = pytest.mark.timeout(sampled(600, 3600))

GAPS = {
    "mongodb": Gaps(),
    "mongoeco": Gaps(type_bracketing=True, null=True, empty_each=True, binary_length=True, modified=True),
    "secantusdb": Gaps(binary_length=True, array_ranges=True),
}

INDEXED = CollectionSpec(
    "indexed",
    (
        Index((("a", 1), ("n", -1))),
        Index((("s", 1),)),
        Index((("tags", 1),)),
        Index((("d.n", 1),)),
        Index((("at", -1),)),
        Index((("n", 1),), partial={"s": {"$exists": True}}),
    ),
)
BARE = CollectionSpec("bare")

texts = st.sampled_from(["", "a", "B", "é", "aa", 'q"', "漢", "z", "$x", '{"$date": 1}'])
numbers = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([0.5, -2.5, 2.0, 2**31, -(2**40), 2**53 + 1, 1e20]),
)
moments = st.sampled_from([datetime(2026, 1, day, hour, tzinfo=UTC) for day in (1, 2) for hour in (0, 5)])
NUMERIC = ["n", "d.n"]

# Sorting by an array is left to the contract tests; the last key makes every order total.
sorts = st.lists(
    st.tuples(st.sampled_from(["a", "n", "s", "at", "any", "d.n", "flag"]), st.sampled_from([1, -1])),
    max_size=2,
    unique_by=lambda key: key[0],
).map(lambda keys: [*keys, ("_id", 1)])


class Dialect:
    """What is drawn for one server: records, filters and changes."""

    def __init__(self, gaps: Gaps) -> None:
        self._gaps = gaps
        blobs = st.sampled_from([b"a", b"b"] if gaps.binary_length else [b"", b"a", b"b", b"ab"])
        self._scalars = st.one_of(st.none(), st.booleans(), numbers, texts, moments, blobs)
        self._fields: dict[str, st.SearchStrategy[Any]] = {
            "a": texts,
            "n": numbers,
            "s": st.one_of(texts, st.none()),
            "at": moments,
            "b": blobs,
            "flag": st.booleans(),
            "tags": st.lists(texts, max_size=3),
            "any": self._scalars,
            "d": st.fixed_dictionaries({}, optional={"n": numbers, "s": texts, "tags": st.lists(texts, max_size=2)}),
        }
        compared = {"a": texts, "n": numbers, "at": moments, "b": blobs, "tags": texts, "d.n": numbers, "d.s": texts}
        self._compared: dict[str, st.SearchStrategy[Any]] = dict(compared)
        self._equal: dict[str, st.SearchStrategy[Any]] = {
            **compared,
            "s": self._fields["s"],
            "flag": st.booleans(),
            "any": self._scalars,
            "d.tags": texts,
        }
        self.records = st.lists(st.fixed_dictionaries({}, optional=self._fields), min_size=1, max_size=12)
        self.filters = st.recursive(
            st.one_of(st.just({}), self._tests()),
            lambda inner: st.one_of(
                st.tuples(st.sampled_from(["$and", "$or"]), st.lists(inner, min_size=1, max_size=3)).map(
                    lambda p: {p[0]: p[1]}
                ),
                st.tuples(inner, inner).map(lambda p: {**p[0], **p[1]}),
            ),
            max_leaves=4,
        )
        self.changes = self._changes()

    def _equality(self, path: str) -> st.SearchStrategy[dict[str, Any]]:
        value = self._equal[path]
        listed = value.filter(lambda v: v is not None) if self._gaps.null else value
        return st.one_of(
            value.map(lambda v: {path: v}),
            value.map(lambda v: {path: {"$eq": v}}),
            value.map(lambda v: {path: {"$ne": v}}),
            st.lists(value, max_size=3).map(lambda v: {path: {"$in": v}}),
            st.lists(listed, max_size=3).map(lambda v: {path: {"$nin": v}}),
            st.booleans().map(lambda v: {path: {"$exists": v}}),
        )

    def _comparison(self, path: str) -> st.SearchStrategy[dict[str, Any]]:
        operand = self._compared.get(path, self._scalars)
        operators = st.sampled_from(["$lt", "$lte", "$gt", "$gte"])
        ends = 1 if self._gaps.array_ranges and path == "tags" else 2
        return st.dictionaries(operators, operand, min_size=1, max_size=ends).map(lambda v: {path: v})

    def _tests(self) -> st.SearchStrategy[dict[str, Any]]:
        mixed = {} if self._gaps.type_bracketing else {"any": self._scalars, "s": self._fields["s"]}
        return st.one_of(
            st.sampled_from(sorted(self._equal)).flatmap(self._equality),
            st.sampled_from(sorted({**self._compared, **mixed})).flatmap(self._comparison),
            st.lists(st.integers(0, 12).map(str), max_size=4).map(lambda v: {"_id": {"$in": v}}),
            self._fields["tags"].map(lambda v: {"tags": v}),
        )

    def _changes(self) -> st.SearchStrategy[dict[str, Any]]:
        fields = self._fields
        each = st.lists(texts, min_size=int(self._gaps.empty_each), max_size=2)
        return st.one_of(
            st.sampled_from(sorted(fields)).flatmap(lambda f: fields[f].map(lambda v: {"$set": {f: v}})),
            st.one_of(numbers.map(lambda v: {"$set": {"d.n": v}}), texts.map(lambda v: {"$set": {"d.x.y": v}})),
            st.sampled_from([*fields, "d.n", "d.tags"]).map(lambda f: {"$unset": {f: ""}}),
            st.tuples(st.sampled_from(NUMERIC), st.sampled_from([1, -2, 0.5])).map(lambda p: {"$inc": {p[0]: p[1]}}),
            st.tuples(st.sampled_from(["$push", "$addToSet", "$pull"]), texts).map(lambda p: {p[0]: {"tags": p[1]}}),
            st.lists(texts, max_size=2).map(lambda v: {"$pull": {"tags": {"$in": v}}}),
            st.tuples(st.sampled_from(["$push", "$addToSet"]), each).map(lambda p: {p[0]: {"tags": {"$each": p[1]}}}),
            numbers.map(lambda v: {"$setOnInsert": {"born": v}, "$set": {"a": "set"}}),
        )


class Pair:
    """Both databases, opened once, with the event loop that they live in."""

    def __init__(self, uri: str, folder: Path, gaps: Gaps) -> None:
        self.gaps = gaps
        self.dialect = Dialect(gaps)
        self.loop = asyncio.new_event_loop()
        self.sqlite: Database = self.run(SqliteDatabase.open(folder))
        self.mongo = MongoDatabase(uri, f"biblios_test_differential_{folder.name[-8:]}", timeout_seconds=20)
        for database in self.databases:
            self.run(database.prepare([INDEXED, BARE]))

    @property
    def databases(self) -> tuple[Database, Database]:
        return self.sqlite, self.mongo

    def run[T](self, awaitable: Any) -> Any:
        return self.loop.run_until_complete(awaitable)

    async def outcome(self, awaitable: Any) -> Any:
        """An answer, or which of the port's refusals it was."""
        try:
            return await awaitable
        except (UnsupportedQuery, DuplicateKey) as error:
            return type(error).__name__

    def both(self, spec: CollectionSpec, ask: Any) -> tuple[Any, Any]:
        """Asks both collections the same question."""
        first, second = (self.run(self.outcome(ask(database.collection(spec)))) for database in self.databases)
        return first, second

    def fill(self, spec: CollectionSpec, stored: list[dict[str, Any]]) -> None:
        for database in self.databases:
            collection = database.collection(spec)
            self.run(collection.delete_many({}))
            self.run(collection.insert_many([{"_id": f"{i}", **record} for i, record in enumerate(stored)]))

    def close(self) -> None:
        self.run(self.mongo.drop())
        for database in self.databases:
            self.run(database.close())
        self.loop.close()


@pytest.fixture(scope="module", params=SERVERS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with mongo_server(request.param) as uri, tempfile.TemporaryDirectory() as folder:
        opened = Pair(uri, Path(folder), GAPS[request.param])
        yield opened
        opened.close()


def _plain(key: Any) -> Any:
    """A key as text sorts it; a whole double as the int that it equals, since an index keeps no difference."""
    if isinstance(key, datetime):
        return key.isoformat()
    return int(key) if isinstance(key, float) and key.is_integer() else key


def typed(value: Any) -> Any:
    """The value with its numbers' types, which Python's == does not tell apart."""
    if isinstance(value, dict):
        return {name: typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return (isinstance(value, bool), isinstance(value, float), value)


searching = settings(
    max_examples=sampled(60, 1000),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("spec", [INDEXED, BARE], ids=lambda spec: spec.name)
@searching
@given(data=st.data(), order=sorts, limit=st.one_of(st.none(), st.integers(1, 4)))
def test_reads_agree(pair: Pair, spec: CollectionSpec, data: st.DataObject, order: Sort, limit: int | None) -> None:
    pair.fill(spec, data.draw(pair.dialect.records))
    wanted = data.draw(pair.dialect.filters)

    async def ask(collection: Collection) -> Any:
        return (
            await collection.find(wanted, sort=order, limit=limit),
            await collection.count(wanted),
            [record["_id"] async for record in collection.stream(wanted, sort=order, batch=3)],
            await collection.group_count(wanted, "a"),
            await collection.date_buckets(wanted, "at", unit="day"),
        )

    sqlite, mongo = pair.both(spec, ask)
    note(f"sqlite {sqlite}\nmongo  {mongo}")
    assert sqlite == mongo


keys = st.lists(
    st.sampled_from(["a", "n", "s", "flag", "any", "d.n", "_id", TimeBucket("at", "hour"), TimeBucket("at", "month")]),
    max_size=2,
    unique_by=str,
)


@pytest.mark.parametrize("spec", [INDEXED, BARE], ids=lambda spec: spec.name)
@searching
@given(data=st.data(), by=keys, sums=st.lists(st.sampled_from(["n", "d.n", "s", "flag"]), max_size=2, unique=True))
def test_aggregates_agree(
    pair: Pair, spec: CollectionSpec, data: st.DataObject, by: list[str | TimeBucket], sums: list[str]
) -> None:
    pair.fill(spec, data.draw(pair.dialect.records))
    wanted = data.draw(pair.dialect.filters)

    async def ask(collection: Collection) -> Any:
        # In order of all that a group holds; sums rounded, since they may be added in another order.
        groups = await collection.aggregate(wanted, by=by, sums=sums)
        return sorted(
            (
                repr([_plain(key) for key in group.keys]),
                group.count,
                [round(float(total), 6) for total in group.sums.values()],
            )
            for group in groups
        )

    sqlite, mongo = pair.both(spec, ask)
    note(f"sqlite {sqlite}\nmongo  {mongo}")
    assert sqlite == mongo


@pytest.mark.parametrize("spec", [INDEXED, BARE], ids=lambda spec: spec.name)
@searching
@given(data=st.data(), many=st.booleans())
def test_updates_agree(pair: Pair, spec: CollectionSpec, data: st.DataObject, many: bool) -> None:
    pair.fill(spec, data.draw(pair.dialect.records))
    wanted, change = data.draw(pair.dialect.filters), data.draw(pair.dialect.changes)

    async def change_them(collection: Collection) -> Any:
        if many:
            result = await collection.update_many(wanted, change)
            return replace(result, modified=0) if pair.gaps.modified else result
        return await collection.find_one_and_update(wanted, change, sort=[("_id", 1)])

    async def all_of(collection: Collection) -> Any:
        return typed(await collection.find({}, sort=[("_id", 1)]))

    sqlite, mongo = pair.both(spec, change_them)
    note(f"sqlite {sqlite}\nmongo  {mongo}")
    assert sqlite == mongo
    sqlite, mongo = pair.both(spec, all_of)
    assert sqlite == mongo

"""Random records, filters, sorts and updates through SQLite and through PyMongo: the answers are the same.

Against mongoeco some of the dialect is left out, by name (see the `_GAP_…` constants); against a real MongoDB
(`BIBLIOS_TEST_MONGODB_URI`) all of it is drawn.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey, Index, UnsupportedQuery
from backend.db.mongo import MongoDatabase
from backend.db.sqlite import SqliteDatabase
from tests.support.mongo_server import REAL_URI

_REAL = bool(REAL_URI)

# mongoeco compares across types in $lt/$gt (MongoDB brackets by type): only compare fields of one type there.
_GAP_TYPE_BRACKETING = not _REAL
# mongoeco's $nin with null does not see missing fields, and its null on dotted paths passes over arrays.
_GAP_NULL = not _REAL
# mongoeco's $addToSet with an empty $each creates no array.
_GAP_EMPTY_EACH = 0 if _REAL else 1
# mongoeco orders binary values as text (MongoDB looks at their length first).
_GAP_BINARY_LENGTH = not _REAL
# mongoeco counts some records as modified that an update left as they were.
_GAP_MODIFIED = not _REAL

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
blobs = st.sampled_from([b"a", b"b"] if _GAP_BINARY_LENGTH else [b"", b"a", b"b", b"ab"])
scalars = st.one_of(st.none(), st.booleans(), numbers, texts, moments, blobs)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "a": texts,
    "n": numbers,
    "s": st.one_of(texts, st.none()),
    "at": moments,
    "b": blobs,
    "flag": st.booleans(),
    "tags": st.lists(texts, max_size=3),
    "any": scalars,
    "d": st.fixed_dictionaries({}, optional={"n": numbers, "s": texts, "tags": st.lists(texts, max_size=2)}),
}
COMPARED = {"a": texts, "n": numbers, "at": moments, "b": blobs, "tags": texts, "d.n": numbers, "d.s": texts}
EQUAL = {**COMPARED, "s": FIELDS["s"], "flag": st.booleans(), "any": scalars, "d.tags": texts}
NUMERIC = ["n", "d.n"]

records = st.lists(st.fixed_dictionaries({}, optional=FIELDS), min_size=1, max_size=12)


def _tests() -> st.SearchStrategy[dict[str, Any]]:
    def equality(path: str) -> st.SearchStrategy[dict[str, Any]]:
        value = EQUAL[path]
        listed = value.filter(lambda v: v is not None) if _GAP_NULL else value
        return st.one_of(
            value.map(lambda v: {path: v}),
            value.map(lambda v: {path: {"$eq": v}}),
            value.map(lambda v: {path: {"$ne": v}}),
            st.lists(value, max_size=3).map(lambda v: {path: {"$in": v}}),
            st.lists(listed, max_size=3).map(lambda v: {path: {"$nin": v}}),
            st.booleans().map(lambda v: {path: {"$exists": v}}),
        )

    def comparison(path: str) -> st.SearchStrategy[dict[str, Any]]:
        operand = COMPARED.get(path, scalars)
        operators = st.sampled_from(["$lt", "$lte", "$gt", "$gte"])
        return st.dictionaries(operators, operand, min_size=1, max_size=2).map(lambda v: {path: v})

    ranged = COMPARED if _GAP_TYPE_BRACKETING else {**COMPARED, "any": scalars, "s": FIELDS["s"]}
    return st.one_of(
        st.sampled_from(sorted(EQUAL)).flatmap(equality),
        st.sampled_from(sorted(ranged)).flatmap(comparison),
        st.lists(st.integers(0, 12).map(str), max_size=4).map(lambda v: {"_id": {"$in": v}}),
        FIELDS["tags"].map(lambda v: {"tags": v}),
    )


filters = st.recursive(
    st.one_of(st.just({}), _tests()),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["$and", "$or"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda p: {p[0]: p[1]}
        ),
        st.tuples(inner, inner).map(lambda p: {**p[0], **p[1]}),
    ),
    max_leaves=4,
)

# Sorting by an array is left to the contract tests; the last key makes every order total.
sorts = st.lists(
    st.tuples(st.sampled_from(["a", "n", "s", "at", "any", "d.n", "flag"]), st.sampled_from([1, -1])),
    max_size=2,
    unique_by=lambda key: key[0],
).map(lambda keys: [*keys, ("_id", 1)])

changes = st.one_of(
    st.sampled_from(sorted(FIELDS)).flatmap(lambda f: FIELDS[f].map(lambda v: {"$set": {f: v}})),
    st.one_of(numbers.map(lambda v: {"$set": {"d.n": v}}), texts.map(lambda v: {"$set": {"d.x.y": v}})),
    st.sampled_from([*FIELDS, "d.n", "d.tags"]).map(lambda f: {"$unset": {f: ""}}),
    st.tuples(st.sampled_from(NUMERIC), st.sampled_from([1, -2, 0.5])).map(lambda p: {"$inc": {p[0]: p[1]}}),
    st.tuples(st.sampled_from(["$push", "$addToSet", "$pull"]), texts).map(lambda p: {p[0]: {"tags": p[1]}}),
    st.lists(texts, max_size=2).map(lambda v: {"$pull": {"tags": {"$in": v}}}),
    st.tuples(st.sampled_from(["$push", "$addToSet"]), st.lists(texts, min_size=_GAP_EMPTY_EACH, max_size=2)).map(
        lambda p: {p[0]: {"tags": {"$each": p[1]}}}
    ),
    numbers.map(lambda v: {"$setOnInsert": {"born": v}, "$set": {"a": "set"}}),
)


class Pair:
    """Both databases, opened once, with the event loop that they live in."""

    def __init__(self, uri: str, folder: Path) -> None:
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
        return tuple(self.run(self.outcome(ask(database.collection(spec)))) for database in self.databases)  # type: ignore[return-value]

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


@pytest.fixture(scope="module")
def pair(mongo_uri: str) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory() as folder:
        opened = Pair(mongo_uri, Path(folder))
        yield opened
        opened.close()


def typed(value: Any) -> Any:
    """The value with its numbers' types, which Python's == does not tell apart."""
    if isinstance(value, dict):
        return {name: typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return (isinstance(value, bool), isinstance(value, float), value)


searching = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("spec", [INDEXED, BARE], ids=lambda spec: spec.name)
@searching
@given(stored=records, wanted=filters, order=sorts, limit=st.one_of(st.none(), st.integers(1, 4)))
def test_reads_agree(
    pair: Pair, spec: CollectionSpec, stored: list[Any], wanted: dict[str, Any], order: Any, limit: int | None
) -> None:
    pair.fill(spec, stored)

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


@pytest.mark.parametrize("spec", [INDEXED, BARE], ids=lambda spec: spec.name)
@searching
@given(stored=records, wanted=filters, change=changes, many=st.booleans())
def test_updates_agree(
    pair: Pair, spec: CollectionSpec, stored: list[Any], wanted: dict[str, Any], change: dict[str, Any], many: bool
) -> None:
    pair.fill(spec, stored)

    async def change_them(collection: Collection) -> Any:
        if many:
            result = await collection.update_many(wanted, change)
            return replace(result, modified=0) if _GAP_MODIFIED else result
        return await collection.find_one_and_update(wanted, change, sort=[("_id", 1)])

    async def all_of(collection: Collection) -> Any:
        return typed(await collection.find({}, sort=[("_id", 1)]))

    sqlite, mongo = pair.both(spec, change_them)
    note(f"sqlite {sqlite}\nmongo  {mongo}")
    assert sqlite == mongo
    sqlite, mongo = pair.both(spec, all_of)
    assert sqlite == mongo

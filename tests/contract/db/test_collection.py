"""What every database does alike: values come back as they were, unique indexes hold, the subset is guarded."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from backend.db.collection import Collection, Database, DuplicateKey, UnsupportedQuery
from tests.contract.db.books import NOON, book, ids
from tests.contract.db.specs import SPECS, UNIQUE


async def test_values_come_back_as_they_were(plain: Collection) -> None:
    record = {
        "_id": "a",
        "none": None,
        "bools": [True, False],
        "ints": [0, -1, 2**63 - 1, -(2**63)],
        "floats": [0.5, 1.0, -1e300],
        "text": 'ümlaut 漢字 "quoted" \\ \u0000 {"$date": 1}',
        "bytes": bytes(range(256)),
        "date": datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
        "nested": {"list": [{"date": NOON, "bytes": b""}, [b"x", [NOON]]], "empty": {}, "empties": []},
    }
    await plain.insert_one(record)
    found = await plain.find_one({"_id": "a"})
    assert found == record
    assert found["bools"][0] is True
    assert isinstance(found["floats"][1], float)
    assert found["date"].utcoffset() == timedelta(0)


async def test_times_are_kept_to_the_millisecond_in_utc(plain: Collection) -> None:
    moment = datetime(2026, 1, 1, 1, 0, 0, 123999, tzinfo=timezone(timedelta(hours=2)))
    await plain.insert_one({"_id": "a", "at": moment})
    found = await plain.find_one({"at": moment.replace(microsecond=123000)})
    assert found is not None
    assert found["at"] == datetime(2025, 12, 31, 23, 0, 0, 123000, tzinfo=UTC)


async def test_a_second_record_with_the_same_id_is_refused(books: Collection) -> None:
    await books.insert_one(book("a"))
    with pytest.raises(DuplicateKey) as refused:
        await books.insert_one(book("a", title="other"))
    assert refused.value.index == "_id_"
    assert await books.find_one({"_id": "a"}) == book("a")


async def test_insert_many_keeps_what_came_before_a_duplicate(books: Collection) -> None:
    await books.insert_one(book("c"))
    with pytest.raises(DuplicateKey):
        await books.insert_many([book("a"), book("b"), book("c"), book("d")])
    assert await ids(books, {}) == ["a", "b", "c"]


async def test_a_unique_index_holds_for_inserts_updates_and_upserts(database: Database) -> None:
    people = database.collection(UNIQUE)
    await people.insert_many([{"_id": "a", "mail": "a@x"}, {"_id": "b", "mail": "b@x"}])
    for refused in (
        people.insert_one({"_id": "c", "mail": "a@x"}),
        people.update_one({"_id": "b"}, {"$set": {"mail": "a@x"}}),
        people.update_one({"_id": "c"}, {"$set": {"mail": "a@x"}}, upsert=True),
        people.bulk_upsert([{"_id": "b", "mail": "a@x"}]),
        people.bulk_update([("b", {"$set": {"mail": "a@x"}})]),
        people.find_one_and_update({"_id": "b"}, {"$set": {"mail": "a@x"}}),
    ):
        with pytest.raises(DuplicateKey):
            await refused
    assert await people.find({}, sort=[("_id", 1)]) == [{"_id": "a", "mail": "a@x"}, {"_id": "b", "mail": "b@x"}]


async def test_a_missing_value_counts_as_null_in_a_unique_index(database: Database) -> None:
    people = database.collection(UNIQUE)
    await people.insert_one({"_id": "a"})
    with pytest.raises(DuplicateKey):
        await people.insert_one({"_id": "b", "mail": None})


async def test_a_partial_unique_index_only_binds_records_it_selects(books: Collection) -> None:
    await books.insert_many([book("a"), book("b"), book("c", slug="x"), book("d", slug="x", owner="bob")])
    with pytest.raises(DuplicateKey) as refused:
        await books.insert_one(book("e", slug="x"))
    assert refused.value.index in ("owner_1_slug_1", "unknown")
    await books.update_one({"_id": "c"}, {"$unset": {"slug": ""}})
    await books.insert_one(book("e", slug="x"))
    assert await ids(books, {"owner": "ann", "slug": "x"}) == ["e"]


@pytest.mark.parametrize(
    "filter",
    [
        {"a": {"$regex": "x"}},
        {"a": {"$not": {"$gt": 1}}},
        {"$nor": [{"a": 1}]},
        {"$where": "1"},
        {"a.0": 1},
        {"a": {"$gt": [1]}},
        {"a": {"$in": "x"}},
        {"$or": []},
        {"a": {"$gt": 1, "b": 2}},
        {"a": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"a": float("nan")},
        {"a": 2**63},
        {"a": {1, 2}},
    ],
)
async def test_filters_outside_the_subset_are_refused(plain: Collection, filter: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedQuery):
        await plain.find(filter)


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"title": "replacement"},
        {"$rename": {"a": "b"}},
        {"$set": {"_id": "b"}},
        {"$set": {"a": 1}, "$inc": {"a": 1}},
        {"$set": {"a": {}, "a.b": 1}},
        {"$inc": {"a": "1"}},
        {"$push": {"a": {"$each": [1], "$slice": 2}}},
        {"$set": {"a": float("inf")}},
        {"$inc": {"text": 1}},
        {"$push": {"text": 1}},
        {"$set": {"text.b": 1}},
    ],
)
async def test_updates_outside_the_subset_are_refused(plain: Collection, update: dict[str, Any]) -> None:
    await plain.insert_one({"_id": "a", "text": "t"})
    with pytest.raises(UnsupportedQuery):
        await plain.update_one({"_id": "a"}, update)
    assert await plain.find_one({"_id": "a"}) == {"_id": "a", "text": "t"}


@pytest.mark.parametrize(
    "record",
    [
        {"x": 1},
        {"_id": 7},
        {"_id": "a", "x": {"$gt": 1}},
        {"_id": "a", "x.y": 1},
        {"_id": "a", "x": float("nan")},
        {"_id": "a", "x": 2**63},
        {"_id": "a", "x": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"_id": "a", "x": {1}},
    ],
)
async def test_records_that_cannot_be_stored_everywhere_are_refused(plain: Collection, record: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedQuery):
        await plain.insert_one(record)
    assert await plain.count({}) == 0


async def test_prepare_again_changes_nothing(database: Database, books: Collection) -> None:
    await books.insert_one(book("a", slug="x"))
    await database.prepare(SPECS)
    with pytest.raises(DuplicateKey):
        await books.insert_one(book("b", slug="x"))
    assert await ids(books, {"access": "user:ann"}) == ["a"]


async def test_ping_answers(database: Database) -> None:
    await database.ping()

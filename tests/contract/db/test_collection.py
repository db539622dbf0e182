"""What every database does alike: SQLite, and MongoDB through the real driver."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from backend.db.collection import Collection, Database, DuplicateKey, UnsupportedQuery, UpdateResult
from tests.contract.db.specs import BOOKS, PLAIN, SPECS, UNIQUE

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def books(database: Database) -> Collection:
    return database.collection(BOOKS)


@pytest.fixture
def plain(database: Database) -> Collection:
    return database.collection(PLAIN)


def book(identifier: str, **fields: Any) -> dict[str, Any]:
    return {"_id": identifier, "owner": "ann", "created_at": NOON, "access": ["user:ann"], **fields}


async def ids(collection: Collection, filter: dict[str, Any], **options: Any) -> list[str]:
    found = [record["_id"] for record in await collection.find(filter, **options)]
    return found if options.get("sort") else sorted(found)


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


@pytest.mark.parametrize("field", ["rating", "unindexed"])
async def test_comparisons_stay_within_the_type(books: Collection, field: str) -> None:
    values = {"int": 5, "float": 5.5, "text": "5", "bool": True, "date": NOON, "bytes": b"5", "dict": {"a": 5}}
    await books.insert_many([book(name, **{field: value}) for name, value in values.items()])
    await books.insert_one(book("missing"))
    assert await ids(books, {field: {"$gte": 5}}) == ["float", "int"]
    assert await ids(books, {field: {"$lt": 5.5}}) == ["int"]
    assert await ids(books, {field: {"$lte": "~"}}) == ["text"]
    assert await ids(books, {field: {"$gt": False}}) == ["bool"]
    assert await ids(books, {field: {"$gt": NOON - timedelta(days=1)}}) == ["date"]
    assert await ids(books, {field: {"$gte": b"5"}}) == ["bytes"]
    assert await ids(books, {field: 5.0}) == ["int"]
    assert await ids(books, {field: {"a": 5}}) == ["dict"]


@pytest.mark.parametrize("field", ["rating", "unindexed"])
async def test_null_matches_missing_and_exists_tells_them_apart(books: Collection, field: str) -> None:
    await books.insert_many([book("missing"), book("null", **{field: None}), book("one", **{field: 1})])
    assert await ids(books, {field: None}) == ["missing", "null"]
    assert await ids(books, {field: {"$ne": None}}) == ["one"]
    assert await ids(books, {field: {"$in": [None, 7]}}) == ["missing", "null"]
    assert await ids(books, {field: {"$exists": False}}) == ["missing"]
    assert await ids(books, {field: {"$exists": True}}) == ["null", "one"]
    assert await ids(books, {field: {"$nin": [1]}}) == ["missing", "null"]


@pytest.mark.parametrize("field", ["access", "unindexed"])
async def test_an_array_is_searched_by_its_elements_and_as_a_whole(books: Collection, field: str) -> None:
    values: dict[str, Any] = {
        "two": ["x", "y"],
        "one": ["y"],
        "none": [],
        "plain": "x",
        "nested": [["x"]],
        "null": [None],
    }
    await books.insert_many([{"_id": name, field: value} for name, value in values.items()])
    assert await ids(books, {field: "x"}) == ["plain", "two"]
    assert await ids(books, {field: {"$in": ["x", "y"]}}) == ["one", "plain", "two"]
    assert await ids(books, {field: ["x", "y"]}) == ["two"]
    assert await ids(books, {field: ["x"]}) == ["nested"]
    assert await ids(books, {field: []}) == ["none"]
    assert await ids(books, {field: {"$ne": "x"}}) == ["nested", "none", "null", "one"]
    assert await ids(books, {field: {"$gt": "x"}}) == ["one", "two"]
    assert await ids(books, {field: None}) == ["null"]


@pytest.mark.parametrize("field", ["meta.pages", "meta.other"])
async def test_dotted_paths_go_through_documents_and_arrays_of_documents(books: Collection, field: str) -> None:
    name = field.split(".")[1]
    metas: dict[str, Any] = {
        "doc": {name: 3},
        "other": {"z": 3},
        "scalar": 3,
        "docs": [{name: 3}, {name: 4}],
        "some": [{name: 5}, {"z": 1}],
        "list": {name: [3, 9]},
        "empty": [],
    }
    await books.insert_many([book(key, meta=meta) for key, meta in metas.items()])
    await books.insert_one(book("none"))
    assert await ids(books, {field: 3}) == ["doc", "docs", "list"]
    assert await ids(books, {field: {"$gt": 4}}) == ["list", "some"]
    assert await ids(books, {field: {"$exists": True}}) == ["doc", "docs", "list", "some"]
    assert await ids(books, {field: 3, "meta.z": None}) == ["doc", "docs", "list"]


@pytest.mark.parametrize("field", ["meta.pages", "meta.other"])
async def test_null_on_a_dotted_path_matches_where_any_document_lacks_it(books: Collection, field: str) -> None:
    name = field.split(".")[1]
    metas: dict[str, Any] = {
        "has": {name: 1},
        "lacks": {},
        "scalar": 3,
        "some": [{name: 5}, {"z": 1}],
        "all": [{name: 5}],
    }
    await books.insert_many([book(key, meta=meta) for key, meta in metas.items()])
    await books.insert_one(book("none"))
    assert await ids(books, {field: None}) == ["lacks", "none", "scalar", "some"]
    assert await ids(books, {field: {"$ne": None}}) == ["all", "has"]


async def test_and_or_combine(books: Collection) -> None:
    await books.insert_many([book(f"{r}{o}", rating=r, owner=o) for r in range(4) for o in "ab"])
    both = {"owner": "a", "$or": [{"rating": {"$lt": 1}}, {"$and": [{"rating": {"$gt": 2}}, {"owner": "a"}]}]}
    assert await ids(books, both) == ["0a", "3a"]
    assert await ids(books, {"rating": {"$gt": 0, "$lt": 3, "$ne": 2}}) == ["1a", "1b"]
    assert await ids(books, {"rating": {"$in": []}}) == []
    assert len(await ids(books, {"$or": [{"rating": 0}, {"unknown": 1}, {"_id": "3b"}]})) == 3


@pytest.mark.parametrize("field", ["rating", "unindexed"])
async def test_sorting_follows_the_order_of_types(books: Collection, field: str) -> None:
    values: list[Any] = [None, -1, 0.5, 2, "", "B", "a", "aa", {"a": 1}, b"", b"a", False, True, NOON]
    await books.insert_many([book(f"{i:02}", **{field: value}) for i, value in enumerate(values)])
    expected = [f"{i:02}" for i in range(len(values))]
    assert await ids(books, {}, sort=[(field, 1)]) == expected
    assert await ids(books, {}, sort=[(field, -1)]) == expected[::-1]


@pytest.mark.parametrize("fields", [("owner", "created_at"), ("o", "c")])
async def test_keyset_paging_visits_everything_once_in_order(books: Collection, fields: tuple[str, str]) -> None:
    owner, at = fields
    moments = [NOON + timedelta(seconds=i // 3) for i in range(20)]
    await books.insert_many(
        [book(f"{i:02}", **{owner: "ann", at: moment}) for i, moment in enumerate(moments)]
        + [book("zz", **{owner: "bob", at: NOON})]
    )
    seen: list[str] = []
    after: dict[str, Any] = {}
    while page := await books.find({owner: "ann", **after}, sort=[(at, -1), ("_id", 1)], limit=6):
        seen += [record["_id"] for record in page]
        last = page[-1]
        after = {"$or": [{at: {"$lt": last[at]}}, {at: last[at], "_id": {"$gt": last["_id"]}}]}
    assert seen == [
        i for _, i in sorted(((m, f"{i:02}") for i, m in enumerate(moments)), key=lambda x: (-x[0].timestamp(), x[1]))
    ]


async def test_ids_can_be_asked_for_many_at_once(books: Collection) -> None:
    await books.insert_many([book(f"id-{i}") for i in range(300)])
    wanted = [f"id-{i}" for i in range(0, 300, 2)]
    assert await ids(books, {"_id": {"$in": [*wanted, "unknown"]}}) == sorted(wanted)
    assert await ids(books, {"_id": {"$in": wanted}}, sort=[("_id", -1)], limit=2) == ["id-98", "id-96"]
    assert await books.find_one({"_id": "unknown"}) is None
    assert await ids(books, {"_id": {"$gt": "id-97"}}) == ["id-98", "id-99"]
    assert await ids(books, {"_id": {"$ne": "id-1"}, "owner": "ann"}, sort=[("_id", 1)], limit=2) == ["id-0", "id-10"]


async def test_fields_limit_what_is_read(plain: Collection) -> None:
    await plain.insert_one({"_id": "a", "x": 1, "y": {"p": 1, "q": 2}, "z": [{"p": 1, "q": 2}, 7, {"q": 3}], "s": 5})
    assert await plain.find({}, fields=["x", "y.p", "z.p", "s.p"]) == [
        {"_id": "a", "x": 1, "y": {"p": 1}, "z": [{"p": 1}, {}]}
    ]
    assert await plain.find_one({}, fields=[]) == {"_id": "a"}


async def test_limit_zero_reads_nothing(plain: Collection) -> None:
    await plain.insert_one({"_id": "a"})
    assert await plain.find({}, limit=0) == []
    assert await plain.count({}, limit=0) == 0


async def test_stream_reads_everything_in_order(books: Collection) -> None:
    await books.insert_many([book(f"{i:03}", rating=i) for i in range(25)])
    wanted = {"rating": {"$gte": 3}}
    seen = [r async for r in books.stream(wanted, sort=[("rating", -1)], fields=["rating"], batch=4)]
    assert seen == [{"_id": f"{i:03}", "rating": i} for i in range(24, 2, -1)]


async def test_update_operators(plain: Collection) -> None:
    await plain.insert_one({"_id": "a", "n": 1, "gone": 1, "tags": ["x"], "deep": {"kept": 1}})
    result = await plain.update_one(
        {"_id": "a"},
        {
            "$set": {"deep.new.leaf": NOON, "title": "T"},
            "$unset": {"gone": "", "absent": ""},
            "$inc": {"n": 2, "fresh": 1.5},
            "$push": {"tags": "y", "log": {"$each": [1, 2]}},
            "$addToSet": {"set": "s"},
            "$setOnInsert": {"born": 1},
        },
    )
    assert result == UpdateResult(1, 1)
    assert await plain.find_one({"_id": "a"}) == {
        "_id": "a", "n": 3, "fresh": 1.5, "title": "T", "tags": ["x", "y"], "log": [1, 2], "set": ["s"],
        "deep": {"kept": 1, "new": {"leaf": NOON}},
    }  # fmt: skip
    await plain.update_one(
        {"_id": "a"}, {"$addToSet": {"set": {"$each": ["s", "t"]}}, "$pull": {"tags": "x", "log": {"$in": [1]}}}
    )
    found = await plain.find_one({"_id": "a"}, fields=["set", "tags", "log"])
    assert found == {"_id": "a", "set": ["s", "t"], "tags": ["y"], "log": [2]}


async def test_an_update_that_changes_nothing_is_not_a_modification(plain: Collection) -> None:
    await plain.insert_one({"_id": "a", "n": 1})
    assert await plain.update_one({"_id": "a"}, {"$set": {"n": 1}}) == UpdateResult(1, 0)
    assert await plain.update_one({"_id": "b"}, {"$set": {"n": 1}}) == UpdateResult(0, 0)


async def test_update_many_changes_all_matches(books: Collection) -> None:
    await books.insert_many([book(f"{i}", rating=i) for i in range(5)])
    assert await books.update_many({"rating": {"$lt": 3}}, {"$set": {"rating": 2}}) == UpdateResult(3, 2)
    assert await books.count({"rating": 2}) == 3


async def test_upsert_takes_the_equalities_of_the_filter(plain: Collection) -> None:
    result = await plain.update_one(
        {"_id": "a", "kind": "k", "n": {"$gt": 3}, "$and": [{"deep.er": 1}]},
        {"$inc": {"count": 1}, "$setOnInsert": {"born": NOON}},
        upsert=True,
    )
    assert result == UpdateResult(0, 0, "a")
    assert await plain.find_one({}) == {"_id": "a", "kind": "k", "deep": {"er": 1}, "count": 1, "born": NOON}
    again = await plain.update_one({"_id": "a"}, {"$inc": {"count": 1}, "$setOnInsert": {"born": 0}}, upsert=True)
    assert again == UpdateResult(1, 1)
    with pytest.raises(UnsupportedQuery):
        await plain.update_one({"kind": "other"}, {"$set": {"n": 1}}, upsert=True)


async def test_find_one_and_update_claims_in_order_and_once(books: Collection) -> None:
    await books.insert_many([book(f"{i}", rating=i, state="due") for i in range(8)])
    claims = await asyncio.gather(
        *(
            books.find_one_and_update(
                {"state": "due"}, {"$set": {"state": "held"}, "$inc": {"rating": 10}}, sort=[("rating", 1)]
            )
            for _ in range(10)
        )
    )
    got = [claim for claim in claims if claim is not None]
    assert sorted(claim["_id"] for claim in got) == [str(i) for i in range(8)]
    assert all(claim["state"] == "held" and claim["rating"] >= 10 for claim in got)


async def test_find_one_and_update_upserts(plain: Collection) -> None:
    made = await plain.find_one_and_update({"_id": "c"}, {"$inc": {"n": 1}}, upsert=True)
    again = await plain.find_one_and_update({"_id": "c"}, {"$inc": {"n": 1}}, upsert=True)
    assert (made, again) == ({"_id": "c", "n": 1}, {"_id": "c", "n": 2})


async def test_concurrent_increments_are_all_counted(plain: Collection) -> None:
    await plain.insert_one({"_id": "a", "n": 0})
    await asyncio.gather(*(plain.update_one({"_id": "a"}, {"$inc": {"n": 1}}) for _ in range(50)))
    assert await plain.find_one({"_id": "a"}) == {"_id": "a", "n": 50}


async def test_bulk_upsert_replaces_whole_records(books: Collection) -> None:
    await books.bulk_upsert([book("a", rating=1, title="old"), book("b", access=["p", "q"])])
    await books.bulk_upsert([book("a", rating=2), book("c"), book("b", access=["r"])])
    assert await books.find_one({"_id": "a"}) == book("a", rating=2)
    assert await ids(books, {"access": "p"}) == []
    assert await ids(books, {"access": "r"}) == ["b"]
    await books.bulk_upsert([])
    assert await books.count({}) == 3


async def test_bulk_update_tells_how_many_were_there(books: Collection) -> None:
    await books.insert_many([book("a"), book("b")])
    matched = await books.bulk_update([(i, {"$set": {"rating": 7}}) for i in ("a", "b", "absent")])
    assert matched == 2
    assert await ids(books, {"rating": 7}) == ["a", "b"]
    assert await books.bulk_update([]) == 0


async def test_array_changes_are_found_by_the_index_at_once(books: Collection) -> None:
    await books.insert_one(book("a", access=["x"]))
    await books.update_one({"_id": "a"}, {"$addToSet": {"access": "y"}, "$set": {"rating": [1, 2]}})
    await books.update_one({"_id": "a"}, {"$pull": {"access": "x"}})
    assert await ids(books, {"access": "x"}) == []
    assert await ids(books, {"access": "y", "rating": 2}) == ["a"]
    await books.update_one({"_id": "a"}, {"$set": {"access": "z", "rating": 1}})
    assert await ids(books, {"access": {"$in": ["y", 1]}}) == []
    assert await ids(books, {"access": "z", "rating": 1}) == ["a"]


async def test_deletes(books: Collection) -> None:
    await books.insert_many([book(f"{i}", rating=i % 2) for i in range(6)])
    assert await books.delete_one({"rating": 1}) == 1
    assert await books.delete_many({"rating": 1, "created_at": NOON}) == 2
    assert await books.delete_many({"unindexed": {"$exists": False}, "_id": "0"}) == 1
    assert await books.delete_one({"_id": "absent"}) == 0
    assert await ids(books, {"access": "user:ann"}) == ["2", "4"]


async def test_counts_and_groups(books: Collection) -> None:
    await books.insert_many([book(f"{i}", rating=i % 3, kind="k" if i % 2 else None) for i in range(9)])
    await books.insert_one(book("x", owner="bob"))
    assert await books.count({"owner": "ann", "rating": 1}) == 3
    assert await books.count({"owner": "ann"}, limit=4) == 4
    assert await books.count({"kind": "k"}, limit=2) == 2
    assert await books.group_count({}, "rating") == {0: 3, 1: 3, 2: 3, None: 1}
    assert await books.group_count({"owner": "ann"}, "kind") == {None: 5, "k": 4}
    assert await books.group_count({"rating": {"$gt": 0}}, "owner") == {"ann": 6}


@pytest.mark.parametrize("field", ["created_at", "at"])
async def test_date_buckets(books: Collection, field: str) -> None:
    moments = [NOON, NOON + timedelta(minutes=59), NOON + timedelta(hours=13), NOON + timedelta(days=40)]
    await books.insert_many([{"_id": f"{i}", "owner": "ann", field: m} for i, m in enumerate(moments)])
    await books.insert_many([{"_id": "text", field: "x"}, {"_id": "none"}])
    day = NOON.replace(hour=0)
    assert await books.date_buckets({}, field, unit="hour") == [
        (NOON, 2),
        (day + timedelta(days=1, hours=1), 1),
        (NOON + timedelta(days=40), 1),
    ]
    assert await books.date_buckets({"owner": "ann"}, field, unit="day") == [
        (day, 2),
        (day + timedelta(days=1), 1),
        (day + timedelta(days=40), 1),
    ]
    assert await books.date_buckets({}, field, unit="month") == [(day, 3), (day.replace(month=4, day=1), 1)]


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


async def test_bulk_writes_with_arrays_keep_what_came_before_a_refused_one(books: Collection) -> None:
    await books.insert_one(book("z", slug="taken", access=["z"]))
    with pytest.raises(DuplicateKey):
        await books.bulk_upsert([book("a", access=["x", "y"]), book("b", slug="taken"), book("c", access=["x"])])
    with pytest.raises(DuplicateKey):
        await books.insert_many([book("d", access=["x"]), book("z"), book("e", access=["x"])])
    assert await ids(books, {"access": "x"}) == ["a", "d"]
    await books.bulk_upsert([book("a", access=["old"]), book("a", access=["new"]), book("d", access="text")])
    assert await ids(books, {"access": {"$in": ["x", "y", "old"]}}) == []
    assert await ids(books, {"access": {"$in": ["new", "text"]}}) == ["a", "d"]

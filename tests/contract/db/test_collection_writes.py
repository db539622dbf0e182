"""What every database changes alike: updates, upserts, claims, bulk writes, deletes."""

import asyncio

import pytest

from backend.db.collection import Collection, Database, DuplicateKey, UnsupportedQuery, UpdateResult
from tests.contract.db.books import NOON, book, ids
from tests.contract.db.specs import UNIQUE


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


async def test_bulk_update_works_in_order_also_where_an_id_comes_twice(books: Collection) -> None:
    await books.insert_many([book("a", rating=0), book("b", rating=0)])
    matched = await books.bulk_update(
        [("b", {"$inc": {"rating": 1}}), ("a", {"$inc": {"rating": 5}}), ("b", {"$inc": {"rating": 10}})]
    )
    assert matched == 3
    assert [record["rating"] for record in await books.find({}, sort=[("_id", 1)])] == [5, 11]


async def test_bulk_update_changes_what_is_found_by_array_and_partial_indexes(books: Collection) -> None:
    await books.insert_many([book(f"{i}", access=["x"], rating=1) for i in range(5)])
    await books.bulk_update(
        [
            ("0", {"$set": {"access": ["y", "z"]}}),
            ("1", {"$set": {"access": []}, "$unset": {"rating": ""}}),
            ("2", {"$set": {"rating": 1}}),  # nothing new
            ("3", {"$set": {"access": ["y"], "rating": 2}}),
        ]
    )
    assert await ids(books, {"access": "x"}) == ["2", "4"]
    assert await ids(books, {"access": "y"}) == ["0", "3"]
    assert await ids(books, {"rating": 1}) == ["0", "2", "4"]


async def test_bulk_update_lets_a_unique_value_move_on_and_keeps_what_came_before_a_duplicate(
    database: Database,
) -> None:
    people = database.collection(UNIQUE)
    await people.insert_many([{"_id": name, "mail": f"{name}@x"} for name in "abc"])
    await people.bulk_update([("b", {"$set": {"mail": "new@x"}}), ("a", {"$set": {"mail": "b@x"}})])
    with pytest.raises(DuplicateKey):
        await people.bulk_update([("c", {"$set": {"mail": "a@x"}}), ("a", {"$set": {"mail": "new@x"}})])
    mails = {record["_id"]: record["mail"] async for record in people.stream({})}
    assert mails == {"a": "b@x", "b": "new@x", "c": "a@x"}


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

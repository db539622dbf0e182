"""What every database finds, sorts, pages and counts alike."""

from datetime import timedelta
from typing import Any

import pytest

from backend.db.collection import Collection
from tests.contract.db.books import NOON, book, ids


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


@pytest.mark.parametrize("odd", [{}, {"owner": None}, {"owner": 1}, {"owner": ["ann", "ben"]}, {"owner": {"n": "x"}}])
async def test_a_read_of_indexed_fields_alone_gives_what_is_stored(books: Collection, odd: dict[str, Any]) -> None:
    for fields in (("owner",), ("owner", "meta.pages"), ("owner", "rating")):
        await books.delete_many({})
        await books.insert_many([{"_id": str(n), "owner": f"é{n}", "blurb": "x"} for n in range(3)])
        wanted = [{"_id": str(n), "owner": f"é{n}"} for n in range(3)]
        assert await books.find({}, sort=[("_id", 1)], fields=fields) == wanted
        assert await books.find({"_id": {"$lt": "2"}}, sort=[("_id", -1)], limit=1, fields=fields) == [wanted[1]]
        await books.insert_one({"_id": "3", **odd})
        assert await books.find({}, sort=[("_id", 1)], fields=fields) == [*wanted, {"_id": "3", **odd}]


async def test_limit_zero_reads_nothing(plain: Collection) -> None:
    await plain.insert_one({"_id": "a"})
    assert await plain.find({}, limit=0) == []
    assert await plain.count({}, limit=0) == 0


async def test_stream_reads_everything_in_order(books: Collection) -> None:
    await books.insert_many([book(f"{i:03}", rating=i) for i in range(25)])
    wanted = {"rating": {"$gte": 3}}
    seen = [r async for r in books.stream(wanted, sort=[("rating", -1)], fields=["rating"], batch=4)]
    assert seen == [{"_id": f"{i:03}", "rating": i} for i in range(24, 2, -1)]


def _shown(record: dict[str, Any]) -> tuple[str, Any]:
    return record["_id"], record.get("rating")


async def test_shaped_records_follow_every_change(books: Collection) -> None:
    """Whatever a database remembers of shapes, a changed record is shaped anew and a deleted one is gone."""
    await books.insert_many([book(name, owner="ann", rating=1) for name in "abc"])

    async def shown(limit: int = 10) -> list[tuple[str, Any]]:
        return await books.find_shaped(
            {"owner": "ann"}, _shown, sort=[("_id", -1)], limit=limit, fields=("owner", "rating")
        )

    assert await shown() == [("c", 1), ("b", 1), ("a", 1)]
    assert await shown(2) == [("c", 1), ("b", 1)]
    assert await shown(0) == []
    await books.update_one({"_id": "b"}, {"$set": {"rating": 2}})
    await books.delete_one({"_id": "c"})
    assert await shown() == [("b", 2), ("a", 1)]
    await books.update_one({"_id": "a"}, {"$set": {"title": "not among the fields"}})
    assert await shown() == [("b", 2), ("a", 1)]


async def test_a_search_in_arrays_sees_what_came_after_nothing_was_there(books: Collection) -> None:
    await books.insert_one(book("a", access=["user:1"]))
    wanted = {"access": {"$in": ["user:2", "group:x"]}, "owner": {"$ne": "ann"}}
    assert await ids(books, wanted) == []
    assert await books.count(wanted) == 0
    await books.insert_many([book("b", access=["user:2"], owner="ben"), book("c", access="group:x", owner="ben")])
    assert await ids(books, wanted) == ["b", "c"]
    assert await books.count(wanted, limit=1) == 1

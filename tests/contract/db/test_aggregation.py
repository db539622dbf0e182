"""Counts, sums and groups are the same in every database."""

from datetime import timedelta
from typing import Any

import pytest

from backend.db.collection import Collection, Group, TimeBucket, UnsupportedQuery
from tests.contract.db.books import NOON, book


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


def told(groups: list[Group]) -> dict[tuple[Any, ...], tuple[int, dict[str, int | float]]]:
    return {group.keys: (group.count, group.sums) for group in groups}


async def test_sums_by_two_fields(books: Collection) -> None:
    await books.insert_many([book(f"{i}", rating=i % 2, pages=i, size={"bytes": 10 * i}) for i in range(4)])
    await books.insert_one(book("x", owner="bob", rating=1, pages="many"))
    groups = await books.aggregate({}, by=["owner", "rating"], sums=["pages", "size.bytes"])
    assert told(groups) == {
        ("ann", 0): (2, {"pages": 2, "size.bytes": 20}),
        ("ann", 1): (2, {"pages": 4, "size.bytes": 40}),
        ("bob", 1): (1, {"pages": 0, "size.bytes": 0}),
    }
    assert all(type(total) is int for group in groups for total in group.sums.values())


async def test_the_sum_of_everything(books: Collection) -> None:
    assert await books.aggregate({}, sums=["pages"]) == []
    await books.insert_many([book("a", pages=1.5), book("b", pages=2), book("c", pages=True)])
    assert told(await books.aggregate({}, sums=["pages"])) == {(): (3, {"pages": 3.5})}
    assert told(await books.aggregate({"_id": "none"}, sums=["pages"])) == {}


async def test_a_sum_beyond_64_bits_becomes_a_float(books: Collection) -> None:
    await books.insert_many([book("a", pages=2**62), book("b", pages=2**62)])
    (group,) = await books.aggregate({}, sums=["pages"])
    assert group.sums["pages"] == float(2**63)
    assert isinstance(group.sums["pages"], float)


@pytest.mark.parametrize("field", ["created_at", "at"])
async def test_time_buckets_beside_another_field(books: Collection, field: str) -> None:
    for number, (owner, hours) in enumerate([("ann", 0), ("ann", 1), ("bob", 1), ("ann", 30)]):
        await books.insert_one({"_id": f"{number}", "owner": owner, "n": 1, field: NOON + timedelta(hours=hours)})
    await books.insert_one({"_id": "undated", "owner": "ann", "n": 1})
    day = NOON.replace(hour=0)
    groups = await books.aggregate({}, by=["owner", TimeBucket(field, "day")], sums=["n"])
    assert told(groups) == {
        ("ann", day): (2, {"n": 2}),
        ("bob", day): (1, {"n": 1}),
        ("ann", day + timedelta(days=1)): (1, {"n": 1}),
    }


@pytest.mark.parametrize("field", ["access", "meta"])
async def test_grouping_by_an_array_or_a_document_is_refused(books: Collection, field: str) -> None:
    await books.insert_one(book("a", access=["x"], meta={"k": 1}))
    with pytest.raises(UnsupportedQuery):
        await books.aggregate({}, by=[field])


async def test_more_than_two_keys_are_refused(books: Collection) -> None:
    with pytest.raises(UnsupportedQuery):
        await books.aggregate({}, by=["owner", "rating", "kind"])

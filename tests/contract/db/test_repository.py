"""Models in and out of a collection, over both databases."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, Field

from backend.db.collection import CollectionSpec, Database, Record, UnsupportedQuery
from backend.db.repository import Repository

SHELF = CollectionSpec("shelf")
NOON_IN_BERLIN = datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1)))


class Colour(StrEnum):
    red = "red"
    blue = "blue"


class Leaf(BaseModel):
    id: str
    colours: list[Colour] = Field(default_factory=list)


class Book(BaseModel):
    id: str
    colour: Colour
    printed_at: datetime
    pages: int | None = None
    leaves: list[Leaf] = Field(default_factory=list)
    by_name: dict[str, Leaf] = Field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    span: tuple[int, int] = (0, 0)
    note: Any = None


class Nameless(BaseModel):
    """A model that does not know its id."""

    colour: Colour


@pytest.fixture
async def books(database: Database) -> Repository[Book]:
    await database.prepare([SHELF])
    return Repository(database, SHELF, Book)


def book(id_: str = "a", **values: Any) -> Book:
    return Book(id=id_, colour=Colour.red, printed_at=NOON_IN_BERLIN, **values)


def types_in(value: Any) -> set[type]:
    if isinstance(value, dict):
        return set().union(*(types_in(item) for item in value.values())) | {dict}
    if isinstance(value, list):
        return set().union(*(types_in(item) for item in value)) | {list}
    return {type(value)}


async def test_a_model_comes_back_as_it_was_stored(books: Repository[Book]) -> None:
    leaf = Leaf(id="l", colours=[Colour.blue])
    kept = book(leaves=[leaf], by_name={"first": leaf}, tags=frozenset({"y", "x"}), span=(1, 2), note={"any": [leaf]})
    await books.insert_one(kept)
    found = await books.find_one({"_id": "a"})
    assert found == kept.model_copy(update={"note": {"any": [{"id": "l", "colours": ["blue"]}]}})
    assert found is not None
    assert found.printed_at.utcoffset() == timedelta(0)


async def test_a_record_holds_nothing_but_plain_values_under_the_names_of_the_fields(books: Repository[Book]) -> None:
    leaf = Leaf(id="l", colours=[Colour.blue])
    record = books.record(book(leaves=[leaf], by_name={"first": leaf}, tags=frozenset({"y", "x"}), note=Colour.blue))
    assert record == {
        "_id": "a",
        "colour": "red",
        "printed_at": NOON_IN_BERLIN,
        "pages": None,
        "leaves": [{"id": "l", "colours": ["blue"]}],
        "by_name": {"first": {"id": "l", "colours": ["blue"]}},
        "tags": ["x", "y"],
        "span": [0, 0],
        "note": "blue",
    }
    assert types_in(record) == {dict, list, str, int, datetime, type(None)}


async def test_a_record_of_an_earlier_release_gets_the_defaults_and_what_it_is_told(database: Database) -> None:
    def pages_of_before(record: Record) -> Record:
        return {"pages": 7, **record}

    await database.prepare([SHELF])
    books = Repository(database, SHELF, Book, earlier=pages_of_before)
    await books.records.insert_one({"_id": "old", "colour": "red", "printed_at": NOON_IN_BERLIN, "gone": 1})
    await books.insert_one(book("new", pages=9))
    assert {item.id: item.pages for item in await books.find({}, sort=[("_id", 1)])} == {"new": 9, "old": 7}


async def test_what_lies_beside_a_model_is_stored_and_not_shown(database: Database) -> None:
    await database.prepare([SHELF])
    nameless = Repository(database, SHELF, Nameless)
    await nameless.insert_one(Nameless(colour=Colour.blue), {"_id": "hash", "secret": "s"})
    assert await nameless.find_one({"_id": "hash"}) == Nameless(colour=Colour.blue)
    assert await nameless.records.find({}) == [{"_id": "hash", "colour": "blue", "secret": "s"}]


async def test_many_are_written_listed_streamed_and_changed(books: Repository[Book]) -> None:
    await books.insert_many([book("a"), book("b")])
    await books.bulk_upsert([book("b", pages=2), book("c")])
    assert [item.id for item in await books.find({}, sort=[("_id", -1)], limit=2)] == ["c", "b"]
    assert [item.pages async for item in books.stream({}, sort=[("_id", 1)])] == [None, 2, None]
    changed = await books.find_one_and_update({"_id": "a"}, {"$set": {"pages": 1}})
    assert changed is not None
    assert changed.pages == 1
    assert await books.find_one_and_update({"_id": "z"}, {"$set": {"pages": 1}}) is None
    assert await books.find_one({"_id": "z"}) is None


async def test_what_the_port_does_not_store_is_refused_before_anything_is_written(books: Repository[Book]) -> None:
    with pytest.raises(UnsupportedQuery):
        await books.insert_one(book(note=datetime(2026, 1, 1)))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(UnsupportedQuery):
        await books.insert_one(book(note=object()))
    assert await books.find({}) == []


def test_equal_models_make_equal_records_whatever_the_order_of_their_sets(database: Database) -> None:
    books = Repository(database, SHELF, Book)
    now = datetime.now(UTC)
    one, other = (
        Book(id="a", colour=Colour.red, printed_at=now, tags=frozenset(tags)) for tags in (("x", "y"), ("y", "x"))
    )
    assert books.record(one) == books.record(other)

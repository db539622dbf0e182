"""The models of one collection: what every repository needs to keep its own in records and to get them back.

A record holds the model's fields under their names, and the field ``id`` as ``_id``. Enums become their values, models
inside it documents, tuples and sets lists. Times stay what they are: the port takes any time zone and gives UTC.
A field that a record of an earlier release lacks has the model's default.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin

from pydantic import BaseModel

from backend.db.collection import CollectionSpec, Database, Filter, Record, Sort, Update

_SIMPLE = frozenset({str, int, float, bool, bytes, datetime, type(None)})


class Repository[Model: BaseModel]:
    """Models in and out of one collection. The subject's own repository holds one, and decides who may see what.

    Methods are named like those of the port and differ in taking and giving models. `records` is the collection itself,
    for what needs no model: changes, deletions, counts, single fields.
    """

    def __init__(
        self,
        database: Database,
        spec: CollectionSpec,
        model: type[Model],
        *,
        earlier: Callable[[Record], Record] | None = None,
    ) -> None:
        """`earlier` gives a record of an earlier release what no default can say; it gets every record."""
        self.records = database.collection(spec)
        self._model = model
        self._earlier = earlier

    def record(self, model: Model, beside: Mapping[str, Any] | None = None) -> Record:
        """The record of a model. `beside`: fields that the collection holds and the model does not show."""
        record = _document(model)
        if "id" in record:
            record["_id"] = record.pop("id")
        if beside is not None:
            record.update(beside)
        return record

    def model(self, record: Record) -> Model:
        """The model of a record, which stays as it is. Fields that the model does not know are left out."""
        if self._earlier is not None:
            record = self._earlier(record)
        return self._model.model_validate({"id": record["_id"], **record})

    async def insert_one(self, model: Model, beside: Mapping[str, Any] | None = None) -> None:
        await self.records.insert_one(self.record(model, beside))

    async def insert_many(self, models: Iterable[Model]) -> None:
        await self.records.insert_many([self.record(model) for model in models])

    async def bulk_upsert(self, models: Iterable[Model]) -> None:
        await self.records.bulk_upsert([self.record(model) for model in models])

    async def find_one(self, filter: Filter, *, sort: Sort = ()) -> Model | None:
        record = await self.records.find_one(filter, sort=sort)
        return None if record is None else self.model(record)

    async def find(self, filter: Filter, *, sort: Sort = (), limit: int | None = None) -> list[Model]:
        return [self.model(record) for record in await self.records.find(filter, sort=sort, limit=limit)]

    async def stream(self, filter: Filter, *, sort: Sort = ()) -> AsyncIterator[Model]:
        async for record in self.records.stream(filter, sort=sort):
            yield self.model(record)

    async def find_one_and_update(self, filter: Filter, update: Update) -> Model | None:
        record = await self.records.find_one_and_update(filter, update)
        return None if record is None else self.model(record)


def _document(model: BaseModel) -> Record:
    """The fields of a model under their names.

    Taken from where pydantic keeps them: a record is made of every chunk of a document, and `model_dump` takes five
    times as long.
    """
    document = model.__dict__.copy()
    for name in _composed_fields(type(model)):
        document[name] = _plain(document[name])
    return document


@cache
def _composed_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields whose values may have to be converted."""
    return tuple(name for name, field in model.model_fields.items() if not _is_simple(field.annotation))


def _is_simple(annotation: Any) -> bool:
    """Whether a field of this type only ever holds what the port takes as it is."""
    if isinstance(annotation, TypeAliasType):
        annotation = annotation.__value__
    if get_origin(annotation) in (Union, UnionType):
        return all(map(_is_simple, get_args(annotation)))
    return get_origin(annotation) is Literal or annotation in _SIMPLE


def _plain(value: Any) -> Any:
    """A value in types that the port stores; what it does not store it refuses itself."""
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if kind is dict:
        return {name: _plain(item) for name, item in value.items()}
    if kind is set or kind is frozenset:
        return sorted(map(_plain, value))  # in one order, so that equal models have equal records
    if isinstance(value, BaseModel):
        return _document(value)
    return value.value if isinstance(value, Enum) else value

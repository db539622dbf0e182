"""Filters as a tree, and what a filter means: MongoDB's matching rules for the subset of `collection.py`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from backend.db.collection import Filter, Record, UnsupportedQuery
from backend.db.order import EMPTY_ARRAY, NULL, sort_key
from backend.db.values import check_name, check_value

type Operator = Literal["$eq", "$ne", "$in", "$nin", "$lt", "$lte", "$gt", "$gte", "$exists"]
type Node = Test | All | Some
type Predicate = Callable[[Record], bool]

_OPERATORS = {"$eq", "$ne", "$in", "$nin", "$lt", "$lte", "$gt", "$gte", "$exists"}
RANGES = {"$lt", "$lte", "$gt", "$gte"}


class Missing:
    """The value of a field that is not there: equal to null in comparisons, told apart by $exists."""


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one field. `keys` are the operand's sort keys (several for $in and $nin)."""

    path: str
    operator: Operator
    operand: Any
    keys: tuple[bytes, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("."))


@dataclass(frozen=True, slots=True)
class All:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    nodes: tuple[Node, ...]


def split_path(path: Any) -> tuple[str, ...]:
    """The names of a dotted path. Positions in arrays (``tags.0``) are outside the subset."""
    if not isinstance(path, str):
        raise UnsupportedQuery(f"field paths are strings, not {path!r}")
    parts = tuple(path.split("."))
    for part in parts:
        check_name(part)
        if part.isdecimal():
            raise UnsupportedQuery(f"array positions in a path are outside the subset: {path!r}")
    return parts


def parse(filter: Filter) -> All:
    """The tree of a filter; raises `UnsupportedQuery` for anything outside the subset."""
    if not isinstance(filter, Mapping):
        raise UnsupportedQuery(f"a filter is a mapping, not {filter!r}")
    nodes: list[Node] = []
    for name, operand in filter.items():
        if name in ("$and", "$or"):
            if not isinstance(operand, list | tuple) or not operand:
                raise UnsupportedQuery(f"{name} takes a non-empty list of filters")
            children = tuple(parse(child) for child in operand)
            nodes.append(All(children) if name == "$and" else Some(children))
            continue
        split_path(name)
        if isinstance(operand, Mapping) and any(str(key).startswith("$") for key in operand):
            nodes.extend(_test(name, operator, value) for operator, value in operand.items())
        else:
            nodes.append(_test(name, "$eq", operand))
    return All(tuple(nodes))


def _test(path: str, operator: str, operand: Any) -> Test:
    if operator not in _OPERATORS:
        raise UnsupportedQuery(f"{operator!r} on {path!r} is outside the supported filters")
    keys: tuple[bytes, ...]
    if operator == "$exists":
        if not isinstance(operand, bool):
            raise UnsupportedQuery(f"$exists on {path!r} takes True or False")
        keys = ()
    elif operator in ("$in", "$nin"):
        if not isinstance(operand, list | tuple):
            raise UnsupportedQuery(f"{operator} on {path!r} takes a list")
        check_value(operand)
        keys = tuple({sort_key(value): None for value in operand})
    else:
        if operator in RANGES and isinstance(operand, list | tuple | Mapping):
            raise UnsupportedQuery(f"{operator} on {path!r} compares scalars only")
        check_value(operand)
        keys = (sort_key(operand),)
    return Test(path, cast(Operator, operator), operand, keys)


def values_at(record: Any, parts: tuple[str, ...]) -> Iterator[Any]:
    """What a path leads to: `MISSING` or a value; one for each document of an array on the way."""
    if not parts:
        yield record
        return
    if isinstance(record, dict):
        yield from values_at(record.get(parts[0], MISSING), parts[1:])
    elif isinstance(record, list):
        # Only documents directly in the array are looked into; other elements do not take part at all.
        for element in record:
            if isinstance(element, dict):
                yield from values_at(element, parts)
    else:
        yield MISSING


def candidates(record: Record, parts: tuple[str, ...]) -> Iterator[Any]:
    """The values an operator is tried on: an array stands for its elements and for itself."""
    for value in values_at(record, parts):
        if isinstance(value, list):
            yield from value
        yield value


def key_of(value: Any) -> bytes:
    return NULL if value is MISSING else sort_key(value)


def predicate(node: Node) -> Predicate:
    """A function that tells whether a record matches."""
    if isinstance(node, Test):
        return _test_predicate(node)
    children = [predicate(child) for child in node.nodes]
    if len(children) == 1:
        return children[0]
    if isinstance(node, All):
        return lambda record: all(child(record) for child in children)
    return lambda record: any(child(record) for child in children)


def _test_predicate(test: Test) -> Predicate:
    parts = test.parts
    if test.operator == "$exists":
        return lambda record: any(value is not MISSING for value in values_at(record, parts)) is test.operand
    if test.operator in RANGES:
        inside = range_test(cast(Literal["$lt", "$lte", "$gt", "$gte"], test.operator), test.keys[0])
        return lambda record: any(inside(key_of(value)) for value in candidates(record, parts))
    wanted = frozenset(test.keys)
    positive = test.operator in ("$eq", "$in")
    return lambda record: any(key_of(value) in wanted for value in candidates(record, parts)) is positive


def range_test(operator: Literal["$lt", "$lte", "$gt", "$gte"], key: bytes) -> Callable[[bytes], bool]:
    """Whether another key is on the right side and of the same type (MongoDB's type bracketing)."""
    kind = key[0]
    if operator == "$lt":
        return lambda other: other[0] == kind and other < key
    if operator == "$lte":
        return lambda other: other[0] == kind and other <= key
    if operator == "$gt":
        return lambda other: other[0] == kind and other > key
    return lambda other: other[0] == kind and other >= key


def array_sort_key(record: Record, parts: tuple[str, ...], direction: int) -> bytes:
    """The key a record sorts by: of an array the smallest element when ascending, the largest when descending."""
    keys: list[bytes] = []
    for value in values_at(record, parts):
        if isinstance(value, list):
            keys.extend(map(sort_key, value))
            if not value:
                keys.append(EMPTY_ARRAY)
        else:
            keys.append(key_of(value))
    if not keys:
        return NULL
    return min(keys) if direction == 1 else max(keys)


def fields_of(node: Node) -> frozenset[str]:
    """The names of the fields, at the top of a record, that a filter looks at."""
    if isinstance(node, Test):
        return frozenset(node.parts[:1])
    return frozenset().union(*(fields_of(child) for child in node.nodes))


def conjuncts(node: Node) -> frozenset[tuple[str, str, tuple[bytes, ...]]]:
    """The tests that every match passes; $exists counts with its operand."""
    if isinstance(node, Test):
        keys = node.keys if node.operator != "$exists" else (bytes([node.operand]),)
        found = {(node.path, node.operator, keys)}
        # What is above a bound, or equal to something, is there: it implies {"$exists": True}.
        if node.operator in ("$eq", "$gt", "$lt") and node.operand is not None:
            found.add((node.path, "$exists", (b"\x01",)))
        return frozenset(found)
    if isinstance(node, All):
        return frozenset().union(*(conjuncts(child) for child in node.nodes))
    return frozenset()

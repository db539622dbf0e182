"""Updates applied to a record in memory, by MongoDB's rules for the subset of `collection.py`.

$push and $addToSet also take ``{"$each": [...]}``; $pull takes a value, ``{"$in": [...]}`` or a filter on
embedded documents. What MongoDB refuses (a path through a scalar, $inc on text) raises `UnsupportedQuery`.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from backend.db.collection import Record, UnsupportedQuery, Update
from backend.db.filters import Node, Some, Test, parse, predicate, split_path
from backend.db.order import INT64_MAX, INT64_MIN, sort_key
from backend.db.values import check_value, copy_value

type _Change = Callable[[dict[str, Any], str, Any], None]


def check_update(update: Update) -> None:
    """Raises `UnsupportedQuery` for unknown operators, malformed operands and paths that touch each other."""
    if not update:
        raise UnsupportedQuery("an update is a non-empty mapping of operators")
    paths: list[tuple[str, ...]] = []
    for operator, changes in update.items():
        if operator not in _OPERATORS or not isinstance(changes, Mapping):
            raise UnsupportedQuery(f"{operator!r} is outside the supported updates")
        for path, operand in changes.items():
            parts = split_path(path)
            if parts[0] == "_id" and operator != "$setOnInsert":
                raise UnsupportedQuery("_id never changes")
            _check_operand(operator, path, operand)
            paths.append(parts)
    paths.sort()
    for shorter, longer in pairwise(paths):
        if longer[: len(shorter)] == shorter:
            raise UnsupportedQuery(f"two changes of one update touch {'.'.join(shorter)!r}")


def _check_operand(operator: str, path: str, operand: Any) -> None:
    if operator == "$unset":
        return
    if operator == "$pull":
        if isinstance(operand, Mapping):
            _pull_predicate(operand)
        else:
            check_value(operand)
    elif operator in ("$push", "$addToSet"):
        for value in _each(operator, operand):
            check_value(value)
    elif operator == "$inc":
        if isinstance(operand, bool) or not isinstance(operand, int | float):
            raise UnsupportedQuery(f"$inc on {path!r} takes a number")
        check_value(operand)
    else:
        check_value(operand)


def apply_update(record: Record, update: Update, *, inserting: bool = False) -> None:
    """Changes `record` in place; the update has passed `check_update`. On an error the record is to be thrown away."""
    for operator, changes in update.items():
        if operator == "$setOnInsert" and not inserting:
            continue
        # MongoDB adds new fields in the order of their names.
        for path, operand in sorted(changes.items()):
            _apply(record, operator, path, operand)


def touched_fields(update: Update) -> frozenset[str]:
    """The names of the fields, at the top of a record, that an update can change."""
    return frozenset(path.partition(".")[0] for changes in update.values() for path in changes)


def _apply(record: Record, operator: str, path: str, operand: Any) -> None:
    *way, name = path.split(".")
    creates = operator not in ("$unset", "$pull")
    at: Any = record
    for part in way:
        if not isinstance(at, dict):
            break
        if part not in at:
            if not creates:
                return
            at[part] = {}
        at = at[part]
    if not isinstance(at, dict):
        # Removing a field from a scalar or an array changes nothing; creating one there is refused.
        if operator == "$unset" or (operator == "$pull" and not isinstance(at, list)):
            return
        raise UnsupportedQuery(f"{operator} cannot reach {path!r}: a value on the way is not a document")
    _OPERATORS[operator](at, name, operand)


def _set(at: dict[str, Any], name: str, operand: Any) -> None:
    at[name] = copy_value(operand)


def _unset(at: dict[str, Any], name: str, operand: Any) -> None:
    at.pop(name, None)


def _inc(at: dict[str, Any], name: str, operand: Any) -> None:
    value = at.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnsupportedQuery(f"$inc on {name!r}, which holds no number")
    total = value + operand
    if isinstance(total, int) and not INT64_MIN <= total <= INT64_MAX:
        raise UnsupportedQuery(f"$inc on {name!r} leaves 64 bits")
    check_value(total)
    at[name] = total


def _array(at: dict[str, Any], name: str, operator: str) -> list[Any]:
    values = at.setdefault(name, [])
    if not isinstance(values, list):
        raise UnsupportedQuery(f"{operator} on {name!r}, which holds no array")
    return values


def _each(operator: str, operand: Any) -> list[Any]:
    if not isinstance(operand, Mapping) or "$each" not in operand:
        return [operand]
    if len(operand) != 1 or not isinstance(operand["$each"], list | tuple):
        raise UnsupportedQuery(f"{operator} takes a value or {{'$each': [...]}} and no other modifier")
    return list(operand["$each"])


def _push(at: dict[str, Any], name: str, operand: Any) -> None:
    _array(at, name, "$push").extend(map(copy_value, _each("$push", operand)))


def _add_to_set(at: dict[str, Any], name: str, operand: Any) -> None:
    values = _array(at, name, "$addToSet")
    present = {sort_key(value) for value in values}
    for value in _each("$addToSet", operand):
        key = sort_key(value)
        if key not in present:
            present.add(key)
            values.append(copy_value(value))


def _pull(at: dict[str, Any], name: str, operand: Any) -> None:
    if name not in at:
        return
    values = _array(at, name, "$pull")
    if isinstance(operand, Mapping):
        goes = _pull_predicate(operand)
    else:
        unwanted = sort_key(operand)

        def goes(value: Any) -> bool:
            return sort_key(value) == unwanted

    values[:] = [value for value in values if not goes(value)]


def _pull_predicate(operand: Mapping[str, Any]) -> Callable[[Any], bool]:
    if any(str(name).startswith("$") for name in operand):
        matches = predicate(parse({"v": operand}))
        return lambda value: matches({"v": value})
    matches_document = predicate(parse(operand))
    return lambda value: isinstance(value, dict) and matches_document(value)


def check_upsert(node: Node, update: Update) -> None:
    """Raises `UnsupportedQuery` unless an insert by this upsert would get its `_id`."""
    if "_id" not in seed_of_upsert(node) and "_id" not in update.get("$setOnInsert", {}):
        raise UnsupportedQuery("an upsert sets _id in its filter or with $setOnInsert")


def seed_of_upsert(node: Node) -> Record:
    """The fields that an upsert takes from its filter: the equalities that must hold."""
    record: Record = {}
    for test in _equalities(node):
        _apply(record, "$set", test.path, test.operand)
    return record


def _equalities(node: Node) -> list[Test]:
    if isinstance(node, Test):
        return [node] if node.operator == "$eq" else []
    if isinstance(node, Some) and len(node.nodes) > 1:
        return []
    return [test for child in node.nodes for test in _equalities(child)]


_OPERATORS: Mapping[str, _Change] = {
    "$set": _set,
    "$setOnInsert": _set,
    "$unset": _unset,
    "$inc": _inc,
    "$push": _push,
    "$pull": _pull,
    "$addToSet": _add_to_set,
}

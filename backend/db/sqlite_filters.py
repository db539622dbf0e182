"""Filters and sorts as SQL over the key columns of a collection's table.

Every indexed path has a column with the value's sort key (`order.sort_key`), so SQL compares as MongoDB does. What
SQL cannot decide (fields without an index, $exists, whole arrays) is left to `filters.predicate`: the plan then is
not `exact` and its rows are checked again in Python.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson

from backend.db.collection import Filter, Sort, UnsupportedQuery
from backend.db.filters import RANGES, All, Node, Predicate, Some, Test, conjuncts, parse, predicate, split_path
from backend.db.order import ARRAY, STRING
from backend.db.sqlite_schema import Table

# Values are bound; only names from the declared indexes are written into the SQL of this module.
# ruff: noqa: S608

# SQLite's own limit on parameters is 32,766; a longer list is checked in Python.
_MAX_PARAMETERS = 30_000
_MAX_PROBED = 1_000
_COMPARISONS = {"$lt": "<", "$lte": "<=", "$gt": ">", "$gte": ">="}


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition, its parameters, and whether it decides the filter alone."""

    text: str
    parameters: tuple[object, ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Walk:
    """Another way to read in the order of the ids: along them, looking at each record's array elements.

    `members` gives a row for each element that the filter asks for, so that its number tells whether this is shorter.
    """

    where: Sql
    members: Sql


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read the records of a filter. `order` is "" or a whole ORDER BY; None when Python has to sort."""

    where: Sql
    order: str | None
    matches: Predicate
    node: All
    sort: Sort = ()
    ids: tuple[str, ...] | None = field(default=None)
    #: An index gives the matching rows one after the other, already in order: reading n of them touches about n rows.
    seeks: bool = False
    #: Asks whether any record passes one of the tests that every match passes: one look into an index of arrays.
    probe: Sql | None = None
    walk: Walk | None = None

    @property
    def in_sql(self) -> bool:
        return self.where.exact and self.order is not None


def plan(table: Table, filter: Filter, sort: Sort = ()) -> Plan:
    node = parse(filter)
    where = _sql(table, node) or Sql("1", (), exact=False)
    for index in table.partial_indexes:
        if index.conditions <= conjuncts(node):
            where = Sql(f'{where.text} AND "{index.column}" = 1', where.parameters, where.exact)
    return Plan(
        where,
        _order(table, sort),
        predicate(node),
        node,
        sort,
        _ids(node),
        _seeks(table, node, sort),
        _probe(table, node),
        _walk(table, node, where) if tuple(path for path, _ in sort) == ("_id",) else None,
    )


def _walk(table: Table, node: All, where: Sql) -> Walk | None:
    asked = next((test for test in node.nodes if isinstance(test, Test) and _asks_array(table, test)), None)
    if asked is None or not where.exact:
        return None
    column, marks = table.column(asked.path), _marks(asked.keys)
    # The index by record; the plus signs keep SQLite from looking up every key for every record instead.
    element = (
        f'EXISTS (SELECT 1 FROM "{table.elements}" AS e INDEXED BY "{table.elements}:n" '
        f'WHERE e.n = "{table.name}".n AND +e.path = ? AND +e.key IN ({marks}))'
    )
    others = All(tuple(test for test in node.nodes if test is not asked))
    rest = _sql(table, others)
    if rest is None:
        return None
    return Walk(
        _join(
            " AND ",
            [Sql(f'("{column}" IN ({marks}) OR {element})', (*asked.keys, asked.path, *asked.keys)), rest],
            exact=True,
        ),
        Sql(f'SELECT 1 FROM "{table.elements}" WHERE path = ? AND key IN ({marks})', (asked.path, *asked.keys)),
    )


def _asks_array(table: Table, test: Test) -> bool:
    """Whether one of these values is to be in an array, and the elements of arrays tell."""
    return (
        test.operator in ("$eq", "$in")
        and test.path in table.multikey
        and 0 < len(test.keys) <= _MAX_PROBED
        and all(key[0] != ARRAY for key in test.keys)
    )


def _probe(table: Table, node: All) -> Sql | None:
    for test in node.nodes:
        if not isinstance(test, Test) or not _asks_array(table, test):
            continue
        if any(index.partial is None and index.keys[0][0] == test.path for index in table.spec.indexes):
            marks = _marks(test.keys)
            return Sql(
                f'SELECT EXISTS (SELECT 1 FROM "{table.elements}" WHERE path = ? AND key IN ({marks})) '
                f'OR EXISTS (SELECT 1 FROM "{table.name}" WHERE "{table.column(test.path)}" IN ({marks}))',
                (test.path, *test.keys, *test.keys),
            )
    return None


def _seeks(table: Table, node: All, sort: Sort) -> bool:
    """Whether all tests are equalities on the first keys of one index, and the sort is the keys that follow them.

    One bound on the first key of the sort (the next page of a list) may be there too.
    """
    first = sort[0][0] if sort else None
    equal: set[str] = set()
    for test in node.nodes:
        if not isinstance(test, Test) or test.path in table.multikey:
            return False
        if test.operator == "$eq" and test.keys[0][0] != ARRAY:
            equal.add(test.path)
        elif test.operator not in ("$lt", "$gt") or test.path != first:
            return False
    if not equal or any(path in table.multikey for path, _ in sort):
        return False
    for index in table.spec.indexes:
        keys = index.keys
        if index.partial is None and {path for path, _ in keys[: len(equal)]} == equal:
            follow = tuple(keys[len(equal) : len(equal) + len(sort)])
            wanted = tuple(sort)
            if follow in (wanted, tuple((path, -direction) for path, direction in wanted)):
                return True
    return False


def _ids(node: All) -> tuple[str, ...] | None:
    """The ids when the filter is nothing but ids: such a read touches few rows by the primary key."""
    if len(node.nodes) == 1 and isinstance(test := node.nodes[0], Test) and test.path == "_id":
        if test.operator == "$eq":
            return tuple(_texts(test.keys))
        if test.operator == "$in":
            return tuple(_texts(test.keys))
    return None


def _order(table: Table, sort: Sort) -> str | None:
    terms = []
    for path, direction in sort:
        if direction not in (1, -1):
            raise UnsupportedQuery(f"sort direction {direction!r} on {path!r}: 1 or -1")
        column = table.column(path)
        if column is None:
            split_path(path)
        if column is None or path in table.multikey:
            return None
        terms.append(f'"{column}" {"ASC" if direction == 1 else "DESC"}')
    return f" ORDER BY {', '.join(terms)}" if terms else ""


def _sql(table: Table, node: Node) -> Sql | None:
    """None: SQL can say nothing about this part."""
    if isinstance(node, Test):
        return _id_sql(node) if node.path == "_id" else _test_sql(table, node)
    parts = [_sql(table, child) for child in node.nodes]
    known = [part for part in parts if part is not None]
    if isinstance(node, All):
        if not node.nodes:
            return Sql("1")
        if not known:
            return None
        return _join(" AND ", known, exact=len(known) == len(parts))
    if len(known) < len(parts):
        return None  # an $or with an open branch excludes nothing
    joined = _join(" OR ", known, exact=True)
    hull = _hull(table, node)
    return joined if hull is None else _join(" AND ", [hull, joined], exact=True)


def _join(word: str, parts: Sequence[Sql], *, exact: bool) -> Sql:
    return Sql(
        "(" + word.join(part.text for part in parts) + ")",
        tuple(parameter for part in parts for parameter in part.parameters),
        exact and all(part.exact for part in parts),
    )


def _hull(table: Table, node: Some) -> Sql | None:
    """One bound that all branches of a keyset-paging $or share.

    ``a < x or (a = x and _id > y)`` says ``a <= x``; only in that form can SQLite start reading in the index at x.
    """
    bounds: dict[tuple[str, bool], list[tuple[bytes, ...]]] = {}
    for branch in node.nodes:
        for test in {(t.path, t.operator): t for t in _top_tests(branch)}.values():
            if test.operator in ("$lt", "$lte", "$eq"):
                bounds.setdefault((test.path, True), []).append(test.keys)
            if test.operator in ("$gt", "$gte", "$eq"):
                bounds.setdefault((test.path, False), []).append(test.keys)
    for (path, below), keys in bounds.items():
        column = table.column(path)
        if path == "_id" or column is None or path in table.multikey or len(keys) != len(node.nodes):
            continue
        flat = [key for group in keys for key in group]
        if len({key[0] for key in flat}) == 1 and flat[0][0] != ARRAY:
            return Sql(f'"{column}" {"<=" if below else ">="} ?', (max(flat) if below else min(flat),))
    return None


def _top_tests(node: Node) -> Iterable[Test]:
    if isinstance(node, Test):
        yield node
    elif isinstance(node, All):
        for child in node.nodes:
            yield from _top_tests(child)


def _texts(keys: Iterable[bytes]) -> list[str]:
    return [key[1:].decode() for key in keys if key[0] == STRING and b"\x00" not in key]


def _id_sql(test: Test) -> Sql:
    """`_id` is always a string, so other operands match nothing (or, negated, everything)."""
    if test.operator == "$exists":
        return Sql("1" if test.operand else "0")
    texts = _texts(test.keys)
    if test.operator in RANGES:
        if test.keys[0][0] != STRING:
            return Sql("0")
        return Sql(f"id {_COMPARISONS[test.operator]} ?", (test.operand,))
    negated = test.operator in ("$ne", "$nin")
    if len(texts) == 1:
        return Sql("id <> ?" if negated else "id = ?", (texts[0],))
    # One parameter for any number of ids keeps it one prepared statement.
    word = "NOT IN" if negated else "IN"
    return Sql(f"id {word} (SELECT value FROM json_each(?))", (orjson.dumps(texts).decode(),))


def _test_sql(table: Table, test: Test) -> Sql | None:
    column = table.column(test.path)
    whole_array = any(key[0] == ARRAY for key in test.keys)
    if column is None or test.operator == "$exists" or whole_array or len(test.keys) > _MAX_PARAMETERS:
        return None
    multikey = test.path in table.multikey
    negated = test.operator in ("$ne", "$nin")
    if negated:
        # The column of an array is NULL: SQL cannot say what it does not hold.
        if multikey:
            return None
        return Sql(f'"{column}" NOT IN ({_marks(test.keys)})', test.keys)
    if test.operator in RANGES:
        condition, parameters = _range(test)
    else:
        condition = "{} = ?" if len(test.keys) == 1 else f"{{}} IN ({_marks(test.keys)})"
        parameters = test.keys
    plain = condition.replace("{}", f'"{column}"')
    if not multikey:
        return Sql(plain, parameters)
    element = condition.replace("{}", "key")
    return Sql(
        f'({plain} OR n IN (SELECT n FROM "{table.elements}" WHERE path = ? AND {element}))',
        (*parameters, test.path, *parameters),
    )


def _marks(keys: Sequence[bytes]) -> str:
    return ",".join("?" * len(keys))


def _range(test: Test) -> tuple[str, tuple[bytes, ...]]:
    """A range inside the operand's type: bounded on the open side by where the type's keys begin or end."""
    key = test.keys[0]
    if test.operator in ("$lt", "$lte"):
        return f"({{}} {_COMPARISONS[test.operator]} ? AND {{}} >= ?)", (key, bytes([key[0]]))
    return f"({{}} {_COMPARISONS[test.operator]} ? AND {{}} < ?)", (key, bytes([key[0] + 1]))

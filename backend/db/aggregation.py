"""Gathers counts and sums by group; what both databases' answers to `Collection.aggregate` have in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend.db.collection import Group, GroupKey, TimeBucket, UnsupportedQuery
from backend.db.order import INT64_MAX, INT64_MIN

MAX_KEYS = 2


class Grouping:
    """Gathers groups from rows: from single records, or from rows that already stand for several."""

    def __init__(self, by: Sequence[GroupKey], sums: Sequence[str]) -> None:
        check_grouping(by, sums)
        self._by = tuple(by)
        self._sums = tuple(sums)
        self._groups: dict[tuple[Any, ...], Group] = {}

    def add(self, values: Sequence[Any], numbers: Sequence[Any], *, count: int = 1) -> None:
        """Adds rows with these key values. Each of `numbers` is the sum of a field over them; what is none counts 0.

        Raises `UnsupportedQuery` for a key that is an array or a document.
        """
        keys: list[Any] = []
        for key, value in zip(self._by, values, strict=True):
            if isinstance(key, TimeBucket):
                if not isinstance(value, datetime):
                    return
                keys.append(key.start(value))
            elif isinstance(value, list | dict):
                raise UnsupportedQuery(f"grouping by {key!r}, which holds an array or a document")
            else:
                keys.append(value)
        # True == 1 and 1 == 1.0 for a dict; MongoDB tells a boolean from a number, and so does the name of its kind.
        mark = tuple((isinstance(key, bool), key) for key in keys)
        group = self._groups.get(mark)
        if group is None:
            group = self._groups[mark] = Group(tuple(keys), sums=dict.fromkeys(self._sums, 0))
        group.count += count
        for path, number in zip(self._sums, numbers, strict=True):
            if isinstance(number, int | float) and not isinstance(number, bool):
                group.sums[path] += number

    def groups(self) -> list[Group]:
        for group in self._groups.values():
            for path, total in group.sums.items():
                if isinstance(total, int) and not INT64_MIN <= total <= INT64_MAX:
                    group.sums[path] = float(total)
        return list(self._groups.values())


def check_grouping(by: Sequence[GroupKey], sums: Sequence[str]) -> None:
    """Raises `UnsupportedQuery` for what the port does not promise."""
    if len(by) > MAX_KEYS:
        raise UnsupportedQuery(f"grouping by {len(by)} fields: at most {MAX_KEYS}")
    if len(set(sums)) != len(sums):
        raise UnsupportedQuery(f"a field is summed twice: {list(sums)}")


def path_of(key: GroupKey) -> str:
    return key.path if isinstance(key, TimeBucket) else key

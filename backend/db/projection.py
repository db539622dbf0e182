"""The `fields` of a read: which paths of a record are kept, by MongoDB's rules for inclusion."""

from collections.abc import Sequence
from typing import Any

from backend.db.collection import Record, UnsupportedQuery
from backend.db.filters import split_path

type _Tree = dict[str, _Tree]


def field_tree(fields: Sequence[str]) -> _Tree:
    """Paths as a tree; `_id` is always in it. Raises `UnsupportedQuery` when one path is inside another."""
    tree: _Tree = {"_id": {}}
    for path in dict.fromkeys(fields):
        if path == "_id":
            continue
        *way, name = split_path(path)
        at = tree
        for part in way:
            if part in at and not at[part]:
                raise UnsupportedQuery(f"field {path!r} is inside another field that is asked for")
            at = at.setdefault(part, {})
        if name in at:
            raise UnsupportedQuery(f"field {path!r} contains another field that is asked for")
        at[name] = {}
    return tree


def project(record: Record, tree: _Tree) -> Record:
    """The parts of a record that the tree names, in the record's own order."""
    kept: Record = {}
    for name, value in record.items():
        below = tree.get(name)
        if below is None:
            continue
        if not below:
            kept[name] = value
        elif isinstance(value, dict):
            kept[name] = project(value, below)
        elif isinstance(value, list):
            kept[name] = _project_list(value, below)
    return kept


def _project_list(values: list[Any], tree: _Tree) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if isinstance(value, dict):
            kept.append(project(value, tree))
        elif isinstance(value, list):
            kept.append(_project_list(value, tree))
    return kept

"""The tree of errors, as it is drawn in the module's docstring."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from backend import errors
from backend.errors import BibliosError

BACKEND = Path(errors.__file__).parent
_DRAWN = re.compile(r"^(?P<depth>(?:[│ ]   )*)[├└]── (?P<name>\w+)\s*(?:(?P<status>\d{3})  )?", re.MULTILINE)


def drawn() -> dict[str, tuple[str, str | None]]:
    """Name → (the class it stands below, its status if that is drawn)."""
    found: dict[str, tuple[str, str | None]] = {}
    path = ["BibliosError"]
    for match in _DRAWN.finditer(errors.__doc__ or ""):
        depth = len(match["depth"]) // 4
        found[match["name"]] = (path[depth], match["status"])
        path[depth + 1 :] = [match["name"]]
    return found


def classes() -> dict[str, str]:
    """Every public error class of the house → its base, read from the sources: importing all of it is slow."""
    bases = {node.name: base for node in _class_definitions() for base in _bases(node)}
    below = {"BibliosError"}
    while more := {name for name, base in bases.items() if base in below} - below:
        below |= more
    return {name: bases[name] for name in below - {"BibliosError"} if not name.startswith("_")}


def _class_definitions() -> Iterator[ast.ClassDef]:
    for file in BACKEND.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _bases(node: ast.ClassDef) -> Iterator[str]:
    for base in node.bases:
        if isinstance(base, ast.Name):
            yield base.id


def test_every_error_class_stands_in_the_drawn_tree() -> None:
    assert {name: parent for name, (parent, _) in drawn().items()} == classes()


def test_the_drawn_statuses_are_those_of_the_classes() -> None:
    for name, (_, status) in drawn().items():
        own = getattr(errors, name, None)
        if own is not None and status is not None:
            assert (name, own.status) == (name, int(status))


def test_every_class_has_a_code_of_its_own() -> None:
    here = [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, BibliosError)]
    codes = [item.default_code for item in here]
    assert len(codes) == len(set(codes))

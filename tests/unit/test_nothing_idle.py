"""Whole families: every setting is read by some part, every metric is moved by one."""

import ast
from functools import cache
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram
from pydantic import BaseModel

from backend.monitoring import metrics
from backend.settings import Settings

BACKEND = Path(__file__).parents[2] / "backend"
_MOVES = {"inc", "dec", "set", "observe"}
#: Moved through timers that are kept by route (`api.middleware`).
_TIMED = {"HTTP_SECONDS"}
_READS_NOTHING = {"env_example.py"}

GROUPS = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}
FIELDS = [(group, name) for group, model in GROUPS.items() for name in model.model_fields]
ALONE = [name for name in Settings.model_fields if name not in GROUPS]
METRICS = [name for name, value in vars(metrics).items() if isinstance(value, Counter | Gauge | Histogram)]


@cache
def modules() -> dict[Path, tuple[frozenset[str], frozenset[str]]]:
    """For each module: the attributes that it reads, and the names that it uses."""
    found = {}
    for path in BACKEND.rglob("*.py"):
        if path.name not in _READS_NOTHING:
            nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            attributes = frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute))
            names = {node.id for node in nodes if isinstance(node, ast.Name)}
            names |= {node.name for node in nodes if isinstance(node, ast.alias)}
            found[path] = (attributes, frozenset(names))
    return found


def readers(group: str, name: str) -> list[Path]:
    """Modules that read an attribute of this name and have to do with the group."""
    classes = {model.__name__ for model in GROUPS[group].__mro__ if issubclass(model, BaseModel)} - {"BaseModel"}
    return [
        path
        for path, (attributes, names) in modules().items()
        if name in attributes and (path.name == "settings.py" or group in attributes or classes & names)
    ]


@pytest.mark.parametrize(("group", "name"), FIELDS, ids=[f"{group}.{name}" for group, name in FIELDS])
def test_every_setting_is_read(group: str, name: str) -> None:
    assert readers(group, name)


@pytest.mark.parametrize("name", ALONE)
def test_every_setting_without_a_group_is_read(name: str) -> None:
    assert any(name in attributes for attributes, _ in modules().values())


@cache
def moved() -> frozenset[str]:
    """Names of metrics on which something is called that moves them, directly or by their labels."""
    found: set[str] = set()
    for path in BACKEND.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MOVES:
                found |= {part.id for part in ast.walk(node.func) if isinstance(part, ast.Name)}
                found |= {part.attr for part in ast.walk(node.func) if isinstance(part, ast.Attribute)}
    return frozenset(found | _TIMED)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_moved(name: str) -> None:
    assert name in moved()

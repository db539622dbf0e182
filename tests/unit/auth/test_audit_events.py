"""Every event of the audit log is documented and has words on the page."""

import ast
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: What notes an entry: its first argument is the event.
_NOTING = {"record", "note", "_note", "_record", "_note_invitation"}
#: What a chosen event is called before it is noted.
_CHOSEN = {"event", "_EVENTS"}
_PURPOSES_OF_CONNECTIONS = {"sync", "actions"}


def recorded() -> set[str]:
    """The events that the code writes: in a call that notes one, as the purpose of a refused confirmation, or chosen
    by name at run time."""
    found: set[str] = set()
    for module in (ROOT / "backend").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            found |= {name for value in _noted(node) for name in _events(value)}
    return found


def _noted(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args, keywords=keywords):
            purposes = [item.value for item in keywords if item.arg == "purpose"]
            return [*purposes, *(args[:1] if name in _NOTING else [])]
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() | ast.IfExp() as value) if name in _CHOSEN:
            return [value]
        case _:
            return []


def _events(value: ast.expr) -> list[str]:
    match value:
        case ast.Constant(value=str(name)) if name not in _PURPOSES_OF_CONNECTIONS:
            return [name]
        case ast.IfExp(body=body, orelse=other):
            return [*_events(body), *_events(other)]
        case ast.Dict(keys=keys, values=values):
            return [name for item in (*keys, *values) if item for name in _events(item) if "." in name]
        case _:
            return []


def documented() -> set[str]:
    text = (ROOT / "docs" / "developer" / "security.md").read_text(encoding="utf-8")
    return set(re.findall(r"`([a-z_.]+)`", text.partition("\nEvents: ")[2].partition("\n\n")[0]))


def worded() -> set[str]:
    words = json.loads((ROOT / "frontend" / "src" / "locales" / "en" / "admin.json").read_text(encoding="utf-8"))
    return set(_leaves(words["events"]))


def _leaves(tree: dict[str, object], prefix: str = "") -> list[str]:
    found: list[str] = []
    for key, value in tree.items():
        found += _leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
    return found


def test_every_event_is_documented() -> None:
    assert recorded() == documented()


def test_every_event_has_words_on_the_page() -> None:
    assert worded() == documented()

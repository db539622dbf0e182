"""Renders `.env.example` from the settings tree: ``python -m backend.env_example > .env.example``.

A test holds the file against the tree, so a setting cannot be added without its line.
"""

import sys
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from backend.connectors.manifest import Manifest
from backend.connectors.registry import SERVICES
from backend.settings import Settings

_HEAD = """\
# Every setting of BibliosAI with its default. Copy to `.env` and uncomment what you change.
# An environment variable of the same name wins over the file.
"""


def _value(default: Any) -> str:
    if default is None:
        return ""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, list):
        return "[]"
    return str(default)


def _line(name: str, field: FieldInfo) -> Iterator[str]:
    if field.description:
        yield f"# {field.description}"
    yield f"#{name}={_value(field.get_default(call_default_factory=True))}"


def _registrations() -> Iterator[list[Manifest]]:
    """Those that share a registration at their provider together: they share its variables too."""
    by_name: dict[tuple[str, str], list[Manifest]] = {}
    for manifest in SERVICES:
        by_name.setdefault((manifest.purpose, manifest.prefix), []).append(manifest)
    yield from by_name.values()


def _settings_of(registered: list[Manifest]) -> Iterator[str]:
    """Each variable once; what is each one's own by default says so."""
    first = registered[0]
    for name, field in first.settings.model_fields.items():
        defaults = {_value(one.settings.model_fields[name].default) for one in registered}
        if len(defaults) > 1:
            yield f"# one for all of them; left out: each one's own ({', '.join(sorted(defaults))})"
            yield f"#{first.variable(name)}="
        else:
            yield from _line(first.variable(name), field)


def render() -> str:
    """The whole file as text."""
    lines = [_HEAD]
    groups: list[tuple[str, type[BaseModel]]] = []
    for name, field in Settings.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            groups.append((name, annotation))
        elif name != "connectors":
            lines.extend(_line(f"BIBLIOS_{name.upper()}", field))
    for group, model in groups:
        lines.append(f"\n# --- {group}: {cleandoc(model.__doc__ or group).splitlines()[0]}")
        for name, field in model.model_fields.items():
            lines.extend(_line(f"BIBLIOS_{group.upper()}_{name.upper()}", field))
    for registered in _registrations():
        subject = "actions" if registered[0].purpose == "actions" else "connectors"
        lines.append(f"\n# --- {subject}: {', '.join(manifest.name for manifest in registered)}")
        lines.extend(_settings_of(registered))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())

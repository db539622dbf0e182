"""TOML as tables of statements, so that remarks stay beside what they are about and values as they are written."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from backend.extraction.extractors.paths import Fields, Remark

#: Strings, remarks, brackets, ends of lines, and what is between them.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*+\'{3,5}|"(?:[^"\\\n]|\\.)*+"|\'[^\'\n]*+\''
    r"|#[^\n]*+|[\[{]|[\]}]|\n|[^\"'#\[\]{}\n]++|.",
    re.DOTALL,
)


def tables_in(text: str) -> Iterator[tuple[tuple[str, ...], bool, Fields]]:
    """Each table in order: its name, whether it is one of several of that name, its fields and remarks.

    Raises `ValueError`, and `RecursionError` for what is nested too deep.
    """
    tomllib.loads(text, parse_float=str)
    name: tuple[str, ...] = ()
    several = False
    fields = Fields()
    for statement, remark in _statements(text):
        if remark and not statement:
            fields.append(("", Remark(remark)))
        elif statement.startswith("["):
            yield name, several, fields
            several = statement.startswith("[[")
            name, fields = _name(statement.strip("[] \t")), Fields()
            if remark:
                fields.append(("", Remark(remark)))
        elif statement:
            fields.append(_field(statement, remark))
    yield name, several, fields


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """Statements, each with the remark beside it. Inside brackets a statement goes on over the ends of lines."""
    parts: list[str] = []
    remark, depth = "", 0
    for match in _TOKEN.finditer(text + "\n"):
        part = match[0]
        if part == "\n" and depth == 0:
            yield "".join(parts).strip(), remark
            parts, remark = [], ""
        elif part.startswith("#"):
            remark = f"{remark} {part}".strip()
        else:
            depth += (part in {"[", "{"}) - (part in {"]", "}"})
            parts.append(part)


def _name(dotted: str) -> tuple[str, ...]:
    value: Any = tomllib.loads(f"{dotted} = 0")
    path = []
    while isinstance(value, dict):
        key, value = next(iter(value.items()))
        path.append(key)
    return tuple(path)


def _field(statement: str, remark: str) -> tuple[str, Any]:
    value: Any = tomllib.loads(statement, parse_float=str)
    path = []
    # The dots of a key; those of an inline table are fields of its value, and read the same.
    while isinstance(value, dict) and len(value) == 1:
        key, value = next(iter(value.items()))
        path.append(key)
    if not isinstance(value, (dict, list, str)):
        value = statement.partition("=")[2].strip()
    written = _tree(value)
    if remark:
        written = f"{written}  {remark}" if isinstance(written, str) else Fields([("", Remark(remark)), ("", written)])
    return ".".join(path), written


def _tree(value: Any) -> Any:
    if isinstance(value, dict):
        return Fields((key, _tree(item)) for key, item in value.items())
    if isinstance(value, list):
        return [_tree(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)

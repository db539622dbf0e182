"""Values in values (JSON, YAML, TOML) as lines that each stand on their own: ``path.to.key: value``."""

import re
from collections.abc import Sequence
from typing import Any

from backend.extraction.content import TextBuilder
from backend.extraction.generated import without_encoded

MAX_DEPTH = 200
#: What is written again because something refers to it, in values of up to 50 signs: enough for real files, too little
#: for a bomb.
_MAX_REPEATED = 5_000
_REPEATED_CHARS = 50
_LONGEST_LIST = 400
_LONGEST_LABEL = 40
#: Fields that name a record, best first.
_NAMING = ("name", "id", "key", "title", "label")
_NUMBER = re.compile(r"[-+]?[\d.,_]+(?:[eE][-+]?\d+)?")


class Fields(list[tuple[str, Any]]):
    """The fields of an object in order, the same name twice when the file has it twice."""

    def keys(self) -> list[str]:
        return [key for key, _ in self]

    def first(self, *names: str) -> str | None:
        """The first of these fields that is text."""
        return next((item for name in names for key, item in self if key == name and isinstance(item, str)), None)


class Remark(str):
    """A remark in the file, written as a line of its own."""

    __slots__ = ()


class Again:
    """What the file refers to by a name, instead of writing it twice."""

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value


class PathWriter:
    """Writes values below their paths, one block for each record of a list.

    `in_sections`: each field of the outermost object that holds others is a section, and every path is whole. Without,
    the records of an outermost list stand without its name in front of every line.
    Raises `RecursionError` for what is nested deeper than `MAX_DEPTH`.
    """

    def __init__(self, builder: TextBuilder, *, in_sections: bool = False) -> None:
        self._builder = builder
        self._in_sections = in_sections
        self._block: list[str] = []
        self._repeated = 0
        self._inside = 0
        self._record = ""
        self._is_apart = False
        self.encoded = 0
        """How many values of encoded data were left out."""
        self.is_cut = False
        """Whether something that is referred to was not written again."""

    def write(self, value: Any) -> None:
        """A whole document: an object, a list of records or a plain value."""
        if isinstance(value, Fields) and self._in_sections:
            is_open = False
            for key, item in value:
                holds = bool(key) and isinstance(item, (Fields, list, Again))
                if holds or (is_open and key):
                    self.begin(key if holds else None)
                    is_open = holds
                self._field(value, key, item, "", 1)
        elif isinstance(value, list) and _are_records(value):
            self._records(value, "", 0)
        else:
            self._value(value, "", 0, number=None)
        self.end_block()

    def begin(self, heading: str | None) -> None:
        """A section, whose heading is its label alone."""
        self.end_block()
        self._builder.begin(heading, level=1 if heading else 0)

    def put(self, path: str, value: Any) -> None:
        """A value that stands at a path."""
        self._value(value, path, 1, number=None)

    def line(self, text: str) -> None:
        self._block.append(text)

    def end_block(self) -> None:
        if self._block:
            self._builder.block("\n".join(self._block))
            self._block.clear()

    def _value(self, value: Any, path: str, depth: int, *, number: int | None) -> None:
        """`number`: the place of a value in the list that it is in."""
        if depth > MAX_DEPTH:
            raise RecursionError
        if self._inside:
            self._repeated += 1 + (len(value) // _REPEATED_CHARS if isinstance(value, str) else 0)
        if number is not None:
            path += f"[{label_of(value) or number}]"
        if isinstance(value, Again):
            self._again(value, path, depth)
        elif isinstance(value, Fields):
            for key, item in value:
                self._field(value, key, item, path, depth + 1)
        elif isinstance(value, list):
            self._list(value, path, depth)
        elif isinstance(value, Remark):
            self.line(value)
        elif (written := self._scalar(value)) is not None:
            self.line(_line(path, written))

    def _field(self, owner: Fields, key: str, item: Any, path: str, depth: int) -> None:
        if isinstance(item, Remark) and not key:
            self.line(item)
        elif key == "<<" and (merged := _merged(item)):
            known = set(owner.keys())
            for one in merged:
                own = Fields((name, value) for name, value in one.value if name not in known)
                self._value(Again(one.name, own), path, depth, number=None)
        else:
            self._value(item, f"{path}.{key}" if path and key else path or key, depth, number=None)

    def _again(self, value: Again, path: str, depth: int) -> None:
        if self._repeated > _MAX_REPEATED:
            self.is_cut = True
            self.line(_line(path, f"as {value.name}"))
            return
        self._inside += 1
        self._value(value.value, path, depth, number=None)
        self._inside -= 1

    def _list(self, items: Sequence[Any], path: str, depth: int) -> None:
        if not any(isinstance(item, (Fields, list, Again, Remark)) for item in items):
            written = [text for text in map(self._scalar, items) if text]
            joined = ", ".join(written)
            if len(joined) <= _LONGEST_LIST or all(map(_NUMBER.fullmatch, written)):
                if joined:
                    self.line(_line(path, joined))
                return
        elif _are_records(items) and depth <= 1 and not self._in_sections:
            self._records(items, path, depth)
            return
        record, self._record = self._record, ""
        path = f"{record}.{path}" if record and path else record or path
        # What is in a record stays with it.
        is_apart = _are_records(items) and not record and not self._is_apart
        self._is_apart = self._is_apart or is_apart
        place = 0
        for item in items:
            place += not isinstance(item, Remark)
            if is_apart:
                self.end_block()
            self._value(item, path, depth + 1, number=None if isinstance(item, Remark) else place)
        if is_apart:
            self.end_block()
            self._is_apart = False
        self._record = record

    def _records(self, items: Sequence[Any], path: str, depth: int) -> None:
        """Messages of a chat, rows of an export: each reads on its own, so no position in front of every line."""
        if path:
            self.begin(path)
            self.line(f"{path}:")
        for place, item in enumerate(items, start=1):
            self.end_block()
            label = label_of(item)
            self._record = f"{path}[{label or place}]" if path else label
            self._value(item, "", depth + 1, number=None)
        self._record = ""
        if path:
            self.begin(None)

    def _scalar(self, value: Any) -> str | None:
        """None for nothing."""
        if value is None:
            return None
        if isinstance(value, bool):
            return str(value).lower()
        text, count = without_encoded(str(value))
        self.encoded += count
        return text


def label_of(value: Any) -> str:
    """What names a record among others: short, and of one line."""
    if not isinstance(value, Fields):
        return ""
    for name in _NAMING:
        found = next((item for key, item in value if key.lower() == name and isinstance(item, str)), "").strip()
        if found and len(found) <= _LONGEST_LABEL and "\n" not in found:
            return found
    return ""


def _are_records(items: Sequence[Any]) -> bool:
    return bool(items) and all(isinstance(item, (Fields, Remark)) for item in items)


def _merged(item: Any) -> list[Again]:
    """The objects whose fields a YAML object takes over."""
    named = item if isinstance(item, list) and not isinstance(item, Fields) else [item]
    return [one for one in named if isinstance(one, Again) and isinstance(one.value, Fields)]


def _line(path: str, text: str) -> str:
    return f"{path}: {text}".rstrip() if path else text

"""YAML as a tree of what is written: nothing is made of it, no tag is obeyed, nothing is copied that is referred to."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from backend.extraction.extractors.paths import MAX_DEPTH, Again, Fields, Remark

_SHORT = 100
_REMARK = re.compile(r"(?:^|(?<=[ \t]))#[^\n]*", re.MULTILINE)


class NoYaml(ValueError):
    """`line`, counted from 1, is where the file breaks the rules."""

    def __init__(self, line: int | None) -> None:
        super().__init__()
        self.line = line


@dataclass(slots=True)
class _Open:
    """An object or list that is being read; `key`: the field whose value comes next."""

    value: Any
    anchor: str | None
    key: str | None = None
    doubled: set[str] = field(default_factory=set)


def documents_in(text: str) -> tuple[list[Any], list[str]]:
    """The documents of a file as `Fields`, lists and text, and the fields that stand twice in one object.

    Raises `NoYaml`, and `RecursionError` for what is nested too deep.
    """
    reader = _Reader(text)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        raise NoYaml(error.problem_mark.line + 1 if error.problem_mark is not None else None) from error
    except yaml.YAMLError as error:
        raise NoYaml(None) from error
    return reader.documents, list(reader.doubled)


class _Reader:
    """Puts the parts of a file into one another, with the remarks between them."""

    def __init__(self, text: str) -> None:
        self.documents: list[Any] = []
        self.doubled: dict[str, None] = {}
        self._text = text
        self._read = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._waiting: list[Remark] = []

    def take(self, event: Any) -> None:
        self._take_remarks(event.start_mark.index)
        match event:
            case yaml.DocumentStartEvent():
                self._anchors = {}
            case yaml.ScalarEvent():
                self._put(_written(event), event.anchor)
            case yaml.AliasEvent():
                # One that stands inside what it refers to has no value yet.
                value = self._anchors.get(event.anchor, f"*{event.anchor}")
                is_short = isinstance(value, str) and len(value) < _SHORT
                self._put(value if is_short else Again(f"&{event.anchor}", value), None)
            case yaml.MappingStartEvent():
                self._begin(Fields(), event.anchor)
            case yaml.SequenceStartEvent():
                self._begin([], event.anchor)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                ended = self._open.pop()
                self._put(ended.value, ended.anchor)
            case yaml.DocumentEndEvent():
                if self._waiting:
                    self.documents.append(Fields(("", one) for one in self._waiting))
                    self._waiting = []
        self._read = max(self._read, event.end_mark.index if isinstance(event, yaml.ScalarEvent) else self._read)

    def _begin(self, value: Any, anchor: str | None) -> None:
        if len(self._open) > MAX_DEPTH:
            raise RecursionError
        self._open.append(_Open(value, anchor))

    def _put(self, value: Any, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = value
        if not self._open:
            if self._waiting:
                self.documents.append(Fields(("", one) for one in self._waiting))
                self._waiting = []
            self.documents.append(value)
            return
        around = self._open[-1]
        if not isinstance(around.value, Fields):
            around.value.append(value)
        elif around.key is None:
            key = _as_key(value)
            if key in around.doubled:
                self.doubled[key] = None
            around.doubled.add(key)
            around.key = key
        else:
            around.value.append((around.key, value))
            around.key = None

    def _take_remarks(self, end: int) -> None:
        """The remarks between what was read and `end`, which is where the next part begins."""
        if end <= self._read:
            return
        between = self._text[self._read : end]
        for match in _REMARK.finditer(between):
            remark = Remark(match[0].rstrip())
            is_beside = self._read > 0 and "\n" not in between[: match.start()]
            if not self._open:
                self._waiting.append(remark)
            elif is_beside and self._beside(remark):
                continue
            elif isinstance(self._open[-1].value, Fields):
                self._open[-1].value.append(("", remark))
            else:
                self._open[-1].value.append(remark)
        self._read = end

    def _beside(self, remark: str) -> bool:
        """Puts a remark behind the value that it stands beside."""
        around = self._open[-1]
        if not around.value or around.key is not None:
            return False
        if isinstance(around.value, Fields):
            key, value = around.value[-1]
            if not isinstance(value, str) or isinstance(value, Remark):
                return False
            around.value[-1] = (key, f"{value}  {remark}")
            return True
        return False


def _written(event: Any) -> str:
    """A plain value as it is written, with the tag of its own that the file gives it."""
    tag = event.tag or ""
    return f"{tag} {event.value}" if tag.startswith("!") and len(tag) > 1 else str(event.value)


def _as_key(value: Any) -> str:
    if isinstance(value, Again):
        value = value.value
    if isinstance(value, Fields):
        return ", ".join(f"{key}: {_as_key(item)}" for key, item in value[:10])
    if isinstance(value, list):
        return ", ".join(map(_as_key, value[:10]))
    return str(value)

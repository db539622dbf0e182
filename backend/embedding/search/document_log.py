"""The document table of an index on disk: a file of changes, one a line, that is read back at start.

A line is a checksum and one change as JSON. Lines are written before the chunks that they belong to, so that a process
that is killed finds every acknowledged document again. When most lines are out of date, the file is written anew under
the next number; the one that the index's state names counts.
"""

import json
import os
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from backend.embedding.search.document_table import DocumentFields, DocumentTable
from backend.embedding.search.models import by_value

_PREFIX, _SUFFIX = "biblios-documents-", ".log"
_CHECKSUM_CHARS = 8
# A file is written anew when it has this many lines for each document, and so many more.
_LINES_PER_DOCUMENT = 2
_SPARE_LINES = 1_000

type _Change = dict[str, Any]


class DocumentLogUnusable(Exception):
    """The file is not what was written. The message says what is wrong."""


class DocumentLog:
    """Changes are noted on the event loop and written by the index's one writer thread."""

    def __init__(self, folder: Path, *, number: int, lines: int) -> None:
        self._folder = folder
        self._number = number
        self._lines = lines
        self._noted: deque[_Change] = deque()
        self._file: BinaryIO = _path(folder, number).open("ab", buffering=0)

    @classmethod
    def open(cls, folder: Path, *, number: int, size_bytes: int) -> tuple["DocumentLog", DocumentTable]:
        """The table as the file tells it; what a kill left of a last line is cut off.

        Errors: `DocumentLogUnusable` when the first `size_bytes`, which were saved, are not whole; `OSError`.
        """
        try:
            table, lines, whole = _replayed(_path(folder, number))
        except FileNotFoundError as error:
            raise DocumentLogUnusable(f"{_path(folder, number).name} is missing") from error
        if whole < size_bytes:
            raise DocumentLogUnusable(f"{_path(folder, number).name} is cut off or was changed")
        os.truncate(_path(folder, number), whole)
        for path in folder.glob(f"{_PREFIX}*"):
            if path != _path(folder, number):
                path.unlink()
        return cls(folder, number=number, lines=lines), table

    @property
    def number(self) -> int:
        """The file's, which changes when it is written anew."""
        return self._number

    @property
    def size_bytes(self) -> int:
        return self._file.tell()

    def described(self, fields: DocumentFields, row: int) -> None:
        self._noted.append(_described(fields, row))

    def forgotten(self, document_ids: Sequence[str]) -> None:
        self._noted.append({"gone": list(document_ids)})

    def cleared(self) -> None:
        self._noted.append({"clear": True})

    def access_changed(self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None]) -> None:
        self._noted.extend({"access": sorted(access), "of": ids} for access, ids in by_value(changes).items())
        self._noted.extend({"path": path, "to": ids} for path, ids in by_value(paths).items())

    def write(self) -> None:
        """Hands what was noted to the operating system. Errors: `OSError`, and then it is still noted."""
        changes = [self._noted.popleft() for _ in range(len(self._noted))]
        if not changes:
            return
        size = self.size_bytes
        rest = memoryview(b"".join(map(_line, changes)))
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            # Half a line in the middle would hide all that follows it.
            self._file.truncate(size)
            self._file.seek(size)
            self._noted.extendleft(reversed(changes))
            raise
        self._lines += len(changes)

    def sync(self) -> None:
        """Writes what was noted, and makes it survive a power cut. Errors: `OSError`."""
        self.write()
        os.fsync(self._file.fileno())

    def compact(self, documents: int | None) -> Path | None:
        """Writes the file anew if most of it is out of date, given how many documents there are, or always (None).

        Returns the former one, to be deleted by the caller when the index's state names the new one.

        Works from the file alone, so that the table may change meanwhile. Errors: `OSError`, `DocumentLogUnusable`.
        """
        if documents is not None and self._lines <= _LINES_PER_DOCUMENT * documents + _SPARE_LINES:
            return None
        self.write()
        former = _path(self._folder, self._number)
        table, _, whole = _replayed(former)
        if whole < self.size_bytes:
            raise DocumentLogUnusable(f"{former.name} was changed")
        self._file.close()
        self._number += 1
        self._lines = 0
        self._file = _path(self._folder, self._number).open("wb", buffering=0)
        for document_id in table:
            self._noted.appendleft(_described(table.fields(document_id), table.row(document_id)))
        self.sync()
        return former

    def close(self) -> None:
        self.write()
        self._file.close()


def _path(folder: Path, number: int) -> Path:
    return folder / f"{_PREFIX}{number}{_SUFFIX}"


def _line(change: _Change) -> bytes:
    # Not orjson: what a person named may hold a lone surrogate, which JSON can only escape.
    text = json.dumps(change).encode()
    return b"%08x %b\n" % (zlib.crc32(text), text)


def _replayed(path: Path) -> tuple[DocumentTable, int, int]:
    """The table, how many lines told it, and how many bytes of the file are whole lines."""
    table = DocumentTable()
    lines = whole = 0
    with path.open("rb") as file:
        for change, size in _changes(file):
            _apply(table, change)
            lines += 1
            whole += size
    table.settle()
    return table, lines, whole


def _changes(file: BinaryIO) -> Iterator[tuple[_Change, int]]:
    """The changes up to the first line that is not whole."""
    for line in file:
        checksum, text = line[:_CHECKSUM_CHARS], line[_CHECKSUM_CHARS + 1 : -1]
        if not line.endswith(b"\n") or b"%08x" % zlib.crc32(text) != checksum:
            return
        yield json.loads(text), len(line)


def _described(fields: DocumentFields, row: int) -> _Change:
    return {
        "row": row,
        "id": fields.document_id,
        "access": sorted(fields.access),
        "source": fields.source,
        "kind": fields.kind,
        "modified": fields.modified_at,
        "connection": fields.connection_id,
        "author": fields.author,
        "language": fields.language,
        "tags": sorted(fields.tags),
        "path": fields.path,
    }


def _apply(table: DocumentTable, change: _Change) -> None:
    if "row" in change:
        fields = DocumentFields(
            change["id"],
            frozenset(change["access"]),
            change["source"],
            change["kind"],
            change["modified"],
            change["connection"],
            change["author"],
            change["language"],
            frozenset(change["tags"]),
            change["path"],
        )
        table.describe(fields, row=change["row"])
    elif "to" in change:
        table.set_paths(dict.fromkeys(change["to"], change["path"]))
    elif "of" in change:
        table.set_access(dict.fromkeys(change["of"], frozenset(change["access"])))
    elif "gone" in change:
        for document_id in change["gone"]:
            table.forget(document_id)
    else:
        table.clear()

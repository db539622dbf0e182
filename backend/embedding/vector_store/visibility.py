"""Which slots of the faiss store a caller may see: document fields as columns, turned into bitmaps.

Every slot belongs to a document, every document has one code per field (its source, its set of principals, …).
A restriction becomes a look-up table over the codes of one field, so that a bitmap over 100,000 slots takes
about 0.2 ms; bitmaps are kept until the next write.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from backend.embedding.search.models import Filters, IndexEntry

type Mask = NDArray[np.bool_]
type Slots = NDArray[np.int64]

_FIRST_CAPACITY = 1024
_CACHED_BITMAPS = 64
_NO_DOCUMENT = 0  # The row of slots that hold nothing; its set of principals is empty, so nobody sees it.


class CodedColumn[T: Hashable]:
    """One value per row, kept as a small number."""

    def __init__(self, empty: T) -> None:
        self._codes: dict[T, int] = {empty: 0}
        self.rows = np.zeros(_FIRST_CAPACITY, np.int32)

    def set(self, row: int, value: T) -> None:
        self.rows = _grown(self.rows, row + 1)
        self.rows[row] = self._codes.setdefault(value, len(self._codes))

    def values(self) -> list[T]:
        """The values by code."""
        return list(self._codes)

    def where(self, wanted: Callable[[T], bool], rows: int) -> Mask:
        """Which of the first rows have a value that passes."""
        table = np.fromiter((wanted(value) for value in self._codes), np.bool_, len(self._codes))
        return np.asarray(table[self.rows[:rows]])


@dataclass(frozen=True, slots=True)
class DocumentFields:
    """What is known of a document beside its chunks; all of them share it."""

    document_id: str
    access: frozenset[str]
    source: str
    kind: str
    modified_at: float
    connection_id: str | None = None
    author: str | None = None
    language: str | None = None
    tags: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entry: IndexEntry) -> Self:
        return cls(
            entry.document_id,
            entry.access,
            entry.source,
            entry.kind,
            entry.modified_at,
            entry.connection_id,
            entry.author,
            entry.language,
            entry.tags,
        )


@dataclass(slots=True)
class Visible:
    """The slots that one caller may see under one set of filters, at one version of the table."""

    mask: Mask
    count: int
    bitmap: NDArray[np.uint8] = field(repr=False)


class DocumentTable:
    """Documents with their fields and slots. `version` counts the changes; a cached bitmap holds for one version."""

    def __init__(self) -> None:
        self.version = 0
        self.slots: dict[str, set[int]] = {}
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._next_row = _NO_DOCUMENT + 1
        self._slot_rows = np.zeros(_FIRST_CAPACITY, np.int32)
        self._access: CodedColumn[frozenset[str]] = CodedColumn(frozenset())
        self._source: CodedColumn[str] = CodedColumn("")
        self._kind: CodedColumn[str] = CodedColumn("")
        self._connection: CodedColumn[str | None] = CodedColumn(None)
        self._author: CodedColumn[str | None] = CodedColumn(None)
        self._language: CodedColumn[str | None] = CodedColumn(None)
        self._tags: CodedColumn[frozenset[str]] = CodedColumn(frozenset())
        self._modified = np.zeros(_FIRST_CAPACITY, np.float64)
        self._bitmaps: dict[tuple[frozenset[str], Filters, int], Visible] = {}
        self._bitmaps_version = 0

    def describe(self, fields: DocumentFields) -> None:
        """Takes over a document's fields, replacing earlier ones."""
        row = self._rows.get(fields.document_id)
        if row is None:
            row = self._free.pop() if self._free else self._next_row
            self._next_row = max(self._next_row, row + 1)
            self._rows[fields.document_id] = row
            self.slots[fields.document_id] = set()
        self._access.set(row, fields.access)
        self._source.set(row, fields.source)
        self._kind.set(row, fields.kind)
        self._connection.set(row, fields.connection_id)
        self._author.set(row, fields.author)
        self._language.set(row, fields.language)
        self._tags.set(row, fields.tags)
        self._modified = _grown(self._modified, row + 1)
        self._modified[row] = fields.modified_at
        self.version += 1

    def assign(self, slot: int, document_id: str) -> None:
        """Gives a slot to a document that was described before."""
        self._slot_rows = _grown(self._slot_rows, slot + 1)
        self._slot_rows[slot] = self._rows[document_id]
        self.slots[document_id].add(slot)
        self.version += 1

    def drop(self, slot: int, document_id: str) -> None:
        """Takes a slot from its document; a document without slots is forgotten."""
        self._slot_rows[slot] = _NO_DOCUMENT
        remaining = self.slots[document_id]
        remaining.discard(slot)
        if not remaining:
            del self.slots[document_id]
            row = self._rows.pop(document_id)
            self._access.set(row, frozenset())
            self._free.append(row)
        self.version += 1

    def set_access(self, document_id: str, access: frozenset[str]) -> None:
        row = self._rows.get(document_id)
        if row is not None:
            self._access.set(row, access)
            self.version += 1

    def visible(self, principals: frozenset[str], filters: Filters, slots: int) -> Visible:
        """The visible ones among the first `slots` slots."""
        if self._bitmaps_version != self.version or len(self._bitmaps) >= _CACHED_BITMAPS:
            self._bitmaps.clear()
            self._bitmaps_version = self.version
        key = (principals, filters, slots)
        found = self._bitmaps.get(key)
        if found is None:
            mask = self._documents(principals, filters)[self._slot_rows[:slots]]
            found = Visible(mask, int(np.count_nonzero(mask)), np.packbits(mask, bitorder="little"))
            self._bitmaps[key] = found
        return found

    def fields(self) -> list[DocumentFields]:
        """Every document's fields, in the order in which the documents came."""
        access, source, kind = self._access.values(), self._source.values(), self._kind.values()
        connection, author, language = self._connection.values(), self._author.values(), self._language.values()
        tags = self._tags.values()
        return [
            DocumentFields(
                document_id,
                access[self._access.rows[row]],
                source[self._source.rows[row]],
                kind[self._kind.rows[row]],
                float(self._modified[row]),
                connection[self._connection.rows[row]],
                author[self._author.rows[row]],
                language[self._language.rows[row]],
                tags[self._tags.rows[row]],
            )
            for document_id, row in self._rows.items()
        ]

    def _documents(self, principals: frozenset[str], filters: Filters) -> Mask:
        rows = self._next_row
        mask = self._access.where(lambda access: not principals.isdisjoint(access), rows)
        if filters.empty:
            return mask
        if filters.sources:
            mask &= self._source.where(filters.sources.__contains__, rows)
        if filters.kinds:
            mask &= self._kind.where(filters.kinds.__contains__, rows)
        if filters.connections:
            mask &= self._connection.where(filters.connections.__contains__, rows)
        if filters.authors:
            mask &= self._author.where(filters.authors.__contains__, rows)
        if filters.languages:
            mask &= self._language.where(filters.languages.__contains__, rows)
        if filters.tags:
            mask &= self._tags.where(lambda tags: not filters.tags.isdisjoint(tags), rows)
        if filters.document_ids:
            named = np.zeros(rows, np.bool_)
            named[[self._rows[name] for name in filters.document_ids if name in self._rows]] = True
            mask &= named
        if filters.after is not None:
            mask &= self._modified[:rows] >= filters.after.timestamp()
        if filters.before is not None:
            mask &= self._modified[:rows] < filters.before.timestamp()
        return mask


def _grown[D: np.generic](array: NDArray[D], rows: int) -> NDArray[D]:
    """The array with room for this many rows; new rows are zero."""
    if rows <= len(array):
        return array
    larger = np.zeros(max(rows, len(array) * 3 // 2), array.dtype)
    larger[: len(array)] = array
    return larger

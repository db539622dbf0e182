"""How many chunks that one caller may see hold a word: kept until something changes that this caller may see.

What others add, share among themselves or delete leaves it as it is, and so costs the caller nothing.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backend.embedding.search.document_table import DocumentTable, Mask, grown

_CALLERS = 64
_FIRST_CAPACITY = 1024
# Looking for words within one named document costs as much as reading so many candidates (measured: ADR 0115).
CANDIDATES_PER_NAME = 2.5


@dataclass(slots=True)
class Counts:
    """What is counted when it is first asked for: the visible chunks, and by field and term those that hold it.

    `languages`: of the caller's documents.
    """

    mask: Mask
    documents: int
    languages: frozenset[str]
    table: DocumentTable
    chunks: int | None = None
    holding: dict[tuple[str, str], int] = field(default_factory=dict)

    def within(self, candidates: int) -> list[str] | None:
        """The caller's documents, where looking within them is less work than reading so many candidates."""
        if self.documents * CANDIDATES_PER_NAME >= candidates:
            return None
        return self.table.names(np.flatnonzero(self.mask).tolist())


class KeptCounts:
    """The counts of the callers who asked last."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = table
        self._changes = 0
        self._changed: NDArray[np.int64] = np.zeros(_FIRST_CAPACITY, np.int64)
        self._kept: OrderedDict[frozenset[str], tuple[tuple[int, int], Counts]] = OrderedDict()

    def changed(self, document_ids: Iterable[str]) -> None:
        """The words of these documents, or who may see them, are others now."""
        self._changes += 1
        for document_id in document_ids:
            row = self._table.row(document_id)
            self._changed = grown(self._changed, row + 1)
            self._changed[row] = self._changes

    def forget(self) -> None:
        """Anything may have changed."""
        self._kept.clear()

    def of(self, principals: frozenset[str], mask: Mask) -> Counts:
        """`mask`: by row, what the principals may see."""
        rows = np.flatnonzero(mask)
        self._changed = grown(self._changed, len(mask))
        # Whatever comes into sight raises the second, and what only goes out of it lowers the first.
        state = (len(rows), int(self._changed[rows].max(initial=0)))
        kept = self._kept.get(principals)
        if kept is not None and kept[0] == state:
            self._kept.move_to_end(principals)
            return kept[1]
        counts = Counts(mask, len(rows), self._table.languages_of(mask), self._table)
        self._kept[principals] = (state, counts)
        if len(self._kept) > _CALLERS:
            self._kept.popitem(last=False)
        return counts

"""Which slots of the faiss store a caller may see: every slot belongs to a document, whose row says who may.

A bitmap over 100,000 slots takes about 0.2 ms; bitmaps are kept until the next write.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backend.embedding.search.document_table import NO_ROW, DocumentTable, Mask, grown
from backend.embedding.search.models import Filters

type Slots = NDArray[np.int64]

_FIRST_CAPACITY = 1024
_CACHED_BITMAPS = 64


@dataclass(slots=True)
class Visible:
    """The slots that one caller may see under one set of filters, at one version of the table."""

    mask: Mask
    count: int
    bitmap: NDArray[np.uint8] = field(repr=False)


class SlotTable(DocumentTable):
    """Documents with their fields and slots."""

    def __init__(self) -> None:
        super().__init__()
        self.slots: dict[str, set[int]] = {}
        self._slot_rows = np.zeros(_FIRST_CAPACITY, np.int32)
        self._bitmaps: dict[tuple[frozenset[str], Filters, int], Visible] = {}
        self._bitmaps_version = 0

    def assign(self, slot: int, document_id: str) -> None:
        """Gives a slot to a document that was described before."""
        self._slot_rows = grown(self._slot_rows, slot + 1)
        self._slot_rows[slot] = self.row(document_id)
        self.slots.setdefault(document_id, set()).add(slot)
        self.version += 1

    def drop(self, slot: int, document_id: str) -> None:
        """Takes a slot from its document; a document without slots is forgotten."""
        self._slot_rows[slot] = NO_ROW
        remaining = self.slots[document_id]
        remaining.discard(slot)
        if not remaining:
            del self.slots[document_id]
            self.forget(document_id)
        self.version += 1

    def visible(self, principals: frozenset[str], filters: Filters, slots: int) -> Visible:
        """The visible ones among the first `slots` slots."""
        if self._bitmaps_version != self.version or len(self._bitmaps) >= _CACHED_BITMAPS:
            self._bitmaps.clear()
            self._bitmaps_version = self.version
        key = (principals, filters, slots)
        found = self._bitmaps.get(key)
        if found is None:
            mask = self.mask(principals, filters)[self._slot_rows[:slots]]
            found = Visible(mask, int(np.count_nonzero(mask)), np.packbits(mask, bitorder="little"))
            self._bitmaps[key] = found
        return found

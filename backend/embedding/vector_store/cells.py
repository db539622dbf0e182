"""Inverted-file search over the 8-bit codes: vectors are grouped into cells, a search looks into the nearest cells.

The cells only narrow the bitmap that the exact search takes, so that the codes stay in one place and adding,
deleting and access work alike with and without cells. See ADR 0031 for recall and cost.
"""

from collections.abc import Callable

import faiss
import numpy as np
from numpy.typing import NDArray

from backend.embedding.models.base import Vectors

type Mask = NDArray[np.bool_]
type Slots = NDArray[np.int64]

# 4·sqrt(n) cells, as faiss's guidelines have it, bounded so that finding the nearest stays below 0.2 ms; a sample of 40
# vectors per cell suffices for k-means.
_MAX_CELLS = 1024
_CELLS_PER_ROOT = 4
_SAMPLE_PER_CELL = 40
_ITERATIONS = 8
_BLOCK = 16_384
_UNKNOWN = -1


class CellTable:
    """The cell of each slot. Slots that no cell is known for are always searched."""

    def __init__(self, centroids: Vectors) -> None:
        self._centroids = centroids
        self._cells = np.full(0, _UNKNOWN, np.int16)

    @classmethod
    def train(cls, slots: Slots, decode: Callable[[Slots], Vectors], *, seed: int = 0) -> "CellTable":
        """Finds the cells from a sample of the vectors and sorts all of them in; seconds of work for a thread."""
        count = min(_MAX_CELLS, max(2, int(_CELLS_PER_ROOT * len(slots) ** 0.5)))
        random = np.random.default_rng(seed)
        sample = decode(random.choice(slots, min(len(slots), count * _SAMPLE_PER_CELL), replace=False))
        kmeans = faiss.Kmeans(
            sample.shape[1], count, niter=_ITERATIONS, spherical=True, seed=seed, min_points_per_centroid=1
        )
        kmeans.train(sample)
        table = cls(np.asarray(kmeans.centroids, np.float32))
        for start in range(0, len(slots), _BLOCK):
            block = slots[start : start + _BLOCK]
            table.write(block, decode(block))
        return table

    def write(self, slots: Slots, vectors: Vectors) -> None:
        """Sorts vectors, shape (len(slots), dimension), into their cells."""
        highest = int(slots.max()) + 1
        if highest > len(self._cells):
            larger = np.full(max(highest, len(self._cells) * 3 // 2), _UNKNOWN, np.int16)
            larger[: len(self._cells)] = self._cells
            self._cells = larger
        self._cells[slots] = np.argmax(vectors @ self._centroids.T, axis=1)

    def narrow(self, mask: Mask, vector: Vectors, share: float) -> NDArray[np.uint8]:
        """The mask as a bitmap, left with this share of the cells, the nearest to the vector."""
        near = max(1, int(len(self._centroids) * share))
        nearest = np.argpartition(-(self._centroids @ vector), near - 1)[:near]
        # One more place at the end: that is where -1, the unknown cell, points.
        searched = np.zeros(len(self._centroids) + 1, np.bool_)
        searched[nearest] = True
        searched[_UNKNOWN] = True
        cells = self._cells[: len(mask)]
        narrowed = mask.copy()
        narrowed[: len(cells)] &= searched[cells]
        return np.packbits(narrowed, bitorder="little")

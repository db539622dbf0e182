"""A local model on onnxruntime: tokenised texts to unit vectors, in the calling thread."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import onnxruntime

from backend.embedding.models.base import TokenIds, Vectors
from backend.embedding.models.built_files import ModelFiles
from backend.embedding.models.local_models import DIMENSION

# Texts of one batch are padded to its longest; a shorter one starts a run of its own below this share of it.
_MIN_FILL = 0.75


class Encoder:
    """One inference session. Its worker threads are made by the constructor, so they inherit the caller's priority."""

    def __init__(self, files: ModelFiles, *, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning workers would take the core that a search needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The arena keeps the largest batch's memory for good (+90 MB) and gains no speed here.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(files.model), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[TokenIds]) -> Vectors:
        """Unit vectors of tokenised texts, in their order, shape (len(texts), 384).

        Texts are run shortest first, in groups of similar length, so that little time goes into padding.
        """
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        lengths = [len(texts[index]) for index in order]
        for first, last in pairwise(_group_bounds(lengths)):
            group = order[first:last]
            vectors[group] = self._run([texts[index] for index in group])
        return vectors

    def _run(self, texts: Sequence[TokenIds]) -> Vectors:
        shape = (len(texts), len(texts[-1]))
        ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        (vectors,) = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)


def _group_bounds(lengths: Sequence[int]) -> list[int]:
    """Where groups begin and end in ascending `lengths`, so that no group pads its shortest by more than a third."""
    if not lengths:
        return []
    bounds, shortest = [0], lengths[0]
    for index, length in enumerate(lengths):
        if shortest < _MIN_FILL * length:
            bounds.append(index)
            shortest = length
    return [*bounds, len(lengths)]

"""MiniLM on onnxruntime: texts to unit vectors, in the calling thread."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from backend.embedding.models.base import Vectors
from backend.embedding.models.minilm_files import ModelFiles

DIMENSION = 384
MAX_TOKENS = 256
# A text is cut to this many characters before it is tokenised: 256 tokens never need more, a stray megabyte would.
_MAX_CHARS = 8000
# Texts of one batch are padded to its longest; a shorter one starts a run of its own below this share of it.
_MIN_FILL = 0.75

type TokenIds = list[int]


def load_tokenizer(files: ModelFiles) -> Tokenizer:
    """The model's tokenizer without padding, cut at 256 tokens (the file as shipped pads and cuts at 128)."""
    tokenizer = Tokenizer.from_file(str(files.tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def tokenize(tokenizer: Tokenizer, texts: Sequence[str]) -> list[TokenIds]:
    """Token ids of each text, [CLS] and [SEP] included. Lone surrogates become question marks."""
    cut = [text[:_MAX_CHARS].encode("utf-8", "replace").decode("utf-8") for text in texts]
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(cut)]


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

"""The tokenizer of multilingual-e5-small: SentencePiece over a hundred languages.

By `sentencepiece`, which takes 52 MB for this vocabulary where `tokenizers` takes 280.
"""

import json
import unicodedata
from collections.abc import Sequence

from sentencepiece import SentencePieceProcessor

from backend.embedding.models.base import TokenIds
from backend.embedding.models.built_files import ModelFiles

MAX_TOKENS = 512
# A text is cut to this many characters before it is tokenised: 512 tokens seldom need more, a stray megabyte would.
_MAX_CHARS = 8000


class SentencePieces:
    """Cut at 512 tokens, without padding."""

    def __init__(self, files: ModelFiles) -> None:
        self._processor = SentencePieceProcessor(model_file=str(files.model.with_suffix(".spm")))
        mapping = json.loads(files.model.with_suffix(".json").read_text(encoding="utf-8"))
        self._normalisation = {int(code): text for code, text in mapping.items()}
        self._begin, self._end = self._processor.bos_id(), self._processor.eos_id()

    def __call__(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text, <s> and </s> included. Lone surrogates become question marks."""
        found: list[list[int]] = self._processor.encode([self._normalised(text) for text in texts])
        return [[self._begin, *ids[: MAX_TOKENS - 2], self._end] for ids in found]

    def _normalised(self, text: str) -> str:
        sound = text[:_MAX_CHARS].encode("utf-8", "replace").decode("utf-8")
        return " ".join(unicodedata.normalize("NFKC", sound).translate(self._normalisation).split())

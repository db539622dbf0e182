"""The tokenizer of MiniLM: WordPiece, as the model's own file describes it."""

from collections.abc import Sequence

from tokenizers import Tokenizer

from backend.embedding.models.base import TokenIds
from backend.embedding.models.built_files import ModelFiles

MAX_TOKENS = 256
# A text is cut to this many characters before it is tokenised: 256 tokens never need more, a stray megabyte would.
_MAX_CHARS = 8000


class WordPieces:
    """Without padding, cut at 256 tokens (the file as shipped pads and cuts at 128)."""

    def __init__(self, files: ModelFiles) -> None:
        self._tokenizer = Tokenizer.from_file(str(files.weights.with_name("tokenizer.json")))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def __call__(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text, [CLS] and [SEP] included. Lone surrogates become question marks."""
        cut = [text[:_MAX_CHARS].encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(cut)]

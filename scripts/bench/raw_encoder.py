"""The speed of the bare encoder: ``python -m scripts.bench.raw_encoder DATA_DIR DOCUMENTS SEED``."""

import json
import sys
import time
from pathlib import Path

from backend.documents.models import Kind
from backend.embedding.indexing.embedded_text import embedded_text
from backend.embedding.models.built_files import prepare
from backend.embedding.models.encoder import Encoder
from backend.embedding.models.local_models import MINILM
from backend.extraction.chunkers import chunk
from scripts.bench.corpus import make_documents

_SLICE = 512
_THREADS = 2


def main() -> None:
    """Chunks the documents as the product does, encodes every chunk, prints their number and the seconds as JSON."""
    data_dir, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    texts = [
        embedded_text(document.title, document.text[span.start : span.end])
        for document in make_documents(count, seed=seed)
        for span in chunk(document.text, (), kind=Kind.text, strategy="auto", max_chars=800, overlap_chars=160)
    ]
    files = prepare(MINILM.recipe, data_dir)
    tokenize, encoder = MINILM.load_tokenizer(files), Encoder(files, threads=_THREADS)
    encoder.encode(tokenize(texts[:16]))
    started = time.perf_counter()
    for start in range(0, len(texts), _SLICE):
        encoder.encode(tokenize(texts[start : start + _SLICE]))
    print(json.dumps({"texts": len(texts), "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()

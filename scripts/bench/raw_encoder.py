"""The speed of the bare encoder on the chunks of a library: ``python -m scripts.bench.raw_encoder DATA_DIR``."""

import asyncio
import json
import sys
import time
from pathlib import Path

from backend.db.sqlite import SqliteDatabase
from backend.documents.schema import CHUNKS, DOCUMENTS
from backend.embedding.indexing.embedded_text import embedded_text
from backend.embedding.models.encoder import Encoder, load_tokenizer, tokenize
from backend.embedding.models.minilm_files import prepare

_SLICE = 512
_THREADS = 2


async def chunk_texts(data_dir: Path) -> list[str]:
    """What the encoder saw of every chunk."""
    database = await SqliteDatabase.open(data_dir)
    try:
        await database.prepare([DOCUMENTS, CHUNKS])
        titles = {
            row["_id"]: row["title"] async for row in database.collection(DOCUMENTS).stream({}, fields=("title",))
        }
        rows = database.collection(CHUNKS).stream({}, fields=("document_id", "text"))
        return [embedded_text(titles[row["document_id"]], row["text"]) async for row in rows]
    finally:
        await database.close()


def main() -> None:
    """Prints the number of texts and the seconds as JSON."""
    data_dir = Path(sys.argv[1])
    texts = asyncio.run(chunk_texts(data_dir))
    files = prepare(data_dir)
    tokenizer, encoder = load_tokenizer(files), Encoder(files, threads=_THREADS)
    encoder.encode(tokenize(tokenizer, texts[:16]))
    started = time.perf_counter()
    for start in range(0, len(texts), _SLICE):
        encoder.encode(tokenize(tokenizer, texts[start : start + _SLICE]))
    print(json.dumps({"texts": len(texts), "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()

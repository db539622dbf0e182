"""What the word index finds by the forms of a language: XQuAD's questions over its passages in the same language."""

import asyncio
import time
from pathlib import Path

import numpy as np

from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import Filters, IndexEntry
from backend.evaluation.datasets import read_lines
from scripts.bench.corpus import shared_data
from scripts.bench.figures import Figure

_EVERYBODY = frozenset({"everybody"})
_LANGUAGES = ("de", "es")


def word_forms(workdir: Path) -> list[Figure]:
    """Recall@1 of the word leg alone, with the language of the passages known and not known."""
    data = shared_data()
    if data is None:
        return [
            Figure("XQuAD recall@1 by words alone", None, "", note="not measured: BIBLIOS_SHARED_DATA is not there")
        ]
    folder = data / "xquad-languages"
    passages, questions = (list(read_lines(folder / f"{name}.jsonl")) for name in ("passages", "questions"))
    figures = []
    for language in _LANGUAGES:
        for known in (False, True):
            texts = {str(row["doc"]): str(row["text"]) for row in passages if row["lang"] == language}
            asked = [(str(row["question"]), str(row["doc"])) for row in questions if row["lang"] == language]
            place = workdir / f"{language}-{known}"
            right, seconds = asyncio.run(_recall(place, texts, asked, language if known else None))
            figures.append(
                Figure(
                    f"XQuAD recall@1 by words alone, {language}, {'forms' if known else 'words as they are'}",
                    right,
                    "",
                    note=f"{len(asked)} questions, {len(texts)} passages, {seconds * 1000:.1f} ms a question",
                )
            )
    return figures


async def _recall(
    folder: Path, texts: dict[str, str], asked: list[tuple[str, str]], language: str | None
) -> tuple[float, float]:
    index = TantivyIndex(folder)
    vector = np.zeros(1, np.float32)
    await index.upsert(
        [
            IndexEntry(id_, id_, "", text, vector, _EVERYBODY, "upload", "text", 0.0, language=language)
            for id_, text in texts.items()
        ]
    )
    started = time.perf_counter()
    found = [await index.search(query, limit=1, principals=_EVERYBODY, filters=Filters()) for query, _ in asked]
    seconds = (time.perf_counter() - started) / len(asked)
    await index.close()
    right = sum(bool(hits) and hits[0].document_id == id_ for hits, (_, id_) in zip(found, asked, strict=True))
    return right / len(asked), seconds

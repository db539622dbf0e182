"""Quality of quoted answers on half of XQuAD, over the encoder and the answerer alone: no server, about 20 seconds.

For calibrating the extractive answerer; the product's own figures come from `measure_quality`. Retrieval is exact
cosine and BM25 over all paragraphs, fused by RRF (k = 60). Abstention is measured on the same questions asked again
with the paragraph, or the whole article, that answers them taken out of the library.

    python -m scripts.bench.quality_xquad [DATA_FOLDER [MODEL]]
"""

import asyncio
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.local_models import LOCAL_MODELS
from backend.embedding.models.traits import Scale, traits_of
from backend.embedding.search.models import Hit
from backend.evaluation.datasets import read_lines
from backend.quoting.confidence import fit_of
from backend.quoting.extractive import ExtractiveAnswerer
from backend.text.terms import content_terms, terms
from scripts.bench.corpus import shared_data

_PASSAGES = 8
_RRF_K = 60
_BM25_K1, _BM25_B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    document: int
    answers: tuple[str, ...]


class Paragraphs:
    """All paragraphs with their vectors and word counts; `find` is the retrieval."""

    def __init__(
        self, rows: Sequence[dict[str, Any]], vectors: Vectors, scale: Scale, *, by_words: bool = True
    ) -> None:
        self._scale = scale
        self._by_words = by_words
        self.articles = [str(row["_id"]).split("#")[0] for row in rows]
        self._rows = rows
        self._vectors = vectors
        self._counts = [Counter(terms(f"{row['title']} {row['text']}")) for row in rows]
        self._document_frequency = Counter(term for counts in self._counts for term in counts)
        self._mean_length = sum(counts.total() for counts in self._counts) / len(rows)

    def find(self, question: str, vector: Vectors, without: Callable[[int], bool]) -> list[Hit]:
        cosines = self._scale(self._vectors @ vector)
        fused: Counter[int] = Counter()
        for scores in (cosines, self._bm25(question)) if self._by_words else (cosines,):
            ranked = [int(index) for index in np.argsort(-scores) if scores[index] > 0 and not without(int(index))]
            for rank, index in enumerate(ranked[:100]):
                fused[index] += 1 / (_RRF_K + rank + 1)  # type: ignore[assignment]
        return [self._hit(index, score, float(cosines[index])) for index, score in fused.most_common(_PASSAGES)]

    def _bm25(self, question: str) -> Vectors:
        scores = np.zeros(len(self._rows), dtype=np.float32)
        for term in content_terms(question):
            frequency = self._document_frequency[term]
            weight = math.log(1 + (len(self._rows) - frequency + 0.5) / (frequency + 0.5))
            for index, counts in enumerate(self._counts):
                if count := counts[term]:
                    length = 1 - _BM25_B + _BM25_B * counts.total() / self._mean_length
                    scores[index] += weight * count * (_BM25_K1 + 1) / (count + _BM25_K1 * length)
        return scores

    def _hit(self, index: int, score: float, similarity: float) -> Hit:
        row = self._rows[index]
        text = str(row["text"])
        return Hit(
            document_id=str(index),
            external_id=str(row["_id"]),
            title=str(row["title"]).replace("_", " "),
            url=None,
            source="upload",
            kind="text",
            version=1,
            start=0,
            end=len(text),
            text=text,
            score=score,
            modified_at=datetime(2020, 1, 1, tzinfo=UTC),
            similarity=similarity,
        )


async def measure(folder: Path, embedder: Embedder) -> dict[str, float]:
    """Shares from 0 to 1, the area under the abstention's ROC curve, and milliseconds of the answerer alone."""
    rows = list(read_lines(folder / "corpus.jsonl"))
    index_of = {str(row["_id"]): index for index, row in enumerate(rows)}
    questions = [
        Question(str(row["text"]), index_of[str(row["doc"])], tuple(str(answer) for answer in row["answers"]))
        for row in read_lines(folder / "questions.jsonl")
    ]
    vectors = await embedder.embed_documents([f"{row['title']}\n{row['text']}" for row in rows])
    paragraphs = Paragraphs(rows, vectors, traits_of(embedder.model_id).answers)
    always = ExtractiveAnswerer(embedder, abstain_below=0.0)

    recall = first = shown = 0
    seconds: list[float] = []
    answerable: list[float] = []
    without_paragraph: list[float] = []
    without_article: list[float] = []
    for question in questions:
        vector = await embedder.embed_query(question.text)
        hits = paragraphs.find(question.text, vector, lambda _: False)
        started = time.perf_counter()
        answer = await always.answer(question.text, hits)
        seconds.append(time.perf_counter() - started)
        answerable.append(answer.confidence)
        recall += any(hit.document_id == str(question.document) for hit in hits[:5])
        quotes = [sentence.text for sentence in answer.sentences]
        first += holds(quotes[:1], question.answers)
        shown += holds(quotes, question.answers)

        hits = paragraphs.find(question.text, vector, lambda i, q=question: i == q.document)  # type: ignore[misc]
        without_paragraph.append((await always.answer(question.text, hits)).confidence)
        article = paragraphs.articles[question.document]
        hits = paragraphs.find(question.text, vector, lambda i, a=article: paragraphs.articles[i] == a)  # type: ignore[misc]
        without_article.append((await always.answer(question.text, hits)).confidence)

    total = len(questions)
    abstain_below = fit_of(embedder.model_id).abstain_below
    unanswerable = without_paragraph + without_article
    return {
        "questions": total,
        "passage_recall_at_5": recall / total,
        "answer_in_first_sentence": first / total,
        "answer_in_shown_sentences": shown / total,
        "abstain_auc": area_under_curve(answerable, unanswerable),
        "abstain_auc_article_missing": area_under_curve(answerable, without_article),
        "abstain_auc_paragraph_missing": area_under_curve(answerable, without_paragraph),
        "answered_when_answerable": float(np.mean(np.array(answerable) >= abstain_below)),
        "abstained_article_missing": float(np.mean(np.array(without_article) < abstain_below)),
        "abstained_paragraph_missing": float(np.mean(np.array(without_paragraph) < abstain_below)),
        "answer_ms_p50": float(np.percentile(seconds, 50)) * 1000,
        "answer_ms_p95": float(np.percentile(seconds, 95)) * 1000,
    }


def holds(quotes: Sequence[str], answers: Sequence[str]) -> bool:
    return any(answer.casefold() in quote.casefold() for quote in quotes for answer in answers)


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative (Mann and Whitney), ties counted half."""
    above, below = np.array(positive)[:, None], np.array(negative)[None, :]
    return float((above > below).mean() + 0.5 * (above == below).mean())


async def _main(folder: Path, model: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        embedder = LocalEmbedder(Path(scratch), LOCAL_MODELS[model])
        try:
            print(json.dumps(await measure(folder, embedder), indent=2))
        finally:
            await embedder.close()


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else shared_data()
    chosen = sys.argv[2] if len(sys.argv) > 2 else ""
    if data is None:
        sys.exit("Name the folder with xquad-en, or set BIBLIOS_SHARED_DATA.")
    asyncio.run(_main(data if (data / "questions.jsonl").exists() else data / "xquad-en", chosen))

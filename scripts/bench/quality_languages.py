"""Quoted answers to questions in other languages than the documents': fits and measures the abstention for them.

XQuAD's questions in German, Spanish, Russian, Chinese, Arabic and Turkish over its paragraphs in English, retrieval by
the multilingual model alone, as the product drops the word leg then. Each question is asked again with the paragraph,
and with the whole article, that answers it taken out of the library. Weights are measured on articles that they were
not fitted on. About ten minutes.

    python -m scripts.bench.quality_languages [DATA_FOLDER]
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.local_models import MULTILINGUAL
from backend.embedding.models.traits import traits_of
from backend.evaluation.datasets import read_lines
from backend.quoting.confidence import Evidence
from backend.quoting.extractive import ExtractiveAnswerer
from scripts.bench.corpus import shared_data
from scripts.bench.fit_confidence import Floats, Model, logistic
from scripts.bench.quality_xquad import Paragraphs, area_under_curve, holds

_FOLDS = 6
# What is missing speaks against an answer, all else for it.
_SIGNS = [-1 if field.name.endswith("_missing") else 1 for field in fields(Evidence)]
_SHOWN = 0.92


@dataclass(frozen=True, slots=True)
class _Case:
    language: str
    article: str
    answerable: bool
    missing: str
    right: bool
    evidence: Evidence


async def cases(folder: Path, embedder: LocalEmbedder) -> list[_Case]:
    """Every question three times: as it is, without its paragraph, without its article."""
    rows = list(read_lines(folder / "xquad-en" / "corpus.jsonl"))
    index_of = {str(row["_id"]): index for index, row in enumerate(rows)}
    answers = {row["_id"]: tuple(row["answers"]) for row in read_lines(folder / "xquad-en" / "questions.jsonl")}
    vectors = await embedder.embed_documents([f"{row['title']}\n{row['text']}" for row in rows])
    paragraphs = Paragraphs(rows, vectors, traits_of(embedder.model_id).answers, by_words=False)
    always = ExtractiveAnswerer(embedder, abstain_below=0.0)
    found = []
    for row in read_lines(folder / "xquad-languages" / "questions.jsonl"):
        if row["id"] not in answers:
            continue
        vector = await embedder.embed_query(row["question"])
        gold = index_of[row["doc"]]
        article = paragraphs.articles[gold]
        without: dict[str, set[int]] = {
            "": set(),
            "paragraph": {gold},
            "article": {i for i, other in enumerate(paragraphs.articles) if other == article},
        }
        for missing, gone in without.items():
            answer = await always.answer(row["question"], paragraphs.find(row["question"], vector, gone.__contains__))
            if answer.evidence is None:
                continue
            right = not missing and holds([quote.text for quote in answer.sentences], answers[row["id"]])
            found.append(_Case(row["lang"], article, not missing, missing, right, answer.evidence))
    return found


def sound(raw: Floats, right: Floats) -> Model:
    """The regression without evidence that would count the wrong way round: more of it must never make less sure."""
    used = list(range(raw.shape[1]))
    while True:
        model = logistic(raw[:, used], right, np.ones(len(raw)))
        wrong = [column for column, weight in zip(used, model.weights, strict=True) if weight * _SIGNS[column] < 0]
        if not wrong:
            weights = np.zeros(raw.shape[1])
            weights[used] = model.weights
            return Model(weights, model.constant)
        used = [column for column in used if column not in wrong]


def measured(found: list[_Case]) -> tuple[dict[str, float], dict[str, float]]:
    """The weights that all of them give, and shares from 0 to 1 by weights that were fitted on other articles."""
    raw = np.array([astuple(case.evidence) for case in found])
    right = np.array([case.right for case in found], dtype=float)
    articles = sorted({case.article for case in found})
    order = np.random.default_rng(0).permutation(len(articles))
    fold = np.array([order[articles.index(case.article)] % _FOLDS for case in found])
    confidence = np.empty(len(found))
    for number in range(_FOLDS):
        model = sound(raw[fold != number], right[fold != number])
        confidence[fold == number] = [model.confidence(case.evidence) for case in np.array(found)[fold == number]]
    shown = np.sort(confidence[right == 1])
    threshold = float(shown[int((1 - _SHOWN) * len(shown))])
    whole = sound(raw, right)
    weights = dict(zip((field.name for field in fields(Evidence)), whole.weights.round(3).tolist(), strict=True))
    answered = confidence >= threshold
    kind = np.array([case.missing for case in found])
    figures = {
        "cases": float(len(found)),
        "threshold": threshold,
        "abstain_auc": area_under_curve(confidence[right == 1].tolist(), confidence[kind != ""].tolist()),
        "right_shown_without_abstention": float(right[kind == ""].mean()),
        "right_shown": float((right * answered)[kind == ""].mean()),
        "answered": float(answered[kind == ""].mean()),
        "abstained_paragraph_missing": float(1 - answered[kind == "paragraph"].mean()),
        "abstained_article_missing": float(1 - answered[kind == "article"].mean()),
    }
    for language in sorted({case.language for case in found}):
        of = np.array([case.language == language for case in found]) & (kind == "")
        figures[f"right_shown {language}"] = float((right * answered)[of].mean())
    return weights | {"constant": round(whole.constant, 3)}, figures


async def _main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        embedder = LocalEmbedder(Path(scratch), MULTILINGUAL)
        try:
            weights, figures = measured(await cases(folder, embedder))
        finally:
            await embedder.close()
    print(json.dumps(weights))
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=2))


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else shared_data()
    if data is None:
        sys.exit("Name the folder with xquad-en and xquad-languages, or set BIBLIOS_SHARED_DATA.")
    asyncio.run(_main(data))

"""Fits the weights of `backend/quoting/confidence.py` on XQuAD and tests them on the demo, which the fit never sees.

Logistic regression on standardised evidence with an L2 penalty, by Newton's method. What it learns to tell is whether
the shown quotes hold the accepted answer: of a question that XQuAD answers that may go either way; of one whose
paragraph was withheld, or whose asked detail was exchanged (`near_misses`), it never does.

    python -m scripts.bench.fit_confidence CACHE_FOLDER
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.quoting.confidence import Evidence
from scripts.bench.quality_answers import Outcome, figures, outcomes

type Floats = NDArray[np.float64]

# Exchanged questions count less: some of them are no questions that anybody would ask.
_WEIGHT_OF = {"xquad": 1.0, "xquad_withheld": 1.0, "xquad_exchanged": 0.3}
_PENALTY = 0.01
_STEPS = 30


@dataclass(frozen=True, slots=True)
class Model:
    """``logit = constant + weights · evidence``, evidence in its own units."""

    weights: Floats
    constant: float

    def confidence(self, evidence: Evidence) -> float:
        return float(1 / (1 + np.exp(-(self.constant + self.weights @ np.array(astuple(evidence))))))


def fit(items: Sequence[Outcome]) -> Model:
    """Fits on the XQuAD outcomes among `items`."""
    used = [item for item in items if item.asked.kind in _WEIGHT_OF and item.evidence is not None]
    raw = np.array([astuple(item.evidence) for item in used if item.evidence], dtype=float)
    right = np.array([item.asked.answerable and item.right_in_shown for item in used], dtype=float)
    return logistic(raw, right, np.array([_WEIGHT_OF[item.asked.kind] for item in used]))


def logistic(raw: Floats, right: Floats, share: Floats) -> Model:
    """The regression of `right` (0 or 1) on the rows of `raw`, each of which counts by its `share`."""
    mean, spread = raw.mean(0), raw.std(0) + 1e-9
    inputs = np.c_[(raw - mean) / spread, np.ones(len(raw))]
    penalty = np.r_[np.full(raw.shape[1], 2 * _PENALTY), 0.0]
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (share * (chance - right)) / share.sum() + penalty * found
        bend = (inputs.T * (share * chance * (1 - chance))) @ inputs / share.sum() + np.diag(penalty)
        found -= np.linalg.solve(bend, slope)
    weights = found[:-1] / spread
    return Model(weights, float(found[-1] - weights @ mean))


def scored(items: Sequence[Outcome], *, folds: int = 6) -> list[tuple[Outcome, float]]:
    """Each outcome with a confidence from weights that were fitted without its article; the demo by all of XQuAD."""
    articles = sorted({item.asked.article for item in items if item.asked.kind in _WEIGHT_OF})
    order = np.random.default_rng(0).permutation(len(articles))
    fold_of = {articles[index]: place % folds for place, index in enumerate(order)}
    models = [fit([item for item in items if fold_of.get(item.asked.article) != fold]) for fold in range(folds)]
    whole = fit(items)
    return [
        (
            item,
            (models[fold_of[item.asked.article]] if item.asked.article in fold_of else whole).confidence(item.evidence),
        )
        for item in items
        if item.evidence is not None
    ]


async def _main(folder: Path) -> None:
    items = await outcomes(folder)
    model = fit(items)
    names = [field.name for field in fields(Evidence)]
    print(
        json.dumps(
            dict(zip(names, model.weights.round(3).tolist(), strict=True)) | {"constant": round(model.constant, 3)}
        )
    )
    rated = [item.with_confidence(confidence) for item, confidence in scored(items)]
    for threshold in np.arange(0.11, 0.25, 0.01):
        print(f"{threshold:.2f}", json.dumps({k: round(v, 3) for k, v in figures(rated, threshold).items()}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the retrievals are kept; see quality_answers")
    asyncio.run(_main(parser.parse_args().folder))


if __name__ == "__main__":
    main()

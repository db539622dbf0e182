"""The quality that the extractive answerer was calibrated to. Needs the shared data; about 20 s."""

import os
from pathlib import Path

import pytest

from backend.embedding.models.local import LocalEmbedder
from scripts.bench.quality_xquad import measure
from tests.support.local_model import local_model_dir

_SHARED = Path(os.environ.get("BIBLIOS_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")


@pytest.mark.slow
@pytest.mark.skipif(not (_SHARED / "xquad-en").is_dir(), reason="the shared data (xquad-en) is not there")
async def test_quotes_hold_the_gold_answers() -> None:
    embedder = LocalEmbedder(local_model_dir())
    figures = await measure(_SHARED / "xquad-en", embedder)
    await embedder.close()
    assert figures["passage_recall_at_5"] >= 0.98
    assert figures["answer_in_first_sentence"] >= 0.79
    assert figures["answer_in_shown_sentences"] >= 0.92
    assert figures["abstain_auc"] >= 0.94
    assert figures["answered_when_answerable"] >= 0.90
    assert figures["abstained_article_missing"] >= 0.95

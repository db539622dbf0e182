"""Where each local model's cosines lie, from which `backend/embedding/models/traits.py` has its scales.

Medians over XQuAD: of a question and the sentence that answers it against sentences of other articles, of sentences of
one article against those of others, of words that mean the same against other words.

    python -m scripts.bench.fit_scales [DATA_FOLDER]
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import numpy as np

from backend.embedding.models.base import Vectors
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.local_models import LOCAL_MODELS
from backend.evaluation.datasets import read_lines
from backend.text.sentences import split_sentences
from backend.text.terms import content_words
from scripts.bench.corpus import shared_data

_QUESTIONS = 200
_WORDS = 400
_SAME = [
    ("car", "automobile"), ("pay", "salary"), ("holiday", "vacation"), ("phone", "telephone"), ("buy", "purchase"),
    ("begin", "start"), ("children", "kids"), ("leave", "absence"), ("cost", "price"), ("employee", "worker"),
    ("allowed", "permitted"), ("doctor", "physician"), ("big", "large"), ("error", "fault"), ("meeting", "appointment"),
]  # fmt: skip


async def medians(folder: Path, embedder: LocalEmbedder) -> dict[str, tuple[float, float]]:
    """For each kind of pair the median cosine of what is unrelated, and of what belongs together."""
    rows = list(read_lines(folder / "corpus.jsonl"))
    texts, articles, owners = [], [], []
    for row in rows:
        for sentence in split_sentences(str(row["text"])):
            said = str(row["text"])[sentence.start : sentence.end]
            texts.append(f"{str(row['title']).replace('_', ' ')}. {said}")
            articles.append(str(row["_id"]).split("#")[0])
            owners.append(str(row["_id"]))
    article, owner = np.array(articles), np.array(owners)
    sentences = await embedder.embed_sentences(texts)
    gold, other = [], []
    questions = list(read_lines(folder / "questions.jsonl"))[:_QUESTIONS]
    for row in questions:
        cosines = sentences @ await embedder.embed_query(str(row["text"]))
        answer = str(row["answers"][0])
        holding = [i for i in np.flatnonzero(owner == row["doc"]) if answer in texts[i]]
        gold += [float(cosines[i]) for i in holding[:1]]
        other.append(cosines[article != str(row["doc"]).split("#")[0]])
    between = sentences @ sentences.T
    same = article[:, None] == article[None, :]
    apart = ~np.eye(len(texts), dtype=bool)
    words = sorted({word for row in questions for word in content_words(str(row["text"])).values()})[:_WORDS]
    of_words = await embedder.embed_sentences(words)
    one = await embedder.embed_sentences([first for first, _ in _SAME])
    two = await embedder.embed_sentences([second for _, second in _SAME])
    return {
        "answers": (_median(np.concatenate(other)), _median(np.array(gold, np.float32))),
        "sentences": (_median(between[~same]), _median(between[same & apart])),
        "words": (_median((of_words @ of_words.T)[~np.eye(len(words), dtype=bool)]), _median((one * two).sum(1))),
    }


def _median(values: Vectors) -> float:
    return float(np.median(values))


async def _main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        found = {}
        for name in ("minilm", "multilingual"):
            embedder = LocalEmbedder(Path(scratch), LOCAL_MODELS[name])
            found[name] = await medians(folder, embedder)
            await embedder.close()
    for kind, (apart, together) in found["multilingual"].items():
        wanted_apart, wanted_together = found["minilm"][kind]
        gain = (wanted_together - wanted_apart) / (together - apart)
        print(f"{kind}: Scale({apart - wanted_apart / gain:.3f}, {gain:.2f})")


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else shared_data()
    if data is None:
        sys.exit("Name the folder with xquad-en, or set BIBLIOS_SHARED_DATA.")
    asyncio.run(_main(data / "xquad-en"))

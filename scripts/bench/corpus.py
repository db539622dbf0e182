"""Documents and questions to measure with: real sentences of the public collections, recombined.

Each document is a random choice of sentences, so no two chunks are equal and no cache can help. Without the public
collections the demo library's own text serves; the figures of quality then report themselves as not measured.
"""

import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


def shared_data() -> Path | None:
    """The folder of public collections: `BIBLIOS_SHARED_DATA`, or `../shared/data` beside the project."""
    for candidate in (os.environ.get("BIBLIOS_SHARED_DATA"), ROOT.parent / "shared" / "data"):
        if candidate and Path(candidate).is_dir():
            return Path(candidate)
    return None


@dataclass(frozen=True, slots=True)
class TextDocument:
    external_id: str
    title: str
    text: str

    def as_item(self, **more: object) -> dict[str, object]:
        """As `POST /documents/text` takes it."""
        return {"external_id": self.external_id, "title": self.title, "text": self.text, **more}


def sentences() -> list[str]:
    """Real English sentences of 40 to 300 characters."""
    folder = shared_data()
    texts: list[str] = []
    if folder:
        for name in ("scifact", "xquad-en"):
            with (folder / name / "corpus.jsonl").open(encoding="utf-8") as lines:
                texts.extend(json.loads(line)["text"] for line in lines)
    else:
        files = sorted((ROOT / "demo" / "library").rglob("*"))
        texts = [file.read_text(encoding="utf-8") for file in files if file.suffix in (".md", ".txt", ".eml")]
    found = [part.strip() + "." for text in texts for part in text.replace("\n", " ").split(". ")]
    return [sentence for sentence in found if 40 <= len(sentence) <= 300]


def make_documents(
    count: int, *, seed: int = 1, sentences_each: int = 10, pool: list[str] | None = None
) -> list[TextDocument]:
    """`count` different documents of about `sentences_each` × 130 characters in paragraphs of three sentences.

    `pool` restricts the sentences to choose from.
    """
    rng = random.Random(seed)
    pool = pool or sentences()
    documents = []
    for number in range(count):
        chosen = rng.sample(pool, max(2, int(rng.gauss(sentences_each, sentences_each / 4))))
        paragraphs = [" ".join(chosen[start : start + 3]) for start in range(0, len(chosen), 3)]
        title = " ".join(chosen[0].split()[:8]).rstrip(".,;")
        documents.append(TextDocument(f"bench/{seed}/{number}", title, "\n\n".join(paragraphs)))
    return documents


def make_queries(count: int, *, seed: int = 2) -> list[str]:
    """`count` different queries of 3 to 9 words taken from real sentences."""
    rng = random.Random(seed)
    pool = sentences()
    queries: set[str] = set()
    while len(queries) < count:
        words = rng.choice(pool).rstrip(".").split()
        length = rng.randint(3, 9)
        start = rng.randint(0, max(0, len(words) - length))
        queries.add(" ".join(words[start : start + length]))
    return sorted(queries, key=lambda query: rng.random())

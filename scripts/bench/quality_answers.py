"""Quoted answers and abstention offline, over retrievals that the product's own search gave once.

The first run starts the product's parts without a server, asks the search for every question of the demo and of half
of XQuAD, and keeps the passages. Each XQuAD question is asked again in two ways that make it unanswerable: with the
paragraph that answers it left out while the rest of its article stays, and with what it asks exchanged for something
else (`near_misses`). Later runs take the passages from the cache, as
well as the vectors, and need seconds.

    python -m scripts.bench.quality_answers CACHE_FOLDER
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from backend.access import Caller
from backend.documents.demo import DEMO_DIR
from backend.documents.incoming import TextItem
from backend.documents.models import DocumentText
from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.search.models import Filters, Hit, SearchResult
from backend.evaluation.datasets import read_lines
from backend.quoting.confidence import MINILM, Evidence
from backend.quoting.extractive import ExtractiveAnswer, ExtractiveAnswerer
from backend.rag.models import Answered, Question
from backend.rag.pipeline import AnswerPipeline
from backend.rag.sentences import Sentences
from backend.rag.support import Attributor
from backend.settings import Settings
from scripts.bench.corpus import shared_data
from scripts.bench.near_misses import near_misses

if TYPE_CHECKING:
    from backend.container import Container

READER = Caller.of("reader")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the passages that the search gave.

    `documents`: ends of the external ids that are right; none when the library does not hold the answer.
    """

    id: str
    kind: Literal["demo", "xquad", "xquad_withheld", "xquad_exchanged"]
    label: str
    question: str
    documents: tuple[str, ...]
    answers: tuple[str, ...]
    hits: tuple[Hit, ...]
    article: str = ""

    @property
    def answerable(self) -> bool:
        return bool(self.documents)


async def record(folder: Path) -> None:
    """Writes ``retrievals.jsonl`` into `folder`; takes a minute."""
    data = shared_data()
    if data is None:
        raise SystemExit("Set BIBLIOS_SHARED_DATA to the folder that holds xquad-en.")
    _write(folder, [*await _demo(), *await _xquad(data / "xquad-en")])


def _write(folder: Path, rows: Sequence[Asked]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "retrievals.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(asdict(row), ensure_ascii=False, default=_plain) + "\n")


async def _demo() -> list[Asked]:
    from backend.container import Container  # starts slowly and only a recording needs it

    with tempfile.TemporaryDirectory() as scratch:
        async with Container(Settings(data_dir=Path(scratch))) as parts:
            await parts.demo.load(READER.user_id)
            await _indexed(parts)
            found = []
            for row in read_lines(DEMO_DIR / "questions.jsonl"):
                hits = await _passages(parts, str(row["question"]))
                found.append(Asked(row["id"], "demo", row["kind"], row["question"], _right(row), _span(row), hits))
            return found


async def _xquad(folder: Path) -> list[Asked]:
    from backend.container import Container  # starts slowly and only a recording needs it

    with tempfile.TemporaryDirectory() as scratch:
        async with Container(Settings(data_dir=Path(scratch))) as parts:
            items = [
                TextItem(external_id=str(row["_id"]), title=str(row["title"]), text=str(row["text"]))
                for row in read_lines(folder / "corpus.jsonl")
            ]
            stored = await parts.library.store_texts(READER.user_id, items)
            ids = {item.external_id: item.id for item in stored}
            await _indexed(parts)
            found = []
            rows = list(read_lines(folder / "questions.jsonl"))
            changed = near_misses(rows)
            for row in rows:
                article = str(row["doc"]).split("#")[0]
                text, gold = str(row["text"]), str(row["doc"])
                answers = tuple(str(answer) for answer in row["answers"])
                hits = await _passages(parts, text)
                found.append(Asked(str(row["_id"]), "xquad", "answerable", text, (gold,), answers, hits, article))
                others = Filters(document_ids=frozenset(ids.values()) - {ids[gold]})
                hits = await _passages(parts, text, others)
                found.append(Asked(f"{row['_id']}-", "xquad_withheld", "withheld", text, (), answers, hits, article))
                if (other := changed.get(str(row["_id"]))) is not None:
                    hits = await _passages(parts, other)
                    found.append(Asked(f"{row['_id']}~", "xquad_exchanged", "exchanged", other, (), (), hits, article))
            return found


async def _indexed(parts: "Container") -> None:
    while True:
        counts = await parts.library.count_by_status(READER)
        if not counts.get("queued") and not counts.get("processing"):
            return
        await asyncio.sleep(0.2)


async def _passages(parts: "Container", question: str, filters: Filters = Filters()) -> tuple[Hit, ...]:
    limit = parts.settings.rag.passages
    return (await parts.search.search(READER, question, filters=filters, limit=limit, group="chunk")).hits


def _right(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(item for item in [row["document"], *row["also_accept"]] if item)


def _span(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["answer_span"],) if row["answer_span"] else ()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))


def load(folder: Path) -> list[Asked]:
    """What `record` wrote."""
    return [_asked(row) for row in read_lines(folder / "retrievals.jsonl")]


def _asked(row: dict[str, Any]) -> Asked:
    hits = tuple(_hit(hit) for hit in row.pop("hits"))
    return Asked(**row | {"documents": tuple(row["documents"]), "answers": tuple(row["answers"]), "hits": hits})


def _hit(row: dict[str, Any]) -> Hit:
    changes = {"modified_at": datetime.fromisoformat(row["modified_at"]), "chunk_ids": tuple(row["chunk_ids"])}
    return Hit(**row | changes | {"highlights": ()})


class KeptVectors:
    """An `Embedder` that keeps the vectors of short texts in a file, so that a second run encodes nothing."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        self._embedder = embedder
        self._file = file
        self._kept: dict[str, Vectors] = {}
        self._new = 0

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def batch_texts(self) -> int:
        return self._embedder.batch_texts

    async def start(self) -> None:
        await self._embedder.start()
        if self._file.exists():
            kept = np.load(self._file)
            self._kept = dict(zip(map(str, kept["texts"]), kept["vectors"], strict=True))

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return await self._embedder.embed_documents(texts)

    async def embed_query(self, text: str) -> Vectors:
        vector: Vectors = (await self.embed_sentences([text]))[0]
        return vector

    async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        if missing := [text for text in dict.fromkeys(texts) if text not in self._kept]:
            self._kept.update(zip(missing, await self._embedder.embed_sentences(missing), strict=True))
            self._new += len(missing)
        found: Vectors = np.stack([self._kept[text] for text in texts])
        return found

    async def close(self) -> None:
        if self._new:
            texts = np.array(list(self._kept), dtype=np.str_)
            np.savez(self._file, texts=texts, vectors=np.stack(list(self._kept.values())))
        await self._embedder.close()


class _Recorded:
    """Search and stored texts of one recorded question."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = tuple(hits)

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: Literal["chunk", "document"],
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        return SearchResult(self._hits[:limit])

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        """The passages at their places; between them blanks."""
        text = ""
        for hit in self._hits:
            if (hit.document_id, hit.version) == (document_id, version):
                text = text.ljust(hit.end)
                text = text[: hit.start] + hit.text + text[hit.end :]
        return DocumentText(document_id=document_id, version=version or 1, text=text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer that would be given without abstention, and how sure the answerer is of it."""

    asked: Asked
    confidence: float
    evidence: Evidence | None
    answered: Answered

    def with_confidence(self, confidence: float) -> "Outcome":
        return replace(self, confidence=confidence)

    @property
    def cites_right(self) -> bool:
        cited = [citation.hit.external_id for citation in self.answered.citations]
        return any(path.endswith(right) for path in cited for right in self.asked.documents)

    @property
    def right_in_first(self) -> bool:
        """Whether an accepted answer stands in the first quote."""
        return self._holds([citation.quote for citation in self.answered.citations[:1]])

    @property
    def right_in_shown(self) -> bool:
        return self._holds([self.answered.text])

    def _holds(self, texts: Sequence[str]) -> bool:
        shown = " ".join(" ".join(texts).split()).casefold()
        return any(" ".join(answer.split()).casefold() in shown for answer in self.asked.answers)


class _Sure(ExtractiveAnswerer):
    """Never abstains and remembers its last answer."""

    last = ExtractiveAnswer(abstained=True, confidence=0.0)

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder, abstain_below=0.0)

    async def answer(self, question: str, passages: Sequence[Hit]) -> ExtractiveAnswer:
        self.last = await super().answer(question, passages)
        return self.last


async def outcome(asked: Asked, embedder: Embedder) -> Outcome:
    """Runs the answer pipeline over the recorded passages."""
    recorded, quoting, settings = _Recorded(asked.hits), _Sure(embedder), Settings()
    pipeline = AnswerPipeline(
        search=recorded,
        texts=recorded,
        composers=(Sentences(quoting),),
        attribute=Attributor(embedder),
        chat_model=None,
        rag=settings.rag,
        llm=settings.llm,
    )
    async for part in pipeline.answer(Question(READER, asked.question)):
        if isinstance(part, Answered):
            return Outcome(asked, quoting.last.confidence, quoting.last.evidence, part)
    raise RuntimeError("the pipeline ended without an answer")


def figures(outcomes: Sequence[Outcome], threshold: float) -> dict[str, float]:
    """Shares from 0 to 1 at an abstention threshold; of a kind that was not asked none is given."""
    shares: dict[str, list[bool]] = {}

    def count(name: str, value: bool) -> None:
        shares.setdefault(name, []).append(value)

    for item in outcomes:
        kind, answered = item.asked.kind, item.confidence >= threshold and not item.answered.abstained
        if item.asked.answerable:
            count(f"{kind}: answered", answered)
            if kind == "demo":
                count("demo: right document without abstention", item.cites_right)
                count("demo: right document", answered and item.cites_right)
                count("demo: answer shown", answered and item.right_in_shown)
            else:
                count(f"{kind}: first sentence without abstention", item.right_in_first)
                count(f"{kind}: first sentence", answered and item.right_in_first)
                count(f"{kind}: shown answer without abstention", item.right_in_shown)
                count(f"{kind}: shown answer", answered and item.right_in_shown)
        else:
            count(f"{kind}: abstains", not answered)
            if kind == "demo":
                count(f"demo: abstains on {item.asked.label}", not answered)
    return {name: float(np.mean(values)) for name, values in sorted(shares.items())}


async def outcomes(folder: Path, kinds: Mapping[str, bool] | None = None) -> list[Outcome]:
    """The outcome of every recorded question."""
    embedder = KeptVectors(LocalEmbedder(folder), folder / "vectors.npz")
    await embedder.start()
    try:
        return [await outcome(asked, embedder) for asked in load(folder) if kinds is None or kinds.get(asked.kind)]
    finally:
        await embedder.close()


async def _main(folder: Path) -> None:
    if not (folder / "retrievals.jsonl").exists():
        await record(folder)
    for name, share in figures(await outcomes(folder), MINILM.abstain_below).items():
        print(f"{share:6.3f}  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where retrievals and vectors are kept between runs")
    asyncio.run(_main(parser.parse_args().folder))


if __name__ == "__main__":
    main()

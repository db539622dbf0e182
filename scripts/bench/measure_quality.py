"""Quality through the product's own API on the public collections and the demo."""

import asyncio
import statistics
import time
from pathlib import Path

from backend.client import BibliosClient
from backend.documents.demo import DEMO_DIR
from backend.evaluation.datasets import load_collection, load_demo_questions, read_lines
from backend.evaluation.runner import add_collection, measure_answers, measure_retrieval
from scripts.bench import session
from scripts.bench.corpus import shared_data
from scripts.bench.figures import Figure
from scripts.bench.server import serve

_NDCG_TARGETS = {"scifact": 0.72, "cranfield": 0.43}


def retrieval(workdir: Path) -> list[Figure]:
    """nDCG@10 of `GET /search`, each collection in an account of its own."""
    data = shared_data()
    if data is None:
        return [
            Figure(f"nDCG@10 {name}", None, "", target, note="not measured: BIBLIOS_SHARED_DATA is not there")
            for name, target in _NDCG_TARGETS.items()
        ]
    figures = []
    with serve(workdir / "retrieval") as server:
        for name, target in _NDCG_TARGETS.items():
            token, _ = session.register(server.url, name)
            collection = load_collection(data / name)

            async def go(client: BibliosClient) -> float:
                await add_collection(client, collection, prefix="")  # noqa: B023 - awaited before the next turn
                return (await measure_retrieval(client, collection, prefix="")).ndcg_at_10  # noqa: B023

            value = session.with_client(server.url, token, go)
            note = f"{len(collection.queries)} queries, {len(collection.documents)} documents"
            figures.append(Figure(f"nDCG@10 {name}", value, "", target, note=note))
    return figures


def demo_answers(workdir: Path) -> list[Figure]:
    """The demo's labelled questions, extractive."""
    with serve(workdir / "demo") as server:
        token, _ = session.register(server.url, "demo")

        async def load_and_ask(client: BibliosClient) -> object:
            await client.post("/demo")
            await client.wait_until_indexed()
            return await measure_answers(client, load_demo_questions(DEMO_DIR))

        quality = session.with_client(server.url, token, load_and_ask)
    from backend.evaluation.runner import AnswerQuality

    assert isinstance(quality, AnswerQuality)  # noqa: S101 - narrows the type
    note = f"wrong: {', '.join(quality.wrong) or 'none'}"
    by_kind = ", ".join(f"{kind} {share:.2f}" for kind, share in quality.abstained_by_kind.items())
    return [
        Figure("demo: answerable questions that cite a right document", quality.right_document, "", 0.90, note=note),
        Figure("demo: the labelled answer stands in the shown answer", quality.span_shown, ""),
        Figure("demo: unanswerable questions that abstain", quality.abstained, "", 0.85, note=by_kind),
        Figure(
            "citations that stand at their offsets",
            quality.citations_verified,
            "",
            1.0,
            note=f"{quality.citations}",
        ),
    ]


def languages(workdir: Path) -> list[Figure]:
    """XQuAD's questions in other languages over its paragraphs in English, the multilingual model, `GET /search`."""
    data = shared_data()
    names = ("de", "es", "ru", "zh", "ar", "tr")
    if data is None:
        return [
            Figure(f"XQuAD recall@1, {name} over en", None, "", 0.70, note="not measured: BIBLIOS_SHARED_DATA")
            for name in names
        ]
    items = [
        {"external_id": str(row["_id"]), "title": str(row["title"]).replace("_", " "), "text": str(row["text"])}
        for row in read_lines(data / "xquad-en" / "corpus.jsonl")
    ]
    questions = list(read_lines(data / "xquad-languages" / "questions.jsonl"))
    with serve(workdir / "languages", BIBLIOS_EMBEDDING_MODEL="multilingual") as server:
        token, _ = session.register(server.url, "languages")

        async def go(client: BibliosClient) -> dict[str, list[tuple[bool, float]]]:
            await client.add_texts(items)
            await client.wait_until_indexed()
            found: dict[str, list[tuple[bool, float]]] = {name: [] for name in names}
            for row in questions:
                started = time.perf_counter()
                hits = await client.search(str(row["question"]), limit=1)
                right = bool(hits) and hits[0]["external_id"] == row["doc"]
                found[str(row["lang"])].append((right, time.perf_counter() - started))
            return found

        found = session.with_client(server.url, token, go)
    return [
        Figure(
            f"XQuAD recall@1, {name} over en",
            sum(right for right, _ in results) / len(results),
            "",
            0.70,
            note=f"{len(results)} questions over {len(items)} paragraphs, p50 "
            f"{statistics.median(seconds for _, seconds in results) * 1000:.0f} ms",
        )
        for name, results in found.items()
    ]


def xquad(workdir: Path) -> list[Figure]:
    """Passages and quoted sentences on half of XQuAD, retrieval over all its paragraphs, through the chat API."""
    data = shared_data()
    targets = {
        "passage recall@5": 0.98,
        "gold answer in the first sentence": 0.79,
        "gold answer in the shown answer": 0.92,
    }
    if data is None:
        return [
            Figure(f"XQuAD: {name}", None, "", target, note="not measured: BIBLIOS_SHARED_DATA is not there")
            for name, target in targets.items()
        ]
    folder = data / "xquad-en"
    questions = list(read_lines(folder / "questions.jsonl"))
    items = [
        {"external_id": str(row["_id"]), "title": str(row["title"]), "text": str(row["text"])}
        for row in read_lines(folder / "corpus.jsonl")
    ]
    with serve(workdir / "xquad") as server:
        token, _ = session.register(server.url, "xquad")

        async def go(client: BibliosClient) -> list[tuple[bool, bool, bool]]:
            await client.add_texts(items)
            await client.wait_until_indexed()
            gate = asyncio.Semaphore(2)

            async def one(row: dict[str, object]) -> tuple[bool, bool, bool]:
                async with gate:
                    hits = await client.search(str(row["text"]), limit=5)
                    message = await client.answer(str(row["text"]))
                answers = [str(answer).casefold() for answer in row["answers"]]  # type: ignore[attr-defined]
                quotes = [str(citation["quote"]).casefold() for citation in message["citations"]]
                return (
                    any(hit["external_id"] == row["doc"] for hit in hits),
                    bool(quotes) and any(answer in quotes[0] for answer in answers),
                    any(answer in str(message["content"]).casefold() for answer in answers),
                )

            return list(await asyncio.gather(*(one(row) for row in questions)))

        results = session.with_client(server.url, token, go)
    shares = [sum(column) / len(results) for column in zip(*results, strict=True)]
    return [
        Figure(f"XQuAD: {name}", share, "", target, note=f"{len(results)} questions")
        for (name, target), share in zip(targets.items(), shares, strict=True)
    ]

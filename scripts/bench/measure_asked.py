"""What is answered: the questions of `questions/`, the public near misses, and questions of more than one step."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from backend.client import BibliosClient
from backend.evaluation.asked import load_sets
from backend.evaluation.asking import Judged, add_library, ask_all, squashed
from backend.evaluation.datasets import read_lines
from scripts.bench import session
from scripts.bench.corpus import shared_data
from scripts.bench.figures import Figure
from scripts.bench.server import serve

_BATCH = 50
_PARALLEL = 2
_FIRST = 10
_GOLD_SHOWN_CHARS = 60
_LOWEST_KIND = 0.70
_NOT_MEASURED = "not measured: BIBLIOS_SHARED_DATA is not there"


def asked(workdir: Path) -> list[Figure]:
    """Each set in an account of its own, the third that nothing is tuned on: right, wrongly refused, by kind."""
    judged: list[Judged] = []
    with serve(workdir / "asked") as server:
        for of in load_sets():
            token, _ = session.register(server.url, of.name)

            async def go(client: BibliosClient) -> list[Judged]:
                await add_library(client, of)  # noqa: B023 - awaited before the next turn
                return await ask_all(client, of.held)  # noqa: B023 - awaited before the next turn

            judged += session.with_client(server.url, token, go)
    total = Counter(one.asked.kind for one in judged)
    right = Counter(one.asked.kind for one in judged if one.right)
    answerable = [one for one in judged if one.asked.outcome in {"answer", "partial"}]
    near = [one for one in judged if one.asked.kind == "near_miss"]
    shares = {kind: right[kind] / count for kind, count in total.items()}
    note = ", ".join(f"{kind} {right[kind]}/{total[kind]}" for kind in sorted(total))
    return [
        Figure("asked, held third: answered well", right.total() / len(judged), "", 0.85, note=note),
        Figure("asked, held third: the worst kind", min(shares.values()), "", _LOWEST_KIND),
        Figure(
            "asked, held third: wrongly refused",
            sum(one.refused for one in answerable) / len(answerable),
            "",
            0.04,
            sense="at_most",
            note=f"of {len(answerable)} with an answer",
        ),
        Figure("asked, held third: near misses refused", sum(one.right for one in near) / len(near), "", 0.60),
    ]


def near_misses(workdir: Path) -> list[Figure]:
    """ClapNQ: all passages as one library; refused, and the gold sentence in what is shown."""
    data = shared_data()
    names = ("ClapNQ: near misses refused", "ClapNQ: gold sentence shown", "ClapNQ: answerable refused")
    if data is None:
        return [Figure(name, None, "", 0, note=_NOT_MEASURED) for name in names]
    rows = list(read_lines(data / "clapnq" / "rows.jsonl"))
    with serve(workdir / "clapnq") as server:
        token, _ = session.register(server.url, "clapnq")

        async def go(client: BibliosClient) -> list[dict[str, Any]]:
            texts = [
                {"external_id": str(row["id"]), "title": row["title"], "text": " ".join(row["sentences"])}
                for row in rows
            ]
            return await _answers(client, texts, [str(row["question"]) for row in rows])

        messages = session.with_client(server.url, token, go)
    pairs = list(zip(rows, messages, strict=True))
    missing = [message for row, message in pairs if row["kind"] != "answerable"]
    there = [(row, message) for row, message in pairs if row["kind"] == "answerable"]
    shown = [any(_shows(message, gold) for gold in row["gold_sentences"]) for row, message in there]
    note = f"{len(missing)} near misses, {len(there)} with an answer"
    return [
        Figure(names[0], sum(bool(one["abstained"]) for one in missing) / len(missing), "", 0.60, note=note),
        Figure(names[1], sum(shown) / len(shown), "", 0.92),
        Figure(names[2], sum(bool(m["abstained"]) for _, m in there) / len(there), "", 0.04, sense="at_most"),
    ]


def multihop(workdir: Path) -> list[Figure]:
    """2WikiMultiHopQA: how many questions have every gold passage among the first ten passages of their answer."""
    data = shared_data()
    targets = {2: 32, 4: 7}
    if data is None:
        return [
            Figure(f"multihop, {hops} steps: all gold passages", None, "questions", target, note=_NOT_MEASURED)
            for hops, target in targets.items()
        ]
    corpus = list(read_lines(data / "multihop" / "corpus.jsonl"))
    questions = list(read_lines(data / "multihop" / "questions.jsonl"))
    with serve(workdir / "multihop") as server:
        token, _ = session.register(server.url, "multihop")

        async def go(client: BibliosClient) -> list[dict[str, Any]]:
            texts = [
                {"external_id": f"page-{number}", "title": row["title"], "text": row["text"]}
                for number, row in enumerate(corpus)
            ]
            return await _answers(client, texts, [str(row["question"]) for row in questions])

        messages = session.with_client(server.url, token, go)
    found: Counter[int] = Counter()
    for row, message in zip(questions, messages, strict=True):
        titles = {squashed(passage["title"]) for passage in message["passages"][:_FIRST]}
        found[row["hops"]] += titles.issuperset(map(squashed, row["gold_titles"]))
    total = Counter(row["hops"] for row in questions)
    return [
        Figure(f"multihop, {hops} steps: all gold passages", found[hops], "questions", target, note=f"of {total[hops]}")
        for hops, target in targets.items()
    ]


async def _answers(client: BibliosClient, texts: list[dict[str, Any]], questions: list[str]) -> list[dict[str, Any]]:
    """Adds texts, waits until they are indexed, and asks each question in a conversation of its own."""
    for start in range(0, len(texts), _BATCH):
        await client.add_texts(texts[start : start + _BATCH])
    await client.wait_until_indexed()
    gate = asyncio.Semaphore(_PARALLEL)

    async def one(question: str) -> dict[str, Any]:
        async with gate:
            conversation = str((await client.post("/conversations", {}))["id"])
            return await client.answer(question, conversation_id=conversation)

    return list(await asyncio.gather(*map(one, questions)))


def _shows(message: dict[str, Any], gold: str) -> bool:
    """Whether an answer shows a sentence: by its beginning, since sentences are cut at other places."""
    return squashed(gold)[:_GOLD_SHOWN_CHARS] in squashed(str(message["content"]))

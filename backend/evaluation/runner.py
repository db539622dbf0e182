"""Runs a labelled collection through a server's public API."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from backend.client import BibliosClient
from backend.evaluation.datasets import Collection, DemoQuestion
from backend.evaluation.metrics import mean, ndcg, recall, reciprocal_rank

_BATCH = 200
_PARALLEL = 4


@dataclass(frozen=True, slots=True)
class RetrievalQuality:
    queries: int
    ndcg_at_10: float
    recall_at_10: float
    recall_at_100: float
    mrr: float


@dataclass(frozen=True, slots=True)
class AnswerQuality:
    """Shares of the demo's questions. `right_document`: an answerable question's answer cites a right document.

    `abstained_by_kind`: the share of each kind of unanswerable question: other subjects (``off_topic``), people and
    things that do not exist (``unknown_entity``), and what is not said of known things (``near_miss``).
    `citations_verified`: the share of all citations whose quote stands at its offsets in the stored version.
    """

    answerable: int
    unanswerable: int
    right_document: float
    span_shown: float
    abstained: float
    wrong: tuple[str, ...]
    citations: int = 0
    citations_verified: float = 0.0
    abstained_by_kind: dict[str, float] = field(default_factory=dict)


async def add_collection(client: BibliosClient, collection: Collection, *, prefix: str) -> None:
    """Adds the documents under ``{prefix}{id}`` and waits until they are indexed."""
    for start in range(0, len(collection.documents), _BATCH):
        await client.add_texts(
            [
                {"external_id": f"{prefix}{id_}", "title": title or id_, "text": text or title}
                for id_, title, text in collection.documents[start : start + _BATCH]
            ]
        )
    await client.wait_until_indexed()


async def measure_retrieval(client: BibliosClient, collection: Collection, *, prefix: str) -> RetrievalQuality:
    """Searches every judged query, 100 documents deep."""
    gate = asyncio.Semaphore(_PARALLEL)

    async def ranked(text: str) -> list[str]:
        async with gate:
            hits = await client.search(text, limit=100)
        return [hit["external_id"].removeprefix(prefix) for hit in hits]

    ids = list(collection.queries)
    rankings = await asyncio.gather(*(ranked(collection.queries[id_]) for id_ in ids))
    pairs = [(ranking, collection.relevance[id_]) for id_, ranking in zip(ids, rankings, strict=True)]
    return RetrievalQuality(
        queries=len(ids),
        ndcg_at_10=mean([ndcg(ranking, judged) for ranking, judged in pairs]),
        recall_at_10=mean([recall(ranking, judged, k=10) for ranking, judged in pairs]),
        recall_at_100=mean([recall(ranking, judged, k=100) for ranking, judged in pairs]),
        mrr=mean([reciprocal_rank(ranking, judged) for ranking, judged in pairs]),
    )


async def measure_answers(client: BibliosClient, questions: tuple[DemoQuestion, ...]) -> AnswerQuality:
    """Asks every question in a conversation of its own; documents are recognised by their external id."""
    paths: dict[str, str] = {}
    cursor: str | None = None
    while True:
        page = await client.get("/documents", limit=100, **({"cursor": cursor} if cursor else {}))
        paths.update({item["id"]: item["external_id"] for item in page["items"]})
        if (cursor := page["next_cursor"]) is None:
            break
    right: list[float] = []
    shown: list[float] = []
    abstained: defaultdict[str, list[float]] = defaultdict(list)
    wrong: list[str] = []
    verified: list[float] = []
    texts: dict[tuple[str, int], str] = {}
    for question in questions:
        message = await client.answer(question.question)
        verified += [await _stands_in_source(client, citation, texts) for citation in message["citations"]]
        cited = [paths.get(citation["document_id"], "") for citation in message["citations"]]
        if question.answerable:
            is_right = any(path.endswith(accepted) for path in cited for accepted in question.documents)
            right.append(is_right)
            shown.append(_squash(question.answer_span) in _squash(message["content"]))
            ok = is_right
        else:
            abstained[question.kind].append(bool(message["abstained"]))
            ok = bool(message["abstained"])
        if not ok:
            wrong.append(question.id)
    everything = [value for values in abstained.values() for value in values]
    return AnswerQuality(
        answerable=len(right),
        unanswerable=len(everything),
        right_document=mean(right),
        span_shown=mean(shown),
        abstained=mean(everything),
        wrong=tuple(wrong),
        citations=len(verified),
        citations_verified=mean(verified),
        abstained_by_kind={kind: mean(values) for kind, values in sorted(abstained.items())},
    )


async def _stands_in_source(client: BibliosClient, citation: dict[str, Any], texts: dict[tuple[str, int], str]) -> bool:
    """Whether the quote is exactly what the cited version has between the cited offsets."""
    key = (str(citation["document_id"]), int(citation["version"]))
    if key not in texts:
        texts[key] = str((await client.get(f"/documents/{key[0]}/text", version=key[1]))["text"])
    return bool(texts[key][citation["start"] : citation["end"]] == citation["quote"])


def _squash(text: str) -> str:
    return " ".join(text.split()).casefold()

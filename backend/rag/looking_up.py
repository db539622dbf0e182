"""What is found for a question, with what of it is out of date: the part of answering before anything is written."""

import asyncio

from backend.rag.composing import Asked
from backend.rag.disagreement import find_contradictions, superseded_by
from backend.rag.models import Question, Source
from backend.rag.ports import PassageSearch
from backend.rag.second_round import widened


async def looked_up(
    search: PassageSearch, question: Question, query: str, *, limit: int
) -> tuple[Asked, tuple[str, ...]]:
    """The question with its passages, best first, and the parts of the search that did not answer.

    `limit`: the most passages. Errors: `UpstreamError`, `Unavailable`.
    """
    result = await search.search(
        question.caller, query, filters=question.filters, limit=limit, group="chunk", spelling=True
    )
    query = result.corrected or query
    hits, steps = await widened(search, question.caller, query, question.filters, result.hits)
    # Every sentence is compared with every other one: crafted passages make that a part of a second.
    contradictions = await asyncio.to_thread(find_contradictions, hits, query)
    replaced = superseded_by(contradictions)
    sources = tuple(Source(hit, replaced.get(hit.document_id)) for hit in hits)
    return Asked(question, query, sources, contradictions, steps), result.degraded

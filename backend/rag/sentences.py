"""The composer of last resort: the up to three sentences that answer best, the newest document's before the older."""

from collections.abc import Sequence

from backend.llm.streaming import sanitise
from backend.quoting.extractive import ExtractiveAnswerer, QuotedSentence
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.disagreement import in_force
from backend.rag.models import Contradiction, Source

_SEPARATOR = "\n\n"


class Sentences:
    def __init__(self, quoting: ExtractiveAnswerer) -> None:
        self._quoting = quoting

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the best sentence does not seem to answer. Errors: `UpstreamError` of the embedder."""
        candidates = in_force(asked.question.text, asked.sources, asked.contradictions)
        answer = await self._quoting.answer(asked.query, [source.hit for source in candidates])
        urls = [source.hit.url for source in asked.sources if source.hit.url]
        pieces: list[str | Excerpt] = []
        for quote in () if answer.abstained else _newest_first(answer.sentences, candidates, asked.contradictions):
            shown = sanitise(" ".join(quote.text.split()), urls)
            if not shown:
                continue
            if pieces:
                pieces.append(_SEPARATOR)
            pieces.append(Excerpt(candidates[quote.passage_index].hit, quote.start, quote.end, shown))
        return Composed(tuple(pieces)) if pieces else None


def _newest_first(
    quotes: Sequence[QuotedSentence], sources: Sequence[Source], contradictions: Sequence[Contradiction]
) -> list[QuotedSentence]:
    """Quotes of a passage that another quoted one seems to update come after it; otherwise the order stays."""
    quoted = {sources[quote.passage_index].hit.document_id for quote in quotes}
    older = {
        item.older.document_id
        for item in contradictions
        if item.newer.document_id in quoted and item.older.modified_at < item.newer.modified_at
    }
    return sorted(quotes, key=lambda quote: sources[quote.passage_index].hit.document_id in older)

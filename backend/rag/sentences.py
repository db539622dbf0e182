"""The composer of last resort: the up to three sentences that answer best, the newest document's before the older.

Rows of a Markdown table are shown as one, below its head.
"""

from collections.abc import Sequence
from dataclasses import replace

from backend.llm.streaming import sanitise
from backend.quoting.extractive import ExtractiveAnswerer, QuotedSentence
from backend.quoting.line_roles import table_head_at
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.disagreement import in_force
from backend.rag.models import Contradiction, Source

_SEPARATOR = "\n\n"
_NEXT_ROW = "\n"


class Sentences:
    def __init__(self, quoting: ExtractiveAnswerer) -> None:
        self._quoting = quoting

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the best sentence does not seem to answer. Errors: `UpstreamError` of the embedder."""
        candidates = in_force(asked.question.text, asked.sources, asked.contradictions)
        answer = await self._quoting.answer(asked.query, [source.hit for source in candidates])
        urls = [source.hit.url for source in asked.sources if source.hit.url]
        pieces: list[str | Excerpt] = []
        above: tuple[str, int, int] | None = None
        for quote in () if answer.abstained else _newest_first(answer.sentences, candidates, asked.contradictions):
            hit = candidates[quote.passage_index].hit
            row = Excerpt(hit, quote.start, quote.end, _shown(quote.text, urls))
            if not row.shown:
                continue
            found = table_head_at(hit.text, quote.start - hit.start)
            head = Excerpt(hit, hit.start + found[0], hit.start + found[1], "") if found else None
            table = (hit.document_id, head.start, hit.version) if head else None
            if pieces:
                pieces.append(_NEXT_ROW if table and table == above else _SEPARATOR)
            if head is not None and table != above:
                head = replace(head, shown=_shown(hit.text[head.start - hit.start : head.end - hit.start], urls))
                pieces += [head, f"\n{_rule(head.shown)}\n"]
            pieces.append(row)
            above = table
        return Composed(tuple(pieces)) if pieces else None


def _shown(quote: str, urls: Sequence[str]) -> str:
    return sanitise(" ".join(quote.split()), urls)


def _rule(head: str) -> str:
    """The line below the head of a Markdown table."""
    return "|" + "---|" * max(1, head.strip("| ").count("|") + 1)


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

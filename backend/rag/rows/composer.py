"""The composer of what is computed over the rows of a table, or counted in a list; each row is quoted in place."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from backend.access import Caller
from backend.documents.texts import TextDamaged
from backend.embedding.search.models import Hit
from backend.errors import NotFound
from backend.llm.streaming import sanitise
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.disagreement import asks_for_the_past
from backend.rag.models import Source
from backend.rag.ports import VersionTexts
from backend.rag.rows.columns import Grid, grid_of, joined
from backend.rag.rows.computing import Computed, compute
from backend.rag.rows.stated import stated_count
from backend.rag.rows.tables import Row, tables_of
from backend.rag.rows.telling import header, more_rows, sentence
from backend.rag.rows.wish import Wish, wish_of

_MOST_DOCUMENTS = 16
#: A larger text is not read as a whole for one question.
_MOST_CHARS = 300_000
_MOST_SHOWN = 12


class Rows:
    """Counts, sums, averages, the most and the least, rows that meet a condition, and single cells."""

    def __init__(self, texts: VersionTexts) -> None:
        self._texts = texts

    async def compose(self, asked: Asked) -> Composed | None:
        """None where nothing is to be computed, or not one table is clearly meant."""
        wish = wish_of(asked.query)
        if wish is None:
            return None
        past = asks_for_the_past(asked.query)
        documents = _documents([one for one in asked.sources if past or one.superseded_by is None])
        texts = [(hit, await self._text(asked.question.caller, hit)) for hit in documents]
        return await asyncio.to_thread(_composed, wish, [(hit, text) for hit, text in texts if text])

    async def _text(self, caller: Caller, hit: Hit) -> str:
        try:
            stored = await self._texts.text(caller, hit.document_id, hit.version)
        except (NotFound, TextDamaged):
            return ""
        return "" if stored.excerpt or len(stored.text) > _MOST_CHARS else stored.text


def _documents(sources: Sequence[Source]) -> list[Hit]:
    """The best passage of each document, best first."""
    found: dict[str, Hit] = {}
    for source in sources:
        found.setdefault(source.hit.document_id, source.hit)
    return list(found.values())[:_MOST_DOCUMENTS]


def _composed(wish: Wish, documents: Sequence[tuple[Hit, str]]) -> Composed | None:
    found: list[tuple[Computed, Hit, str]] = []
    for hit, text in documents:
        grids = [grid_of(table, hit.title) for table in tables_of(text)]
        found += [(one, hit, text) for one in _results(wish, grids)]
    best = max((one.score for one, _, _ in found), default=0)
    nearest = [(one, hit, text) for one, hit, text in found if one.score == best]
    if not nearest or len({_answer(one) for one, _, _ in nearest}) > 1:
        return None
    computed, hit, text = nearest[0]
    if wish.operation == "count" and (stated := stated_count(text, wish, computed)) is not None:
        return Composed((_excerpt(hit, text, *stated),))
    return _told(wish, computed, hit, text)


def _results(wish: Wish, grids: Sequence[Grid]) -> list[Computed]:
    """What is computed over each table of a document; tables of the same columns that fit alike count as one."""
    results = [result for grid in grids if (result := compute(wish, grid)) is not None]
    best = max((one.score for one in results), default=0)
    alike = [one for one in results if one.score == best]
    columns = {one.grid.table.columns for one in alike}
    if len(alike) > 1 and len(columns) == 1 and columns != {()}:
        whole = compute(wish, joined([one.grid for one in alike]))
        return [whole] if whole is not None else alike
    return alike


def _answer(computed: Computed) -> tuple[str, str, tuple[tuple[str, ...], ...]]:
    return computed.operation, computed.value, tuple(row.cells for row in computed.rows)


def _told(wish: Wish, computed: Computed, hit: Hit, text: str) -> Composed:
    urls = [hit.url] if hit.url else []
    lead = [sanitise(sentence(wish, computed), urls)]
    if names := header(computed):
        lead.append(sanitise(names, urls))
    pieces: list[str | Excerpt] = ["\n\n".join(lead) + "\n"]
    for row in computed.rows[:_MOST_SHOWN]:
        excerpt = _row(hit, text, row)
        if excerpt.shown:
            pieces += ["\n- ", excerpt]
    if (rest := len(computed.rows) - _MOST_SHOWN) > 0:
        pieces.append(f"\n\n{more_rows(wish, rest)}")
    return Composed(tuple(pieces))


def _row(hit: Hit, text: str, row: Row) -> Excerpt:
    return _excerpt(hit, text, row.start, row.end)


def _excerpt(hit: Hit, text: str, start: int, end: int) -> Excerpt:
    words = text[start:end]
    shown = sanitise(" ".join(words.split()), [hit.url] if hit.url else [])
    return Excerpt(replace(hit, text=words, start=start, end=end), start, end, shown)

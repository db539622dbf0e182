"""Citations: checked against the stored text before anyone sees them, then numbered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import structlog

from backend.access import Caller
from backend.documents.texts import TextDamaged
from backend.embedding.search.models import Hit
from backend.errors import NotFound
from backend.rag.models import Cited
from backend.rag.ports import VersionTexts

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A citation before it is checked; `start` and `end` are offsets into the text of the hit's version."""

    hit: Hit
    start: int
    end: int
    support: Literal["matched", "weak", "contradicted"]
    answer_start: int
    answer_end: int
    flags: tuple[str, ...] = ()


async def verified(caller: Caller, drafts: Sequence[Draft], texts: VersionTexts) -> tuple[Cited, ...]:
    """The citations for which ``version_text[start:end] == quote`` holds, in the answer's order, numbered from 1.

    The same stretch keeps its number wherever it is cited. What does not hold, or belongs to a document that has gone
    since it was retrieved, is dropped and logged.
    """
    stored = {
        key: await _stored_text(caller, key, texts)
        for key in {(draft.hit.document_id, draft.hit.version) for draft in drafts}
    }
    numbers: dict[tuple[str, int, int, int], int] = {}
    citations: list[Cited] = []
    for draft in sorted(drafts, key=lambda draft: (draft.answer_start, draft.answer_end)):
        hit = draft.hit
        start, end = draft.start, draft.end
        quote = hit.text[max(0, start - hit.start) : max(0, end - hit.start)]
        text = stored[hit.document_id, hit.version]
        if not quote or text is None or text[start:end] != quote:
            log.warning("citation_dropped", document_id=hit.document_id, version=hit.version, start=start, end=end)
            continue
        number = numbers.setdefault((hit.document_id, hit.version, start, end), len(numbers) + 1)
        citations.append(
            Cited(
                index=number,
                hit=hit,
                start=start,
                end=end,
                quote=quote,
                support=draft.support,
                answer_start=draft.answer_start,
                answer_end=draft.answer_end,
                flags=draft.flags,
            )
        )
    return tuple(citations)


def only_what_is_cited(text: str, citations: Sequence[Cited]) -> tuple[str, tuple[Cited, ...]]:
    """The sentences that a source says, one after the other, with their citations: beside what was prepared, nothing
    else that a model wrote is told.
    """
    kept: dict[tuple[int, int], int] = {}
    parts: list[str] = []
    length = 0
    for start, end in sorted({(one.answer_start, one.answer_end) for one in citations if one.support == "matched"}):
        length += bool(parts)
        kept[start, end] = length
        parts.append(text[start:end])
        length += end - start
    moved = [
        replace(one, answer_start=at, answer_end=at + one.answer_end - one.answer_start)
        for one in citations
        if one.support == "matched"
        for at in (kept[one.answer_start, one.answer_end],)
    ]
    return " ".join(parts), tuple(moved)


async def _stored_text(caller: Caller, key: tuple[str, int], texts: VersionTexts) -> str | None:
    document_id, version = key
    try:
        return (await texts.text(caller, document_id, version)).text
    except (NotFound, TextDamaged):
        return None

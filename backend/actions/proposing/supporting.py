"""What supports each claim of a text that a model wrote: a passage that it was shown, or the person's own words.

The comparison and the check against the stored text are those of citations in answers (`rag.support`, `rag.citation`).
Only a sentence that is matched counts, and only where every figure and name of it stands in the passage: what is weak
is told as what it is, a claim without a source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from backend.access import Caller
from backend.actions.models import ActionKind, Evidence, EvidenceSource
from backend.actions.proposing.said import Said
from backend.embedding.search.models import Hit
from backend.errors import BibliosError
from backend.rag.citation import Draft, verified
from backend.rag.models import Cited
from backend.rag.ports import VersionTexts
from backend.rag.support import Attribution
from backend.text.sentences import split_sentences
from backend.text.terms import content_terms, figures

log = structlog.get_logger(__name__)

_PROSE: Mapping[ActionKind, tuple[str, ...]] = {
    "email": ("subject", "text"),
    "calendar": ("title", "description"),
    "slack": ("text",),
}
_BETWEEN = "\n\n"
#: Later ones are told nothing of: comparing costs for each.
MOST_SENTENCES = 60
#: A sentence of fewer words claims nothing, unless it has a figure: to say that a title or a greeting is known from
#: somewhere, or that it has no source, tells nobody anything.
_FEWEST_WITH, _FEWEST_WITHOUT = 2, 3


class Attribute(Protocol):
    """`rag.support.Attributor`."""

    async def __call__(self, answer: str, passages: Sequence[Hit]) -> list[Attribution]:
        """What supports each sentence. Errors: `UpstreamError` of the embedder."""
        ...


@dataclass(frozen=True, slots=True)
class _Written:
    """The fields of a payload as one text, and where each begins in it."""

    text: str
    begins: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, kind: ActionKind, payload: Mapping[str, Any]) -> "_Written":
        parts: list[str] = []
        begins: list[tuple[str, int]] = []
        for name in _PROSE[kind]:
            begins.append((name, sum(map(len, parts)) + len(_BETWEEN) * len(parts)))
            parts.append(str(payload.get(name) or ""))
        return cls(_BETWEEN.join(parts), tuple(begins))

    def claim(self, start: int, end: int) -> tuple[str, int, int]:
        """The field in which a stretch of the text stands, and its place there."""
        name, begin = next((name, begin) for name, begin in reversed(self.begins) if begin <= start)
        return name, start - begin, end - begin


class Supporting:
    """Finds the evidence of payloads."""

    def __init__(self, attribute: Attribute, texts: VersionTexts) -> None:
        self._attribute = attribute
        self._texts = texts

    async def evidence(
        self, caller: Caller, kind: ActionKind, payload: Mapping[str, Any], said: Said, passages: Sequence[Hit]
    ) -> list[Evidence]:
        """Of the first `MOST_SENTENCES` sentences, in their order; what claims nothing has none.

        Empty, and logged, when nothing could be compared.
        """
        written = _Written.of(kind, payload)
        sentences = split_sentences(written.text)[:MOST_SENTENCES]
        if not sentences:
            return []
        try:
            cited = await self._cited(caller, written.text[: sentences[-1].end], said, passages)
        except BibliosError as error:
            log.warning("evidence_not_found", code=error.code)
            return []
        found = {(one.answer_start, one.answer_end): one for one in cited}
        return [
            evidence
            for sentence in sentences
            if (evidence := _evidence(written, sentence.start, sentence.end, found, said)) is not None
        ]

    async def _cited(self, caller: Caller, text: str, said: Said, passages: Sequence[Hit]) -> tuple[Cited, ...]:
        if not passages:
            return ()
        drafts = [
            Draft(passages[one.passage_index], one.start, one.end, one.support, one.answer_start, one.answer_end)
            for one in await self._attribute(text, passages)
            if one.support == "matched" and all(_is_said(flag, said) for flag in one.flags)
        ]
        return await verified(caller, drafts, self._texts)


def _is_said(flag: str, said: Said) -> bool:
    """Whether a name that the passage does not have is one that the person used. A figure has to stand there."""
    return not any(letter.isdigit() for letter in flag) and said.has_phrase(flag)


def _evidence(
    written: _Written, start: int, end: int, found: Mapping[tuple[int, int], Cited], said: Said
) -> Evidence | None:
    name, begin, finish = written.claim(start, end)
    words = written.text[start:end]
    terms = len(content_terms(words)) if not figures(words) else _FEWEST_WITHOUT
    if terms < _FEWEST_WITH:
        return None
    if (cited := found.get((start, end))) is not None:
        hit = cited.hit
        source = EvidenceSource(
            document_id=hit.document_id,
            version=hit.version,
            start=cited.start,
            end=cited.end,
            title=hit.title,
            page=hit.standing(cited.start, cited.end).page,
        )
        return Evidence(field=name, start=begin, end=finish, support="document", source=source)
    if terms < _FEWEST_WITHOUT:
        return None
    return Evidence(field=name, start=begin, end=finish, support="person" if said.has_phrase(words) else "none")

"""What is said in place of an answer: why there is none, how far that reaches, and which sentences come closest."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType

from backend.access import Caller
from backend.documents.restriction import Restriction
from backend.embedding.models.base import Embedder
from backend.embedding.models.traits import traits_of
from backend.embedding.search.models import Filters
from backend.errors import BibliosError
from backend.quoting.closest import Stretch, closest_sentences
from backend.rag.abstention import nothing_about
from backend.rag.coverage import Counts, Coverage, LateSources, coverage_of
from backend.rag.models import Refusal, RefusalReason, Source
from backend.rag.scoped import restriction
from backend.text.language_id import foreign_to

NOT_IN_LIBRARY = "This is not in your library. The passages that come nearest are listed as sources."
NOTHING_FOUND = "Nothing in your library matches this question. Add documents about it, or ask in other words."
_NOT_SO_FAR = "This is not in what has been read so far. The passages that come nearest are listed as sources."
_NOTHING_SO_FAR = "Nothing that has been read so far matches this question."
_NOT_WHERE_ASKED = (
    "This is not where you asked, and nowhere else was looked. The passages that come nearest are listed as sources."
)
_NOTHING_WHERE_ASKED = "Nothing where you asked matches this question, and nowhere else was looked. Ask in everything."
_NOTHING_THERE = "There is no document here yet that could be searched for it. Add documents, then ask again."
_ENGLISH_ALONE = (
    "The question does not seem to be in English, and the model that compares meanings here knows English alone, so "
    "only its words were looked for. Ask in English, or have a model for many languages set."
)
_EVERYTHING = Filters()
#: What whoever runs the server can do about it.
HINTS: Mapping[RefusalReason, str] = MappingProxyType(
    {
        "language_not_supported": "Set BIBLIOS_EMBEDDING_MODEL=multilingual (its extra is called `multilingual`) and "
        "start the server again: documents are then indexed anew, beside the present index."
    }
)


class Refusals:
    """Stateless. What it is not given, it does not say."""

    def __init__(
        self, *, counts: Counts | None = None, late: LateSources | None = None, embedder: Embedder | None = None
    ) -> None:
        self._counts = counts
        self._late = late
        self._embedder = embedder

    async def refuse(
        self,
        caller: Caller,
        query: str,
        sources: Sequence[Source],
        *,
        names: Sequence[str] = (),
        filters: Filters = _EVERYTHING,
    ) -> Refusal:
        """`query`: the question as it was searched; `sources`: what was found, best first; `names`: of the question,
        that stand nowhere; `filters`: where it was asked. A part that fails is left out.
        """
        known, closest, foreign = await asyncio.gather(
            self._coverage(caller, restriction(filters)), self._closest(query, sources), self._is_foreign(query)
        )
        coverage, unknown = known
        reason = reason_of(coverage, found=bool(sources), names=names, foreign=foreign)
        return Refusal(
            told(reason, coverage, found=bool(sources), names=names, unknown=unknown, scoped=not filters.empty),
            reason,
            tuple(names) if reason == "name_unknown" else (),
            coverage,
            closest,
            HINTS.get(reason),
        )

    async def _coverage(self, caller: Caller, within: Restriction | None) -> tuple[Coverage | None, bool]:
        """What is known of it, and whether it could not be found out."""
        if self._counts is None:
            return None, False
        with suppress(BibliosError):
            return await coverage_of(caller, self._counts, self._late, within), False
        return None, True

    async def _closest(self, query: str, sources: Sequence[Source]) -> tuple[Stretch | None, ...]:
        if self._embedder is not None:
            with suppress(BibliosError):  # the passages are shown from their beginnings then
                return await closest_sentences(self._embedder, query, [source.hit for source in sources])
        return (None,) * len(sources)

    async def _is_foreign(self, query: str) -> bool:
        """Whether the embedding model is known to know English alone, and the question is surely in another language.

        Of a model that nobody has measured that is not known.
        """
        if self._embedder is None:
            return False
        traits = traits_of(self._embedder.model_id)
        return traits.fitted and not traits.many_languages and "en" in await asyncio.to_thread(foreign_to, query)


def reason_of(coverage: Coverage | None, *, found: bool, names: Sequence[str], foreign: bool) -> RefusalReason:
    """The one that says most. `found`: some passages come near."""
    reading = coverage is not None and coverage.reading > 0
    if coverage is not None and not coverage.indexed and not found:
        return "still_reading" if reading else "nothing_indexed"
    if names:
        return "name_unknown"
    if foreign:
        return "language_not_supported"
    return "still_reading" if reading else "not_found"


def told(
    reason: RefusalReason,
    coverage: Coverage | None,
    *,
    found: bool,
    names: Sequence[str] = (),
    unknown: bool = False,
    scoped: bool = False,
    now: datetime | None = None,
) -> str:
    """As sentences. Only of what was looked into as a whole it says that something is not there; `unknown`: nobody
    could find out whether it was; `scoped`: the question was asked in a part of the library alone.
    """
    whole = coverage.is_whole if coverage is not None else not unknown
    if reason == "name_unknown":
        said = nothing_about(names, whole=whole, scoped=scoped)
    elif scoped:
        said = _NOT_WHERE_ASKED if found else _NOTHING_WHERE_ASKED
    elif reason == "nothing_indexed":
        said = _NOTHING_THERE
    elif whole:
        said = NOT_IN_LIBRARY if found else NOTHING_FOUND
    else:
        said = _NOT_SO_FAR if found else _NOTHING_SO_FAR
    reach = coverage.told(now or datetime.now(UTC)) if coverage is not None else ""
    return " ".join(filter(None, (said, reach, _ENGLISH_ALONE if reason == "language_not_supported" else "")))

"""From where the claims of an action are known, as far as whoever looks at it may see that."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from backend.access import Caller
from backend.actions.events import EvidenceLocation, EvidenceView
from backend.actions.models import Action, Evidence, EvidenceSource
from backend.documents.library import Reread
from backend.documents.models import Document
from backend.documents.texts import Place
from backend.errors import NotFound


class Library(Protocol):
    """`documents.library.LibraryService`."""

    async def get(self, caller: Caller, document_id: str) -> Document:
        """Errors: `NotFound`, also for what the caller may not see."""
        ...

    async def reread(self, caller: Caller, places: Collection[Place], cited: Collection[str]) -> Reread:
        """The words at places of present versions, as far as the caller may read them."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person sees of it now. `closed`: documents, by id, whose titles are not shown to them."""

    texts: Mapping[Place, str]
    closed: AbstractSet[str]

    def evidence(self, action: Action) -> list[EvidenceView]:
        return [self._shown(one) for one in action.evidence]

    def _shown(self, one: Evidence) -> EvidenceView:
        shown = EvidenceView(field=one.field, start=one.start, end=one.end, support=one.support)
        source = one.source
        if source is None:
            return shown
        if source.document_id in self.closed:
            return shown.model_copy(update={"state": "closed"})
        known = {"document_id": source.document_id, "title": source.title}
        quote = self.texts.get(_place(source))
        if quote is None:
            return shown.model_copy(update={**known, "state": "changed"})
        location = EvidenceLocation(start=source.start, end=source.end, page=source.page)
        return shown.model_copy(
            update={**known, "state": "open", "version": source.version, "quote": quote, "location": location}
        )


class KnownFrom:
    """Looks at documents as they are now: what was closed, deleted or changed since shows no words of before."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def shown(self, caller: Caller, actions: Sequence[Action]) -> Seen:
        """What the caller sees of all of these actions: two look-ups, and one for each document that has changed."""
        places = {_place(one.source) for action in actions for one in action.evidence if one.source is not None}
        named = {id_ for action in actions for id_ in _named(action)}
        if not places and not named:
            return Seen({}, frozenset())
        now = await self._library.reread(caller, places, ())
        read = {place.document_id for place in now.texts}
        asked = named.union(place.document_id for place in places) - read
        return Seen(now.texts, {id_ for id_ in asked if not await self._is_open(caller, id_)})

    async def _is_open(self, caller: Caller, document_id: str) -> bool:
        try:
            await self._library.get(caller, document_id)
        except NotFound:
            return False
        return True


def _named(action: Action) -> Iterator[str]:
    """The documents that it tells of beside its evidence."""
    for step in action.timeline:
        yield from step.sources
    for warning in action.warnings:
        yield from warning.sources
    if answered := action.preview.get("in_reply_to"):
        yield str(answered["document_id"])


def _place(source: EvidenceSource) -> Place:
    return Place(source.document_id, source.version, source.start, source.end)

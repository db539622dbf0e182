"""What becomes of cited words when their document is gone, or closed to the person whose answers cite it."""

from collections.abc import Collection, Mapping
from typing import Literal

from backend.access import Caller, Holder
from backend.db.collection import Record
from backend.documents.citations import CitationRepository

type AfterLoss = Literal["auto", "keep", "hide"]

#: What deciding needs of the documents that are still there.
HEAD_FIELDS = ("access", "holder", "hidden")
CLOSED = "The source of this citation is no longer open to you, so its words are not shown any more."


class Losses:
    """Decides it by the setting: keep the words, hide them, or (auto) keep what a person held and hide the rest.

    Whoever connects a source promised it that nobody keeps what they may no longer open there; a person who shared a
    document made no such promise, and took nothing back from the answers that were given meanwhile.
    """

    def __init__(self, citations: CitationRepository, after_loss: AfterLoss) -> None:
        self._citations = citations
        self._after_loss = after_loss

    async def closed(self, caller: Caller, document_ids: Collection[str], heads: Mapping[str, Record]) -> set[str]:
        """Of these documents those whose cited words the caller is not shown.

        What is hidden shows nothing to anybody, whatever the setting. One look-up at the most: who held a document that
        is gone is known by what cites it.

        Args:
            heads: `HEAD_FIELDS` of those of the documents that are there, by id.
        """
        closed = {id_ for id_ in document_ids if (head := heads.get(id_)) and head.get("hidden")}
        lost = [
            id_
            for id_ in document_ids
            if id_ not in closed and not ((head := heads.get(id_)) and caller.may_see(head["access"]))
        ]
        if self._after_loss == "keep" or not lost:
            return closed
        if self._after_loss == "hide":
            return closed | set(lost)
        kinds: dict[str, str] = {id_: Holder.parse(heads[id_]["holder"]).kind for id_ in lost if id_ in heads}
        if gone := [id_ for id_ in lost if id_ not in heads]:
            kinds |= await self._citations.unscoped_held_by(gone, user_id=caller.user_id)
        return closed | {id_ for id_ in lost if kinds.get(id_) != "user"}

"""What becomes of cited words when their document is gone, or closed to the person whose answers cite it."""

from collections.abc import Collection
from typing import Literal

from backend.access import Caller, Holder
from backend.documents.citations import CitationRepository
from backend.documents.repository import DocumentRepository

type AfterLoss = Literal["auto", "keep", "hide"]

CLOSED = "The source of this citation is no longer open to you, so its words are not shown any more."


class Losses:
    """Decides it by the setting: keep the words, hide them, or (auto) keep what a person held and hide the rest.

    Whoever connects a source promised it that nobody keeps what they may no longer open there; a person who shared a
    document made no such promise, and took nothing back from the answers that were given meanwhile.
    """

    def __init__(self, documents: DocumentRepository, citations: CitationRepository, after_loss: AfterLoss) -> None:
        self._documents = documents
        self._citations = citations
        self._after_loss = after_loss

    async def closed(self, caller: Caller, document_ids: Collection[str]) -> set[str]:
        """Of these documents those whose cited words the caller is not shown, in two look-ups at the most.

        What is hidden shows nothing to anybody, whatever the setting.
        """
        ids = list(document_ids)
        heads = {
            record["_id"]: record for record in await self._documents.unscoped_many(ids, ("access", "holder", "hidden"))
        }
        closed = {id_ for id_, head in heads.items() if head.get("hidden")}
        lost = [
            id_
            for id_ in ids
            if id_ not in closed and not ((head := heads.get(id_)) and caller.may_see(head["access"]))
        ]
        if self._after_loss == "keep" or not lost:
            return closed
        if self._after_loss == "hide":
            return closed | set(lost)
        kinds = await self._citations.unscoped_held_by(lost, user_id=caller.user_id)
        kinds |= {id_: Holder.parse(heads[id_]["holder"]).kind for id_ in lost if id_ in heads}
        return closed | {id_ for id_ in lost if kinds.get(id_) != "user"}

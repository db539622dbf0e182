"""How far Gmail was read: the cursor of a connection, with a place for each of its mailboxes."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from backend.connectors.source_events import Cursor


class ListingPlace(BaseModel):
    """Where the listing of a mailbox goes on: which of the chosen labels, and which page of it.

    `named`: how many conversations it has named so far.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: int = 0
    page: str | None = None
    named: int = 0


class Place(BaseModel):
    """How far one mailbox was read.

    `mailbox` is its name among the options, `address` its own. History is asked for from `since`, which is one answer
    older than `answered`, the latest that Gmail named: what it tells late is not lost, and what it tells twice is known
    by its revision.
    `listing`: None once the mailbox was listed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mailbox: str
    address: str
    since: str
    answered: str
    listing: ListingPlace | None = None


class GmailCursor(Cursor):
    """Places by mailbox; `refused` are those that could not be read the last time.

    `listing`: all of them are being listed, which has `begun` when it was announced; `whole`: nothing was left out.

    A listing that began from nothing is followed by one more (`confirming`): what had gone before the first is hidden
    by it, and deleted when the second agrees. After that (`agreed`) the history tells every deletion.
    """

    places: tuple[Place, ...] = ()
    refused: tuple[str, ...] = ()
    listing: bool = False
    begun: bool = False
    whole: bool = True
    confirming: bool = False
    agreed: bool = False

    def relisted(self) -> Self | None:
        if self.listing or self.agreed:
            return None
        places = tuple(place.model_copy(update={"listing": ListingPlace()}) for place in self.places)
        return self.model_copy(
            update={"places": places, "listing": True, "begun": False, "whole": True, "confirming": True}
        )

    def of(self, mailbox: str) -> Place | None:
        return next((place for place in self.places if place.mailbox == mailbox), None)

    def at(self, place: Place) -> Self:
        others = (other for other in self.places if other.mailbox != place.mailbox)
        refused = tuple(name for name in self.refused if name != place.mailbox)
        return self.model_copy(update={"places": (*others, place), "refused": refused})

    def without(self, mailbox: str) -> Self:
        """One that cannot be read: a listing under way is not whole."""
        refused = tuple(dict.fromkeys((*self.refused, mailbox)))
        return self.model_copy(update={"refused": refused, "whole": False})

    def ended(self) -> Self:
        """After a listing of all mailboxes."""
        agreed = self.confirming and self.whole
        return self.model_copy(update={"listing": False, "begun": False, "confirming": False, "agreed": agreed})

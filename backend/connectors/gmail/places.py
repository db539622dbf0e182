"""How far Gmail was read: the cursor of a connection, with a place for each of its mailboxes."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from backend.connectors.base import Cursor


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

    `address` is the mailbox's own. History is asked for from `since`, which is one answer older than `answered`, the
    latest that Gmail named: what it tells late is not lost, and what it tells twice is known by its revision.
    `listing`: None once the mailbox was listed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    since: str
    answered: str
    listing: ListingPlace | None = None


class GmailCursor(Cursor):
    """Places by mailbox. `listing`: all of them are being listed, which `begun`; `whole`: nothing was left out so far.

    A listing that began from nothing is followed by one more (`confirming`): what had gone before the first is hidden
    by it, and deleted when the second agrees. After that (`agreed`) the history tells every deletion.
    """

    mailboxes: dict[str, Place] = Field(default_factory=dict)
    listing: bool = False
    begun: bool = False
    whole: bool = True
    confirming: bool = False
    agreed: bool = False

    def relisted(self) -> Self | None:
        if self.listing or self.agreed:
            return None
        places = {name: place.model_copy(update={"listing": ListingPlace()}) for name, place in self.mailboxes.items()}
        return self.model_copy(
            update={"mailboxes": places, "listing": True, "begun": False, "whole": True, "confirming": True}
        )

    def at(self, mailbox: str, place: Place) -> Self:
        return self.model_copy(update={"mailboxes": {**self.mailboxes, mailbox: place}})

    def ended(self) -> Self:
        """After a listing of all mailboxes."""
        agreed = self.confirming and self.whole
        return self.model_copy(update={"listing": False, "begun": False, "confirming": False, "agreed": agreed})

"""How far an account at Notion was read."""

from typing import Literal, Self

from pydantic import Field

from backend.connectors.source_events import Cursor


class NotionCursor(Cursor):
    """Args:
    newest: the last edit that was there when the run began that everything was read up to; None: nothing was there.
    comments: whether the connection gives comments, found out with each listing.
    trashed: what was in the trash already, as far as it is looked at.
    listing: which part of a listing is under way; "due": none of it yet; None: it has ended.
    after: where the part, or a look at changes, goes on.
    since: of a look at changes that is under way: where it ends.
    sources: data sources whose rows are named by querying them.
    queried: so many of them have been.
    window: from which `created_time` on its rows are asked for, once a query has reached Notion's limit.
    capped: a query of this window has reached it.
    whole: nothing was left out of the listing so far.
    round: counts listings, see `processor.turn_of`.
    """

    newest: str | None = None
    comments: bool = False
    trashed: list[str] = Field(default_factory=list)
    listing: Literal["due", "sources", "pages", "rows"] | None = None
    after: str | None = None
    since: str | None = None
    sources: list[str] = Field(default_factory=list)
    queried: int = 0
    window: str | None = None
    capped: bool = False
    whole: bool = True
    round: int = 0

    def relisted(self) -> Self | None:
        if self.listing is not None:
            return None
        return self.model_copy(update={"listing": "due", "after": None, "round": self.round + 1})

"""The bodies of the routes that say who may see what of a connection."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from backend.api.document_schemas import GrantView
from backend.connectors.explaining import Explained, Forgetting, WhyNot
from backend.connectors.matching import How, Match
from backend.connectors.models import ItemStatus, Span


class AccountName(BaseModel):
    """An account here."""

    id: str
    name: str
    email: str


class SourcePersonView(BaseModel):
    """Somebody at the source, as it named them."""

    id: str
    name: str | None
    address: str | None = Field(description="null where the source does not tell it")
    external_id: str | None = Field(description="who they are there, where no address is told")
    groups: int = Field(description="groups of the source that they belong to")
    items: int = Field(description="items that name them")
    matched: How | None = Field(description="mail: the account has proven the address; hand: by an administrator")
    account: AccountName | None = Field(description="who sees what they may open")
    chosen: AccountName | None = Field(description="whom an administrator matched; gives way to a proven address")

    @classmethod
    def of(cls, match: Match) -> Self:
        person, user, chosen = match.person, match.user, match.chosen
        return cls(
            id=person.id,
            name=person.name,
            address=person.address,
            external_id=None if person.address else person.handle,
            groups=match.named.groups,
            items=match.named.items,
            matched=match.how,
            account=user and AccountName(id=user.id, name=user.name, email=user.email),
            chosen=chosen and AccountName(id=chosen.id, name=chosen.name, email=chosen.email),
        )


class SourcePersonPage(BaseModel):
    items: list[SourcePersonView]
    next_cursor: str | None


class MatchedWith(BaseModel):
    """The account that somebody at the source is matched with."""

    model_config = ConfigDict(extra="forbid")

    user_id: str = Field(max_length=64)


class ReasonView(GrantView):
    """One reason why somebody sees an item."""

    matched: str | None = Field(description="the person at the source whom an administrator matched with them")


def reason_view(reason: Explained) -> ReasonView:
    matched = reason.matched
    shown = GrantView.of(reason.grant)
    return ReasonView(**shown.model_dump(), matched=matched and (matched.address or matched.name or matched.handle))


class PersonSees(BaseModel):
    """Whether a person sees an item, and what their rights and its access list have in common, or why they do not.

    `title` is null where whoever asks may not open the item.
    """

    sees: bool
    reasons: list[ReasonView]
    why_not: WhyNot | None = Field(
        description="not_here: it was not read; hidden, deleted: it is missing at the source; narrowed: the source did "
        "not tell all its rights; not_matched: the source names nobody who is matched with them; not_shared: it does "
        "not name them for this item"
    )
    title: str | None
    status: ItemStatus
    narrowed: bool = Field(description="only whoever connected it sees it, or whose account it is")
    as_of: datetime | None = Field(description="when its rights were last known to be these")
    known_as: list[str] = Field(description="who the person is at the source, as far as it named them")


class SpanView(BaseModel):
    last_s: float
    longest_s: float
    number: int
    at: datetime

    @classmethod
    def of(cls, span: Span | None) -> Self | None:
        if span is None:
            return None
        return cls(last_s=span.last_seconds, longest_s=span.longest_seconds, number=span.number, at=span.at)


class ForgettingView(BaseModel):
    """After how long an item that is deleted at the source no longer answers here."""

    at_most_s: float | None = Field(
        description="by design, beside what a synchronisation takes; null while it does not go on by itself"
    )
    by: Literal["changes", "listing"] = Field(
        description="whether the source tells deletions, or a listing of everything shows them"
    )
    told: SpanView | None = Field(description="measured from when the source says that it was deleted")
    noticed: SpanView | None = Field(
        description="measured from when it was noticed: the source said so, or a complete listing had ended without it"
    )

    @classmethod
    def of(cls, found: Forgetting) -> Self:
        return cls(
            at_most_s=found.at_most_seconds,
            by=found.by,
            told=SpanView.of(found.measured.told),
            noticed=SpanView.of(found.measured.noticed),
        )


class AccessReport(BaseModel):
    """`narrowed`: items whose rights the source did not tell completely."""

    access_as_of: datetime | None
    narrowed: int
    forgetting: ForgettingView

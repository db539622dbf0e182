"""Users and their sessions as the rest of the house sees them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from backend.access import Caller
from backend.audit.actors import Actor


class Role(StrEnum):
    admin = "admin"
    member = "member"


class User(BaseModel):
    """An account. `email` keeps its spelling; `email_key` is what is compared and unique (`mail_address.mail_key`).

    `password_hash` is None for an account that only signs in through providers. `deleting` marks an account whose data
    are being removed; it counts as gone. `requests_per_minute` replaces the general limit of the API (0: no limit).
    `email_collides_with` names another account of the same mailbox, which keeps the address (see migration 0012): this
    one is not reached by it any more, and proves nothing by it.
    """

    id: str
    email: str
    email_key: str
    name: str
    role: Role
    password_hash: str | None = None
    email_verified: bool = False
    email_collides_with: str | None = None
    groups: list[str] = Field(default_factory=list)
    disabled: bool = False
    deleting: bool = False
    requests_per_minute: int | None = None
    last_login_at: datetime | None = None
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """How the audit log names this person."""
        return Actor.person(self.id, self.email)

    @property
    def active(self) -> bool:
        """Whether this account may be used at all."""
        return not (self.disabled or self.deleting)

    def caller(self, source_groups: frozenset[str] = frozenset()) -> Caller:
        """The principals of this person; an unverified mail address is none of them.

        `source_groups` are what the directory says that they hold.
        """
        proven = self.email_verified and self.email_collides_with is None
        return Caller.of(
            self.id,
            verified_emails=(self.email_key,) if proven else (),
            groups=tuple(self.groups),
            source_groups=source_groups,
        )


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a new account is made from. `email_verified`: the mailbox is proven to be theirs."""

    email: str
    name: str
    password_hash: str | None = None
    email_verified: bool = False


class Session(BaseModel):
    """One sign-in on one device: a family of rotating refresh tokens of which only hashes are kept."""

    id: str
    user_id: str
    current_hash: str
    previous_hash: str | None = None
    rotated_at: datetime
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None
    user_agent: str = ""
    ip: str = ""
    method: str = "password"


class Scope(StrEnum):
    """What an API key may do. A signed-in person may do all of it."""

    read = "read"
    chat = "chat"
    ingest = "ingest"
    actions = "actions"


@dataclass(frozen=True, slots=True)
class Identity:
    """The person, and what they came with. Exactly one of `session` and `key_id` is set.

    `scopes` limits a key; None stands for a person at the pages, who may do everything that their role allows.
    """

    user: User
    session: Session | None = None
    key_id: str | None = None
    scopes: frozenset[Scope] | None = None
    source_groups: frozenset[str] = frozenset()
    caller: Caller = field(init=False)
    """Their principals, built once for as long as the identity is remembered."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "caller", self.user.caller(self.source_groups))

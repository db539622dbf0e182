"""Users and their sessions as the rest of the house sees them."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from backend.documents.access import Caller


class Role(StrEnum):
    admin = "admin"
    member = "member"


class User(BaseModel):
    """An account. `email` keeps its spelling; `email_key` is what is compared and unique."""

    id: str
    email: str
    email_key: str
    name: str
    role: Role
    password_hash: str | None = None
    email_verified: bool = False
    groups: list[str] = Field(default_factory=list)
    disabled: bool = False
    created_at: datetime

    def caller(self) -> Caller:
        """The principals of this person; an unverified mail address is none of them."""
        return Caller.of(
            self.id, verified_emails=(self.email_key,) if self.email_verified else (), groups=tuple(self.groups)
        )


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


def email_key(email: str) -> str:
    """The form in which addresses are compared: trimmed and case-folded."""
    return email.strip().casefold()
